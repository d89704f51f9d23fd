"""The one writer of a run: it holds the run's lock, appends to its journal, and makes every change of state.

A run has one from its beginning to its end or its pause, also while it is queued. The state is the fold of
the events that it writes; the manifest and the entities are derived from it (``aiflow.storage.run_state``).
"""

from contextlib import suppress
from functools import cached_property
from weakref import finalize

from aiflow.config import Config
from aiflow.exceptions import AIFlowError, ConflictError, NotFoundError, StorageError
from aiflow.model.artifacts import Artifact, Spec
from aiflow.model.entities import GeneratedProject, ProcessPhase, check_may_start, make_project_name
from aiflow.model.events import (
    ChangeEvent,
    PhaseEvent,
    ProjectEvent,
    StatusEvent,
    VersionEvent,
    WaitingFor,
)
from aiflow.model.phases import phase_spec
from aiflow.model.status import (
    FINAL_STATUSES,
    IDLE_STATUSES,
    PhaseStatus,
    RequestStatus,
    check_project_transition,
    project_status_of,
)
from aiflow.model.validators import required
from aiflow.pipeline.attempts import restore
from aiflow.pipeline.base_version import BaseVersion
from aiflow.pipeline.event_writer import EventWriter
from aiflow.pipeline.pruning import prune_family
from aiflow.storage.families import children_of, create_version
from aiflow.storage.folder_changes import find_changes
from aiflow.storage.journal import Journal
from aiflow.storage.journal_reader import JournalFold
from aiflow.storage.manifest import Manifest
from aiflow.storage.originals import keep_originals
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import RunRecord
from aiflow.storage.run_state import named, phases_of, request_of, summarise
from aiflow.util.log import Trace

_INTERRUPTED = "运行被打断了：程序或服务器在中途停下。写好的文件都还在，可以重试。"


