"""Plain clients for event streams.

As little work a byte as Python can, so that the server is what is measured.
"""

import asyncio
import time
from typing import Self

from tests.live.server import TOKEN


class StreamClient(asyncio.Protocol):
    """Reads one event stream to its end.

    Attributes:
        received: how many bytes came.
        arrivals: with ``watch``: event id → time of arrival in nanoseconds.
    """

    def __init__(self, request: bytes, end: bytes, *, watch: bool = False) -> None:
        self._request = request
        self._end = end
        self._watch = watch
        self._tail = b""
        self.received = 0
        self.frames: list[tuple[int, bytes]] = []
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def open(
        cls,
        port: int,
        path: str,
        *,
        end: bytes = b'"event_type":"status","status":"completed"',
        watch: bool = False,
    ) -> Self:
        """Connect and ask; ``end`` is what the last event holds."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: token {TOKEN}\r\n\r\n".encode()
        loop = asyncio.get_running_loop()
        _, client = await loop.create_connection(lambda: cls(request, end, watch=watch), "127.0.0.1", port)
        await client.opened
        return client

    def has(self, text: bytes) -> bool:
        """Whether ``text`` is in the last that came."""
        return text in self._tail

    def leave(self) -> None:
        """Go away in the middle, as a page does that is closed."""
        if not self.done.done():
            self.done.set_result(None)
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self.opened.done():
            self.opened.set_result(None)
        if self._watch:
            self.frames.append((time.time_ns(), data))
        self.received += len(data)
        self._tail = (self._tail + data)[-4096:]
        if self._end in self._tail and not self.done.done():
            self.done.set_result(None)
            self._transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        for future in (self.opened, self.done):
            if not future.done():
                future.set_exception(error or ConnectionError("the stream ended early"))
