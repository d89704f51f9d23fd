"""Measures the server's half of a played game.

Pictures a second and the delay from a key to the changed picture.

The program answers a key with a colour. Run it with ``python -m tests.benchmarks.player [PLAYERS]``; the
page's half is measured in the browser.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import simplejpeg

from aiflow.sandbox.events import Frame
from aiflow.sandbox.player import start_player

SECONDS = 5.0
PROGRAM = """
import pygame
pygame.init()
screen = pygame.display.set_mode((640, 480))
clock = pygame.time.Clock()
colour, x = (200, 0, 0), 0
while True:
    for event in pygame.event.get():
        if event.type == pygame.KEYDOWN:
            colour = (0, 200, 0)
        if event.type == pygame.KEYUP:
            colour = (200, 0, 0)
    screen.fill(colour)
    x = (x + 4) % 640
    for i in range(12):
        pygame.draw.circle(screen, (20 * i, 90, 250), ((x + 53 * i) % 640, 40 + 33 * i), 18)
    pygame.display.flip()
    clock.tick(60)
"""


@dataclass
class Measured:
    first_s: float = 0.0
    frames: int = 0
    bytes: int = 0
    delays_ms: list[float] = field(default_factory=list)


async def play(root: Path) -> Measured:
    """Plays for some seconds, with a key now and then."""
    measured = Measured()
    began = time.perf_counter()
    async with await start_player(root, "main.py") as run:
        await run.request_frame()
        await run.request_frame()
        down, sent, until = False, 0.0, 0.0
        async for event in run.events():
            if not isinstance(event, Frame):
                continue
            await run.request_frame()
            now = time.perf_counter()
            if not measured.first_s:
                measured.first_s, until = now - began, now + SECONDS
            measured.frames += 1
            measured.bytes += len(event.data)
            if sent and event.media_type == "image/jpeg" and is_green(event) == down:
                measured.delays_ms.append((now - sent) * 1000)
                sent = 0.0
            if not sent and measured.frames % 7 == 0:
                down, sent = not down, now
                await run.send_input({"type": "key_down" if down else "key_up", "code": "Space", "key": " "})
            if now > until:
                break
    return measured


def is_green(frame: Frame) -> bool:
    """Whether the picture's corner shows the colour of a held key."""
    red, green, _ = simplejpeg.decode_jpeg(frame.data)[2, 2]
    return bool(green > red)


async def main(players: int) -> None:
    """Prints a line for each player."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "main.py").write_text(PROGRAM, encoding="utf-8")
        for number, one in enumerate(await asyncio.gather(*(play(root) for _ in range(players))), 1):
            rate = one.frames / SECONDS
            delays = sorted(one.delays_ms)
            print(
                f"player {number}: first picture {one.first_s:.2f} s, {rate:.1f} pictures/s, "
                f"{one.bytes / one.frames / 1024:.0f} KiB each, key to picture "
                f"p50 {statistics.median(delays):.1f} ms, p95 {delays[int(len(delays) * 0.95)]:.1f} "
                f"ms ({len(delays)} keys)"
            )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
