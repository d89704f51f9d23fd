"""The engine for models, against a real server.

What it sends, what it makes of answers, when it tries again.
"""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

import pytest
from pydantic import SecretStr

from aiflow.config import OpenAIConfig
from aiflow.engines.base import (
    Delta,
    EngineRequest,
    FinishDelta,
    Message,
    NoticeDelta,
    RequestPhase,
    TextDelta,
    UsageDelta,
)
from aiflow.engines.circuit_breaker import get_breaker, reset_breakers
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.engines.openai.retry import retry_delay
from aiflow.exceptions import CircuitOpenError, ConnectError, OverloadedError
from tests.modelserver import (
    STYLES,
    Cut,
    Gate,
    ModelServer,
    Reply,
    Style,
    answer,
    chunk,
    error,
    event,
    gzipped,
    hang_up,
    json_body,
)

pytestmark = pytest.mark.asyncio

KEY = "sk-aiflow-test-0123456789"
MESSAGES = (Message("system", "你是老师"), Message("system", "用中文"), Message("user", "写个贪吃蛇"))
THOUGHT, SAID = "我要想一想：先画蛇，再画食物。", "好的，下面是程序：\nprint('贪吃蛇')\n"


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.reset()
    reset_breakers()
    return running


def make(
    server: ModelServer, waits: list[float] | None = None, key: str | None = KEY, **settings: Any
) -> OpenAIEngine:
    async def sleep(seconds: float) -> None:
        (waits if waits is not None else []).append(seconds)

    config = OpenAIConfig(**{"base_url": server.base_url, "model": "test-model", **settings})
    return OpenAIEngine(config, SecretStr(key) if key else None, sleep=sleep, jitter=lambda: 0.5)


def ask(phase: RequestPhase = "specify") -> EngineRequest:
    return EngineRequest(phase, MESSAGES, "写个贪吃蛇")


async def collect(engine: OpenAIEngine, phase: RequestPhase = "specify") -> list[Delta]:
    return [delta async for delta in engine.stream(ask(phase))]


async def collect_into(deltas: list[Delta], engine: OpenAIEngine) -> None:
    async for delta in engine.stream(ask()):
        deltas.append(delta)


def texts(deltas: list[Delta]) -> tuple[str, str]:
    found = {"thinking": "", "content": ""}
    for delta in deltas:
        if isinstance(delta, TextDelta):
            found[delta.channel] += delta.text
    return found["thinking"], found["content"]


# --- what is sent -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["specify", "plan", "implement", "repair"])
async def test_each_request_names_its_phase(server: ModelServer, phase: RequestPhase) -> None:
    await collect(make(server), phase)
    assert [request.headers["x-aiflow-phase"] for request in server.requests] == [phase]


async def test_the_request(server: ModelServer) -> None:
    await collect(make(server, temperature=0.4, max_completion_tokens=1000))
    request = server.requests[0]
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.json == {
        "model": "test-model",
        "stream": True,
        "messages": [
            {"role": "system", "content": "你是老师\n\n用中文"},
            {"role": "user", "content": "写个贪吃蛇"},
        ],
        "temperature": 0.4,
        "max_completion_tokens": 1000,
        "stream_options": {"include_usage": True},
    }


@pytest.mark.parametrize(
    ("base_url", "configured", "sent"),
    [
        ("https://api.minimaxi.com/v1", None, True),
        ("https://api.minimax.io/v1", None, True),
        ("https://api.minimax.cn/v1", False, False),
        ("https://api.deepseek.com/v1", None, None),
        ("http://127.0.0.1:1/v1", True, True),
    ],
)
async def test_reasoning_split_goes_to_minimax(
    base_url: str, configured: bool | None, sent: bool | None
) -> None:
    engine = OpenAIEngine(OpenAIConfig(base_url=base_url, reasoning_split=configured), SecretStr(KEY))
    assert engine._extras().get("reasoning_split") is sent


