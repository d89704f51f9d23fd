"""Files that several threads write at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aiflow.storage import safefs
from aiflow.storage.safefs import write_atomic

THREADS, WRITES = 4, 200


def together(work: Callable[[int], object]) -> None:
    """Do the work in four threads that begin at the same moment; the first error is raised."""
    start = threading.Barrier(THREADS)

    def run(number: int) -> None:
        start.wait()
        for _ in range(WRITES):
            work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(run, number) for number in range(THREADS)]:
            done.result()


def test_threads_that_write_one_file_do_not_meet(tmp_path: Path) -> None:
    target = tmp_path / "manifest.json"
    together(lambda number: write_atomic(target, bytes([number]) * 10_000, sync=False))
    data = target.read_bytes()
    assert len(data) == 10_000
    assert len(set(data)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "manifest.json"
    target.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(safefs, "replace_file", refuse)
    with pytest.raises(OSError, match="no space"):
        write_atomic(target, b"new", sync=True)
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]
