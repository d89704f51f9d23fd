"""Makes a project of imported files: the first version of a family, ended, with its events."""

import asyncio
import os
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID, uuid4

from aiflow.config import Config
from aiflow.exceptions import InputError, LimitError, NotFoundError
from aiflow.gates.checks import is_syntax_valid
from aiflow.gates.registry import gates_for, run_gates
from aiflow.gates.syntax import SyntaxGate
from aiflow.languages.registry import language_of
from aiflow.languages.sources import Sources
from aiflow.model.entities import GeneratedProject
from aiflow.model.events import DiagnosticEvent
from aiflow.model.findings import Finding
from aiflow.model.phases import IMPLEMENT, PLAN, SPECIFY, phase_spec
from aiflow.model.status import PhaseStatus
from aiflow.model.validators import required
from aiflow.pipeline.flow import Flow
from aiflow.pipeline.results import adopt_given
from aiflow.pipeline.run_writer import RunWriter
from aiflow.storage.journal_reader import JournalFold
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import RECORDS_FOLDER
from aiflow.storage.safefs import explain
from aiflow.util.log import Trace
from aiflow.workspace.importing.description import MAX_PARSED_BYTES, Described, describe
from aiflow.workspace.importing.entries import Entry, file_entries, folder_entries
from aiflow.workspace.importing.selection import Imported, select
from aiflow.workspace.importing.zipped import is_zip, zip_entries
from aiflow.workspace.requests import MAX_IMPORT_BYTES

ENGINE = "import"
_STAGE_PREFIX = "importing-"
# A stage this old was left by a process that was killed.
_STALE_S = 3600.0
_SYNC_THREADS = 8


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The project that an import has made.

    Attributes:
        project_id: its id.
        imported: what became of each file.
    """

    project_id: UUID
    imported: Imported

    def as_json(self) -> dict[str, Any]:
        """Return the answer of REST."""
        return {
            "project_id": str(self.project_id),
            "left_out": [asdict(one) for one in self.imported.left_out],
            "notes": self.imported.notes,
        }


class _CancelledError(Exception):
    """The person has gone."""


class Imports:
    """Imports programs into the folder of all projects.

    Args:
        config: limits and gates.
        store: the projects.
        trace: the log.
    """

    def __init__(self, config: Config, store: ProjectStore, trace: Trace) -> None:
        self._config = config
        self._store = store
        self._trace = trace

    async def add(self, files: Sequence[tuple[str, bytes]], user: str = "") -> ImportResult:
        """Import files of a page: one zip, or a program's own files. A cancelled call leaves nothing behind.

        Args:
            files: the name and the bytes of each; a name may have folders.
            user: the person who asks.

        Raises:
            InputError: there is no program in them.
            LimitError: they are too large.
            StorageError: the disk refuses.
        """
        cancelled = threading.Event()
        work = asyncio.ensure_future(asyncio.to_thread(self._add_files, files, user, cancelled.is_set))
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            cancelled.set()
            work.add_done_callback(self._undo)
            raise

    def add_path(self, path: Path, user: str = "") -> ImportResult:
        """Import a folder or a file of this machine.

        Raises:
            NotFoundError: there is no such file.
            InputError: there is no program in it.
            LimitError: it is too large.
            StorageError: the disk refuses.
        """
        if path.is_dir():
            root = path.resolve()
            return self._add(folder_entries(root), root.name, user)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_IMPORT_BYTES + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(f"找不到“{path.name}”。请检查路径写得对不对。") from None
        except OSError as error:
            raise explain(error) from error
        return self._add_files([(path.name, data)], user)

    def _add_files(
        self,
        files: Sequence[tuple[str, bytes]],
        user: str,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> ImportResult:
        if sum(len(data) for _, data in files) > MAX_IMPORT_BYTES:
            raise LimitError(
                f"要导入的内容太大了，最多 {MAX_IMPORT_BYTES // 1_000_000} MB。"
                "请先删掉不需要的文件（例如虚拟环境、图片和视频），再试一次。",
                reason="too_large",
                retryable=False,
            )
        if not files:
            raise InputError("没有收到要导入的文件。", reason="no_program")
        name, data = files[0]
        stem = PurePosixPath(name.replace("\\", "/")).stem
        is_archive = len(files) == 1 and (is_zip(data) or not name or name.lower().endswith(".zip"))
        entries = zip_entries(data) if is_archive else file_entries(files)
        return self._add(entries, stem if len(files) == 1 else "", user, is_cancelled)

    def _add(
        self, entries: list[Entry], name: str, user: str, is_cancelled: Callable[[], bool] = lambda: False
    ) -> ImportResult:
        imported = select(entries, name, self._config.run, is_cancelled)
        project_id = uuid4()
        stage = self._store.projects_dir / RECORDS_FOLDER / f"{_STAGE_PREFIX}{project_id}"
        self._remove_stale()
        try:
            # Beside the projects, so that two renames put it into its place: until then it does not exist for
            # any list, and what a full disk or a kill leaves is no project.
            staged = ProjectStore(stage, self._store.limits.model_copy(update={"durability": "none"}))
            _Writing(self._config, staged, self._trace, imported).write(project_id, user)
            if self._store.limits.durability != "none":
                _sync(stage)
            if is_cancelled():
                raise _CancelledError
            self._publish(staged, project_id)
        except OSError as error:
            raise explain(error) from error
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        self._trace.write("import", project_id=str(project_id), files=len(imported.files))
        return ImportResult(project_id, imported)

    def _publish(self, staged: ProjectStore, project_id: UUID) -> None:
        folder = staged.find(project_id)
        target = self._store.projects_dir / folder.root.name
        folder.root.rename(target)
        try:
            folder.record.folder.rename(self._store.record(project_id).folder)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise

    def _undo(self, work: "asyncio.Future[ImportResult]") -> None:
        """Delete a project that was finished in the moment in which its person went."""
        if not work.cancelled() and work.exception() is None:
            self._store.delete(work.result().project_id)

    def _remove_stale(self) -> None:
        for stage in (self._store.projects_dir / RECORDS_FOLDER).glob(f"{_STAGE_PREFIX}*"):
            if time.time() - stage.stat().st_mtime > _STALE_S:
                shutil.rmtree(stage, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Have all files on the disk: together, for one after the other waits for the disk each time."""
    with ThreadPoolExecutor(_SYNC_THREADS) as pool:
        list(pool.map(_sync_file, (path for path in folder.rglob("*") if path.is_file())))