async def test_a_service_that_refuses_extras_gets_the_bare_minimum(server: ModelServer) -> None:
    engine = make(server)
    server.script(error(400, "Unrecognized request argument supplied: stream_options"))
    first = await collect(engine)
    assert isinstance(first[-1], FinishDelta)
    assert not any(isinstance(delta, NoticeDelta) for delta in first)
    await collect(engine)  # it is remembered
    assert [sorted(request.json) for request in server.requests] == [
        ["max_completion_tokens", "messages", "model", "stream", "stream_options", "temperature"],
        ["messages", "model", "stream"],
        ["messages", "model", "stream"],
    ]


async def test_a_limit_that_a_small_model_refuses_is_left_out(server: ModelServer) -> None:
    server.script(error(400, "max_tokens is too large: 32768. This model's maximum context length is 8192"))
    assert texts(await collect(make(server)))[1]


# --- what comes back ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cumulative", [False, True])
@pytest.mark.parametrize("style", STYLES)
async def test_every_style(server: ModelServer, style: Style, cumulative: bool) -> None:
    thought = "" if style == "plain" else THOUGHT
    server.script(answer(SAID, thinking=thought, style=style, sizes=(3, 1, 5), cumulative=cumulative))
    deltas = await collect(make(server))
    assert texts(deltas) == (thought, SAID)
    assert deltas[-2:] == [UsageDelta(100, 200), FinishDelta("stop")]


@pytest.mark.parametrize(
    ("sent", "told"),
    [("stop", "stop"), ("length", "length"), ("content_filter", "content_filter"), ("tool_calls", "stop")],
)
async def test_the_finish(server: ModelServer, sent: str, told: str) -> None:
    server.script(answer(SAID, finish=sent, usage=None))
    assert (await collect(make(server)))[-1] == FinishDelta(told)  # type: ignore[arg-type]  # the table's words


async def test_only_done_at_the_end_is_an_end(server: ModelServer) -> None:
    server.script(answer(SAID, finish=None, usage=None))
    assert (await collect(make(server)))[-1] == FinishDelta("stop")


async def test_text_arrives_while_the_model_still_writes(server: ModelServer) -> None:
    gate = Gate()
    server.script(answer("abcdef", sizes=(1,), gates={3: gate}))
    async with aclosing(make(server).stream(ask())) as stream:
        early = [(await anext(stream)) for _ in range(3)]
        assert texts(early) == ("", "abc")
        gate.open()
        late = [delta async for delta in stream]
    assert texts(late) == ("", "def")


async def test_line_ends_comments_and_a_unicode_line_separator(server: ModelServer) -> None:
    said = "a\u2028b\u0085c"
    data = event(chunk({"content": said}, "stop")).replace(b"\n", b"\r\n")
    server.script(Reply([b"\xef\xbb\xbf: hello\r\n\r\nretry: 5\r\nid: 7\r\n", data, b"data:[DONE]"]))
    assert texts(await collect(make(server))) == ("", said)


async def test_one_byte_at_a_time(server: ModelServer) -> None:
    whole = b"".join(
        step for step in answer(SAID, thinking=THOUGHT, style="mirrored").steps if isinstance(step, bytes)
    )
    server.script(Reply([whole[at : at + 1] for at in range(len(whole))]))
    assert texts(await collect(make(server))) == (THOUGHT, SAID)


async def test_a_service_that_does_not_stream(server: ModelServer) -> None:
    message = {"role": "assistant", "content": SAID, "reasoning_content": THOUGHT}
    usage = {"prompt_tokens": 5, "completion_tokens": 6}
    server.script(
        json_body({"choices": [{"index": 0, "message": message, "finish_reason": "length"}], "usage": usage})
    )
    deltas = await collect(make(server))
    assert texts(deltas) == (THOUGHT, SAID)
    assert deltas[-2:] == [UsageDelta(5, 6), FinishDelta("length")]


async def test_compressed_and_wrongly_labelled_answers(server: ModelServer) -> None:
    plain = answer(SAID)
    mislabelled = Reply(plain.steps, headers={"Content-Type": "text/plain"})
    server.script(gzipped(plain), mislabelled)
    engine = make(server)
    assert texts(await collect(engine)) == texts(await collect(engine)) == ("", SAID)


# --- trying again -------------------------------------------------------------------------------------------


