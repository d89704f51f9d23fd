"""Versions that no model makes: a copy, and a person's edit of a version that must stay as it is."""

from collections.abc import Callable
from contextlib import closing
from uuid import UUID, uuid4

from aiflow.config import Config
from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.model.entities import PROJECT_NAME, GeneratedProject, make_project_name
from aiflow.model.events import ArtifactEvent, ChangeEvent
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import FINAL_STATUSES, PhaseStatus
from aiflow.model.versions import Cause, FileChange
from aiflow.pipeline.recovery import current_manifest
from aiflow.pipeline.run_writer import RunWriter
from aiflow.storage.folder_copy import copy_files
from aiflow.storage.journal_reader import JournalFold, fold_without_text
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace
from aiflow.util.timestamps import utc_now
from aiflow.workspace.downloads import find_syntax_findings


class Copies:
    """Makes versions out of others. Its methods use the disk: call them in a thread.

    Args:
        config: limits.
        store: the projects.
    """

    def __init__(self, config: Config, store: ProjectStore) -> None:
        self._config = config
        self._store = store
        self._trace = Trace(config.logs_dir, config.secrets)

    def make(
        self,
        parent_id: UUID,
        cause: Cause,
        *,
        label: str | None = None,
        edit: Callable[[ProjectFolder], list[FileChange]] = lambda _: [],
    ) -> UUID:
        """Make a version that has the files of another one as they are on disk now; return its id.

        It is written like a run, so every reader understands it. One that is interrupted is removed again:
        it holds nothing that is not in its parent.

        Args:
            parent_id: the version that is copied.
            cause: ``copy`` or ``edit``.
            label: what the person calls the new version.
            edit: changes the copied files; returns what it changed.

        Raises:
            NotFoundError: if there is no such version, or its folder is gone.
            ConflictError: while it is being made, or when it has no record.
            InputError: if the label breaks a rule.
            LimitError: if it is larger than a project may be.
            StorageError: if the disk refuses.
        """
        source, parent = self._source(parent_id)
        state = fold_without_text(source.record.journal_path)
        manifest = _manifest(parent, source, cause)
        record = self._store.record(manifest.project_id)
        fold = JournalFold(record.journal_path)
        try:
            with closing(RunWriter(self._store, record, self._config, self._trace, fold, manifest)) as writer:
                if label is not None:
                    record.rename(label=label)
                writer.announce()
                writer.start()
                self._fill(writer, source, state, edit)
        except BaseException:
            # The record may not exist yet: a disk that is full refuses its first file.
            if record.folder.is_dir():
                self._store.delete(manifest.project_id)
            raise
        return manifest.project_id

    def _source(self, parent_id: UUID) -> tuple[ProjectFolder, Manifest]:
        source = self._store.find(parent_id)
        parent = current_manifest(self._store, parent_id)
        if parent is None:
            raise ConflictError("这个项目的运行记录已经不在了，只能查看和下载。", reason="no_record")
        if parent.status not in FINAL_STATUSES:
            raise ConflictError("这个版本还没有生成完，请等它结束，或者先停止它。")
        if not source.is_there():
            raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        return source, parent

    def _fill(
        self,
        writer: RunWriter,
        source: ProjectFolder,
        state: Snapshot,
        edit: Callable[[ProjectFolder], list[FileChange]],
    ) -> None:
        folder = self._store.folder(writer.manifest.project_id, writer.manifest.project_name or "").make()
        copied = copy_files(source, folder)
        # A copy: each change of a phase replaces entries of the table that the loop reads.
        for phase in writer.snapshot.phases.copy():
            writer.change_phase(phase, PhaseStatus.ACTIVE)
            if phase in state.artifacts:
                writer.events.emit(ArtifactEvent(phase=phase, artifact=state.artifacts[phase]))
            writer.change_phase(phase, PhaseStatus.COMPLETED)
        for path, size in copied.items():
            writer.events.file_written(path, size)
        # The edit comes after the copied files, so the events have the order in which the files changed.
        for change in edit(folder):
            if change.kind != "deleted":
                writer.events.file_written(change.path, folder.sizes()[change.path])
            writer.events.emit(ChangeEvent.of(change))
        if source.record.thumbnail_path.is_file():
            folder.record.thumbnail_path.write_bytes(source.record.thumbnail_path.read_bytes())
        writer.complete(_project(folder, state))


def _manifest(parent: Manifest, source: ProjectFolder, cause: Cause) -> Manifest:
    project_id, created_at = uuid4(), utc_now()
    named = PROJECT_NAME.match(source.root.name)
    project_type = named["type"] if named else "project"
    return Manifest(
        project_id=project_id,
        prompt=parent.prompt,
        template=parent.template,
        engine=parent.engine,
        created_at=created_at,
        parent_id=parent.project_id,
        cause=cause,
        user=parent.user,
        project_name=make_project_name(project_type, created_at, project_id),
        title=parent.title,
    )


def _project(folder: ProjectFolder, state: Snapshot) -> GeneratedProject | None:
    """Return the result; None where the parent has none, or its main file is gone."""
    sizes = folder.sizes()
    # A copy of a version without a program is allowed, because a person may copy it to repair it.
    if state.project is None or state.project.main_path not in sizes:
        return None
    name = folder.root.name
    return GeneratedProject(
        id=folder.project_id,
        request_id=folder.project_id,
        project_name=name,
        main_file_path=f"{folder.root.parent.name}/{name}/{state.project.main_path}",
        file_structure=folder.structure(),
        dependencies=state.project.dependencies,
        total_files=len(sizes),
        total_size_bytes=sum(sizes.values()),
        # Checked anew: a person may have edited the parent since its run, and the edit itself may be wrong.
        syntax_validated=all(found.severity != "error" for found in find_syntax_findings(folder)),
        root=folder.root,
    )
