"""Attacks through every endpoint of a live server whose address has a path or an id in it."""

import asyncio
import random
from dataclasses import dataclass

from tests.attacks.names import project_name, target
from tests.attacks.outcome import SECRET, SECRET_NAME, Outcome
from tests.attacks.trap import Trap

_WAYS = (
    (b"GET", b"api/projects/%b/files/%b"), (b"GET", b"api/projects/%b/files/%b"),
    (b"GET", b"api/projects/%b/files/%b"), (b"HEAD", b"api/projects/%b/files/%b"),
    (b"PUT", b"api/projects/%b/files/%b"), (b"PUT", b"api/projects/%b/files/%b"),
    (b"GET", b"aiflow/static/%.0b%b"), (b"GET", b"api/projects/%b/%b"), (b"GET", b"api/stream/%b/%b"),
    (b"GET", b"api/projects/%b?x=%b"), (b"DELETE", b"api/projects/%b/files/%b"),
    (b"PATCH", b"api/projects/%b/files/%b"),
    (b"POST", b"api/projects/%b/%b"), (b"GET", b"api/projects/%b/download?%b"),
)  # fmt: skip


@dataclass(frozen=True)
class Server:
    """Where the server is: its port on loopback, its base URL, its token."""

    port: int
    base: str
    token: str


async def attack_http(server: Server, trap: Trap, cases: int, seed: int) -> Outcome:
    """Send ``cases`` requests, as bytes: no library puts a path right before it is sent."""
    rng = random.Random(seed)
    outcome = Outcome("paths, endpoints")
    connection = Connection(server)
    project = str(trap.folder.project_id)
    for _ in range(cases):
        method, form = rng.choice(_WAYS)
        path = form % (project_name(rng, project), target(rng, trap.outside, trap.folder.root))
        status, body = await connection.ask(method, path)
        outcome.answers[str(status)] += 1
        if status >= 500:
            outcome.broken.append(f"{method!a} {path!a}: {status}")
        if SECRET in body or SECRET_NAME.encode() in body.replace(path, b""):
            outcome.broken.append(f"{method!a} {path!a}: told what is outside")
    await connection.close()
    outcome.broken += trap.damage()
    if cases >= 500 and not (outcome.answers["200"] and outcome.answers["405"]):
        # With the right id and a harmless path among them, a server that has the project answers some.
        outcome.broken.append("the attacks did not reach the project: nothing is known")
    return outcome


class Connection:
    """A connection that is kept as long as the server keeps it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: bytes, path: bytes) -> tuple[int, bytes]:
        """Send a request, return its status and its body."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._server.port, limit=1 << 20)
        reader, writer = self._streams
        body = b"evil" if method in {b"PUT", b"POST"} else b""
        writer.write(
            (
                b"%b %b%b HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: token %b\r\n"
                b"Content-Length: %d\r\n\r\n%b"
            )
            % (
                method,
                self._server.base.encode(),
                path,
                self._server.port,
                self._server.token.encode(),
                len(body),
                body,
            )
        )
        async with asyncio.timeout(20):
            return await self._answer(method, reader)

    async def _answer(self, method: bytes, reader: asyncio.StreamReader) -> tuple[int, bytes]:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.IncompleteReadError:
            await self.close()
            return 400, b""  # the server's HTTP refused the line itself and hung up
        status = int(head.split(" ", 2)[1])
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        if method == b"HEAD" or status in {204, 304}:
            body = b""
        elif headers.get("transfer-encoding") == "chunked":
            body = await _chunks(reader)
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("connection") == "close":
            await self.close()
        return status, body

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    found = b""
    while size := int(await reader.readline(), 16):
        found += (await reader.readexactly(size + 2))[:-2]
    await reader.readline()
    return found