async def test_waits_grow_and_are_told(server: ModelServer) -> None:
    waits: list[float] = []
    server.script(error(503), hang_up(), answer(SAID))
    deltas = await collect(make(server, waits, backoff_s=2))
    assert waits == [2, 4]
    assert deltas[:2] == [
        NoticeDelta("服务暂时出错，2 秒后再试（第 2 次，最多 3 次）。"),
        NoticeDelta("连接出了问题，4 秒后再试（第 3 次，最多 3 次）。"),
    ]
    assert texts(deltas) == ("", SAID)


async def test_jitter_spreads_the_waits() -> None:
    settings = OpenAIConfig(backoff_s=4)
    assert [retry_delay(ConnectError("断了"), 1, settings, jitter) for jitter in (0.0, 1.0)] == [3, 5]


async def test_retry_after_is_honoured(server: ModelServer) -> None:
    waits: list[float] = []
    server.script(
        error(429, headers={"Retry-After": "7"}),
        error(429, headers={"retry-after-ms": "9500", "Retry-After": "9"}),
    )
    await collect(make(server, waits))
    assert waits == [7, 9.5]


async def test_a_date_in_retry_after(server: ModelServer) -> None:
    waits: list[float] = []
    server.script(error(503, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}))
    await collect(make(server, waits, backoff_s=1))
    assert waits == [1]  # long past: our own pace


async def test_nothing_is_asked_twice_once_there_was_text(server: ModelServer) -> None:
    server.script(answer(SAID, thinking="想", style="reasoning", gates={1: Cut()}))
    deltas: list[Delta] = []
    with pytest.raises(ConnectError):
        await collect_into(deltas, make(server))
    assert len(server.requests) == 1
    assert texts(deltas) == ("想", "")


async def test_text_before_an_error_in_the_same_packet_is_kept(server: ModelServer) -> None:
    bad = event({"error": {"message": "upstream died", "code": 502}})
    server.script(Reply([event(chunk({"content": "abc"})) + bad]))
    deltas: list[Delta] = []
    with pytest.raises(OverloadedError):
        await collect_into(deltas, make(server))
    assert texts(deltas) == ("", "abc")


async def test_the_circuit_opens_for_all_engines_of_an_address(server: ModelServer) -> None:
    server.always(error(500))
    settings = {"max_attempts": 2, "breaker_failures": 3}
    with pytest.raises(OverloadedError):
        await collect(make(server, **settings))
    # Its second attempt is refused; the error still says what happened to the first.
    with pytest.raises(OverloadedError):
        await collect(make(server, **settings))
    with pytest.raises(CircuitOpenError):
        await collect(make(server, **settings))
    assert len(server.requests) == 3
    engine = make(server, **settings)
    assert get_breaker(engine.address, 3, 30).state == "open"


async def test_a_probe_is_told_and_closes_the_circuit(server: ModelServer) -> None:
    server.script(error(500))
    settings = {"max_attempts": 1, "breaker_failures": 1, "breaker_timeout_s": 1e-9}
    engine = make(server, **settings)
    with pytest.raises(OverloadedError):
        await collect(engine)
    assert get_breaker(engine.address, 1, 1e-9).state == "half_open"
    deltas = await collect(engine)
    assert isinstance(deltas[0], NoticeDelta)
    assert get_breaker(engine.address, 1, 1e-9).state == "closed"


# --- leaving early ------------------------------------------------------------------------------------------


async def test_closing_the_stream_closes_the_connection(server: ModelServer) -> None:
    server.script(answer(SAID, gates={1: Gate()}))
    stream = make(server).stream(ask())
    await anext(stream)
    await stream.aclose()
    request = await server.request()
    assert await request.ended()
    assert request.disconnected


@pytest.mark.parametrize("where", ["before_status", "in_stream"])
async def test_cancelling_the_task_closes_the_connection(server: ModelServer, where: str) -> None:
    gate = Gate()
    server.script(Reply(before_status=[gate]) if where == "before_status" else answer(SAID, gates={1: gate}))
    task = asyncio.ensure_future(collect(make(server)))
    await gate.reached()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    request = await server.request()
    assert await request.ended()
    assert request.disconnected
