"""Many answers at once are read in gulps, and nothing of them is lost, changed or put in another order."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from aiflow.engines.base import Delta, FinishDelta, TextDelta
from aiflow.engines.openai import gulps
from aiflow.engines.openai.gulps import gather, join_texts, pause_s, read_in_gulps
from aiflow.pipeline.event_writer import COALESCE_S, coalesce_s
from aiflow.util.crowd import CROWD, FEW, Crowd


@pytest.fixture
def crowded() -> Iterator[None]:
    """As if so many others were at work that it is worth a gulp."""
    joined = [CROWD.joined() for _ in range(FEW + 1)]
    for one in joined:
        one.__enter__()
    yield
    for one in joined:
        one.__exit__(None, None, None)


def test_a_few_are_served_as_one_is() -> None:
    crowd = Crowd()
    with crowd.joined(), crowd.joined():
        assert crowd.size == 2
        assert not crowd.is_large
    assert crowd.size == 0
    assert pause_s() == 0
    assert coalesce_s() == COALESCE_S


@pytest.mark.usefixtures("crowded")
def test_many_wait_a_moment() -> None:
    assert 0 < pause_s() <= 0.04
    assert COALESCE_S <= coalesce_s() <= 0.1


async def packets(*packed: bytes) -> AsyncIterator[bytes]:
    """Pieces that are there already; ``b""`` is a moment in which none comes."""
    for packet in packed:
        if packet:
            yield packet
        else:
            await asyncio.sleep(0.001)


@pytest.mark.asyncio
async def test_what_came_together_is_one_piece() -> None:
    found = [piece async for piece in gather(packets(b"a", b"b", b"c", b"", b"d", b"", b"e", b"f"))]
    assert found == [b"abc", b"d", b"ef"]


@pytest.mark.asyncio
async def test_what_came_before_a_failure_is_handed_on() -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"a"
        raise ConnectionResetError

    pieces = gather(broken())
    assert await anext(pieces) == b"a"
    with pytest.raises(ConnectionResetError):
        await anext(pieces)


@pytest.mark.asyncio
async def test_one_who_leaves_ends_the_reading() -> None:
    ended = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"x"
                await asyncio.sleep(0)
        finally:
            ended.set()

    body = endless()
    pieces = gather(body)
    assert (await anext(pieces)).strip(b"x") == b""
    await pieces.aclose()
    await body.aclose()  # type: ignore[attr-defined]  # a generator; the engine closes it itself
    assert ended.is_set()


@pytest.mark.asyncio
async def test_a_cancelled_reader_leaves_no_task_behind() -> None:
    async def silent() -> AsyncIterator[bytes]:
        await asyncio.Event().wait()
        yield b""

    async def read() -> None:
        async for _ in gather(silent()):
            raise AssertionError

    before = asyncio.all_tasks()
    reading = asyncio.create_task(read())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert asyncio.all_tasks() == before


@pytest.mark.asyncio
async def test_what_comes_too_fast_is_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gulps, "_HELD_BYTES", 100)
    given = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal given
        for _ in range(1000):
            given += 10
            yield b"0123456789"

    size = 0
    async for piece in gather(flood()):
        assert given - size <= 120
        size += len(piece)
        await asyncio.sleep(0)
    assert size == 10_000


class Wire:
    """A connection whose ``read`` returns what was received, and waits when nothing was."""

    def __init__(self, *received: bytes) -> None:
        self.received = list(received)
        self.waits = 0
        self.asked: list[tuple[int, float]] = []

    async def read(self, max_bytes: int, timeout: float) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        self.asked.append((max_bytes, timeout))
        if self.received[0] == b"":
            self.received.pop(0)
            self.waits += 1
            await asyncio.sleep(0)
        return self.received.pop(0)


@pytest.mark.asyncio
@pytest.mark.usefixtures("crowded")
async def test_only_the_way_to_the_system_is_paused(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(gulps, "pause_s", lambda: pauses.append(0.0) or 0.0)
    wire = Wire(b"", b"1", b"2", b"3", b"", b"4")
    read_in_gulps(wire)
    assert [await wire.read(10, timeout=5.0) for _ in range(4)] == [b"1", b"2", b"3", b"4"]
    assert wire.waits == 2
    assert len(pauses) == 2  # before the first, and after the first had waited; not between what was there
    assert wire.asked == [(10, 5.0)] * 4


def test_nothing_to_read_from_is_left_alone() -> None:
    read_in_gulps(None)


def test_neighbouring_texts_are_one() -> None:
    said: list[Delta] = [
        TextDelta("thinking", "a"),
        TextDelta("thinking", "b"),
        TextDelta("content", "c"),
        FinishDelta("stop"),
        TextDelta("content", "d"),
        TextDelta("content", "e"),
    ]
    assert list(join_texts(said)) == [
        TextDelta("thinking", "ab"),
        TextDelta("content", "c"),
        FinishDelta("stop"),
        TextDelta("content", "de"),
    ]
