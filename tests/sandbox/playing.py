"""Shared by the tests of played programs."""

from collections.abc import AsyncIterator

from aiflow.config import RunnerConfig
from aiflow.sandbox.events import Ended, Frame, Output, PlayEvent
from aiflow.sandbox.player import PlayRun

LIMITS = RunnerConfig(wall_timeout_s=120, cpu_budget_s=20, memory_mb=700, processes=12)


async def first_frame(run: PlayRun) -> Frame:
    await run.request_frame()
    async for event in run.events():
        if isinstance(event, Frame):
            return event
        assert not isinstance(event, Ended), event
    raise AssertionError


async def said(events: AsyncIterator[PlayEvent], end: str) -> str:
    """The output up to an end: ``print`` writes its text and the line's end one after the other."""
    text = ""
    while not text.endswith(end):
        event = await anext(events)
        assert isinstance(event, Output), (text, event)
        text += event.text
    return text


def key(kind: str, code: str, name: str, **more: object) -> dict[str, object]:
    return {"type": kind, "code": code, "key": name, **more}