class RunWriter:
    """Writes one run, whose lock it holds until it is closed.

    Args:
        store: the projects.
        record: the run.
        config: limits and gates.
        trace: the log.
        fold: brought up to date, and kept so.
        manifest: of a run that begins now; by default the one that is on disk.

    Attributes:
        store: the projects.
        record: the run's folder.
        config: limits and gates.
        manifest: the request, and the summary as it was last written.
        snapshot: the state, up to date.
        events: where the phases' events go.
        seq_before: the number of the last event before this writer.

    Raises:
        ConflictError: when another writer holds the run.
        NotFoundError: when its record is gone.
        StorageError: when the disk refuses.
    """

    def __init__(
        self,
        store: ProjectStore,
        record: RunRecord,
        config: Config,
        trace: Trace,
        fold: JournalFold,
        manifest: Manifest | None = None,
    ) -> None:
        self.store = store
        self.record = record
        self.config = config
        self._trace = trace
        self._fold = fold
        if manifest is not None:
            manifest = create_version(store, record, manifest)
        else:
            record.acquire()
        try:
            self.manifest = manifest or record.load()
            sync = config.run.durability == "full"
            self._journal = Journal(record.journal_path, self.manifest.project_id, sync=sync)
            self.snapshot = fold.catch_up()
        except BaseException:
            record.release()
            raise
        self.seq_before = self._journal.seq
        self.events = EventWriter(self._journal, self.snapshot, trace)
        # Also when a run that was begun is forgotten by its owner: its lock must not outlive it.
        self._release = finalize(self, _release, self._journal, record)

    def close(self) -> None:
        """Give the lock back; the readers of the journal go on."""
        # The fold has these events already; reading them again from disk would double a long run's cost.
        self._fold.skip_to(self._journal.position)
        self._release()

    @cached_property
    def base(self) -> BaseVersion | None:
        """The version that a change starts from; None in a generation.

        Raises:
            NotFoundError: when it was deleted meanwhile.
        """
        base_id = self.manifest.base_id
        if base_id is None:
            return None
        with suppress(NotFoundError):
            folder = self.store.find(base_id)
            if folder.is_there():
                return BaseVersion(folder)
        raise NotFoundError("要修改的那个版本已经不在了，可能被删除了。请从别的版本开始改。")

    @property
    def is_idle(self) -> bool:
        """Whether the run is paused or has ended, so that another writer may go on with it."""
        return self.snapshot.status in IDLE_STATUSES

    # Beginning ----------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Write the first events: the run and its phases are pending."""
        self._write_status(RequestStatus.PENDING)
        self.events.emit(VersionEvent.of(self.manifest.origin))
        self._announce_phases()

    def start(self, expected: str | None = None) -> None:
        """Let the request be processed from now on.

        Args:
            expected: the phase that is to be done next, where one was named.

        Raises:
            ConflictError: when the run has ended, is processed already, or another phase is next.
        """
        if self.snapshot.is_final:
            raise ConflictError("这次运行已经结束。失败的可以重试，别的请重新开始。")
        done = sum(phase.status is PhaseStatus.COMPLETED for phase in self.snapshot.phases.values())
        if expected is not None and phase_spec(expected).order != done + 1:
            order = phase_spec(expected).order
            raise ConflictError(f"现在轮到第 {done + 1} 个阶段，不是第 {order} 个。")
        is_new = self.snapshot.status is RequestStatus.PENDING
        self._move(RequestStatus.PROCESSING)
        if is_new and self.manifest.parent_id is not None:
            prune_family(self.store, self.manifest, self.events)

    def begin_retry(self) -> None:
        """Count a retry, reset the phases, and set the earlier files aside.

        Raises:
            ConflictError: unless the run failed and retries are left.
            StorageError: when the disk refuses.
        """
        request = request_of(self.manifest, self.snapshot)
        request.transition(RequestStatus.RETRYING)
        if children_of(self.store, self.manifest):
            raise ConflictError("已经有从这个版本改出来的新版本，它要保持原样，不能重试。")
        folder = self.folder()
        if folder is not None:
            folder.set_aside(request.retry_count)
        self._write_status(RequestStatus.RETRYING, retry_count=request.retry_count)
        self._announce_phases()

    # Ending -------------------------------------------------------------------------------------------------

    def pause(self, after: str | None) -> None:
        """Pause the run until a person has reviewed a result, or answered the questions.

        Args:
            after: the phase with the result; None before the first one.

        Raises:
            StorageError: when the disk refuses.
        """
        self._move(RequestStatus.PAUSED, paused_after=after)

    def complete(self, project: GeneratedProject | None) -> None:
        """End the run: ``project`` is its result, None where a copy has no program.

        Raises:
            StorageError: when the disk refuses.
        """
        folder = self.folder()
        if folder is not None:
            folder.forget_attempts()
        self.record.clear_temporary()
        if project is not None:
            self.events.emit(ProjectEvent(project=project))
        self._move(RequestStatus.COMPLETED)

    def fail(self, error: AIFlowError) -> None:
        """End the run as failed.

        Raises:
            StorageError: when the disk refuses even that.
        """
        self._trace.write(
            "error", project_id=str(self.manifest.project_id), reason=error.reason, retryable=error.retryable
        )
        self._end(RequestStatus.FAILED, error)

    def stop(self, status: RequestStatus) -> None:
        """End the run as cancelled, or as failed because it was interrupted.

        Raises:
            StorageError: when the disk refuses.
        """
        if status is RequestStatus.CANCELLED:
            self._end(status, None)
        else:
            self._end(status, AIFlowError(_INTERRUPTED, reason="interrupted", retryable=True))

    def _end(self, status: RequestStatus, error: AIFlowError | None) -> None:
        try:
            self.events.flush()
        except StorageError:
            self.events.discard()  # a full disk may still have room for the run's end
        for phase in self.snapshot.phases.values():
            # Readers show an active phase as work in progress: none may stay so after the end.
            if phase.status is PhaseStatus.ACTIVE:
                self.change_phase(phase.phase, PhaseStatus.FAILED)
        # The end must be written even so; the earlier files then stay where they were set aside.
        with suppress(StorageError):
            self._restore_earlier_files()
        self.record.clear_temporary()
        self._move(status, error)

    def _restore_earlier_files(self) -> None:
        """Bring back the files that a retry set aside, where it did not succeed."""
        folder = self.folder()
        # Without a retry nothing was set aside, and what the run wrote is all there is.
        if folder is not None and self.snapshot.retry_count:
            for event in restore(folder, self.snapshot, self.record.journal_path):
                self.events.emit(event)

    def file_written(self, path: str, size: int | None) -> None:
        """Write the events of a file that is on disk; in a change also how it differs from the base's.

        Args:
            path: of the file.
            size: in bytes; None where it was deleted.

        Raises:
            StorageError: when the disk refuses.
        """
        if size is not None:
            self.events.file_written(path, size)
        change = self.base.change(path, required(self.folder())) if self.base is not None else None
        if change is not None:
            self.events.emit(ChangeEvent.of(change))

    # Parts of the steps -------------------------------------------------------------------------------------

    def folder(self) -> ProjectFolder | None:
        """Return the project's folder, None while it has no name."""
        name = self.manifest.project_name
        return self.store.folder(self.manifest.project_id, name) if name else None

    def make_folder(self, artifact: Artifact) -> None:
        """Make the project's folder, where it is not there; the first result names it.

        Raises:
            StorageError: when the disk refuses.
        """
        if self.manifest.project_name is not None:
            required(self.folder()).make()
            return
        project_type = artifact.project_type if isinstance(artifact, Spec) else "project"
        name = make_project_name(project_type, self.manifest.created_at, self.manifest.project_id)
        self.manifest = self.manifest.model_copy(update={"project_name": name})
        self.save_summary()
        required(self.folder()).make()

    def _move(
        self,
        status: RequestStatus,
        error: AIFlowError | None = None,
        *,
        paused_after: str | None = None,
    ) -> None:
        request = request_of(self.manifest, self.snapshot)
        # Raises where the state does not allow it, before anything is written.
        request.transition(status, error_message=error.message if error else None)
        self._write_status(status, error, paused_after=paused_after)

    def _write_status(
        self,
        status: RequestStatus,
        error: AIFlowError | None = None,
        *,
        retry_count: int | None = None,
        paused_after: str | None = None,
    ) -> None:
        # Nothing watches the folder of a run at work, so changes by others are written at its end.
        if status in IDLE_STATUSES:
            self._catch_up_with_disk()
        folder = self.folder()
        if status in FINAL_STATUSES and folder is not None:
            # Without them nothing can be restored; the run's end matters more.
            with suppress(StorageError):
                keep_originals(folder)
        project_status = project_status_of(status)
        if status is not RequestStatus.RETRYING:  # a retry makes the project anew
            check_project_transition(self.snapshot.project_status, project_status)
        event = StatusEvent(
            status=status,
            project_status=project_status,
            retry_count=self.snapshot.retry_count if retry_count is None else retry_count,
            paused_after=paused_after,
            waiting_for=_waits_for(paused_after) if status is RequestStatus.PAUSED else None,
            message=error.message if error else None,
            reason=error.reason if error else None,
            retryable=error.retryable if error else None,
        )
        # The journal first: the manifest is a summary of it, and is derived again where it is behind.
        self.events.emit(event)
        self.save_summary()

    def _catch_up_with_disk(self) -> None:
        """Write what others did meanwhile: they changed files, or named the project."""
        folder = self.folder()
        if folder is not None:
            for change in find_changes(self.snapshot, folder):
                self.events.emit(change)
        given = self.record.given_names()
        if any(name is not None for name in given):
            self.events.emit(named(self.snapshot, given))
            self.record.forget_names()

    def save_summary(self) -> None:
        """Write the manifest, derived from the snapshot.

        Raises:
            StorageError: when the disk refuses.
        """
        self.manifest = summarise(self.manifest, self.snapshot)
        # The summary of a run at work need not survive a power cut: the run is over then.
        self.record.save(self.manifest, sync=self.is_idle)

    def _announce_phases(self) -> None:
        for entity in phases_of(self.manifest.project_id, self.snapshot).values():
            self.events.emit(_phase_event(entity))

    def change_phase(self, phase: str, status: PhaseStatus) -> None:
        """Write that a phase has another status.

        Raises:
            ConflictError: when it cannot go there from the one that it has, or another phase is next.
            StorageError: when the disk refuses.
        """
        entities = phases_of(self.manifest.project_id, self.snapshot)
        if status is PhaseStatus.ACTIVE:
            check_may_start(entities, phase)
        entities[phase].transition(status)
        self.events.emit(_phase_event(entities[phase]))


def _phase_event(entity: ProcessPhase) -> PhaseEvent:
    return PhaseEvent(
        phase=entity.phase_type,
        status=entity.status,
        sequence_order=entity.sequence_order,
        educational_message=entity.educational_message,
        started_at=entity.started_at,
        completed_at=entity.completed_at,
    )


def _waits_for(paused_after: str | None) -> WaitingFor:
    return "review" if paused_after is not None else "answers"


def _release(journal: Journal, record: RunRecord) -> None:
    journal.close()
    record.release()
