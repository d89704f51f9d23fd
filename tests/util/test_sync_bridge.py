"""Asynchronous code that is called from a script, and from a cell while the notebook's loop runs."""

import _thread
import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from aiflow.engines.base import EngineRequest
from aiflow.engines.testing import ScriptedEngine
from aiflow.util.sync_bridge import run_blocking


def in_a_cell(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Call ``run_blocking`` while a loop runs that, like a kernel's, leaves Ctrl-C to Python."""

    async def cell() -> Any:
        return run_blocking(coroutine)

    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(cell())
    finally:
        loop.close()


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return 2 * number


async def fail() -> None:
    raise LookupError("nothing here")


def test_the_result_and_the_exception_are_the_callers() -> None:
    assert run_blocking(double(2)) == 4
    assert in_a_cell(double(3)) == 6
    with pytest.raises(LookupError):
        run_blocking(fail())
    with pytest.raises(LookupError):
        in_a_cell(fail())


def test_an_interrupted_cell_cancels_the_work_and_waits_for_its_end() -> None:
    ended: list[str] = []

    async def work() -> None:
        _thread.interrupt_main()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            ended.append("cleaned up")

    with pytest.raises(KeyboardInterrupt):
        in_a_cell(work())
    assert ended == ["cleaned up"]


def test_an_interrupted_cell_sends_no_further_request() -> None:
    engine = ScriptedEngine({"specify": [asyncio.Event()], "plan": "later"})

    async def ask_twice() -> None:
        asyncio.get_running_loop().call_soon(_thread.interrupt_main)
        for phase in ("specify", "plan"):
            async for _ in engine.stream(EngineRequest(phase, (), "写个贪吃蛇")):  # type: ignore[arg-type]
                pass

    with pytest.raises(KeyboardInterrupt):
        in_a_cell(ask_twice())
    assert [request.phase for request in engine.requests] == ["specify"]
    assert engine.cancelled == 1
