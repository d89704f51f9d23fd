"""Trial runs take turns: forty programs at once would be gigabytes of interpreters."""

import asyncio

import pytest

from aiflow.pipeline.phases import smoke


@pytest.mark.asyncio
async def test_so_many_at_once_and_each_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoke, "_AT_ONCE", 3)
    smoke._TURNS.pop(asyncio.get_running_loop(), None)
    at_once = most = done = 0

    async def program() -> None:
        nonlocal at_once, most, done
        async with smoke._turns():
            at_once += 1
            most = max(most, at_once)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            at_once -= 1
            done += 1

    await asyncio.gather(*(program() for _ in range(40)))
    assert (most, done) == (3, 40)


def test_each_loop_has_its_own() -> None:
    async def turns() -> asyncio.Semaphore:
        return smoke._turns()

    assert asyncio.run(turns()) is not asyncio.run(turns())
