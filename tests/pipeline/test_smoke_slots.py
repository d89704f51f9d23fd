"""Smoke tests wait for a slot: forty programs at once would be gigabytes of interpreters."""

import asyncio

import pytest

from aiflow.pipeline.phases import smoke_test


@pytest.mark.asyncio
async def test_so_many_at_once_and_the_others_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke_test, "_AT_ONCE", 3)
    smoke_test._SLOTS.pop(asyncio.get_running_loop(), None)
    at_once = most = done = 0

    async def program() -> None:
        nonlocal at_once, most, done
        async with smoke_test._slots():
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            at_once -= 1
            done += 1

    await asyncio.gather(*(program() for _ in range(40)))
    assert (most, done) == (3, 40)


def test_each_loop_has_its_own() -> None:
    async def slots() -> asyncio.Semaphore:
        return smoke_test._slots()

    assert asyncio.run(slots()) is not asyncio.run(slots())