def _sync_file(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


class _Writing:
    """Writes one import as a run that has ended."""

    def __init__(self, config: Config, store: ProjectStore, trace: Trace, imported: Imported) -> None:
        self._config = config
        self._store = store
        self._trace = trace
        self._imported = imported

    def write(self, project_id: UUID, user: str) -> None:
        """Write the record and the files."""
        described = describe(self._imported.name, self._imported.files, self._config.gates.approved)
        spec, plan = described.spec, described.plan
        manifest = Manifest(
            project_id=project_id,
            prompt=f"导入：{spec.title}"[:200],
            engine=ENGINE,
            cause="import",
            given={SPECIFY: spec, PLAN: plan},
            user=user,
        )
        record = self._store.record(project_id)
        fold = JournalFold(record.journal_path)
        with closing(RunWriter(self._store, record, self._config, self._trace, fold, manifest)) as writer:
            writer.announce()
            writer.start()
            adopt_given(writer)
            writer.change_phase(IMPLEMENT, PhaseStatus.ACTIVE)
            folder = required(writer.folder())
            self._write_files(writer, folder)
            findings = self._report(writer, described)
            writer.change_phase(IMPLEMENT, PhaseStatus.COMPLETED)
            writer.complete(self._result(folder, described, findings))

    def _write_files(self, writer: RunWriter, folder: ProjectFolder) -> None:
        sizes = folder.sizes()
        own = {phase_spec(phase).file for phase in (SPECIFY, PLAN)}
        for path, data in self._imported.files.items():
            if path in own:
                continue  # it is the specification or the plan, and written already
            file = folder.begin(path, sizes)
            file.write_bytes(data)
            sizes[path] = file.commit()
            writer.file_written(path, sizes[path])

    def _report(self, writer: RunWriter, described: Described) -> list[Finding]:
        """Write what became of the files, and what the gates find in them; nothing is repaired."""
        for note in self._imported.notes:
            writer.events.emit(DiagnosticEvent(path=None, rule="imported", message=note, severity="info"))
        for one in self._imported.left_out:
            text = f"没有导入“{one.path}”：{one.reason}"
            writer.events.emit(DiagnosticEvent(path=None, rule="left_out", message=text, severity="info"))
        findings = self._check(writer, described)
        for finding in findings:
            writer.events.emit(DiagnosticEvent.of(finding))
        return findings

    def _check(self, writer: RunWriter, described: Described) -> list[Finding]:
        """Return what the gates find; of a program that is too large for them, what the first files show."""
        if described.is_small:
            return run_gates(described.sources, gates_for(self._config.gates))
        room = MAX_PARSED_BYTES
        checked: dict[str, str | bytes] = {}
        for path in [described.plan.main_file, *described.sources.source_paths]:
            data = self._imported.files[path]
            if path not in checked and len(data) <= room:
                checked[path] = data
                room -= len(data)
        message = f"程序很大，导入时只检查了其中 {len(checked)} 个文件的语法。"
        writer.events.emit(DiagnosticEvent(path=None, rule="imported", message=message, severity="info"))
        return run_gates(Sources.of(checked), [SyntaxGate()])

    def _result(
        self, folder: ProjectFolder, described: Described, findings: list[Finding]
    ) -> GeneratedProject:
        sizes = folder.sizes()
        main = described.plan.main_file
        language = required(language_of(main))
        name = folder.root.name
        return GeneratedProject(
            id=folder.project_id,
            request_id=folder.project_id,
            project_name=name,
            main_file_path=f"{self._config.projects_dir.name}/{name}/{main}",
            file_structure=folder.structure(),
            dependencies=language.used_dependencies(described.sources, self._config.gates.approved),
            total_files=len(sizes),
            total_size_bytes=sum(sizes.values()),
            syntax_validated=is_syntax_valid(findings),
            root=folder.root,
        )


def import_project(path: Path | str, *, config: Config | None = None) -> Flow:
    """Import a program of this machine: a folder, a zip, a ``.py`` or an ``.ipynb``; always as a copy.

    Args:
        path: where it is.
        config: by default read from config.json and the environment.

    Returns:
        A flow that has ended; ``flow.change("…")`` goes on from it. What was converted or left out is among
        its diagnostics.

    Raises:
        NotFoundError: there is no such file.
        InputError: there is no program in it.
        LimitError: it is too large.
        StorageError: the disk refuses.
    """
    config = config or Config.load()
    store = ProjectStore(config.projects_dir, config.run)
    result = Imports(config, store, Trace(config.logs_dir, config.secrets)).add_path(Path(path).expanduser())
    return Flow.open(result.project_id, config=config)
