"""The decoder of an answer: bytes in, deltas out, no I/O."""

import json
from typing import Any, Literal

from aiflow.engines import errors as faults
from aiflow.engines.base import Delta, FinishDelta, TextDelta, UsageDelta
from aiflow.engines.error_table import (
    CUT,
    EMPTY,
    GARBAGE,
    ONLY_THINKING,
    OVERLOADED,
    REFUSED,
    WEB_PAGE,
    Fault,
)
from aiflow.engines.openai.reasoning import Normaliser
from aiflow.engines.openai.sse import SSEDecoder, SSEOverflowError
from aiflow.exceptions import EngineError

# An answer without a stream is read into memory; a broken service must not fill it.
_MAX_JSON_BYTES = 16 * 1024 * 1024
# A stream may begin with a comment (`:`): OpenRouter sends some while a model is waiting.
_FIELD_STARTS = (b"data:", b"event:", b"id:", b"retry:", b":")
# Gateways pass the words of other APIs through; an unknown word counts as "stop".
_FINISHES: dict[str, Literal["stop", "length", "content_filter"]] = {
    "length": "length",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "content_filter": "content_filter",
    "sensitive": "content_filter",
    "safety": "content_filter",
}
# The service itself failed (OpenRouter, Zhipu, DeepSeek, SGLang).
_FAILED_FINISHES = {
    "error": OVERLOADED,
    "network_error": CUT,
    "insufficient_system_resource": OVERLOADED,
    "abort": OVERLOADED,
}


