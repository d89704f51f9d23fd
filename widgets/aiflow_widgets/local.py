"""The pipeline in the kernel's own process, as the page asks for it when there is no server to ask."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from aiflow.config import Config
from aiflow.engines.lesson_library import load_lessons
from aiflow.exceptions import AIFlowError, InputError, NotFoundError
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import FINAL_STATUSES, project_status_of
from aiflow.pipeline.flow import Flow
from aiflow.pipeline.recovery import recover
from aiflow.storage.journal_reader import JournalReader, read_events
from aiflow.storage.project_folder import ProjectFolder, content_type_of
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import Manifest
from aiflow.storage.transcripts import read_calls
from aiflow.util.log import Trace
from aiflow.util.timestamps import format_time
from aiflow.workspace.downloads import check_downloadable, revalidate
from aiflow.workspace.program_sessions import Mode, Program, Programs
from aiflow_widgets.errors import ChangedError

WRITER_CHECK_S = 1.0
# A kernel is one person's.
_PERSON = "kernel"


class LocalRuns:
    """The runs that this process does, and the projects on its disk.

    Args:
        config: read from config.json by default.

    Raises:
        ConfigError: when the configuration is missing or wrong.
    """

    def __init__(self, config: Config | None = None) -> None:
        self.config = config or Config.load()
        self.store = ProjectStore(self.config.projects_dir, self.config.run)
        self._programs = Programs(self.config, self.store, Trace(self.config.logs_dir, self.config.secrets))
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    # Runs
    # ------------------------------------------------------------------------------------------------------

    def begin(self, flow: Flow) -> UUID:
        """Let ``flow`` run here; return its id. Call it in the worker's loop."""
        flow.begin()
        self._go(flow)
        return flow.project_id

    def revise(
        self,
        project_id: UUID,
        from_phase: str,
        artifact: dict[str, Any] | str | None,
        pause_after: Iterable[str] = (),
    ) -> UUID:
        """Do a run that has ended again from a phase on, as a project of its own; return its id.

        Raises:
            NotFoundError, ConflictError, InputError, StorageError: as ``Flow.open`` and ``Flow.revise`` do.
        """
        return self.begin(self.open(project_id).revise(from_phase, artifact, pause_after=pause_after))

    def retry(self, project_id: UUID) -> None:
        """Do a failed run again.

        Raises:
            NotFoundError, ConflictError, StorageError: as their names say.
        """
        flow = self.open(project_id)
        flow.begin_retry()
        self._go(flow)

    def resume(self, project_id: UUID, artifact: dict[str, Any] | str | None) -> None:
        """Continue a paused run. Raises as ``retry`` does, and InputError for a bad artifact."""
        flow = self.open(project_id)
        flow.accept(artifact)
        self._go(flow)

    async def cancel(self, project_id: UUID) -> None:
        """End a run, in whatever process it is. Raises as ``retry`` does."""
        await self.open(project_id).cancel()

    def open(self, project_id: UUID) -> Flow:
        """Return the flow of a run that is on disk. Raises as ``Flow.open`` does."""
        recover(self.store, project_id, self.config)
        return Flow.open(project_id, config=self.config)

    def _go(self, flow: Flow) -> None:
        task = asyncio.create_task(_advance(flow))
        self._tasks[flow.project_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(flow.project_id, None))

    async def program(self, order: dict[str, Any]) -> Program:
        """Start a project's program, or return one that goes on.

        Args:
            order: ``project_id``, ``mode`` (run or play) and ``args``; or the ``session`` of one that was
                started.

        Raises:
            InputError: when the order makes no sense.
            NotFoundError, LimitError, RunnerError: as ``Programs.start`` and ``Programs.get`` do.
        """
        session = order.get("session")
        if session is not None:
            return self._programs.get(str(session), _PERSON)
        mode, args = order.get("mode"), order.get("args")
        if mode not in {"run", "play"} or not isinstance(args, list):
            raise InputError("mode 只能是 run 或 play，args 应该是一个列表。")
        return await self._programs.start(
            parse_id(order.get("project_id")), cast("Mode", mode), [str(arg) for arg in args], _PERSON
        )

    # Events
    # ----------------------------------------------------------------------------------------------------

    async def lines(self, project_id: UUID, after: int, *, follow: bool) -> AsyncIterator[list[str]]:
        """Yield the events after number ``after`` as JSON texts, in batches, until the run's last one.

        Raises:
            NotFoundError: when there is no such run.
        """
        record = self.store.record(project_id)
        if not record.journal_path.exists():
            raise NotFoundError("没有这个项目的运行记录。")
        recover(self.store, project_id, self.config)
        reader = JournalReader(record.journal_path, after)
        if not follow:
            found = [line.data.decode() for line in reader.read_all()]
            if found:
                yield found
            return
        async for lines in reader.follow(self._interrupted(project_id)):
            yield [line.data.decode() for line in lines]

    def _interrupted(self, project_id: UUID) -> Any:
        loop = asyncio.get_running_loop()
        checked = loop.time()

        def is_over() -> bool:
            nonlocal checked
            if loop.time() - checked >= WRITER_CHECK_S:
                checked = loop.time()
                recover(
                    self.store, project_id, self.config
                )  # it writes the last event, which ends the reader
            return False

        return is_over

    def snapshot(self, project_id: UUID) -> Snapshot:
        """Return the state of a run as it is on disk; empty where there is no record of it."""
        state = Snapshot()
        for event in read_events(self.store.record(project_id).journal_path):
            state.apply(event)
        return state

    # Projects
    # --------------------------------------------------------------------------------------------------

    def templates(self) -> list[dict[str, Any]]:
        """Return the lessons, in the order of the shelf."""
        return [
            {
                "id": lesson.id,
                "title": lesson.manifest.title,
                "title_en": lesson.manifest.title_en,
                "summary": lesson.manifest.summary,
                "kind": lesson.manifest.kind,
                "example": lesson.manifest.example,
            }
            for lesson in load_lessons(self.config.lessons.folders)
        ]

    def projects(self) -> list[dict[str, Any]]:
        """Return every project, newest first."""
        found = []
        for record in self.store.records():
            manifest = self.store.manifest(record.project_id)
            if manifest is not None:
                found.append(_summary(manifest, self.store))
        found += [_orphan(folder) for folder in self.store.orphans()]
        return sorted(found, key=lambda one: str(one["created_at"]), reverse=True)

    def request(self, project_id: UUID) -> dict[str, Any]:
        """Return what was asked for, and what was sent to the model.

        Raises:
            NotFoundError: when there is no record of it.
        """
        record = self.store.record(project_id)
        manifest = record.load()
        return {
            "user_input": manifest.prompt,
            "status": manifest.status.value,
            "engine": manifest.engine,
            "title": record.given_title() or manifest.title,
            "derived_from": str(manifest.derived_from) if manifest.derived_from else None,
            "prompts": read_calls(record.calls),
        }

    def tree(self, project_id: UUID) -> dict[str, Any]:
        """Return the DirectoryTree. Raises NotFoundError when there is no such project."""
        return self.store.find(project_id).tree().model_dump(mode="json")

    def read(self, project_id: UUID, path: str) -> tuple[dict[str, Any], bytes]:
        """Return a file's type and ETag, and its bytes. Raises as ``ProjectFolder.open`` does."""
        folder = self.store.find(project_id)
        return {"content_type": content_type_of(path), "etag": folder.etag(path)}, folder.read(path)

    def write(self, project_id: UUID, path: str, data: bytes, etag: str | None) -> str:
        """Write a file, whole or not at all; return its new ETag.

        Raises:
            ChangedError: when it is not the one that ``etag`` names.
            NotFoundError, UnsafePathError, LimitError, StorageError: as their names say.
        """
        folder = self.store.find(project_id)
        if etag is not None and folder.etag(path) != etag:
            raise ChangedError("这个文件在你打开之后又被改过了。请重新打开，再保存一次。")
        folder.write(path, data)
        revalidate(folder)
        return folder.etag(path)

    def zip(self, project_id: UUID) -> tuple[str, bytes]:
        """Return a zip's name and bytes.

        Raises:
            ConflictError: while the project's Python is not known to be right.
            NotFoundError: when there is no such project.
        """
        folder = self.store.find(project_id)
        manifest = self.store.manifest(project_id)
        check_downloadable(folder, manifest)
        target = io.BytesIO()
        folder.zip_to(target)
        return f"{folder.root.name}.zip", target.getvalue()

    def thumbnail(self, project_id: UUID) -> bytes:
        """Return the first picture of the program's window. Raises NotFoundError when there is none."""
        return self.store.find(project_id).record.thumbnail()

    def rename(self, project_id: UUID, title: object) -> str:
        """Give a project the title that a person chose; return it.

        Raises:
            NotFoundError: when there is no such project.
            InputError, StorageError: as ``RunRecord.rename`` does.
        """
        return self.store.find(project_id).record.rename(title)

    def compare(self, before: UUID, after: UUID) -> list[dict[str, Any]]:
        """Return which files differ between two projects. Raises as ``ProjectStore.compare`` does."""
        return [asdict(one) for one in self.store.compare(before, after)]

    def delete(self, project_id: UUID) -> None:
        """Delete a project and its record. Raises as ``ProjectStore.delete`` does."""
        self.store.delete(project_id)


