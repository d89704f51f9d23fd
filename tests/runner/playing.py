"""What the tests of played programs share."""

from aiflow.runner import Ended, Frame, PlayRun, RunLimits

LIMITS = RunLimits(wall_timeout_s=30, cpu_budget_s=20, memory_mb=700, processes=12)


async def first_frame(run: PlayRun) -> Frame:
    await run.request_frame()
    async for event in run.events():
        if isinstance(event, Frame):
            return event
        assert not isinstance(event, Ended), event
    raise AssertionError


def key(kind: str, code: str, name: str, **more: object) -> dict[str, object]:
    return {"type": kind, "code": code, "key": name, **more}
