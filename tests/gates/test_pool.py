"""The processes that check: kept, started anew when they are gone, and never the reason why a run fails."""

import asyncio
import json
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future

import pytest

from aiflow.config import GatesConfig
from aiflow.gates import checks
from aiflow.gates import pool as pools
from aiflow.gates.checks import check_project
from aiflow.gates.pool import Pool, PoolWorker, PoolWorkerError
from aiflow.gates.pool_worker import pack, unpack_findings
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Gate, SourceFiles, Sources
from aiflow.model.findings import Finding

CONFIG = GatesConfig()
FILES = {"main.py": "import numpy\nprint(missing)\n"}


@pytest.fixture
def own() -> Iterator[Pool]:
    made = Pool()
    yield made
    made.close()


def packed() -> bytes:
    return pack(Sources.of(FILES), CONFIG)


def expected() -> list[object]:
    return list(run_gates(Sources.of(FILES), gates_for(CONFIG)))


def test_one_process_checks_one_project_after_another(own: Pool) -> None:
    for _ in range(3):
        assert unpack_findings(own.submit(packed).result()) == expected()
    assert 1 <= len(own._all) <= pools.PROCESSES


def test_one_that_has_ended_meanwhile_is_replaced(own: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "PROCESSES", 1)
    single = Pool()
    assert single.submit(packed).result()
    (first,) = single._all
    first._process.kill()
    first._process.wait()
    assert unpack_findings(single.submit(packed).result()) == expected()
    assert single._all != [first]
    single.close()


def test_what_ends_a_worker_is_said(own: Pool) -> None:
    with pytest.raises(PoolWorkerError):
        own.submit(lambda: b"this is no project").result()
    assert unpack_findings(own.submit(packed).result()) == expected()


def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "TIMEOUT_S", 0.01)
    worker = PoolWorker()
    with pytest.raises(PoolWorkerError):
        worker.ask(packed())
    assert worker._process.returncode is not None


def test_one_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    with pytest.raises(PoolWorkerError):
        PoolWorker()


def test_it_ends_with_its_input() -> None:
    worker = PoolWorker()
    worker.close()
    assert worker._process.returncode == 0


@pytest.mark.asyncio
async def test_a_second_check_at_the_same_time_goes_to_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    ask, check = pools.pool().submit, checks.run_gates
    second_has_come = threading.Event()

    def note(pack_project: Callable[[], bytes]) -> "Future[bytes]":
        asked.append(pack_project())
        second_has_come.set()
        return ask(pack_project)

    def check_slowly(sources: Sources, gates: Iterable[Gate]) -> list[Finding]:
        assert second_has_come.wait(60)
        return check(sources, gates)

    monkeypatch.setattr(pools.pool(), "submit", note)
    monkeypatch.setattr(checks, "run_gates", check_slowly)
    found = await asyncio.gather(*(check_project(Sources.of(FILES), CONFIG) for _ in range(2)))
    assert [list(json.loads(data)["files"]) for data in asked] == [["main.py"]]
    assert found == [expected(), expected()]
    await check_project(Sources.of(FILES), CONFIG)
    assert len(asked) == 1


def test_only_so_much_is_kept() -> None:
    parsed = SourceFiles(kept_bytes=100)
    first = parsed.get("a.py", b"a" * 60)
    assert parsed.get("a.py", b"a" * 60) is first
    parsed.get("b.py", b"b" * 60)
    assert parsed.get("a.py", b"a" * 60) is not first
    large = parsed.get("c.py", b"c" * 1000)
    assert parsed.get("c.py", b"c" * 1000) is large