async def _advance(flow: Flow) -> None:
    try:
        await flow.advance()
    except AIFlowError:
        return  # the journal's last event says it, and that is what everybody reads


def parse_id(value: object) -> UUID:
    """Return a project's id.

    Raises:
        InputError: when it is none.
    """
    try:
        return UUID(str(value))
    except ValueError:
        raise InputError("项目编号应该是一个 UUID。") from None


def _summary(manifest: Manifest, store: ProjectStore) -> dict[str, Any]:
    name = manifest.project_name
    record = store.record(manifest.project_id)
    size = manifest.size_bytes
    if name is not None and (size is None or manifest.status not in FINAL_STATUSES):
        size = sum(store.folder(manifest.project_id, name).sizes().values())
    return {
        "project_id": str(manifest.project_id),
        "project_name": name or f"project_{manifest.created_at:%Y%m%d_%H%M%S}_{manifest.project_id.hex[:8]}",
        "status": project_status_of(manifest.status).value,
        "created_at": format_time(manifest.created_at),
        "file_count": manifest.file_count,
        "size_bytes": size or 0,
        "has_thumbnail": record.thumbnail_path.exists(),
        "request_status": manifest.status.value,
        "title": record.given_title() or manifest.title,
        "prompt": manifest.prompt,
        "is_over": manifest.status in FINAL_STATUSES,
    }


def _orphan(folder: ProjectFolder) -> dict[str, Any]:
    created = datetime.fromtimestamp(folder.root.stat().st_mtime, UTC)
    sizes = folder.sizes()
    return {
        "project_id": str(folder.project_id),
        "project_name": folder.root.name,
        "status": "completed",
        "created_at": format_time(created),
        "file_count": len(sizes),
        "size_bytes": sum(sizes.values()),
        "has_thumbnail": folder.record.thumbnail_path.exists(),
        "title": folder.record.given_title(),
    }
