"""The server itself: HTTP/1.1 written directly on asyncio streams, in a thread of its own.

By hand because it must do what a framework forbids: stop in the middle, send half a chunk, garbage, nothing.
"""

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import sys
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.modelserver import canned
from tests.modelserver.replies import Cut, Gate, Reply, Step, answer
from tests.modelserver.vendors import Style
from tests.patience import PATIENCE_S

CERTIFICATE = Path(__file__).with_name("selfsigned.pem")


@dataclass
class Received:
    """One request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    _ended: threading.Event = field(default_factory=threading.Event, repr=False)
    disconnected: bool = False

    @property
    def phase(self) -> str:
        """The value of ``X-AIFlow-Phase``."""
        return self.headers.get("x-aiflow-phase", "")

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)

    def wait_ended(self, timeout: float = PATIENCE_S) -> bool:
        """Block until the request is over, answered or given up; return whether it is."""
        return self._ended.wait(timeout)

    async def ended(self, timeout: float = PATIENCE_S) -> bool:  # noqa: ASYNC109 - the blocking twin's signature
        """Wait until the request is over; return whether it is."""
        return await asyncio.to_thread(self._ended.wait, timeout)

    def end(self, *, disconnected: bool) -> None:
        """The server's side."""
        self.disconnected = disconnected
        self._ended.set()


class ModelServer:
    """A stand-in for a model service; see the package's docstring.

    Args:
        port: 0 for a free one.
        tls: serve HTTPS with a certificate that nobody trusts.
        style: how unscripted answers tell thinking and content apart.
        sizes: how many characters their deltas have, in turn.
        models: what ``GET /v1/models`` names.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        tls: bool = False,
        style: Style = "reasoning_content",
        sizes: Sequence[int] = (12,),
        models: Sequence[str] = ("test-model",),
    ) -> None:
        self.requests: list[Received] = []
        self._wanted_port = port
        self._tls = tls
        self._style = style
        self._sizes = sizes
        self._models = models
        self._scripts: dict[str | None, deque[Reply]] = {}
        self._always: dict[str | None, Reply] = {}
        self._routes: dict[str, Reply] = {}
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="model-server", daemon=True)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    # --- what a test says -----------------------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """The value for ``openai.base_url``."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/v1"

    def script(self, *replies: Reply, phase: str | None = None) -> None:
        """Give these answers next, each once and in order; with ``phase`` only to requests of that phase."""
        with self._lock:
            self._scripts.setdefault(phase, deque()).extend(replies)

    def always(self, reply: Reply, phase: str | None = None) -> None:
        """Give this answer whenever nothing is scripted; with ``phase`` only to requests of that phase."""
        with self._lock:
            self._always[phase] = reply

    def route(self, path: str, reply: Reply) -> None:
        """Give this answer to every ``GET`` of a path, for example ``/v1/models``."""
        with self._lock:
            self._routes[path] = reply

    def reset(self) -> None:
        """Forget every script and every request."""
        with self._lock:
            self._routes.clear()
            self._scripts.clear()
            self._always.clear()
            self.requests.clear()

    def wait_request(self, number: int = 1, timeout: float = PATIENCE_S) -> Received:
        """Block until so many requests have arrived; return the last of them."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.requests) >= number, timeout):
                raise TimeoutError(f"only {len(self.requests)} of {number} requests came")
            return self.requests[number - 1]

    async def request(self, number: int = 1, timeout: float = PATIENCE_S) -> Received:  # noqa: ASYNC109 - its twin's
        """Wait until so many requests have arrived; return the last of them."""
        return await asyncio.to_thread(self.wait_request, number, timeout)

    # --- its life -------------------------------------------------------------------------------------------

    def start(self) -> Self:
        """Listen; return the server."""
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """End every connection and the thread."""
        asyncio.run_coroutine_threadsafe(self._shut(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def _listen(self) -> asyncio.Server:
        context = None
        if self._tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
        return await asyncio.start_server(self._connect, "127.0.0.1", self._wanted_port, ssl=context)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- one connection -------------------------------------------------------------------------------------

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client went away; what it had asked is marked so in _converse
        except asyncio.CancelledError:
            writer.transport.abort()  # the server is being stopped
        finally:
            self._tasks.discard(task)
            writer.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await writer.wait_closed()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received = await _read_request(reader)
        if received is None:
            return
        with self._arrived:
            reply = self._choose(received)
            self.requests.append(received)
            self._arrived.notify_all()
        sending = asyncio.ensure_future(_send(reply, writer))
        leaving = asyncio.ensure_future(reader.read())  # ends when the client closes its side
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            received.end(disconnected=not sending.done() or sending.exception() is not None)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)

    def _choose(self, received: Received) -> Reply:
        if received.method == "GET" and received.path in self._routes:
            return self._routes[received.path]
        if received.method == "GET":
            names = [{"id": name, "object": "model"} for name in self._models]
            data = json.dumps({"object": "list", "data": names}).encode()
            return Reply([data], headers={"Content-Type": "application/json"}, framing="length")
        phase = received.phase
        for key in (phase, None):
            if self._scripts.get(key):
                return self._scripts[key].popleft()
        for key in (phase, None):
            if key in self._always:
                return self._always[key]
        known = phase if phase in canned.CONTENT else "implement"
        return answer(
            canned.CONTENT[known], thinking=canned.THINKING[known], style=self._style, sizes=self._sizes
        )


async def _read_request(reader: asyncio.StreamReader) -> Received | None:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(method, path, headers, content)


async def _send(reply: Reply, writer: asyncio.StreamWriter) -> None:
    if not await _take(reply.before_status, writer, chunked=False):
        return
    chunked = reply.framing == "chunked" and not reply.raw
    if not reply.raw:
        writer.write(_head(reply))
    if await _take(reply.steps, writer, chunked=chunked, pace_s=reply.pace_s):
        writer.write(b"0\r\n\r\n" if chunked else b"")
        await writer.drain()


def _head(reply: Reply) -> bytes:
    known = {status.value: status.phrase for status in HTTPStatus}
    lines = [f"HTTP/1.1 {reply.status} {known.get(reply.status, 'Status')}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if reply.framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
    elif reply.framing == "length":
        lines.append(f"Content-Length: {sum(len(step) for step in _bytes_of(reply.steps))}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _bytes_of(steps: Iterable[Step]) -> Iterable[bytes]:
    return (step for step in steps if isinstance(step, bytes))


async def _take(
    steps: Iterable[Step], writer: asyncio.StreamWriter, *, chunked: bool, pace_s: float = 0.0
) -> bool:
    """Do the steps; return False when the connection was cut by one."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    for step in steps:
        due += pace_s
        if pace_s and due > loop.time():
            await asyncio.sleep(due - loop.time())  # a model's typing, not a wait for anything
        if isinstance(step, Gate):
            await writer.drain()
            await step.pass_through()
        elif isinstance(step, Cut):
            await writer.drain()
            _reset(writer)
            return False
        elif step:
            writer.write(b"%x\r\n%b\r\n" % (len(step), step) if chunked else step)
            await writer.drain()
    return True


def _reset(writer: asyncio.StreamWriter) -> None:
    """End the connection with a reset, as a crashed server does."""
    raw = writer.get_extra_info("socket")
    if isinstance(raw, socket.socket) or hasattr(raw, "setsockopt"):
        raw.setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        )
    writer.transport.abort()
