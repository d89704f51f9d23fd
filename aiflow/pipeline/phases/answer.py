"""One answer of an engine, as a stream of text that a phase can use.

Thinking goes to the screen, usage and notices become events, and an answer that was cut off because it was
too long is asked to go on and joined without a gap.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from dataclasses import replace

from pydantic import SecretStr

from aiflow.engines.base import (
    Channel,
    Delta,
    EngineRequest,
    FinishDelta,
    Message,
    NoticeDelta,
    RequestPhase,
    TextDelta,
    UsageDelta,
)
from aiflow.exceptions import BadAnswerError, EngineError, RefusedError
from aiflow.model.events import UsageEvent
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.loops import LoopDetector
from aiflow.pipeline.prompts import render
from aiflow.storage.transcripts import begin_call
from aiflow.util.redaction import Masker, mask

# How much of what was written is looked at for a repetition when an answer goes on.
_OVERLAP_CHARS = 400
# The part of an answer that is sent back when it must continue.
_KEPT_CHARS = 60_000


class Answer:
    """Asks an engine once, and again while the answer is cut off by its length.

    Args:
        context: the run.
        phase: where events belong.
        request_phase: what the engine is told.
        messages: what is sent.

    Attributes:
        finish: how it ended: ``stop``, ``length``, or ``loop`` where it was stopped because it repeated
            itself.
    """

    def __init__(
        self,
        context: PhaseContext,
        phase: str,
        request_phase: RequestPhase,
        messages: tuple[Message, ...],
    ) -> None:
        self._context = context
        self._phase = phase
        self._request = EngineRequest(
            phase=request_phase,
            messages=messages,
            prompt=context.prompt,
            template=context.template,
            run=str(context.project_id),
        )
        self.finish = "stop"
        self._has_content = False

    async def text(self) -> AsyncGenerator[str, None]:
        """Yield the content as it comes.

        Raises:
            EngineError: when the engine fails or refuses.
            BadAnswerError: when it answers nothing.
            LimitError: when the token budget is used up.
        """
        masker = Masker(self._context.config.secrets)
        try:
            async with aclosing(self._whole()) as pieces:
                async for piece in pieces:
                    if text := masker.feed(piece):
                        yield text
        except EngineError:
            if rest := masker.close():
                yield rest
            raise
        if rest := masker.close():
            yield rest
        if not self._has_content:
            raise BadAnswerError(
                "模型没有给出任何内容。可以重试一次，或者换一个模型。", reason="empty_answer"
            )

    async def _whole(self) -> AsyncGenerator[str, None]:
        """Yield the content as the model says it, with what it says when it is asked to go on."""
        written = ""
        request = self._request
        loops = LoopDetector()
        for attempt in range(self._context.config.run.continue_attempts + 1):
            overlap = Overlap(written) if attempt else None
            async with aclosing(self._once(request)) as pieces:
                async for piece in pieces:
                    text = overlap.feed(piece) if overlap else piece
                    if text:
                        written = (written + text)[-_KEPT_CHARS:]
                        yield text
                    if loops.feed(text):
                        self.finish = "loop"
                        self._context.emitter.notice("模型开始反复写同样的内容，已经让它停下。")
                        return
            if overlap and (rest := overlap.close()):
                written += rest
                yield rest
            if self.finish != "length":
                break
            self._context.emitter.notice("回答太长被截断了，正在请模型接着写。")
            request = self._go_on(written, attempt + 1)

    def _go_on(self, written: str, part: int) -> EngineRequest:
        more = (Message("assistant", written), render("continue")[1])
        return replace(self._request, messages=self._request.messages + more, part=part)

    async def _once(self, request: EngineRequest) -> AsyncGenerator[str, None]:
        context = self._context
        secrets = context.config.secrets
        messages = [{"role": said.role, "content": mask(said.content, secrets)} for said in request.messages]
        with (
            begin_call(context.record.calls, request.phase, messages) as call,
            context.trace.timed(
                "model_call",
                project_id=str(context.project_id),
                phase=request.phase,
                engine=context.engine.name,
                model=context.engine.model,
            ) as more,
        ):
            async with aclosing(self._deltas(request)) as deltas:
                async for delta in deltas:
                    if isinstance(delta, TextDelta):
                        call.write(delta.channel, delta.text)
                        context.budget.spend(delta.text)
                        if delta.channel == "content":
                            self._has_content = True
                            yield delta.text
                        else:
                            context.emitter.text(self._phase, "thinking", delta.text)
                    elif isinstance(delta, FinishDelta):
                        self._end(delta)
                        more["finish"] = delta.reason
                    else:
                        self._report(delta)

    async def _deltas(self, request: EngineRequest) -> AsyncGenerator[Delta, None]:
        """Yield what the engine says, its characters whole and the key redacted."""
        secrets = self._context.config.secrets
        cleaners: dict[Channel, Cleaner] = {"thinking": Cleaner(secrets), "content": Cleaner(secrets)}
        try:
            async with aclosing(self._context.engine.stream(request)) as deltas:  # type: ignore[type-var]  # engines are async generators
                async for delta in deltas:
                    if isinstance(delta, TextDelta):
                        if text := cleaners[delta.channel].feed(delta.text):
                            yield TextDelta(delta.channel, text)
                        continue
                    if isinstance(delta, FinishDelta):
                        for rest in _rests(cleaners):
                            yield rest
                    yield delta
        except EngineError:
            # Text that arrived before the failure is not lost.
            for rest in _rests(cleaners):
                yield rest
            raise
        for rest in _rests(cleaners):
            yield rest

    def _end(self, delta: FinishDelta) -> None:
        if delta.reason == "content_filter":
            raise RefusedError("模型的服务拒绝了这个内容。请换一个说法，再试一次。")
        self.finish = delta.reason

    def _report(self, delta: UsageDelta | NoticeDelta) -> None:
        context = self._context
        if isinstance(delta, NoticeDelta):
            context.emitter.notice(mask(delta.message, context.config.secrets))
            return
        context.emitter.emit(
            UsageEvent(
                phase=self._phase,
                prompt_tokens=delta.prompt_tokens,
                completion_tokens=delta.completion_tokens,
                engine=context.engine.name,
                model=context.engine.model,
            )
        )


class Cleaner:
    """Makes one channel's text fit to be shown: characters whole, the key redacted.

    Args:
        secrets: what must not be seen.
    """

    def __init__(self, secrets: Iterable[SecretStr]) -> None:
        self._surrogates = Surrogates()
        self._masker = Masker(secrets)

    def feed(self, text: str) -> str:
        """Return what of ``text`` and of what was held back can be shown."""
        return self._masker.feed(self._surrogates.feed(text))

    def close(self) -> str:
        """Return what was held back."""
        return self._masker.close()


def _rests(cleaners: dict[Channel, Cleaner]) -> Iterator[TextDelta]:
    for channel, cleaner in cleaners.items():
        if text := cleaner.close():
            yield TextDelta(channel, text)


class Surrogates:
    """Joins characters that a service cut in two: one half of a surrogate pair in one piece, one in the next.

    What stays half a character becomes U+FFFD: it could be neither shown nor saved.
    """

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Return what is whole of ``text`` and what was held back."""
        if self._half:
            text, self._half = self._half + text, ""
        if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Overlap:
    """Joins an answer that goes on to what was written: what it repeats is left out.

    Args:
        written: what is there already.
    """

    def __init__(self, written: str) -> None:
        self._tail = written[-_OVERLAP_CHARS:]
        self._start: str | None = ""

    def feed(self, text: str) -> str:
        """Return what of ``text`` is new; the beginning is held back until that is certain."""
        if self._start is None:
            return text
        self._start += text
        if len(self._start) < _OVERLAP_CHARS:
            return ""
        return self.close()

    def close(self) -> str:
        """Return what was held back, without what it repeats."""
        start, self._start = self._start or "", None
        for candidate in self._candidates(start):
            longest = min(len(candidate), len(self._tail))
            found = [size for size in range(8, longest + 1) if self._tail.endswith(candidate[:size])]
            # Text that occurs more than once is a row of a map or a table: written again, not repeated.
            if len(found) == 1 and self._tail.count(candidate[: found[0]]) == 1:
                return candidate[found[0] :]
        return start

    @staticmethod
    def _candidates(start: str) -> Iterator[str]:
        yield start
        # Some models open a new fence before they go on inside a file.
        first, newline, rest = start.partition("\n")
        if newline and first.lstrip().startswith("```"):
            yield rest