class AnswerReader:
    """Decodes one answer: an event stream or, from a service that ignores ``stream``, one JSON object.

    Text that arrived before a failure is never lost: ``feed`` and ``close`` return it.

    Args:
        target: the service, for the error messages.

    Attributes:
        failure: the error of the answer, or None.
        ended: whether the rest of the body can be ignored.
    """

    def __init__(self, target: faults.Target) -> None:
        self.failure: EngineError | None = None
        self.ended = False
        self._target = target
        self._events: SSEDecoder | None = None
        self._body: list[bytes] = []
        self._body_size = 0
        self._head = b""
        self._normaliser = Normaliser()
        self._usage: UsageDelta | None = None
        self._finish: str | None = None
        self._done = False
        self._content = False
        self._thinking = False
        self._refused = False

    def feed(self, chunk: bytes) -> list[Delta]:
        """Return the deltas that this piece of the body completes."""
        out: list[Delta] = []
        if self._events is None:
            chunk = self._sniff(chunk)
        if self._events is not None and not self.ended:
            try:
                events = self._events.feed(chunk)
            except SSEOverflowError:
                self._fail(GARBAGE)
                return out
            for event in events:
                self._read_event(event.name, event.data, out)
        return out

    def close(self, *, cut: bool = False) -> list[Delta]:
        """Return the last deltas: delayed text, usage and, unless the answer failed, the finish.

        Args:
            cut: the connection broke; the caller reports its error.
        """
        out: list[Delta] = []
        if self._events is not None and not self.ended and not cut:
            for event in self._events.close():
                self._read_event(event.name, event.data, out)
        elif self._events is None and not self.ended and not cut:
            self._read_body(out)
        self._add_text(self._normaliser.close(), out)
        if self._usage is not None:
            out.append(self._usage)
        if not cut and self.failure is None:
            self._conclude(out)
        return out

    def _sniff(self, chunk: bytes) -> bytes:
        """Tell the format by the first bytes: the declared content type is often wrong.

        Returns:
            The bytes so far where they are an event stream.
        """
        self._body.append(chunk)
        self._body_size += len(chunk)
        # The first bytes may come one by one, so a single chunk does not tell.
        self._head = (self._head + chunk[:64])[:64]
        # The event stream format allows a byte order mark.
        head = self._head.removeprefix(b"\xef\xbb\xbf").lstrip()
        if head.startswith(_FIELD_STARTS):
            self._events = SSEDecoder()
            return b"".join(self._body)
        if head.startswith(b"<"):
            self._fail(WEB_PAGE)
        elif self._body_size > _MAX_JSON_BYTES or not _may_become_answer(head):
            self._fail(GARBAGE)
        return b""

    def _read_event(self, name: str, data: bytes, out: list[Delta]) -> None:
        if self.ended or not data:
            return
        if data.strip() == b"[DONE]":
            self._done = self.ended = True
            return
        try:
            chunk = json.loads(data)
        # Hostile nesting exhausts the stack, and RecursionError is no ValueError.
        except (ValueError, RecursionError):
            self._fail(GARBAGE)
            return
        if not isinstance(chunk, dict):
            self._fail(GARBAGE)
        else:
            self._read_chunk(chunk, out, is_error=name == "error")

    def _read_chunk(self, chunk: dict[str, Any], out: list[Delta], *, is_error: bool = False) -> None:
        choices = chunk.get("choices")
        if is_error or not choices or "error" in chunk or "base_resp" in chunk:
            # Some gateways send errors in the middle of a stream, with HTTP 200.
            failure = faults.from_body(
                {"error": chunk} if is_error and "error" not in chunk else chunk, self._target
            )
            if failure is not None:
                self.failure, self.ended = failure, True
        usage = chunk.get("usage")
        # Services that repeat the usage send a running total, so the last one counts.
        if usage:
            self._usage = _read_usage(usage) or self._usage
        if chunk.get("input_sensitive") is True or chunk.get("output_sensitive") is True:
            self._refused = True
        if isinstance(choices, list) and choices and isinstance(choices[0], dict):
            self._read_choice(choices[0], out)

    def _read_choice(self, choice: dict[str, Any], out: list[Delta]) -> None:
        if choice.get("index"):
            return  # a second answer, which was not requested
        delta = choice.get("delta")
        # A server that ignores `stream` sends the whole message, some repeat it in the last event.
        if not isinstance(delta, dict) and not self._content:
            delta = choice.get("message")
        if isinstance(delta, dict):
            self._add_text(self._normaliser.feed(delta), out)
            if delta.get("refusal"):
                self._refused = True
        finish = choice.get("finish_reason")
        if finish:
            self._finish = str(finish).lower()
            if fault := _FAILED_FINISHES.get(self._finish):
                self._fail(fault)

    def _read_body(self, out: list[Delta]) -> None:
        body = b"".join(self._body)
        if not body.strip():
            return  # an empty answer, which _conclude reports
        try:
            data = json.loads(body)
        except (ValueError, RecursionError):
            self._fail(GARBAGE)
            return
        self._read_chunk(data, out)
        # A single object has no `[DONE]`; its last brace is the end.
        self._done = True

    def _add_text(self, deltas: list[TextDelta], out: list[Delta]) -> None:
        for delta in deltas:
            if delta.channel == "thinking":
                self._thinking = True
            elif not self._content:
                self._content = not delta.text.isspace()
            out.append(delta)

    def _conclude(self, out: list[Delta]) -> None:
        finish = _FINISHES.get(self._finish or "", "stop")
        if not self._content:
            refused = self._refused or finish == "content_filter"
            self._fail(REFUSED if refused else ONLY_THINKING if self._thinking else EMPTY)
        # A proxy that times out closes the stream properly; only the missing end shows it.
        elif self._finish is None and not self._done:
            self._fail(CUT)
        else:
            out.append(FinishDelta(finish))

    def _fail(self, fault: Fault) -> None:
        self.failure = faults.make_error(fault, self._target)
        self.ended = True


def _may_become_answer(head: bytes) -> bool:
    """Return whether these first bytes can be the beginning of JSON or of an event stream."""
    return not head or head.startswith(b"{") or any(start.startswith(head) for start in _FIELD_STARTS)


def _read_usage(usage: object) -> UsageDelta | None:
    if not isinstance(usage, dict):
        return None
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if not isinstance(prompt, int) or not isinstance(completion, int):
        return None
    return UsageDelta(max(0, prompt), max(0, completion))
