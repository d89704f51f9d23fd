"""Runs that a benchmark writes itself, event by event, for a page to look at.

The server follows their journals.
"""

import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from aiflow.config import RunConfig
from aiflow.model.entities import make_project_name
from aiflow.model.events import ChunkEvent, FileWrittenEvent, PhaseEvent, StatusEvent
from aiflow.model.phases import IMPLEMENT, phases
from aiflow.model.status import PhaseStatus, ProjectStatus, RequestStatus
from aiflow.storage.journal import Journal
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore
from aiflow.util.timestamps import utc_now

CODE = "    screen.fill(BLACK)  # 清空画面，再画蛇和食物\n"
CHUNKS_OF_A_FILE = 5


class Feed:
    """A run at work in its third phase.

    Args:
        projects: the server's folder of projects.
    """

    def __init__(self, projects: Path) -> None:
        self.project_id: UUID = uuid4()
        store = ProjectStore(projects, RunConfig(durability="none"))
        self.folder = store.folder(
            self.project_id, make_project_name("snake_game", datetime.now(UTC), self.project_id)
        ).make()
        self.record = self.folder.record
        manifest = Manifest(
            project_id=self.project_id,
            prompt="帮我写个贪吃蛇",
            engine="openai",
            created_at=datetime.now(UTC),
            project_name=self.folder.root.name,
            status=RequestStatus.PROCESSING,
        )
        self.record.create(manifest)
        self.journal = Journal(self.record.journal_path, self.project_id, sync=False)
        self.chunks = 0
        self.files = 0
        self._typed = ""
        self.journal.append(
            StatusEvent(status=RequestStatus.PROCESSING, project_status=ProjectStatus.GENERATING)
        )
        for phase in phases():
            last = phase.name == IMPLEMENT
            self.journal.append(
                PhaseEvent(
                    phase=phase.name,
                    status=PhaseStatus.ACTIVE if last else PhaseStatus.COMPLETED,
                    sequence_order=phase.order,
                    educational_message="先想清楚要做什么，再动手写代码。",
                    started_at=utc_now(),
                )
            )

    def chunk(self, path: str | None) -> None:
        """One more piece of text; the page knows it by its number."""
        self.chunks += 1
        text = f"⟦{self.chunks}⟧{CODE}"
        if path is not None:
            self._typed += text
        self.journal.append(ChunkEvent(phase=IMPLEMENT, channel="content", text=text, path=path))

    def file(self, path: str, *, on_disk: bool = True) -> None:
        """A file is whole: the pieces since the file before it."""
        data = (self._typed or CODE * CHUNKS_OF_A_FILE).encode()
        self._typed = ""
        if on_disk:
            # Past the store, which takes no more files than a project may have.
            target = self.folder.root / path
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(data)
        self.files += 1
        self.journal.append(FileWrittenEvent(filename=Path(path).name, path=path, size_bytes=len(data)))

    def pace(self, seconds: float, chunks_per_s: int) -> None:
        """Write so many chunks a second, and a file after each five of them."""
        began = time.perf_counter()
        for number in range(int(seconds * chunks_per_s)):
            path = f"game/part_{self.chunks // CHUNKS_OF_A_FILE:04}.py"
            self.chunk(path)
            if number % CHUNKS_OF_A_FILE == CHUNKS_OF_A_FILE - 1:
                self.file(path)
            ahead = began + (number + 1) / chunks_per_s - time.perf_counter()
            if ahead > 0:
                time.sleep(ahead)  # the pace itself

    def fill(self, chunks: int) -> None:
        """Write until there are so many chunks, as fast as it goes: 50 files, written again and again."""
        while self.chunks < chunks:
            path = f"game/part_{self.chunks // 100 % 50:02}.py"
            for _ in range(100):
                self.chunk(path)
            self.file(path, on_disk=self.chunks <= 5000)

    def end(self) -> None:
        """The run is over."""
        done = StatusEvent(status=RequestStatus.COMPLETED, project_status=ProjectStatus.COMPLETED)
        self.journal.append(done)
        manifest = self.record.load()
        manifest.status = done.status
        self.record.save(manifest)
        self.journal.close()
        self.record.release()


def many_files(projects: Path, count: int) -> UUID:
    """A finished project of so many files, in folders of a hundred."""
    feed = Feed(projects)
    for number in range(count):
        feed.file(f"folder_{number // 100:03}/file_{number:05}.py")
    feed.end()
    return feed.project_id
