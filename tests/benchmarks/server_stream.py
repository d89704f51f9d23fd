"""Event streams: fan-out beside a bare handler, and memory.

    python -m tests.benchmarks.server_stream

Real processes and sockets: a Jupyter server with the extension, a bare Tornado server, this process as the
clients.
"""

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from aiflow.config import RunConfig
from aiflow.model.events import ChunkEvent, StatusEvent
from aiflow.model.phases import IMPLEMENT
from aiflow.model.status import ProjectStatus, RequestStatus
from aiflow.storage.journal import Journal
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore
from tests.benchmarks.bare import serve_path
from tests.benchmarks.table import show
from tests.live.clients import StreamClient
from tests.live.server import LiveServer, free_port, write_config

EVENTS = 2_000
CLIENTS = 100
# Events after which the memory is looked at; the last are an hour's.
LENGTHS = (720, 7_200, 72_000)
_STEP = 240
# The latest megabyte of events is kept, and once more while it is sent; nothing of what was before.
_GROWTH_MB = 10.0
TEXT = "    screen.fill(BLACK)  # 清空画面\n" * 3


def chunk() -> ChunkEvent:
    return ChunkEvent(phase=IMPLEMENT, channel="content", text=TEXT, path="main.py")


def done() -> StatusEvent:
    return StatusEvent(status=RequestStatus.COMPLETED, project_status=ProjectStatus.COMPLETED)


class LiveRun:
    """A run that this process writes, as a notebook's kernel does."""

    def __init__(self, store: ProjectStore) -> None:
        self.project_id = uuid4()
        self.record = store.record(self.project_id)
        manifest = Manifest(
            project_id=self.project_id, prompt="x", engine="lessons", created_at=datetime.now(UTC)
        )
        manifest.status = RequestStatus.PROCESSING
        self.record.create(manifest)
        self.journal = Journal(self.record.journal_path, self.project_id, sync=False)
        self.journal.append(chunk())

    def end(self) -> None:
        self.journal.append(done())
        self.journal.close()
        self.record.release()


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) if found else 0


async def fan_out(server: LiveServer, store: ProjectStore) -> tuple[float, float, int]:
    """Events a second to all clients together, server's processor seconds, bytes."""
    run = LiveRun(store)
    path = f"/api/stream/{run.project_id}"
    clients = [await StreamClient.open(server.port, path) for _ in range(CLIENTS)]
    assert server.process is not None
    cpu, began = cpu_seconds(server.process.pid), time.perf_counter()
    for _ in range(EVENTS):
        run.journal.append(chunk())
    run.end()
    await asyncio.gather(*(client.done for client in clients))
    seconds = time.perf_counter() - began
    received = sum(client.received for client in clients)
    return EVENTS * CLIENTS / seconds, cpu_seconds(server.process.pid) - cpu, received


def start_bare(port: int, journal: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.benchmarks.bare", str(port), str(journal)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


async def fan_out_bare(folder: Path) -> tuple[float, float, int]:
    """The same bytes from a handler that only writes them."""
    run = LiveRun(ProjectStore(folder / "bare", RunConfig(durability="none")))
    for _ in range(EVENTS):
        run.journal.append(chunk())
    run.end()
    port = free_port()
    process = start_bare(port, run.record.journal_path)
    try:
        clients = [await StreamClient.open(port, serve_path) for _ in range(CLIENTS)]
        cpu, began = cpu_seconds(process.pid), time.perf_counter()
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /go HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await asyncio.gather(*(client.done for client in clients))
        seconds = time.perf_counter() - began
        writer.close()
        received = sum(client.received for client in clients)
        return EVENTS * CLIENTS / seconds, cpu_seconds(process.pid) - cpu, received
    finally:
        process.kill()
        process.communicate()


async def memory(
    server: LiveServer, store: ProjectStore, count: int = 200
) -> tuple[float, list[tuple[int, float]]]:
    """Kilobytes for one more idle client.

    The server's megabytes after so many events of a run that one client follows.

    Twenty a second for half a minute, five minutes, and an hour; given as fast as the client takes them.
    """
    assert server.process is not None
    pid = server.process.pid
    run = LiveRun(store)
    path = f"/api/stream/{run.project_id}"
    first = await StreamClient.open(server.port, path)
    before = rss_kb(pid)
    clients = [await StreamClient.open(server.port, path) for _ in range(count)]
    each = (rss_kb(pid) - before) / count
    for client in clients:
        client.leave()
    sizes = []
    for number in range(1, 72_001):
        run.journal.append(chunk())
        if number % _STEP == 0:
            await _taken(first, run.journal.seq)
        if number in LENGTHS:
            sizes.append((number, rss_kb(pid) / 1000))
    run.end()
    await first.done
    return each, sizes


async def _taken(client: StreamClient, seq: int) -> None:
    """Wait until the client has event ``seq``."""
    async with asyncio.timeout(60):
        while not client.has(b"id: %d\n" % seq):  # noqa: ASYNC110 - a plain protocol: it tells nobody what came
            await asyncio.sleep(0.001)


async def measure(home: Path) -> int:
    store = ProjectStore(home / "projects", RunConfig(durability="none"))
    with LiveServer(home) as server:
        server.json("api/projects")
        best_ours, best_bare = (0.0, 0.0, 0), (0.0, 0.0, 0)
        for _ in range(3):
            best_ours = max(best_ours, await fan_out(server, store))
            best_bare = max(best_bare, await fan_out_bare(home))
        ratio = best_ours[0] / best_bare[0]
        show(
            f"Fan-out of {EVENTS:,} events to {CLIENTS} clients (best of 3)",
            ("what", "events/s, all clients", "processor s", "MB"),
            [
                (
                    "bare Tornado handler, ready-made bytes",
                    round(best_bare[0]),
                    best_bare[1],
                    best_bare[2] / 1e6,
                ),
                ("ours: journal, frames, handler", round(best_ours[0]), best_ours[1], best_ours[2] / 1e6),
                ("ratio (to reach 0.80)", ratio, "", ""),
            ],
        )
        each, sizes = await memory(server, store)
        show(
            "Memory of the server",
            ("what", "value"),
            [
                ("one more idle client (KB)", each),
                *((f"the whole process after {number:,} events (MB)", size) for number, size in sizes),
            ],
        )
    growth = sizes[-1][1] - sizes[0][1]
    return int(ratio < 0.8 or growth > _GROWTH_MB)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write_config(
            home,
            require_venv=False,
            run={"durability": "none"},
            server={"max_runs": 40},
        )
        return asyncio.run(measure(home))


if __name__ == "__main__":
    sys.exit(main())
