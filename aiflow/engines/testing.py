"""A fake engine with scripted answers, for tests of this project and of others that use engines."""

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
    """An engine that answers each phase with its script.

    A script is a text (streamed as content, in pieces), or a list of steps: a text, any delta, an exception
    to raise, an ``asyncio.Event`` to wait for. ``UsageDelta`` and ``FinishDelta("stop")`` are appended unless
    the script ends with a ``FinishDelta`` or an exception. The scripts of a phase in ``queues`` answer one
    request each before ``scripts`` is used.

    Args:
        scripts: the answers by phase.
        chunk_size: the characters of a piece of text.
        queues: answers that are used once each, by phase.
        name: the engine's name.
        model: the model's name.
        notice: the sentence that ``introduce`` returns.

    Attributes:
        requests: the requests, in order.
        cancelled: the number of streams that were closed or cancelled before their end.
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
        # A step of zero would be an error of `range`.
        self._chunk_size = max(1, chunk_size)
        # Copied: a list that several tests share must not become empty.
        self._queues = {phase: deque(scripts) for phase, scripts in (queues or {}).items()}

    @classmethod
    def from_config(cls, config: Config) -> Self:  # noqa: ARG003 - every engine has this signature
        """Return an engine without scripts; a test that loads it by name adds them."""
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
                        await asyncio.sleep(0)  # other tasks run, a cancellation arrives
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
            # Also reached when the stream is closed at a `yield`.
            self.cancelled += not finished

    def _steps(self, request: EngineRequest) -> list[Step]:
        queue = self._queues.get(request.phase)
        # A repair or a retry asks the same phase again and needs another answer.
        script = queue.popleft() if queue else self._scripts.get(request.phase)
        if script is None:
            raise EngineError(f"没有给 {request.phase} 阶段准备回答。", retryable=False)
        return list(script) if isinstance(script, Sequence) and not isinstance(script, str) else [script]
