"""Measures whether players on one server are fair to each other.

Their pictures a second and their delays, side by side.

``python -m tests.benchmarks.player_many [PLAYERS...]`` (1, 4 and 10 by default) starts a Jupyter server and
plays with so many WebSocket clients at once, all in one process. There is no browser, because ten Chromium
pages need more of a small machine than the server and ten games do; ``player_page`` measures what is seen in
one.
"""

import asyncio
import json
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import simplejpeg
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from tests.benchmarks.player import PROGRAM
from tests.benchmarks.table import show
from tests.live.server import TOKEN, LiveServer, write_config
from tests.server.projects import Catalogue

SECONDS = 8.0
ASKED_AHEAD = 2  # as the page does
HEADER = 12
FAIR = 0.7  # of the mean, for the one who has least


@dataclass
class Player:
    """One client and what it saw."""

    socket: WebSocketClientConnection
    frames: int = 0
    delays_ms: list[float] = field(default_factory=list)
    _down: bool = False
    _pressed: float = 0.0

    async def say(self, **message: object) -> None:
        await self.socket.write_message(json.dumps(message))

    async def picture(self) -> bytes:
        """The next picture; asks for one more."""
        while True:
            message = await self.socket.read_message()
            if message is None:
                raise RuntimeError("the server hung up")
            if isinstance(message, bytes):
                await self.say(type="frame")
                return message
            if json.loads(message)["type"] == "ended":
                raise RuntimeError(message)

    async def begin(self) -> None:
        """Wait for the first picture."""
        await self.say(type="input", event={"type": "focus"})
        for _ in range(ASKED_AHEAD):
            await self.say(type="frame")
        await self.picture()

    async def play(self, until: float) -> None:
        """Watch, and press a key now and then."""
        press_at = time.perf_counter() + random.random() / 4
        while (now := time.perf_counter()) < until:
            data = await self.picture()
            self.frames += 1
            now = time.perf_counter()
            if self._pressed and self._is_green(data) == self._down:
                self.delays_ms.append((now - self._pressed) * 1000)
                # A moment that is no multiple of a frame, so that no phase is favoured.
                self._pressed, press_at = 0.0, now + 0.2 + random.random() / 4
            if not self._pressed and now > press_at:
                self._down, self._pressed = not self._down, now
                kind = "key_down" if self._down else "key_up"
                await self.say(type="input", event={"type": kind, "code": "Space", "key": " "})

    def _is_green(self, data: bytes) -> bool:
        if data[0]:  # a PNG: the picture stood still
            return self._down
        red, green, _ = simplejpeg.decode_jpeg(data[HEADER:], fastdct=True)[2, 2]
        return bool(green > red)


async def measure(live: LiveServer, project: object, players: int) -> list[Player]:
    """So many players at once, over the same seconds."""
    url = f"{live.url}api/projects/{project}/program?mode=play".replace("http:", "ws:")
    headers = {"Authorization": f"token {TOKEN}"}
    playing = [
        Player(await websocket_connect(HTTPRequest(url, headers=headers, request_timeout=60)))
        for _ in range(players)
    ]
    await asyncio.gather(*(player.begin() for player in playing))
    until = time.perf_counter() + SECONDS
    await asyncio.gather(*(player.play(until) for player in playing))
    for player in playing:
        await player.say(type="stop")
        player.socket.close()
    return playing


def row(players: list[Player]) -> list[object]:
    rates = [player.frames / SECONDS for player in players]
    own = [statistics.median(player.delays_ms) for player in players]
    delays = sorted(delay for player in players for delay in player.delays_ms)
    return [
        len(players),
        f"{sum(rates):.0f}",
        f"{min(rates):.1f} to {max(rates):.1f}",
        f"{min(rates) / statistics.mean(rates):.0%}",
        f"{statistics.median(delays):.0f} ms",
        f"{min(own):.0f} to {max(own):.0f} ms",
        f"{delays[int(len(delays) * 0.95)]:.0f} ms",
    ]


def main(counts: list[int]) -> int:
    """Print the table; 1 where somebody had much less than the others."""
    head = ["players", "pictures/s together", "each", "least of the mean", "key to picture, median"]
    head += ["each one's median", "95 %"]
    rows, fair = [], True
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        server = {"max_programs": 100, "max_programs_per_user": 100}
        write_config(root, require_venv=False, server=server)
        (root / "projects").mkdir()
        project = Catalogue(root / "projects").project({"main.py": PROGRAM}).project_id
        with LiveServer(root) as live:
            for count in counts:
                players = asyncio.run(measure(live, project, count))
                rows.append(row(players))
                fair &= min(one.frames for one in players) >= FAIR * statistics.mean(
                    one.frames for one in players
                )
    show(f"Players at once on one server, 640×480, {SECONDS:.0f} s", head, rows)
    return int(not fair)


if __name__ == "__main__":
    raise SystemExit(main([int(word) for word in sys.argv[1:]] or [1, 4, 10]))
