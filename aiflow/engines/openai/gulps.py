"""Reading many answers at once: what has come in a moment is read together.

A model sends a hundred packets a second, and each of them wakes the loop, asks the system and passes through the HTTP
library. Where many answers are read at once, each of them is left to gather in the system's buffer for some
hundredths of a second, and then taken as one piece; a person reads twenty updates a second, and an event gathers text for longer
than that anyway. One answer, or a few, are read as they come.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator
from typing import Any, Protocol, cast

from aiflow.engines.base import Delta, TextDelta
from aiflow.util.crowd import CROWD

# For each answer that is read at once, and at most; less than an event gathers text for.
_PAUSE_EACH_S = 0.002
_LONGEST_PAUSE_S = 0.08
# Of an answer that comes faster than it can be used, so much is held; the rest waits in the network.
_HELD_BYTES = 1 << 20


class NetworkStream(Protocol):
    """What the HTTP library reads from: ``network_stream`` of a response's extensions (httpcore's documentation)."""

    read: Callable[..., Awaitable[bytes]]


def pause_s() -> float:
    """Return how long an answer is left to gather before it is read on."""
    return min(_LONGEST_PAUSE_S, _PAUSE_EACH_S * CROWD.size) if CROWD.is_large else 0.0


def read_in_gulps(stream: NetworkStream | None) -> None:
    """Have ``stream`` read in gulps from now on; nothing where the library does not show it."""
    if stream is None:
        return
    read = stream.read
    # Of what a TLS connection has received already, it returns one record at a time: only the way to the system waits.
    was_empty = True

    async def read_after_pause(*args: Any, **kwargs: Any) -> bytes:
        nonlocal was_empty
        if was_empty and (pause := pause_s()):
            await asyncio.sleep(pause)
        step = _Step(read(*args, **kwargs))
        data = await step
        was_empty = step.has_waited
        return data

    stream.read = read_after_pause


async def gather(body: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Yield what of ``body`` came together as one piece; raises what ``body`` raises, after what came before it.

    The HTTP library hands on every packet by itself, and says only by waiting that it has no further one. Therefore a
    task of its own asks for them: when it waits, what it has is whole.
    """
    held: list[bytes] = []
    come, taken = asyncio.Event(), asyncio.Event()

    async def read() -> None:
        size = 0
        async for chunk in body:
            size = size + len(chunk) if held else len(chunk)
            held.append(chunk)
            come.set()
            if size > _HELD_BYTES:
                taken.clear()
                await taken.wait()

    reading = asyncio.create_task(read())
    reading.add_done_callback(lambda _: come.set())
    try:
        while held or not reading.done():
            await come.wait()
            come.clear()
            if held:
                piece = b"".join(held)
                held.clear()
                taken.set()
                yield piece
        await reading
    finally:
        reading.cancel()
        await asyncio.wait([reading])
        if not reading.cancelled():
            reading.exception()  # asked for: it was raised above, unless nobody reads any more


def join_texts(deltas: Iterable[Delta]) -> Iterator[Delta]:
    """Yield the same, neighbouring texts of one channel as one."""
    texts: list[TextDelta] = []
    for delta in deltas:
        if texts and not (isinstance(delta, TextDelta) and delta.channel == texts[0].channel):
            yield _joined(texts)
            texts = []
        if isinstance(delta, TextDelta):
            texts.append(delta)
        else:
            yield delta
    if texts:
        yield _joined(texts)


def _joined(texts: list[TextDelta]) -> TextDelta:
    return texts[0] if len(texts) == 1 else TextDelta(texts[0].channel, "".join(one.text for one in texts))


class _Step:
    """Awaits something, and knows whether that had to wait."""

    def __init__(self, awaitable: Awaitable[bytes]) -> None:
        self.has_waited = False
        self._steps = awaitable.__await__()

    def __await__(self) -> "Generator[Any, Any, bytes]":
        return cast("Generator[Any, Any, bytes]", self)

    def __iter__(self) -> "_Step":
        return self

    def __next__(self) -> Any:
        return self.send(None)

    def send(self, value: Any) -> Any:
        found = self._steps.send(value)
        self.has_waited = True
        return found

    def throw(self, *error: Any) -> Any:
        return self._steps.throw(*error)

    def close(self) -> None:
        self._steps.close()
