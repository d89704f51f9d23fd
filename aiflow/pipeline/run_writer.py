"""One stretch of work on a run: the lock, the journal's writing end, and every change of state.

A session opens what is on disk, so it goes on where the last one stopped, whichever process that was.
"""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from aiflow.config import Config
from aiflow.engines.base import Engine
from aiflow.exceptions import AIFlowError, ConflictError, LimitError
from aiflow.model.artifacts import Artifact, Plan, Spec
from aiflow.model.entities import (
    CodeGenerationRequest,
    GeneratedProject,
    ProcessPhase,
    check_may_start,
    make_project_name,
)
from aiflow.model.events import ArtifactEvent, EventBase, PhaseEvent, ProjectEvent, StatusEvent
from aiflow.model.phases import PLAN, SPECIFY, phase_names, phase_of, phase_spec
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import PhaseStatus, RequestStatus, project_status_of
from aiflow.model.validators import required
from aiflow.pipeline.event_writer import Emitter
from aiflow.pipeline.phases.base import Budget, PhaseContext
from aiflow.pipeline.phases.file_sink import announce
from aiflow.pipeline.phases.implement import implement
from aiflow.pipeline.phases.plan import plan
from aiflow.pipeline.phases.specify import specify
from aiflow.pipeline.revision import masked
from aiflow.storage.journal import Journal
from aiflow.storage.journal_reader import read_events
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import RESTING_STATUSES, Manifest
from aiflow.util.log import Trace

_INTERRUPTED = "运行被打断了：程序或服务器在中途停下。写好的文件都还在，可以重试。"


