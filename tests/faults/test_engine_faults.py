"""Each fault of the table, at a real server: our exception, what it says, and what it must never say."""

import traceback
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from aiflow.config import OpenAIConfig
from aiflow.engines.base import Delta, EngineRequest, Message, NoticeDelta, TextDelta
from aiflow.engines.circuit_breaker import reset_breakers
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.exceptions import EngineError
from tests.faults.table import FAULTS, KEY, Fault
from tests.modelserver import ModelServer, answer, closed_port

REQUEST = EngineRequest(
    "specify", (Message("system", "你是老师"), Message("user", "写个贪吃蛇")), "写个贪吃蛇"
)


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):  # a proxy would answer for the name that does not resolve
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    server.reset()
    reset_breakers()


@pytest.fixture(scope="module")
def untrusted() -> Iterator[ModelServer]:
    with ModelServer(tls=True) as running:
        yield running


async def _collect(engine: OpenAIEngine, deltas: list[Delta]) -> None:
    async for delta in engine.stream(REQUEST):
        deltas.append(delta)


def test_there_are_enough_of_them() -> None:
    assert len(FAULTS) >= 30
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_fault(fault: Fault, server: ModelServer, untrusted: ModelServer) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    urls = {"server": server.base_url, "tls": untrusted.base_url, "nowhere": "http://no-such-host.invalid/v1"}
    settings = OpenAIConfig(
        base_url=closed_port() if fault.address == "closed" else urls[fault.address],
        model="test-model",
        max_attempts=3,
        # Long where the server stands still on purpose would be waited for; elsewhere it is never reached.
        stall_timeout_s=0.2 if fault.kind.default_reason == "timeout" else 10,
    )
    engine = OpenAIEngine(settings, SecretStr(KEY), sleep=sleep, jitter=lambda: 0.5)
    if fault.reply is not None:
        server.always(fault.reply())
    deltas: list[Delta] = []
    with pytest.raises(EngineError) as caught:
        await _collect(engine, deltas)

    failure = caught.value
    assert type(failure) is fault.kind
    assert failure.reason == fault.reason
    assert failure.retryable is fault.retryable
    assert any("\u4e00" <= char <= "\u9fff" for char in failure.message)
    assert fault.says in failure.message
    assert any(isinstance(delta, TextDelta) for delta in deltas) == fault.text
    if fault.address == "server":
        assert len(server.requests) == fault.asked
        # Each wait is announced once.
        notices = [delta for delta in deltas if isinstance(delta, NoticeDelta)]
        assert len(notices) == len(waits)
    shown = "".join(traceback.format_exception(failure)) + repr(failure) + repr(engine) + repr(deltas)
    assert KEY not in shown
    assert failure.__cause__ is None
    assert failure.__context__ is None

    # The server and the engine are alive: the next request is answered.
    if fault.address == "server":
        server.reset()
        server.script(answer("好了"))
        texts = [delta.text async for delta in engine.stream(REQUEST) if isinstance(delta, TextDelta)]
        assert "".join(texts) == "好了"
