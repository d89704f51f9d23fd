"""An engine that says what it is told to, for tests of whatever uses an engine.

Nothing in it waits or guesses.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Self

from aiflow.config import Config
from aiflow.engines.base import (
    Delta,
    Engine,
    EngineRequest,
    FinishDelta,
    RequestPhase,
    TextDelta,
    UsageDelta,
)
from aiflow.exceptions import EngineError

Step = str | Delta | BaseException | asyncio.Event
Script = Step | Sequence[Step]


class ScriptedEngine(Engine):
    """Answers each phase with what its script says.

    A script is a text (streamed as content, in pieces), or a list of steps: a text, any delta, an exception
    to raise there, an ``asyncio.Event`` to wait for there. ``UsageDelta`` and ``FinishDelta("stop")`` follow
    by themselves unless the script ends with a ``FinishDelta`` or an exception. A phase given a list of
    scripts in ``queues`` uses them up one request at a time before it falls back on its script.

    Args:
        scripts: what to answer, by phase.
        chunk_size: how many characters a piece of text has.
        queues: answers that are given once each, by phase.

    Attributes:
        requests: what it was asked, in order.
        cancelled: how many of its streams were closed or cancelled before their end.
    """

    def __init__(
        self,
        scripts: Mapping[RequestPhase, Script],
        *,
        chunk_size: int = 16,
        queues: Mapping[RequestPhase, Sequence[Script]] | None = None,
        name: str = "scripted",
        model: str = "scripted-model",
        notice: str = "",
    ) -> None:
        self.name = name
        self.model = model
        self.notice = notice
        self.requests: list[EngineRequest] = []
        self.cancelled = 0
        self._scripts = dict(scripts)
        self._chunk_size = max(1, chunk_size)
        self._queues = {phase: deque(scripts) for phase, scripts in (queues or {}).items()}

    @classmethod
    def from_config(cls, config: Config) -> Self:  # noqa: ARG003 - every engine has this signature
        """Return one that answers nothing; a test that loads it by name scripts it afterwards."""
        return cls({})

    async def stream(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Answer one request; see :meth:`Engine.stream`.

        Raises:
            EngineError: the phase has no script.
        """
        self.requests.append(request)
        steps = self._steps(request)
        finished = False
        try:
            for step in steps:
                if isinstance(step, str):
                    for at in range(0, len(step), self._chunk_size):
                        await asyncio.sleep(0)  # lets others run, and a cancellation in
                        yield TextDelta("content", step[at : at + self._chunk_size])
                elif isinstance(step, BaseException):
                    finished = True
                    raise step
                elif isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    finished = isinstance(step, FinishDelta)
                    yield step
            if not finished:
                yield UsageDelta(len(request.prompt), 1)
                finished = True
                yield FinishDelta("stop")
        finally:
            self.cancelled += not finished

    def _steps(self, request: EngineRequest) -> list[Step]:
        queue = self._queues.get(request.phase)
        script = queue.popleft() if queue else self._scripts.get(request.phase)
        if script is None:
            raise EngineError(f"没有给 {request.phase} 阶段准备回答。", retryable=False)
        return list(script) if isinstance(script, Sequence) and not isinstance(script, str) else [script]
