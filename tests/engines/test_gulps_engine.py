"""The real engine and the stand-in service, many answers at once: the same texts, the same endings, no connection left."""

import asyncio
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from aiflow.config import OpenAIConfig
from aiflow.engines.base import Delta, EngineRequest, FinishDelta, Message, TextDelta
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.exceptions import EngineError
from aiflow.util.crowd import CROWD, FEW
from tests.modelserver import ModelServer, answer
from tests.modelserver.replies import Cut, Gate, Reply

TEXT = "".join(f"第 {number} 行：蛇走到了 ({number}, {number * 7 % 40})。\n" for number in range(120))
REQUEST = EngineRequest(phase="implement", messages=(Message("user", "贪吃蛇"),), prompt="贪吃蛇")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture(autouse=True)
def crowded() -> Iterator[None]:
    joined = [CROWD.joined() for _ in range(FEW + 1)]
    for one in joined:
        one.__enter__()
    yield
    for one in joined:
        one.__exit__(None, None, None)


def engine(server: ModelServer) -> OpenAIEngine:
    settings = OpenAIConfig(base_url=server.base_url, model="test-model", max_attempts=1)
    return OpenAIEngine(settings, SecretStr("sk-" + "k" * 40))


async def read(one: OpenAIEngine) -> list[Delta]:
    return [delta async for delta in one.stream(REQUEST)]


def said(deltas: list[Delta], channel: str) -> str:
    return "".join(one.text for one in deltas if isinstance(one, TextDelta) and one.channel == channel)


def slow(text: str = TEXT) -> Reply:
    reply = answer(text, thinking="先想一想。", style="reasoning_content", sizes=(3, 4, 4, 3))
    reply.pace_s = 0.0002
    return reply


@pytest.mark.asyncio
async def test_many_at_once_get_the_same_text(server: ModelServer) -> None:
    reply = slow()
    server.always(reply)
    one = engine(server)
    for found in await asyncio.gather(*(read(one) for _ in range(6))):
        assert said(found, "content") == TEXT
        assert said(found, "thinking") == "先想一想。"
        assert found[-1] == FinishDelta("stop")
        assert len(found) < len(list(reply.steps)) / 2, "what came together came as one piece"


@pytest.mark.asyncio
async def test_one_who_stops_closes_the_connection(server: ModelServer) -> None:
    gate = Gate()
    reply = slow()
    reply.steps = [*list(reply.steps)[:40], gate, *list(reply.steps)[40:]]
    server.always(reply)
    pieces = engine(server).stream(REQUEST)
    assert isinstance(await anext(pieces), TextDelta)
    await pieces.aclose()
    gate.open()
    assert await (await server.request()).ended()
    assert server.requests[0].disconnected


@pytest.mark.asyncio
async def test_a_cut_connection_loses_nothing_that_came(server: ModelServer) -> None:
    reply = slow()
    whole = list(reply.steps)
    reply.steps = [*whole[:400], Cut()]
    server.always(reply)
    found: list[Delta] = []

    async def collect() -> None:
        async for delta in engine(server).stream(REQUEST):
            found.append(delta)

    with pytest.raises(EngineError):
        await collect()
    assert TEXT.startswith(said(found, "content"))
    assert len(said(found, "content")) > 500
