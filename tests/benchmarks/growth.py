"""Measures the cost of an event and the memory of a run as journals and projects grow: 1, 10 and 100 times.

    python -m tests.benchmarks.growth

In this process, on the disk of the temporary folder, without fsync. An event is written as a run writes it
(numbered, encoded, appended, folded into the state), read as a feed reads it, and framed for its clients.
"""

import gc
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median
from uuid import uuid4

from aiflow_server.sse import frame

from aiflow.config import RunConfig
from aiflow.model.events import ChunkEvent, FileWrittenEvent
from aiflow.model.phases import IMPLEMENT
from aiflow.model.snapshot import Snapshot
from aiflow.pipeline.event_writer import EventWriter
from aiflow.storage.journal import Journal
from aiflow.storage.journal_reader import JournalReader
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from tests.benchmarks.table import show

TEXT = "    screen.fill(BLACK)  # 清空画面\n" * 3
# Twenty events a second for half a minute, five minutes, and an hour.
LENGTHS = (720, 7_200, 72_000)
FILES = (2, 20, 200)
_SAMPLES = 500
# A hundred times as much may cost so much more: what a processor's caches and a busy machine make of it.
_AT_MOST = 2.0


class Run:
    """The objects of a run, without a model."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / f"{uuid4()}.jsonl", uuid4(), sync=False)
        self.snapshot = Snapshot()
        self.events = EventWriter(self.journal, self.snapshot)
        self.reader = JournalReader(self.journal.path)

    def type(self) -> None:
        """Write one chunk."""
        text = f"{TEXT}{self.journal.seq}"  # a text of its own: the run keeps the latest
        event = ChunkEvent(phase=IMPLEMENT, channel="content", text=text, path="main.py")
        self.events.emit(event)

    def announce(self) -> None:
        """Write that a file is there."""
        self.events.emit(FileWrittenEvent(filename="main.py", path="main.py", size_bytes=3))

    def follow(self) -> None:
        """Read and frame what is new, as a feed does."""
        for line in self.reader.read():
            frame(line)


def microseconds(*actions: Callable[[], object]) -> tuple[float, ...]:
    """The median of some calls of each, in turn.

    One that another process interrupted is not what an event costs.
    """
    times: list[list[float]] = [[] for _ in actions]
    for _ in range(_SAMPLES):
        for action, own in zip(actions, times, strict=True):
            began = time.perf_counter()
            action()
            own.append(time.perf_counter() - began)
    return tuple(median(own) * 1e6 for own in times)


def by_length(folder: Path) -> list[tuple[float, ...]]:
    """For each length of the journal: µs to write an event, to read and frame it; KB that the run holds."""
    rows = []
    for length in LENGTHS:
        gc.collect()
        tracemalloc.start()
        run = Run(folder)
        for _ in range(length):
            run.type()
        gc.collect()
        held = tracemalloc.get_traced_memory()[0] / 1000
        tracemalloc.stop()
        for _ in run.reader.read_all():
            pass
        rows.append((*microseconds(run.type, run.follow), held))
        run.journal.close()
    return rows


def by_files(folder: Path) -> list[tuple[float, ...]]:
    """For each number of files: µs to announce one, to read and frame that; to write the file itself."""
    rows = []
    store = ProjectStore(folder / "projects", RunConfig(durability="none"))
    for count in FILES:
        project = store.folder(uuid4(), "growth").make()
        run = Run(folder)
        for number in range(count - 1):
            project.write(f"part{number:03}.py", b"x = 1\n")
            run.events.emit(FileWrittenEvent(filename="x", path=f"part{number:03}.py", size_bytes=6))
        for _ in run.reader.read_all():
            pass

        sizes = project.sizes()  # a run looks them up once an answer

        def write(project: ProjectFolder = project, sizes: dict[str, int] = sizes) -> None:
            writer = project.begin("main.py", sizes)
            writer.write_bytes(b"x = 1\n")
            project.check_room("main.py", writer.size, sizes)
            writer.commit()

        announced, read = microseconds(run.announce, run.follow)
        rows.append((announced, read, *microseconds(write)))
        run.journal.close()
    return rows


def table(title: str, head: tuple[str, ...], sizes: tuple[int, ...], rows: list[tuple[float, ...]]) -> None:
    show(title, head, [(f"{size:,}", *row) for size, row in zip(sizes, rows, strict=True)])


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        lengths, files = by_length(Path(name)), by_files(Path(name))
    head = ("events before", "to write one, µs", "to read and frame it, µs", "held by the run, KB")
    table("By the journal's length", head, LENGTHS, lengths)
    head = ("files", "to announce one, µs", "to read and frame that, µs", "to write the file, µs")
    table("By the project's files (200 are the most that a project has)", head, FILES, files)
    events = [(rows[0][column], rows[-1][column]) for rows in (lengths, files) for column in (0, 1)]
    # The run keeps the latest pieces of its text: full after five minutes, and the same after an hour.
    events.append((lengths[1][2], lengths[2][2]))
    return int(any(last > _AT_MOST * first for first, last in events))


if __name__ == "__main__":
    sys.exit(main())
