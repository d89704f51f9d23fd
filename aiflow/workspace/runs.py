"""The runs of a server or a kernel: started, queued, continued, cancelled, and ended with the process."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import AIFlowError, ConfigError, ConflictError, InputError
from aiflow.model.questions import Answer
from aiflow.model.status import RequestStatus
from aiflow.pipeline.flow import Flow
from aiflow.pipeline.recovery import recover
from aiflow.storage.families import families_locked, family_of
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace
from aiflow.workspace.observer import Observer
from aiflow.workspace.requests import ChangeRequest, GenerateRequest, RevisionRequest
from aiflow.workspace.run_queue import QueuedRun, RunQueue
from aiflow.workspace.templates import Templates
from aiflow.workspace.worker import Worker

RunRequest = GenerateRequest | RevisionRequest | ChangeRequest
_STOP_S = 5.0
# A run that waits does not read its commands yet, so one task polls for all of them.
_COMMAND_POLL_S = 0.2
# How long a request waits for another process to obey; the process stops the run after that as well.
_FOREIGN_CANCEL_S = 5.0


class Runs:
    """All runs of this process.

    Each public method may be awaited in any event loop; its work is done in the worker's, and so is that of
    the runs.

    Args:
        config: limits and engines.
        store: the projects.
        trace: the log.
        worker: the thread that does the work.
        templates: what a request may name.
        observer: receives counts.
    """

    def __init__(
        self,
        config: Config,
        store: ProjectStore,
        trace: Trace,
        worker: Worker,
        templates: Templates,
        observer: Observer,
    ) -> None:
        self._config = config
        self._store = store
        self._trace = trace
        self._worker = worker
        self._templates = templates
        self._observer = observer
        self._queue = RunQueue(config.server)
        self._tasks: set[asyncio.Task[None]] = set()
        self._watcher: asyncio.Task[None] | None = None

    async def generate(self, request: RunRequest, user: str) -> UUID:
        """Start a run; return its id.

        Raises:
            InputError: if the request breaks a rule.
            NotFoundError: if the project to revise or change does not exist.
            ConflictError: if the project to revise or change is being generated, or has nothing to begin
                with.
            BusyError: if the person has too many runs.
            StorageError: if the disk refuses.
        """
        if isinstance(request, GenerateRequest) and request.template is not None:
            # Outside the worker: reading the templates from the disk must not delay the runs that work there.
            await asyncio.to_thread(self._templates.check, request.template)
        return await self._worker.call(self._enqueue(lambda: self._make(request, user), Flow.begin, user))

    async def begin(self, flow: Flow, user: str) -> UUID:
        """Start a run that is a ``Flow`` already; return its id.

        Raises:
            BusyError: if the person has too many runs.
            StorageError: if the disk refuses.
        """
        return await self._worker.call(self._enqueue(lambda: flow, Flow.begin, user))

    async def retry(self, project_id: UUID, user: str) -> None:
        """Run a failed run again.

        Raises:
            NotFoundError: if there is no such project.
            ConflictError: if the run did not fail, or is at work.
            BusyError: if the person has too many runs.
            StorageError: if the disk refuses.
        """
        await self._worker.call(self._enqueue(lambda: self._open(project_id), Flow.begin_retry, user))

    async def resume(self, project_id: UUID, artifact: dict[str, Any] | str | None, user: str) -> None:
        """Continue a paused run with the specification or plan as it was edited, if it was.

        Raises:
            InputError: if the artifact is not one.
            NotFoundError: if there is no such project.
            ConflictError: if the run is not paused.
            BusyError: if the person has too many runs.
            StorageError: if the disk refuses.
        """
        await self._worker.call(
            self._enqueue(lambda: self._open(project_id), lambda flow: flow.accept(artifact), user)
        )

    async def answer(self, project_id: UUID, question_id: str, value: object, user: str) -> dict[str, Any]:
        """Answer a question of a run that waits for it; the last answer continues the run.

        Returns:
            The answer as it is kept, and the question that is to be answered next.

        Raises:
            InputError: if the value is no answer.
            NotFoundError: if there is no such project or question.
            ConflictError: if the run does not wait for answers (any more).
            BusyError: if the run would go on and the person has too many runs.
            StorageError: if the disk refuses.
        """
        return await self._worker.call(self._answer(project_id, question_id, value, user))

    async def cancel(self, project_id: UUID) -> None:
        """End a run, in whatever process it works.

        Raises:
            NotFoundError: if there is no such project.
            ConflictError: if the run has ended.
            StorageError: if the disk refuses.
        """
        await self._worker.call(self._cancel(project_id))

    async def delete(self, project_id: UUID, *, family: bool = False) -> list[UUID]:
        """Delete a version and its record, or all versions of its family; return which.

        Raises:
            NotFoundError: if there is no such project.
            ConflictError: if one of them, or a version that starts from it, is being generated.
            StorageError: if the disk refuses.
        """
        return await self._worker.call(self._delete(project_id, family=family))

    async def stop(self) -> None:
        """End all runs as interrupted, so that they can be retried."""
        await self._worker.call(self._stop())

    # In the worker's loop ----------------------------------------------------------------------------------

    async def _enqueue(self, make: Callable[[], Flow], begin: Callable[[Flow], None], user: str) -> UUID:
        """Begin the flow that ``make`` returns, and let it work or wait; return its id."""
        flow = make()
        # Checked before `begin`: a run that is refused must leave no record.
        self._queue.check_limit(user)
        begin(flow)
        self._queue.add(flow, user)
        self._fill()
        return flow.project_id

    async def _answer(self, project_id: UUID, question_id: str, value: object, user: str) -> dict[str, Any]:
        waiting = self._queue.find_waiting(project_id)
        # In the queue with all its answers: until it starts, one of them can still be changed.
        flow = waiting.flow if waiting is not None else self._open(project_id)
        if waiting is not None or any(one.question_id != question_id for one in flow.questions):
            return _answered(flow, flow.answer(question_id, value))
        kept: list[Answer] = []
        await self._enqueue(lambda: flow, lambda one: kept.append(one.answer(question_id, value)), user)
        return _answered(flow, kept[0])

    def _make(self, request: RunRequest, user: str) -> Flow:
        if isinstance(request, RevisionRequest):
            return self._open(request.project_id).revise(
                request.from_phase,
                request.artifact,
                pause_after=request.pause_after,
                ask=request.ask,
                user=user,
            )
        try:
            if isinstance(request, ChangeRequest):
                return self._open(request.project_id).change(
                    request.prompt,
                    engine=request.engine,
                    pause_after=request.pause_after,
                    ask=request.ask,
                    user=user,
                )
            return Flow(
                request.prompt,
                template=request.template,
                engine=request.engine,
                config=self._config,
                pause_after=request.pause_after,
                ask=request.ask,
                user=user,
            )
        except ConfigError as error:
            if request.engine is None:
                raise
            # The client named the engine, so the request is wrong, not the configuration.
            raise InputError(error.message, reason="unknown_engine") from None

    def _open(self, project_id: UUID) -> Flow:
        """Return the flow of a run that does not work."""
        self._check_record(project_id)
        if project_id in self._queue:
            raise ConflictError("这个项目正在生成，请先等它结束，或者停止它。")
        return Flow.open(project_id, config=self._config)

    def _check_record(self, project_id: UUID) -> None:
        self._store.find(project_id)
        if self._store.manifest(project_id) is None:
            raise ConflictError("这个项目的运行记录已经不在了，只能查看和下载。")
        recover(self._store, project_id, self._config)

    async def _delete(self, project_id: UUID, *, family: bool) -> list[UUID]:
        self._store.find(project_id)
        manifest = self._store.manifest(project_id)
        members = family_of(self._store, manifest.family_id) if manifest is not None else []
        # The newest first: whatever interrupts it, each version that is left still has its parents.
        wanted = [one.project_id for one in reversed(members)] if family and members else [project_id]
        for version in wanted:
            self._check_idle(version)
        # A change copies its parent's files when it begins to write: until then it needs them.
        for child in members:
            if child.parent_id in wanted and child.project_id not in wanted:
                self._check_idle(child.project_id, paused=True)
        with families_locked(self._store):
            for version in wanted:
                self._store.delete(version)
        return wanted

    def _check_idle(self, project_id: UUID, *, paused: bool = False) -> None:
        """Raise if a run is at work, also in another process; with ``paused`` also if it is paused."""
        recover(self._store, project_id, self._config)
        manifest = self._store.manifest(project_id)
        if project_id in self._queue or self._store.record(project_id).is_alive():
            raise ConflictError("这个项目正在生成，请先停止，再删除。")
        if paused and manifest is not None and manifest.status is RequestStatus.PAUSED:
            raise ConflictError("有一个从它开始的新版本停在中间，还要用到它。请先让那个版本继续或停止。")

    async def _cancel(self, project_id: UUID) -> None:
        waiting = self._queue.find_waiting(project_id)
        if waiting is not None:
            # Withdrawn before the first await, so that it cannot start while it is being cancelled.
            self._queue.withdraw(waiting)
            await waiting.flow.cancel()
            self._fill()
        elif project_id in self._queue:
            await self._queue.running[project_id].flow.cancel()
        else:
            self._check_record(project_id)
            # The other process has the command and obeys it later as well, so a late answer is no error.
            with suppress(TimeoutError):
                async with asyncio.timeout(_FOREIGN_CANCEL_S):
                    await Flow.open(project_id, config=self._config).cancel()

    async def _stop(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
        # The waiting runs leave the queue first: each run that ends would otherwise start the next one.
        waiting = list(self._queue.waiting)
        for entry in waiting:
            self._queue.withdraw(entry)
        entries = [*waiting, *self._queue.running.values()]
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_S):
                # A run that ended by itself meanwhile, or whose disk is gone, needs no end from us.
                await asyncio.gather(*(entry.flow.interrupt() for entry in entries), return_exceptions=True)
                await asyncio.gather(*self._tasks)

    def _fill(self) -> None:
        """Start every run that may start now, and report to the others how many are before them."""
        for entry in self._queue.admit():
            task = asyncio.create_task(self._run(entry))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        self._queue.announce()
        if self._queue.waiting and self._watcher is None:
            self._watcher = asyncio.create_task(self._watch_commands())
        self._observer.runs_counted(len(self._queue.running), len(self._queue.waiting))

    async def _run(self, entry: QueuedRun) -> None:
        flow = entry.flow
        try:
            await flow.advance()
        except AIFlowError:
            pass  # the journal's last event holds it
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the queue
            self._trace.write("error", project_id=str(flow.project_id), error=repr(error))
        finally:
            # Removed before `_fill`, which counts the running ones to find out who may start.
            del self._queue.running[flow.project_id]
            self._observer.run_stopped(flow.snapshot)
            self._fill()

    async def _watch_commands(self) -> None:
        """Obey another process that cancels a run in the queue."""
        while self._queue.waiting:
            await asyncio.sleep(_COMMAND_POLL_S)
            # A copy: a cancelled run leaves the queue while the loop goes over it.
            for entry in tuple(self._queue.waiting):
                if entry.flow.control.cancel_is_requested():
                    await self._cancel(entry.flow.project_id)
        self._watcher = None


def _answered(flow: Flow, answer: Answer) -> dict[str, Any]:
    following = next(iter(flow.questions), None)
    return {
        "answer": answer.model_dump(mode="json"),
        "next": following.model_dump(mode="json") if following is not None else None,
    }
