"""The runs of this server: begun, queued, continued, cancelled, and ended with it.

They have a thread and an event loop of their own. Writing a file to the disk (fsync) holds that loop, not the
server's, so that notebooks answer and events flow while forty programs are written.
"""

import asyncio
import sys
import threading
from collections import Counter, deque
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any, Protocol, TypeVar
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import AIFlowError, ConfigError, ConflictError, InputError, NotFoundError
from aiflow.model.events import StatusEvent
from aiflow.model.status import RequestStatus, project_status_of
from aiflow.pipeline.flow import Flow
from aiflow.pipeline.recovery import recover
from aiflow.storage.journal import Journal
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace
from aiflow_server import metrics
from aiflow_server.errors import BusyError
from aiflow_server.memory import settle
from aiflow_server.orders import Order, Revision

T = TypeVar("T")

_STOP_S = 5.0
_SWITCH_S = 0.0005
_COMMAND_POLL_S = 0.2
# How long a request waits for another process to obey; it goes on to stop after that as well.
_FOREIGN_CANCEL_S = 5.0


class Worker:
    """A thread with an event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="aiflow-runs", daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        # By default a thread that computes keeps the others waiting for 5 ms, each time that they want to go
        # on.
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH_S))
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Await ``work`` in the thread's loop, from another one."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    async def stop(self) -> None:
        """End the loop and the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        await asyncio.to_thread(self._thread.join, _STOP_S)


