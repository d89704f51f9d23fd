"""Every fault that a model service is tried with, and what must come of it.

One list, for the engine and for a run.

Each fault is one request against a real server on loopback (or against an address where there is none). The
lists of statuses and services stand in ``aiflow/engines/error_table.py``; this one is written from what
services were seen to send, not from that table.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from aiflow.exceptions import (
    AuthError,
    BadAnswerError,
    BadRequestError,
    ConnectError,
    ContextError,
    EngineError,
    EngineSetupError,
    ModelError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    RefusedError,
    StallError,
)
from tests.modelserver import (
    Cut,
    Gate,
    Reply,
    answer,
    base_resp,
    body,
    chunk,
    error,
    event,
    events,
    gzipped,
    hang_up,
    json_body,
    minimax_error,
)

KEY = "sk-aiflow-test-0123456789abcdefABCDEF"
TEXT = "第一行\n第二行：写一个贪吃蛇游戏。\n" * 4


@dataclass(frozen=True)
class Fault:
    """One way of failing.

    Attributes:
        name: what a test report calls it.
        reply: makes the server's answer; None where ``address`` has no server behind it.
        kind: our exception.
        retryable: what it says of itself.
        asked: how many requests reach the server when three attempts are allowed; a refused one is asked once
            more
            with the bare minimum.
        text: whether text arrives before it fails.
        address: ``server``, ``closed`` (nobody listens), ``nowhere`` (no such name), ``tls`` (untrusted
            certificate).
        says: what the message must contain.
    """

    name: str
    reply: Callable[[], Reply] | None
    kind: type[EngineError]
    retryable: bool
    asked: int = 1
    text: bool = False
    address: str = "server"
    says: str = ""
    reason: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", self.kind.default_reason)


def _sse_error(message: str, code: object = None, kind: str = "server_error") -> Reply:
    return events({"error": {"message": message, "type": kind, "code": code}}, done=False)


def _after_text(*then: bytes) -> Reply:
    return Reply([event(chunk({"content": TEXT[:20]})), *then])


def _short_body() -> Reply:
    """Promise more bytes than come, as a proxy does whose upstream died."""
    return Reply(
        [event(chunk({"content": TEXT})), Cut()], headers={"Content-Length": "100000"}, framing="until_close"
    )


def _broken_gzip() -> Reply:
    reply = gzipped(answer(TEXT))
    data = next(step for step in reply.steps if isinstance(step, bytes))
    return Reply([data[:20] + b"\xff" * 60], 200, reply.headers)


HTML = "<!DOCTYPE html><html><body><h1>校园网登录</h1></body></html>"
SILENCE = 60 * b": keep-alive\n\n"

FAULTS: list[Fault] = [
    # --- no way to the service
    Fault("connection refused", None, ConnectError, True, address="closed", says="没有接受连接"),
    Fault("name does not resolve", None, ConnectError, True, address="nowhere", says="名字"),
    Fault("certificate that nobody trusts", None, ConnectError, False, address="tls", says="证书"),
    Fault("hangs up without a word", hang_up, ConnectError, True, asked=3),
    Fault(
        "not HTTP at all", lambda: Reply([b"SSH-2.0-OpenSSH_9.2\r\n"], raw=True), ConnectError, True, asked=3
    ),
    Fault(
        # Not followed: the key would go to an address that nobody chose.
        "redirect",
        lambda: Reply([], 307, {"Location": "/v1/chat/completions"}),
        EngineSetupError,
        False,
    ),
    # --- cut or silent
    Fault("cut before the first event", lambda: answer(TEXT, gates={0: Cut()}), ConnectError, True, asked=3),
    Fault(
        "cut in mid-stream", lambda: answer(TEXT, gates={4: Cut()}), ConnectError, True, text=True, says="断"
    ),
    Fault(
        "cut inside an event",
        lambda: _after_text(b'data: {"choices": [{"del'),
        BadAnswerError,
        True,
        text=True,
    ),
    Fault("body shorter than promised", _short_body, ConnectError, True, text=True),
    Fault(
        "ends without finish or [DONE]",
        lambda: answer(TEXT, finish=None, done=False, usage=None),
        ConnectError,
        True,
        text=True,
    ),
    Fault("silent before the headers", lambda: Reply(before_status=[Gate()]), StallError, True),
    Fault("silent after the headers", lambda: Reply([event(""), Gate()]), StallError, True),
    Fault("silent in mid-stream", lambda: answer(TEXT, gates={4: Gate()}), StallError, True, text=True),
    # --- statuses
    Fault("400", lambda: error(400, "bad request"), BadRequestError, False, asked=2, says="bad request"),
    Fault("401", lambda: error(401, f"Incorrect API key provided: {KEY}"), AuthError, False),
    Fault(
        "402 out of balance (DeepSeek)",
        lambda: error(402, "Insufficient Balance", code="invalid_request_error"),
        QuotaError,
        False,
    ),
    Fault("403", lambda: error(403, "not allowed"), AuthError, False),
    Fault("404", lambda: error(404, "Not Found"), ModelError, False),
    Fault(
        "405 from something else's server",
        lambda: body(HTML, status=405, content_type="text/html"),
        ModelError,
        False,
    ),
    Fault("408", lambda: error(408), OverloadedError, True, asked=3),
    Fault("409", lambda: error(409), OverloadedError, True, asked=3),
    Fault("413", lambda: error(413, "payload"), ContextError, False, asked=2),
    Fault(
        "422 unknown field",
        lambda: json_body({"detail": [{"loc": ["body", "x"], "msg": "extra"}]}, status=422),
        BadRequestError,
        False,
        asked=2,
    ),
    Fault("429", lambda: error(429, "slow down"), RateLimitError, True, asked=3),
    Fault(
        "429 with Retry-After",
        lambda: error(429, headers={"Retry-After": "7"}),
        RateLimitError,
        True,
        asked=3,
    ),
    Fault(
        "429 with a Retry-After of an hour",
        lambda: error(429, headers={"Retry-After": "3600"}),
        RateLimitError,
        True,
    ),
    Fault(
        "429 exhausted quota (OpenAI)",
        lambda: error(429, "You exceeded your current quota", code="insufficient_quota"),
        QuotaError,
        False,
    ),
    Fault("500", lambda: error(500), OverloadedError, True, asked=3),
    Fault(
        "502 web page of a proxy",
        lambda: body("<html>Bad Gateway</html>", status=502, content_type="text/html"),
        OverloadedError,
        True,
        asked=3,
    ),
    Fault("503", lambda: error(503), OverloadedError, True, asked=3),
    Fault("504", lambda: body("", status=504), OverloadedError, True, asked=3),
    Fault("529", lambda: error(529, "overloaded", kind="overloaded_error"), OverloadedError, True, asked=3),
    # --- what a status alone does not tell
    Fault(
        "context too long (OpenAI)",
        lambda: error(
            400, "This model's maximum context length is 8192 tokens", code="context_length_exceeded"
        ),
        ContextError,
        False,
        asked=2,
    ),
    Fault(
        "context too long (llama.cpp)",
        lambda: error(
            400, "the request exceeds the available context size", kind="exceed_context_size_error"
        ),
        ContextError,
        False,
        asked=2,
    ),
    Fault(
        "model unknown (OpenAI)",
        lambda: error(404, "The model `x` does not exist", code="model_not_found"),
        ModelError,
        False,
    ),
    Fault(
        "model unknown (Ollama)",
        lambda: json_body({"error": "model 'x' not found"}, status=404),
        ModelError,
        False,
    ),
    Fault(
        "refused for content (OpenAI)",
        lambda: error(400, "rejected by the safety system", code="content_policy_violation"),
        RefusedError,
        False,
    ),
    Fault(
        "refused for content (DashScope)",
        lambda: error(400, "Input data may contain inappropriate content.", code="data_inspection_failed"),
        RefusedError,
        False,
    ),
    # --- MiniMax
    Fault("MiniMax 1004, key", lambda: minimax_error(401, 1004, "login fail"), AuthError, False),
    Fault(
        "MiniMax 1008, balance, as 429",
        lambda: minimax_error(429, 1008, "insufficient balance"),
        QuotaError,
        False,
    ),
    Fault(
        "MiniMax 2056, plan, as 429",
        lambda: minimax_error(429, 2056, "usage limit exceeded"),
        QuotaError,
        False,
    ),
    Fault(
        "MiniMax 2062, rate", lambda: minimax_error(429, 2062, "rate limit"), RateLimitError, True, asked=3
    ),
    Fault(
        "MiniMax 1026, input refused",
        lambda: minimax_error(400, 1026, "input new_sensitive"),
        RefusedError,
        False,
    ),
    Fault(
        "MiniMax 2013, parameters",
        lambda: minimax_error(400, 2013, "invalid chat setting"),
        BadRequestError,
        False,
        asked=2,
    ),
    Fault(
        "MiniMax 2061, model",
        lambda: minimax_error(400, 2061, "your plan does not include it"),
        ModelError,
        False,
    ),
    Fault("base_resp 1002 with 200", lambda: base_resp(1002, "rate limit"), RateLimitError, True, asked=3),
    Fault("base_resp 1008 with 200", lambda: base_resp(1008, "insufficient balance"), QuotaError, False),
    Fault("base_resp 1039 with 200", lambda: base_resp(1039, "token limit"), ContextError, False, asked=2),
    Fault(
        "base_resp 1033 in the stream",
        lambda: base_resp(1033, "system error", streamed=True),
        OverloadedError,
        True,
        asked=3,
    ),
    Fault(
        "base_resp 1027 after text",
        lambda: Reply(
            [event(chunk({"content": TEXT})), *base_resp(1027, "output sensitive", streamed=True).steps]
        ),
        RefusedError,
        False,
        text=True,
    ),
    # --- 200, and yet no answer
    Fault(
        "200 with an error body",
        lambda: json_body({"error": {"message": "no capacity", "code": 503}}),
        OverloadedError,
        True,
        asked=3,
    ),
    Fault(
        "error event in the stream",
        lambda: _sse_error("The server had an error"),
        OverloadedError,
        True,
        asked=3,
    ),
    Fault(
        "error event after text",
        lambda: _after_text(*_bytes(_sse_error("upstream died", 502))),
        OverloadedError,
        True,
        text=True,
    ),
    Fault(
        "named error event",
        lambda: Reply([event({"message": "Insufficient Balance"}, "error")]),
        QuotaError,
        False,
    ),
    Fault("finish_reason error", lambda: answer(TEXT, finish="error"), OverloadedError, True, text=True),
    Fault("empty stream", lambda: events(done=True), BadAnswerError, True, asked=3, says="空"),
    Fault(
        "empty body",
        lambda: body("", content_type="text/event-stream"),
        BadAnswerError,
        True,
        asked=3,
        says="空",
    ),
    Fault("204", lambda: Reply([], 204, {}, "until_close"), BadAnswerError, True, asked=3, says="空"),
    Fault("only comments", lambda: Reply([SILENCE]), BadAnswerError, True, asked=3),
    Fault("only blank text", lambda: answer("\n  \n"), BadAnswerError, True, text=True),
    Fault("only usage", lambda: answer("", finish=None), BadAnswerError, True, asked=3),
    Fault(
        "thinking and no content",
        lambda: answer("", thinking="想了很久", style="reasoning_content"),
        BadAnswerError,
        True,
        text=True,
        says="想",
    ),
    Fault(
        "thinking cut off by length",
        lambda: answer("<think>想了很久", finish="length"),
        BadAnswerError,
        True,
        text=True,
    ),
    Fault("filtered before the first word", lambda: answer("", finish="content_filter"), RefusedError, False),
    Fault(
        "malformed JSON",
        lambda: events('{"choices": [{"delta": {"content": "a"}'),
        BadAnswerError,
        True,
        asked=3,
    ),
    Fault(
        "malformed JSON after text", lambda: _after_text(b"data: {oops}\n\n"), BadAnswerError, True, text=True
    ),
    Fault("JSON that is no object", lambda: events([1, 2, 3]), BadAnswerError, True, asked=3),
    Fault(
        "choices that are none",
        lambda: events({"choices": "none"}, {"choices": [None]}),
        BadAnswerError,
        True,
        asked=3,
    ),
    Fault(
        "web page with 200",
        lambda: body(HTML, content_type="text/html; charset=utf-8"),
        BadAnswerError,
        True,
        asked=3,
        says="网页",
    ),
    Fault(
        "garbage",
        lambda: body(b"\x00\x01\xfe\xff" * 200, content_type="application/octet-stream"),
        BadAnswerError,
        True,
        asked=3,
    ),
    Fault(
        "garbage that says it is an event stream",
        lambda: Reply([b"\x89PNG\r\n\x1a\n" * 50]),
        BadAnswerError,
        True,
        asked=3,
    ),
    Fault("broken compression", _broken_gzip, BadAnswerError, True, asked=3),
    Fault("nesting too deep", lambda: events("[" * 200_000), BadAnswerError, True, asked=3),
]


def _bytes(reply: Reply) -> list[bytes]:
    return [step for step in reply.steps if isinstance(step, bytes)]
