"""Projects as a run leaves them on disk, made by hand for tests."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from aiflow.config import RunConfig
from aiflow.model.entities import make_project_name
from aiflow.model.events import ChunkEvent, PhaseEvent, StatusEvent
from aiflow.model.phases import SPECIFY, phases
from aiflow.model.status import PhaseStatus, RequestStatus, project_status_of
from aiflow.storage.journal import Journal
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import RunRecord

CREATED = datetime(2026, 1, 2, 10, 0, 0, tzinfo=UTC)


def status_event(status: str, **fields: Any) -> StatusEvent:
    known = RequestStatus(status)
    return StatusEvent(status=known, project_status=project_status_of(known), **fields)


def chunk_event(text: str) -> ChunkEvent:
    return ChunkEvent(phase=SPECIFY, channel="content", text=text)


class Catalogue:
    """The projects folder."""

    def __init__(self, projects_dir: Path) -> None:
        self.store = ProjectStore(projects_dir, RunConfig(durability="none"))

    def project(
        self,
        files: dict[str, bytes | str] | None = None,
        *,
        status: str = "completed",
        created_at: datetime = CREATED,
        validated: bool = True,
        title: str | None = "贪吃蛇",
        project_type: str = "snake_game",
    ) -> ProjectFolder:
        """A project with a record, its journal and its files."""
        project_id = uuid4()
        folder = self.store.folder(project_id, make_project_name(project_type, created_at, project_id)).make()
        files = files if files is not None else {"main.py": "print('你好')\n"}
        manifest = Manifest(
            project_id=project_id,
            prompt="帮我写个贪吃蛇",
            engine="lessons",
            created_at=created_at,
            project_name=folder.root.name,
            title=title,
            status=RequestStatus(status),
            syntax_validated=validated,
            file_count=len(files),
        )
        folder.record.create(manifest)
        folder.record.release()
        for path, data in files.items():
            folder.write(path, data.encode() if isinstance(data, str) else data)
        with_journal(folder.record, project_id, [status_event("pending"), status_event("processing")])
        if status not in {"pending", "processing"}:
            with_journal(folder.record, project_id, [status_event(status)])
        return folder

    def run(self, events: list[Any], *, status: str = "processing") -> UUID:
        """A run with exactly these events, and no project folder."""
        project_id = uuid4()
        record = self.store.record(project_id)
        manifest = Manifest(
            project_id=project_id, prompt="帮我写个贪吃蛇", engine="lessons", created_at=CREATED
        )
        manifest.status = RequestStatus(status)
        record.create(manifest)
        record.release()
        with_journal(record, project_id, events)
        return project_id


def with_journal(record: RunRecord, project_id: UUID, events: list[Any]) -> None:
    journal = Journal(record.journal_path, project_id, sync=False)
    for event in events:
        journal.append(event)
    journal.close()


def pending_phases() -> list[PhaseEvent]:
    return [
        PhaseEvent(
            phase=phase.name,
            status=PhaseStatus.PENDING,
            sequence_order=phase.order,
            educational_message="先想清楚要做什么，再动手写代码。",
        )
        for phase in phases()
    ]
