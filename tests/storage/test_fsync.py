"""fsync in a thread.

All that was wanted is on the disk when it is flushed, and a disk that refuses is heard.
"""

import threading

import pytest

from aiflow.storage import fsync as syncing
from aiflow.storage.fsync import Syncing


def test_many_wishes_are_few_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()
    calls: list[int] = []

    def slow(fd: int) -> None:
        calls.append(fd)
        begun.set()
        assert go_on.wait(30)

    monkeypatch.setattr(syncing.os, "fsync", slow)
    wanted = Syncing()
    wanted.want(7)
    assert begun.wait(30)
    for _ in range(100):
        wanted.want(7)
    go_on.set()
    wanted.flush()
    assert calls == [7, 7]
    wanted.want(7)
    wanted.flush()
    assert calls == [7, 7, 7]


def test_a_refusal_is_raised_by_the_next_wish(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(syncing.os, "fsync", refuse)
    wanted = Syncing()
    wanted.want(7)
    wanted.flush()
    monkeypatch.setattr(syncing.os, "fsync", lambda _: None)
    with pytest.raises(OSError, match="full"):
        wanted.want(7)
    wanted.flush()
    wanted.want(7)


def test_nothing_wanted_is_flushed() -> None:
    Syncing().flush()
