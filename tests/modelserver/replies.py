"""The scripted answers of the model server.

Good answers in every vendor's way, and every way of failing.
"""

import asyncio
import concurrent.futures
import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.modelserver.vendors import Style, deltas
from tests.patience import PATIENCE_S

SSE = "text/event-stream"
JSON = "application/json"


class Gate:
    """A door in the middle of an answer: the server waits at it until a test opens it.

    ``reached`` tells that the server stands at the door (and all before it was sent).
    """

    def __init__(self) -> None:
        self._opened: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._reached: concurrent.futures.Future[None] = concurrent.futures.Future()

    def open(self) -> None:
        """Let the server go on; may be called at any time, from any thread."""
        if not self._opened.done():
            self._opened.set_result(None)

    def wait_reached(self, timeout: float = PATIENCE_S) -> None:
        """Block until the server stands at the gate."""
        self._reached.result(timeout)

    async def reached(self, timeout: float = PATIENCE_S) -> None:  # noqa: ASYNC109 - the blocking twin's signature
        """Wait until the server stands at the gate."""
        await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._reached)), timeout)

    async def pass_through(self) -> None:
        """The server's side."""
        if not self._reached.done():
            self._reached.set_result(None)
        # Shielded: a request that is given up must not close the door for others.
        await asyncio.shield(asyncio.wrap_future(self._opened))


@dataclass(frozen=True)
class Cut:
    """The connection is reset here."""


Step = bytes | Gate | Cut
Framing = Literal["chunked", "length", "until_close"]


@dataclass
class Reply:
    """One HTTP answer.

    Attributes:
        steps: bytes to send, gates to wait at, cuts.
        status: the HTTP status.
        headers: further headers; ``Content-Type`` is ``text/event-stream`` where it is not given.
        framing: how the body's end is told.
        before_status: steps before the status line (a cut there is a server that hangs up without a word).
        raw: send the steps alone, without any HTTP around them.
        pace_s: seconds from one step to the next, as a model types; what is late is caught up with.
    """

    steps: Sequence[Step] = ()
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": SSE})
    framing: Framing = "chunked"
    before_status: Sequence[Step] = ()
    raw: bool = False
    pace_s: float = 0.0


def event(data: Any, name: str | None = None) -> bytes:
    """Return one server-sent event; ``data`` is sent as JSON unless it is a string."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {text}\n\n".encode()


def chunk(delta: Mapping[str, Any], finish: str | None = None, **extra: Any) -> dict[str, Any]:
    """Return one ``chat.completion.chunk``."""
    return {
        "id": "chatcmpl-test",
        "object": "chat.completion.chunk",
        "created": 1_790_000_000,
        "model": "test-model",
        "choices": [{"index": 0, "delta": dict(delta), "finish_reason": finish, "logprobs": None}],
        **extra,
    }


def usage_chunk(prompt_tokens: int, completion_tokens: int) -> dict[str, Any]:
    """Return the chunk that ends a stream with ``include_usage``."""
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    return chunk({}) | {"choices": [], "usage": usage}


def answer(
    content: str,
    *,
    thinking: str = "",
    style: Style = "plain",
    sizes: Sequence[int] = (8,),
    cumulative: bool = False,
    finish: str | None = "stop",
    usage: tuple[int, int] | None = (100, 200),
    gates: Mapping[int, Step] | None = None,
    done: bool = True,
) -> Reply:
    """Return a streamed answer as a model gives it.

    Args:
        content: the answer's text.
        thinking: the model's thinking before it.
        style: how the service tells thinking and content apart (see ``vendors.STYLES``).
        sizes: how many characters the deltas have, in turn.
        cumulative: each delta repeats what went before.
        finish: the finish reason; None ends without one.
        usage: prompt and completion tokens; None ends without them.
        gates: what happens before the delta of that number (from 0): a ``Gate``, a ``Cut`` or bytes.
        done: end with ``data: [DONE]``.
    """
    sent = deltas(thinking, content, style, sizes, cumulative=cumulative)
    steps: list[Step] = []
    for number, delta in enumerate(sent):
        if gates and number in gates:
            steps.append(gates[number])
        steps.append(event(chunk(delta)))
    if gates:
        steps += [step for number, step in gates.items() if number >= len(sent)]
    if finish is not None:
        steps.append(event(chunk({}, finish)))
    if usage is not None:
        steps.append(event(usage_chunk(*usage)))
    if done:
        steps.append(event("[DONE]"))
    return Reply(steps)


def events(*data: Any, done: bool = True) -> Reply:
    """Return a stream of these events, as they are."""
    return Reply([*(event(item) for item in data), *([event("[DONE]")] if done else [])])


def body(
    content: bytes | str,
    *,
    status: int = 200,
    content_type: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return a plain HTTP answer with this body."""
    data = content.encode() if isinstance(content, str) else content
    return Reply([data], status, {"Content-Type": content_type, **(headers or {})}, "length")


def json_body(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a JSON answer."""
    return body(json.dumps(data, ensure_ascii=False), status=status, headers=headers)


def error(
    status: int,
    message: str = "something is wrong",
    *,
    code: str | int | None = None,
    kind: str = "invalid_request_error",
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return an error as OpenAI-compatible services send it."""
    inner = {"message": message, "type": kind, "param": None, "code": code}
    return json_body({"error": inner}, status=status, headers=headers)


def minimax_error(status: int, code: int, message: str) -> Reply:
    """Return an error as MiniMax's OpenAI route sends it: its code stands at the end of the message."""
    inner = {"type": "bad_request_error", "message": f"{message} ({code})", "http_code": str(status)}
    return json_body({"type": "error", "error": inner, "request_id": "06test"}, status=status)


def base_resp(code: int, message: str, *, streamed: bool = False) -> Reply:
    """Return HTTP 200 with MiniMax's ``base_resp`` that says no."""
    data = {"choices": None, "base_resp": {"status_code": code, "status_msg": message}}
    return events(data, done=False) if streamed else json_body(data)


def gzipped(reply: Reply) -> Reply:
    """Return the same answer, compressed whether the client asked for it or not."""
    data = b"".join(step for step in reply.steps if isinstance(step, bytes))
    return Reply(
        [gzip.compress(data)], reply.status, {**reply.headers, "Content-Encoding": "gzip"}, reply.framing
    )


def hang_up() -> Reply:
    """Return what a server does that closes the connection without a word."""
    return Reply(before_status=[Cut()])