class Entry:
    """A run that this server works on or will."""

    def __init__(self, flow: Flow, user: str, ticket: int) -> None:
        self.flow = flow
        self.user = user
        self.ticket = ticket
        self.position = 0
        self.task: asyncio.Task[None] | None = None
        self._journal: Journal | None = None

    def hold(self) -> None:
        """Take the run's lock while it waits, so that nobody takes it for abandoned."""
        self.flow.record.acquire()
        self._journal = Journal(self.flow.record.journal_path, self.flow.project_id, sync=False)

    def tell(self, position: int) -> None:
        """Say how many are before it, where that has changed."""
        if self._journal is None or position == self.position:
            return
        self.position = position
        state = self.flow.snapshot
        event = StatusEvent(
            status=state.status,
            project_status=project_status_of(state.status),
            retry_count=state.retry_count,
            message=f"正在排队，前面还有 {position} 个。轮到时会自动开始。",
            reason="queued",
        )
        self._journal.append(event)

    def let_go(self) -> None:
        """Give the lock back."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
            self.flow.record.release()


class Runs:
    """All runs of this server. Its state is touched in the worker's loop only."""

    def __init__(self, config: Config, store: ProjectStore, trace: Trace) -> None:
        self._config = config
        self._store = store
        self._trace = trace
        self._limits = config.server
        self._worker = Worker()
        self._running: dict[UUID, Entry] = {}
        self._waiting: deque[Entry] = deque()
        self._tickets = 0
        self._watcher: asyncio.Task[None] | None = None
        self._has_settled = False

    # From the server's loop
    # ---------------------------------------------------------------------------------------

    async def generate(self, order: Order, user: str) -> UUID:
        """Begin a run.

        Raises:
            InputError: when the order breaks a rule.
            BusyError: when the person has too many runs.
            StorageError: when the disk refuses.
        """
        return await self._worker.call(self._generate(order, user))

    async def revise(self, project_id: UUID, revision: Revision, user: str) -> UUID:
        """Begin a run that does the run ``project_id`` again from a phase on.

        Raises:
            NotFoundError, ConflictError, InputError, BusyError, StorageError: as their names say.
        """
        return await self._worker.call(self._revise(project_id, revision, user))

    async def retry(self, project_id: UUID, user: str) -> None:
        """Do a failed run again.

        Raises:
            NotFoundError, ConflictError, BusyError, StorageError: as their names say.
        """
        await self._worker.call(self._retry(project_id, user))

    async def go_on(self, project_id: UUID, artifact: dict[str, Any] | str | None, user: str) -> None:
        """Continue a paused run. Raises as ``retry`` does, and InputError for a bad artifact."""
        await self._worker.call(self._go_on(project_id, artifact, user))

    async def cancel(self, project_id: UUID) -> None:
        """End a run, in whatever process it is. Raises as ``retry`` does."""
        await self._worker.call(self._cancel(project_id))

    async def delete(self, project_id: UUID) -> None:
        """Delete a project. Raises as ``ProjectStore.delete`` does."""
        await self._worker.call(self._delete(project_id))

    async def stop(self) -> None:
        """End all runs as interrupted, so that they can be retried, and the thread."""
        await self._worker.call(self._stop())
        await self._worker.stop()

    # In the worker's loop
    # -----------------------------------------------------------------------------------------

    async def _generate(self, order: Order, user: str) -> UUID:
        self._check_room(user)
        flow = self._make(order, user)
        flow.begin()
        self._add(flow, user)
        return flow.project_id

    async def _revise(self, project_id: UUID, revision: Revision, user: str) -> UUID:
        earlier = self._open(project_id)
        self._check_room(user)
        flow = earlier.revise(
            revision.from_phase, revision.artifact, pause_after=revision.pause_after, user=user
        )
        flow.begin()
        self._add(flow, user)
        return flow.project_id

    def _make(self, order: Order, user: str) -> Flow:
        try:
            return Flow(
                order.prompt,
                template=order.template,
                engine=order.engine,
                config=self._config,
                pause_after=order.pause_after,
                user=user,
            )
        except ConfigError as error:
            if order.engine is None:
                raise
            # Named by the client, so it is the request that is wrong, not the configuration.
            raise InputError(error.message, reason="unknown_engine") from None

    async def _retry(self, project_id: UUID, user: str) -> None:
        flow = self._open(project_id)
        self._check_room(user)
        flow.begin_retry()
        self._add(flow, user)

    async def _go_on(self, project_id: UUID, artifact: dict[str, Any] | str | None, user: str) -> None:
        flow = self._open(project_id)
        self._check_room(user)
        flow.accept(artifact)
        self._add(flow, user)

    def _open(self, project_id: UUID) -> Flow:
        """Return the flow of a run that nobody works on."""
        self._find(project_id)
        if project_id in self._running or any(e.flow.project_id == project_id for e in self._waiting):
            raise ConflictError("这个项目正在生成，请先等它结束，或者停止它。")
        return Flow.open(project_id, config=self._config)

    def _find(self, project_id: UUID) -> None:
        self._store.find(project_id)
        if self._store.manifest(project_id) is None:
            raise ConflictError("这个项目的运行记录已经不在了，只能查看和下载。")
        recover(self._store, project_id, self._config)

    async def _cancel(self, project_id: UUID) -> None:
        waiting = next((entry for entry in self._waiting if entry.flow.project_id == project_id), None)
        if waiting is not None:
            self._waiting.remove(waiting)
            waiting.let_go()
            await waiting.flow.cancel()
            self._fill()
        elif project_id in self._running:
            await self._running[project_id].flow.cancel()
        else:
            self._find(project_id)
            with suppress(TimeoutError):
                async with asyncio.timeout(_FOREIGN_CANCEL_S):
                    await Flow.open(project_id, config=self._config).cancel()

    async def _delete(self, project_id: UUID) -> None:
        with suppress(NotFoundError, ConflictError):
            self._open(project_id)  # ends a run whose process is gone; what remains is refused below
        self._store.delete(project_id)

    async def _stop(self) -> None:
        if self._watcher is not None:
            self._watcher.cancel()
        waiting, self._waiting = list(self._waiting), deque()
        for entry in waiting:
            entry.let_go()
        entries = [*waiting, *self._running.values()]
        tasks = [entry.task for entry in entries if entry.task is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(_STOP_S):
                # One that ended by itself meanwhile, or whose disk is gone, needs no end from us.
                await asyncio.gather(*(entry.flow.interrupt() for entry in entries), return_exceptions=True)
                await asyncio.gather(*tasks)

    # The queue
    # ----------------------------------------------------------------------------------------------------

    def _check_room(self, user: str) -> None:
        waiting = sum(entry.user == user for entry in self._waiting)
        if waiting >= self._limits.max_waiting_per_user:
            raise BusyError(f"你已经有 {waiting} 个项目在排队了，请等它们完成，再开始新的。")

    def _add(self, flow: Flow, user: str) -> None:
        self._tickets += 1
        entry = Entry(flow, user, self._tickets)
        self._waiting.append(entry)
        if not self._may_start(user):
            entry.hold()
        self._fill()

    def _may_start(self, user: str) -> bool:
        mine = sum(entry.user == user for entry in self._running.values())
        return len(self._running) < self._limits.max_runs and mine < self._limits.max_runs_per_user

    def _fill(self) -> None:
        """Start what may start, and tell the others where they stand."""
        while (entry := next((e for e in self._in_order() if self._may_start(e.user)), None)) is not None:
            self._waiting.remove(entry)
            entry.let_go()
            self._running[entry.flow.project_id] = entry
            entry.task = self._worker.loop.create_task(self._run(entry))
        for position, entry in enumerate(self._in_order(), start=1):
            entry.tell(position)
        if self._waiting and self._watcher is None:
            self._watcher = self._worker.loop.create_task(self._watch_commands())
        metrics.RUNNING.set(len(self._running))
        metrics.WAITING.set(len(self._waiting))

    def _in_order(self) -> list[Entry]:
        return in_order(self._waiting, Counter(entry.user for entry in self._running.values()))

    async def _run(self, entry: Entry) -> None:
        flow = entry.flow
        try:
            await flow.advance()
        except AIFlowError:
            pass  # the journal's last event says it, and whoever watches sees it there
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the queue
            self._trace.write("error", project_id=str(flow.project_id), error=repr(error))
        finally:
            del self._running[flow.project_id]
            _note_end(flow)
            self._fill()
            if not self._running and not self._has_settled:
                self._has_settled = True
                settle()  # the first run brought the model's SDK with it

    async def _watch_commands(self) -> None:
        """Obey another process that cancels a run which still waits."""
        while self._waiting:
            await asyncio.sleep(_COMMAND_POLL_S)
            for entry in tuple(self._waiting):
                if entry.flow.record.take_command() == "cancel":
                    await self._cancel(entry.flow.project_id)
        self._watcher = None


class Waiting(Protocol):
    """What an order of turns is made of."""

    user: str
    ticket: int


WaitingT = TypeVar("WaitingT", bound=Waiting)


def in_order(waiting: Iterable[WaitingT], running: Counter[str]) -> list[WaitingT]:
    """Return who waits in the order of their turns: who has fewest runs comes first, then who came first.

    Args:
        waiting: all that wait.
        running: how many runs of each person are at work.
    """
    counts = Counter(running)
    queues: dict[str, deque[WaitingT]] = {}
    for entry in sorted(waiting, key=lambda one: one.ticket):
        queues.setdefault(entry.user, deque()).append(entry)
    order: list[WaitingT] = []
    while queues:
        user = min(queues, key=lambda one: (counts[one], queues[one][0].ticket))
        order.append(queues[user].popleft())
        counts[user] += 1
        if not queues[user]:
            del queues[user]
    return order


def _note_end(flow: Flow) -> None:
    state = flow.snapshot
    metrics.RUNS.labels(status=state.status.value).inc()
    if not state.is_final:
        return
    for name, phase in state.phases.items():
        if phase.started_at is not None and phase.completed_at is not None:
            seconds = (phase.completed_at - phase.started_at).total_seconds()
            metrics.PHASE_SECONDS.labels(phase=name).observe(max(0.0, seconds))
    metrics.TOKENS.labels(kind="prompt").inc(state.prompt_tokens)
    metrics.TOKENS.labels(kind="completion").inc(state.completion_tokens)
    if state.status is RequestStatus.FAILED:
        metrics.ERRORS.labels(reason=state.reason or "unknown").inc()
    for found in state.diagnostics:
        metrics.DIAGNOSTICS.labels(rule=found.rule).inc()