class Session:
    """Works on one run; a context manager that holds its lock.

    Args:
        store: the projects.
        project_id: the run.
        config: limits and gates.
        trace: the log.
        snapshot: brought up to date, and kept so.

    Raises (when it is entered):
        ConflictError: when somebody works on the run already.
        NotFoundError: when its record is gone.
        StorageError: when the disk refuses.
    """

    _manifest: Manifest

    def __init__(
        self, store: ProjectStore, project_id: UUID, config: Config, trace: Trace, snapshot: Snapshot
    ) -> None:
        self.snapshot = snapshot
        self._store = store
        self._config = config
        self._trace = trace
        self._record = store.record(project_id)

    def __enter__(self) -> Self:
        self._record.acquire()
        try:
            self._manifest = self._record.load()
            sync = self._config.run.durability == "full"
            self._journal = Journal(self._record.journal_path, self._manifest.project_id, sync=sync)
            for event in read_events(self._record.journal_path, self.snapshot.seq):
                self.snapshot.apply(event)
        except BaseException:
            self._record.release()
            raise
        self._emitter = Emitter(self._journal, self.snapshot)
        self._request = _request_of(self._manifest, self.snapshot)
        self._phases = {phase: _phase_of(self._manifest, self.snapshot, phase) for phase in phase_names()}
        self._budget = Budget(self._config.run.token_budget)
        self._project: GeneratedProject | None = None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._journal.close()
        self._record.release()

    # Beginning
    # --------------------------------------------------------------------------------------------------

    def announce(self) -> None:
        """Say that the run exists: it is pending, and so are its phases."""
        self._status()
        self._emit_phases()

    def start(self, turn: str | None = None) -> None:
        """The request is being processed from now on.

        Args:
            turn: the phase that is to be done, where one was named.

        Raises:
            ConflictError: when the run has ended, is processed already, or it is another phase's turn.
        """
        if self.snapshot.is_final:
            raise ConflictError("这次运行已经结束。失败的可以重试，别的请重新开始。")
        done = sum(phase.status is PhaseStatus.COMPLETED for phase in self._phases.values())
        if turn is not None and phase_spec(turn).order != done + 1:
            raise ConflictError(f"现在轮到第 {done + 1} 个阶段，不是第 {phase_spec(turn).order} 个。")
        self._move(RequestStatus.PROCESSING)

    def begin_retry(self) -> None:
        """Count a retry, reset the phases, and set the earlier files aside.

        Raises:
            ConflictError: unless the run failed and retries are left.
        """
        self._request.transition(RequestStatus.RETRYING)
        folder = self._folder()
        if folder is not None:
            folder.set_aside(self._request.retry_count)
        self._status()
        self._phases = {phase: _new_phase(self._manifest, phase) for phase in phase_names()}
        self._emit_phases()

    # Working
    # ----------------------------------------------------------------------------------------------------

    async def within_budget(self, steps: Coroutine[Any, Any, None]) -> None:
        """Await ``steps``, at most for the run's time budget.

        Raises:
            LimitError: when the time is over.
        """
        budget = self._config.run.budget_s
        deadline = asyncio.timeout(budget)
        try:
            async with deadline:
                await steps
        except TimeoutError:
            if not deadline.expired():
                raise
            raise LimitError(
                f"这次运行用了超过 {budget:g} 秒，已经停下。写好的文件都还在，可以重试。",
                reason="time_budget",
            ) from None

    async def do(self, phase: str, engine: Engine) -> None:
        """Do one phase.

        Raises:
            AIFlowError: what went wrong; the phase is still active then.
        """
        self._change_phase(phase, PhaseStatus.ACTIVE)
        if phase == SPECIFY and (notice := engine.introduce(self._manifest.prompt, self._manifest.template)):
            self._emitter.notice(notice)
        with self._trace.timed("phase", project_id=str(self._manifest.project_id), phase=phase):
            await self._run_phase(phase, self._context(engine))
        self._emitter.close()
        self._change_phase(phase, PhaseStatus.COMPLETED)

    async def _run_phase(self, phase: str, context: PhaseContext) -> None:
        if phase == SPECIFY:
            spec = await specify(context)
            self._make_folder(spec)
            await self._hand_on_aside(spec)
        elif phase == PLAN:
            await self._hand_on_aside(await plan(context, required(self.snapshot.spec)))
        else:
            self._project = await implement(
                context, required(self.snapshot.spec), required(self.snapshot.plan), required(self._folder())
            )

    def adopt(self) -> None:
        """Take over what was given with the request instead of asking the model for it."""
        given: dict[str, Spec | Plan | None] = {
            SPECIFY: self._manifest.given_spec,
            PLAN: self._manifest.given_plan,
        }
        for phase, artifact in given.items():
            if artifact is None or self._phases[phase].status is not PhaseStatus.PENDING:
                continue
            self._change_phase(phase, PhaseStatus.ACTIVE)
            if isinstance(artifact, Spec):
                self._make_folder(artifact)
            self._hand_on(artifact)
            self._change_phase(phase, PhaseStatus.COMPLETED)

    def edit(self, artifact: Artifact) -> None:
        """Put a person's version of the specification or the plan in place of the model's."""
        self._hand_on(artifact)

    # Ending
    # -----------------------------------------------------------------------------------------------------

    def pause(self, after: str) -> None:
        """Pause the run after phase ``after``, until a person has reviewed its result."""
        self._request.transition(RequestStatus.PAUSED)
        self._status(paused_after=after)

    def complete(self) -> None:
        """The project is done."""
        folder = self._folder()
        if folder is not None:
            folder.forget_attempts()
        self._record.clear_temporary()
        project = required(self._project)
        self._manifest.main_file = project.main_path
        self._emitter.emit(ProjectEvent(project=project))
        self._move(RequestStatus.COMPLETED)

    def fail(self, error: AIFlowError) -> None:
        """End the run as failed."""
        self._trace.write(
            "error", project_id=str(self._manifest.project_id), reason=error.reason, retryable=error.retryable
        )
        self._end(RequestStatus.FAILED, error)

    def stop(self, status: RequestStatus) -> None:
        """End the run as cancelled, or as failed because it was interrupted."""
        if status is RequestStatus.CANCELLED:
            self._end(status, None)
        else:
            self._end(status, AIFlowError(_INTERRUPTED, reason="interrupted", retryable=True))

    def _end(self, status: RequestStatus, error: AIFlowError | None) -> None:
        self._emitter.close()
        for phase, entity in self._phases.items():
            if entity.status is PhaseStatus.ACTIVE:
                self._change_phase(phase, PhaseStatus.FAILED)
        self._bring_back()
        self._record.clear_temporary()
        self._move(status, error)

    def _bring_back(self) -> None:
        """A retry that does not succeed gives back what the attempt before had written."""
        folder = self._folder()
        if folder is None or not self._request.retry_count:
            return
        sizes_before = folder.sizes()
        if folder.restore():
            for path, size in folder.sizes().items():
                if sizes_before.get(path) != size:
                    announce(self._emitter, self._trace, path, size)

    # What the steps are made of
    # ---------------------------------------------------------------------------------

    def _context(self, engine: Engine) -> PhaseContext:
        return PhaseContext(
            project_id=self._manifest.project_id,
            created_at=self._manifest.created_at,
            prompt=self._manifest.prompt,
            template=self._manifest.template,
            engine=engine,
            config=self._config,
            emitter=self._emitter,
            record=self._record,
            trace=self._trace,
            budget=self._budget,
        )

    def _folder(self) -> ProjectFolder | None:
        name = self._manifest.project_name
        return self._store.folder(self._manifest.project_id, name) if name else None

    def _make_folder(self, spec: Spec) -> None:
        if self._manifest.project_name is None:
            manifest = self._manifest
            name = make_project_name(spec.project_type, manifest.created_at, manifest.project_id)
            self._manifest.project_name = name
        self._manifest.title = spec.title[:80]
        self._save()
        required(self._folder()).make()

    def _hand_on(self, artifact: Artifact) -> None:
        path, data = self._tell(artifact)
        announce(self._emitter, self._trace, path, required(self._folder()).write(path, data))

    async def _hand_on_aside(self, artifact: Artifact) -> None:
        """Do as ``_hand_on`` does; the disk may take its time, and the other runs go on meanwhile."""
        path, data = self._tell(artifact)
        size = await asyncio.to_thread(required(self._folder()).write, path, data)
        announce(self._emitter, self._trace, path, size)

    def _tell(self, artifact: Artifact) -> tuple[str, bytes]:
        """Say what came out of a phase; return the file that it becomes."""
        spec = phase_of(artifact)
        artifact = masked(artifact, self._config.secrets)
        text = artifact.to_markdown()
        # A copy: the caller's own may be edited further.
        result = artifact.model_copy(update={"markdown": text}, deep=True)
        self._emitter.emit(ArtifactEvent(phase=spec.name, artifact=result))
        return required(spec.file), text.encode("utf-8", "replace")

    def _move(self, status: RequestStatus, error: AIFlowError | None = None) -> None:
        self._request.transition(status, error_message=error.message if error else None)
        self._status(error)

    def _status(self, error: AIFlowError | None = None, *, paused_after: str | None = None) -> None:
        status = self._request.status
        project = self.snapshot.project
        self._manifest.status = status
        self._manifest.retry_count = self._request.retry_count
        folder = self._folder()
        sizes = folder.sizes() if folder else {}
        self._manifest.file_count, self._manifest.size_bytes = len(sizes), sum(sizes.values())
        self._manifest.syntax_validated = isinstance(project, GeneratedProject) and project.syntax_validated
        event = StatusEvent(
            status=status,
            project_status=project_status_of(status),
            retry_count=self._request.retry_count,
            paused_after=paused_after,
            waiting_for="review" if paused_after is not None else None,
            message=error.message if error else None,
            reason=error.reason if error else None,
            retryable=error.retryable if error else None,
        )
        # The journal first: what the manifest says is a summary of it, and is made again where it is behind.
        self._emitter.emit(event)
        self._save()

    def _save(self) -> None:
        # What is said of a run at work need not survive a power cut: it is over then.
        self._record.save(self._manifest, sync=self._manifest.status in RESTING_STATUSES)

    def _emit_phases(self) -> None:
        for phase in phase_names():
            self._emitter.emit(self._phase_event(phase))

    def _change_phase(self, phase: str, status: PhaseStatus) -> None:
        if status is PhaseStatus.ACTIVE:
            check_may_start(self._phases, phase)
        self._phases[phase].transition(status)
        self._emitter.emit(self._phase_event(phase))

    def _phase_event(self, phase: str) -> EventBase:
        entity = self._phases[phase]
        return PhaseEvent(
            phase=phase,
            status=entity.status,
            sequence_order=entity.sequence_order,
            educational_message=entity.educational_message,
            started_at=entity.started_at,
            completed_at=entity.completed_at,
        )


def _request_of(manifest: Manifest, snapshot: Snapshot) -> CodeGenerationRequest:
    return CodeGenerationRequest(
        id=manifest.project_id,
        user_input=manifest.prompt,
        status=snapshot.status,
        created_at=manifest.created_at,
        error_message=snapshot.message if snapshot.status is RequestStatus.FAILED else None,
        retry_count=snapshot.retry_count,
    )


def _new_phase(manifest: Manifest, phase: str) -> ProcessPhase:
    return ProcessPhase(
        request_id=manifest.project_id,
        phase_type=phase,
        educational_message=phase_spec(phase).message,
        sequence_order=phase_spec(phase).order,
    )


def _phase_of(manifest: Manifest, snapshot: Snapshot, phase: str) -> ProcessPhase:
    entity = _new_phase(manifest, phase)
    known = snapshot.phases[phase]
    entity.status = known.status
    entity.started_at = known.started_at
    entity.completed_at = known.completed_at
    return entity
