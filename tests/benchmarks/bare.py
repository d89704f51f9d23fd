"""A bare Tornado server that writes ready-made frames to all its clients: what fan-out is measured against.

Arguments: port, journal. ``GET /events`` waits; ``GET /go`` lets all of them have everything.
"""

import asyncio
import sys
from pathlib import Path

from tornado import web
from tornado.httpserver import HTTPServer

serve_path = "/events"


class Events(web.RequestHandler):
    """Writes frame by frame, as a handler without any batching does."""

    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.write(": open\n\n")
        await self.flush()
        await self.application.settings["go"].wait()
        for frame in self.application.settings["frames"]:
            self.write(frame)
            await self.flush()


class Go(web.RequestHandler):
    """Lets them go."""

    def get(self) -> None:
        self.application.settings["go"].set()


def frames_of(journal: Path) -> list[bytes]:
    lines = journal.read_bytes().splitlines()
    return [
        b"id: %d\nevent: chunk\ndata: %b\n\n" % (number, line) for number, line in enumerate(lines, start=1)
    ]


async def main() -> None:
    port, journal = sys.argv[1:]
    application = web.Application(
        [(serve_path, Events), ("/go", Go)], frames=frames_of(Path(journal)), go=asyncio.Event()
    )
    HTTPServer(application).listen(int(port), "127.0.0.1")
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
