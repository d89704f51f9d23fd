"""Model servers that answer on this machine's loopback, at their default ports.

Whatever answers there may be another program, or a hostile one: each answer has half a second and half a
megabyte. The requests go straight to 127.0.0.1, without a proxy, a redirect or a key.
"""

import asyncio
import http.client
import io
import json
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from aiflow.engines.model_lists import model_names

_TIMEOUT_S: Final = 0.5
_MAX_BYTES: Final = 512 * 1024


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A kind of model server.

    Attributes:
        name: of its row.
        label: what it is called.
        port: its default.
        sizes_path: lists the models with their sizes, where it can.
    """

    name: str
    label: str
    port: int
    sizes_path: str = ""

    @property
    def base_url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/v1"


SERVERS: tuple[LocalServer, ...] = (
    LocalServer("ollama", "Ollama", 11434, "/api/tags"),
    LocalServer("lmstudio", "LM Studio", 1234),
    LocalServer("llamacpp", "llama.cpp", 8080),
    LocalServer("vllm", "vLLM", 8000),
)


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server that answered.

    Attributes:
        server: its kind.
        models: their names.
        sizes: in bytes on disk, of those whose size it tells.
    """

    server: LocalServer
    models: list[str]
    sizes: dict[str, int] = field(default_factory=dict)


async def find_servers() -> list[FoundServer]:
    """Ask all ports at the same time, for half a second; return the servers that answered."""
    found = await asyncio.gather(*map(_find, SERVERS))
    return [server for server in found if server is not None]


async def _find(server: LocalServer) -> FoundServer | None:
    paths = ["/v1/models", *filter(None, [server.sizes_path])]
    listed, *more = await asyncio.gather(*(_get_json(server.port, path) for path in paths))
    models = model_names(listed)
    if models is None:
        return None
    return FoundServer(server, models, _sizes(more[0], models) if more else {})


def _sizes(tags: object, models: list[str]) -> dict[str, int]:
    items = tags.get("models") if isinstance(tags, dict) else None
    found: dict[str, int] = {}
    for item in items if isinstance(items, list) else ():
        name, size = (item.get("name"), item.get("size")) if isinstance(item, dict) else (None, None)
        if isinstance(name, str) and name in models and isinstance(size, int) and 0 < size < 1 << 50:
            found[name] = size
    return found


async def _get_json(port: int, path: str) -> Any:
    """Return the decoded answer; None when there is none in time or it is no JSON."""
    received = bytearray()
    # The bytes that arrived in time count: some servers leave the connection open.
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(_TIMEOUT_S):
            await _receive(port, path, received)
    try:
        response = http.client.HTTPResponse(_Received(received))  # type: ignore[arg-type]  # only makefile is used
        response.begin()
        return json.loads(response.read()) if response.status == 200 else None
    # A hostile nesting exhausts the stack.
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        return None


async def _receive(port: int, path: str, received: bytearray) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        # HTTP/1.0: the end of the answer is the end of the connection.
        writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
        while len(received) < _MAX_BYTES and (piece := await reader.read(65_536)):
            received += piece
    finally:
        writer.transport.abort()
        with suppress(OSError):  # the server has closed it in its own way
            await writer.wait_closed()


class _Received:
    """The bytes that arrived, as the socket that ``http.client`` reads."""

    def __init__(self, data: bytes | bytearray) -> None:
        self._data = bytes(data)

    def makefile(self, _mode: str) -> io.BytesIO:
        """Return them as a file."""
        return io.BytesIO(self._data)
