"""One answer of an engine, as a stream of text that a phase can use.

Thinking is shown, usage and notices become events, and an answer that was cut off because it was too long is
asked for the rest, which is joined without repeating text.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

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
from aiflow.pipeline.phases.text_filters import Chain, Overlap, Surrogates
from aiflow.pipeline.prompts import render
from aiflow.storage.transcripts import Call, begin_call
from aiflow.util.redaction import Masker, mask

# The part of an answer that is sent back when it must continue.
_KEPT_CHARS = 60_000


class Answer:
    """Asks an engine once, and again while the answer is cut off by its length.

    Args:
        context: the run.
        phase: the phase of the events.
        request_phase: the phase that the engine gets.
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
            prompt=context.request.prompt,
            template=context.request.template,
            run=str(context.request.project_id),
            task=context.task,
            base_prompt=context.request.base_prompt,
            files=context.files,
        )
        self.finish = "stop"
        self._has_content = False
        # One redaction for all parts of an answer: a key may be cut in two where the answer goes on.
        secrets = context.config.secrets
        self._masker = Masker(secrets)
        self._filters: dict[Channel, Chain] = {
            "thinking": Chain(Surrogates(), Masker(secrets)),
            "content": Chain(Surrogates(), self._masker),
        }
        self._loops: dict[Channel, LoopDetector] = {"thinking": LoopDetector(), "content": LoopDetector()}

    async def text(self) -> AsyncGenerator[str, None]:
        """Yield the content as it comes.

        Raises:
            EngineError: when the engine fails or refuses.
            BadAnswerError: when it answers nothing.
            LimitError: when the token budget is used up.
            StorageError: when the disk refuses.
        """
        context, request, written = self._context, self._request, ""
        for part in range(context.config.run.continue_attempts + 1):
            overlap = Overlap(written) if part else None
            with (
                self._begin_call(request) as call,
                context.trace.timed("model_call", **self._trace_fields(request)) as more,
            ):
                async with aclosing(context.engine.stream(request)) as deltas:  # type: ignore[type-var]  # engines are async generators
                    try:
                        async for delta in deltas:
                            text = self._receive(delta, call)
                            text = overlap.feed(text) if overlap else text
                            # Bounded: a model may never end, and a continuation needs only the last part.
                            written = (written + text)[-_KEPT_CHARS:]
                            if text:
                                yield text
                            if self.finish == "loop":
                                context.events.notice("模型开始反复写同样的内容，已经让它停下。")
                                break
                    except EngineError:
                        # Text that arrived before the failure is not lost.
                        if rest := self._flush(call):
                            yield rest
                        raise
                goes_on = self.finish == "length" and part < context.config.run.continue_attempts
                rest = "" if goes_on else self._flush(call)
                rest = overlap.feed(rest) + overlap.close() if overlap else rest
                more["finish"] = self.finish
            written = (written + rest)[-_KEPT_CHARS:]
            if rest:
                yield rest
            if not goes_on:
                break
            context.events.notice("回答太长被截断了，正在请模型接着写。")
            request = self._continuation(written + self._masker.pending, part + 1)
        if not self._has_content:
            raise BadAnswerError(
                "模型没有给出任何内容。可以重试一次，或者换一个模型。", reason="empty_answer"
            )

    def _continuation(self, written: str, part: int) -> EngineRequest:
        more = (Message("assistant", written), render("continue")[1])
        return replace(self._request, messages=self._request.messages + more, part=part)

    def _begin_call(self, request: EngineRequest) -> Call:
        secrets = self._context.config.secrets
        messages = [{"role": one.role, "content": mask(one.content, secrets)} for one in request.messages]
        return begin_call(self._context.record.calls, request.phase, messages)

    def _trace_fields(self, request: EngineRequest) -> dict[str, str]:
        context = self._context
        return {
            "project_id": str(context.request.project_id),
            "phase": request.phase,
            "engine": context.engine.name,
            "model": context.engine.model,
        }

    def _receive(self, delta: Delta, call: Call) -> str:
        """Write what the engine sent; return the content that is certain now."""
        if isinstance(delta, TextDelta):
            return self._accept(delta.channel, self._filters[delta.channel].feed(delta.text), call)
        if isinstance(delta, FinishDelta):
            if delta.reason == "content_filter":
                # Not retried: the same words would be refused again.
                raise RefusedError("模型的服务拒绝了这个内容。请换一个说法，再试一次。")
            self.finish = delta.reason
        else:
            self._report(delta)
        return ""

    def _accept(self, channel: Channel, text: str, call: Call) -> str:
        if not text:
            return ""
        call.write(channel, text)
        self._context.budget.spend(text)
        if self._loops[channel].feed(text):
            self.finish = "loop"
        if channel == "thinking":
            self._context.events.text(self._phase, "thinking", text)
            return ""
        # Thinking alone is no answer: some services end a reasoning model before its first word.
        self._has_content = True
        return text

    def _flush(self, call: Call) -> str:
        """Write what the filters held back; return the content of it."""
        self._accept("thinking", self._filters["thinking"].close(), call)
        return self._accept("content", self._filters["content"].close(), call)

    def _report(self, delta: UsageDelta | NoticeDelta) -> None:
        context = self._context
        if isinstance(delta, NoticeDelta):
            context.events.notice(mask(delta.message, context.config.secrets))
            return
        context.events.emit(
            UsageEvent(
                phase=self._phase,
                prompt_tokens=delta.prompt_tokens,
                completion_tokens=delta.completion_tokens,
                engine=context.engine.name,
                model=context.engine.model,
            )
        )
