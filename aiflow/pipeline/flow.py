"""A run from one sentence to a program: order, pause, resume, retry, cancel, and nothing else.

A run belongs to nobody while it rests (paused, or ended): whoever goes on with it, a notebook's kernel, the
server or a terminal, takes the record's lock for as long as it works. What every part sees is the journal.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from aiflow.config import Config
from aiflow.engines.base import Engine
from aiflow.engines.registry import load_engine
from aiflow.exceptions import AIFlowError, ConflictError, InputError, RunCancelledError
from aiflow.model.artifacts import Artifact, Plan, Spec, merge_edit, read_edit
from aiflow.model.entities import GeneratedProject
from aiflow.model.events import Event
from aiflow.model.phases import IMPLEMENT, PLAN, SPECIFY, phase_names, phase_of, phases
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import PhaseStatus, RequestStatus
from aiflow.model.validators import as_uuid, check_prompt, required
from aiflow.pipeline.cancellation import COMMAND_POLL_S, Stopping
from aiflow.pipeline.recovery import watch_writer
from aiflow.pipeline.revision import given_for
from aiflow.pipeline.run_writer import Session
from aiflow.sandbox.cell import ProjectPrograms
from aiflow.storage.journal_reader import JournalFold, JournalReader
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import Manifest
from aiflow.storage.transcripts import read_calls
from aiflow.util.log import Trace, location_of
from aiflow.util.redaction import mask
from aiflow.util.sync_bridge import run_blocking

# Another process that does not stop in this time is busy with something else; it stops as soon as it can.
CANCEL_TIMEOUT_S = 10.0


class Flow:
    """One request on its way through Specify, Plan and Implement.

    Args:
        prompt: the student's sentence, 1 to 1000 characters.
        template: the lesson to play, where one was chosen.
        engine: an engine or the name of one; the configuration's by default.
        config: read from config.json and the environment by default.
        projects_dir: instead of the configuration's.
        pause_after: phases after which the run waits to be continued: ``"specify"``, ``"plan"``.
        user: who asks, where several people share a server.
        project_id: the run's id; a new one by default.

    Raises:
        InputError: when the prompt, ``pause_after`` or ``project_id`` breaks a rule.
        ConfigError: when the configuration is wrong or the engine unknown.
    """

    def __init__(
        self,
        prompt: str,
        *,
        template: str | None = None,
        engine: Engine | str | None = None,
        config: Config | None = None,
        projects_dir: Path | str | None = None,
        pause_after: Iterable[str] = (),
        user: str = "",
        project_id: UUID | None = None,
    ) -> None:
        self.config = config or Config.load()
        # Who pastes the key into the request must not find it in the record.
        self.prompt = mask(check_prompt(prompt), self.config.secrets)
        self.template = template
        self.engine = engine if isinstance(engine, Engine) else load_engine(self.config, engine)
        self.pause_after = _check_pauses(pause_after)
        self.user = user
        self.project_id = as_uuid(project_id or uuid4())
        self.store = ProjectStore(Path(projects_dir or self.config.projects_dir), self.config.run)
        self.record = self.store.record(self.project_id)
        self.trace = Trace(self.config.logs_dir, self.config.secrets)
        self._fold = JournalFold(self.record.journal_path)
        self._session: Session | None = None
        self._stopping = Stopping(self.record)
        self._earlier: tuple[UUID, Spec | None, Plan | None] | None = None
        self._is_waiting = False  # at a pause that `run` reached, until somebody continues

    @classmethod
    def open(cls, project_id: UUID | str, *, config: Config | None = None) -> Self:
        """Return the flow of a run that is on disk.

        Raises:
            NotFoundError: when there is no record of it.
        """
        config = config or Config.load()
        store = ProjectStore(config.projects_dir, config.run)
        manifest = store.record(as_uuid(project_id)).load()
        return cls(
            manifest.prompt,
            template=manifest.template,
            engine=manifest.engine,
            config=config,
            pause_after=manifest.pause_after,
            user=manifest.user,
            project_id=manifest.project_id,
        )

    def revise(
        self, from_phase: str, artifact: Spec | Plan | dict[str, Any] | str | None = None,
        *, pause_after: Iterable[str] = (), user: str | None = None,
    ) -> "Flow":  # fmt: skip
        """Return a new flow that does this one again from a phase on; the earlier version is kept as it is.

        Args:
            from_phase: ``"specify"`` (everything anew), ``"plan"`` (with the specification) or
                ``"implement"`` (with the
                specification and the plan).
            artifact: the edited specification or plan that the phase begins with; by default the one that is
                there.
            pause_after: as for a new flow.
            user: who asks; whoever asked for this one by default.

        Raises:
            ConflictError: while the run goes on, or when there is nothing yet that the phase could begin
                with.
            InputError: when ``from_phase`` or the artifact is none.
        """
        spec, plan = given_for(self.snapshot, from_phase, artifact, self.config.secrets)
        flow = Flow(
            self.prompt, template=self.template, engine=self.engine, config=self.config,
            pause_after=pause_after, projects_dir=self.store.projects_dir,
            user=self.user if user is None else user,
        )  # fmt: skip
        flow._earlier = (self.project_id, spec, plan)
        return flow

    @property
    def snapshot(self) -> Snapshot:
        """The state of the run: the fold of its events, also of those that another process wrote."""
        return self._fold.catch_up() if self._session is None else self._fold.snapshot

    @property
    def spec(self) -> Spec | None:
        """The specification, as soon as there is one."""
        return self.snapshot.spec

    @property
    def project(self) -> GeneratedProject | None:
        """What came out, as soon as it did."""
        project = self.snapshot.project
        if project is not None:
            project.bind(self.store.find(self.project_id).root, ProjectPrograms(self.config.runner))
        return project

    @property
    def prompts(self) -> list[dict[str, Any]]:
        """What was said to the model and what it answered.

        ``{"phase", "messages", "thinking", "content"}``, in order.
        """
        return read_calls(self.record.calls)

    # Steps
    # -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Make the record: from now on the run can be seen, and nothing has happened yet.

        Raises:
            StorageError: when the disk refuses.
        """
        if self.record.journal_path.exists():
            return
        manifest = Manifest(
            project_id=self.project_id,
            prompt=self.prompt,
            template=self.template,
            engine=self.engine.name,
            pause_after=[phase for phase in phase_names() if phase in self.pause_after],
            user=self.user,
        )
        if self._earlier is not None:
            derived_from, spec, plan = self._earlier
            manifest = manifest.model_copy(
                update={"derived_from": derived_from, "given_spec": spec, "given_plan": plan}
            )
        self.record.create(manifest)
        with self._open_session() as session:
            session.announce()

    async def specify(self) -> Spec:
        """Do the first phase; the run then waits for the next.

        Raises:
            ConflictError: when it is not this phase's turn.
            AIFlowError: what went wrong; the run has then failed.
        """
        await self._work_on(SPECIFY)
        return required(self.snapshot.spec).model_copy(deep=True)

    async def plan(self, spec: Spec | None = None) -> Plan:
        """Do the second phase, with the specification as it was edited. Raises as ``specify`` does."""
        self._edit(spec)
        await self._work_on(PLAN)
        return required(self.snapshot.plan).model_copy(deep=True)

    async def implement(self, plan: Plan | None = None) -> GeneratedProject:
        """Do the third phase, with the plan as it was edited. Raises as ``specify`` does."""
        self._edit(plan)
        await self._work_on(IMPLEMENT)
        return required(self.project)

    async def advance(self) -> GeneratedProject | None:
        """Do what is left, up to the end or to the next pause.

        Returns:
            What came out, or None at a pause.

        Raises:
            ConflictError: when the run has ended, or somebody else works on it.
            AIFlowError: what went wrong; the run has then failed.
        """
        await self._work(self._rest)
        return self.project if self.snapshot.is_final else None

    async def run(self) -> GeneratedProject:
        """Do all that is left; at a pause, wait until somebody continues. Raises as ``advance`` does."""
        while not self.snapshot.is_final:
            if self.snapshot.status is RequestStatus.PAUSED and self._is_waiting:
                await self._wait_for_others()
            else:
                await self.advance()
                self._is_waiting = True
        return self._outcome()

    def run_sync(self) -> GeneratedProject:
        """Do all that is left without ``await``; also where an event loop is running.

        Raises as ``run`` does.
        """
        return run_blocking(self.run())

    def accept(self, artifact: Spec | Plan | dict[str, Any] | str | None = None) -> None:
        """Continue a paused run with ``artifact`` (as a model, as JSON, or as Markdown).

        ``advance`` then goes on.

        Raises:
            ConflictError: unless the run is paused.
            InputError: when the artifact is none.
        """
        if self.snapshot.status is not RequestStatus.PAUSED:
            raise ConflictError("这次运行没有停在等待确认的地方，不用继续。")
        current = self.snapshot.artifacts.get(self.snapshot.paused_after or "")
        if artifact is not None and current is not None:
            self._edit(read_edit(artifact, current))
        self._is_waiting = False

    def begin_retry(self) -> None:
        """Reset a failed run; ``advance`` then does it again.

        Raises:
            ConflictError: unless it failed and may be retried.
            StorageError: when the disk refuses.
        """
        with self._open_session() as session:
            session.begin_retry()

    async def retry(self) -> GeneratedProject:
        """Do a failed run again, from the beginning. Raises as ``begin_retry`` and ``run`` do."""
        self.begin_retry()
        return await self.run()

    async def cancel(self) -> None:
        """Stop the run, in whatever process it is, and return when it has stopped.

        Raises:
            ConflictError: when it has ended already.
        """
        await self._stop(RequestStatus.CANCELLED)

    async def interrupt(self) -> None:
        """End the run as interrupted, so that it can be retried: the process that works on it must go."""
        await self._stop(RequestStatus.FAILED)

    async def events(self, after: int = 0) -> AsyncIterator[Event]:
        """Yield the events after number ``after`` until the run ends; one that was not begun begins."""
        starter = None
        if not self.record.journal_path.exists():
            self.begin()
            starter = asyncio.create_task(_quietly(self.run()))
        reader = JournalReader(self.record.journal_path, after)
        async for event in reader.follow_events(watch_writer(self.store, self.project_id, self.config)):
            yield event
        if starter is not None:
            await starter

    async def _work_on(self, phase: str) -> None:
        await self._work(lambda session: self._step(session, phase), phase)

    async def _step(self, session: Session, phase: str) -> None:
        await session.do(phase, self.engine)
        if phase == IMPLEMENT:
            session.complete()
        else:
            session.pause(phase)

    async def _rest(self, session: Session) -> None:
        session.adopt()
        for phase in phase_names():
            if session.snapshot.phases[phase].status is PhaseStatus.COMPLETED:
                continue
            await session.do(phase, self.engine)
            if phase in self.pause_after:
                session.pause(phase)
                return
        session.complete()

    async def _work(
        self, steps: Callable[[Session], Coroutine[Any, Any, None]], turn: str | None = None
    ) -> None:
        """Hold the lock, do ``steps``, and end the run in a status whatever happens."""
        self.begin()
        with self._open_session() as session:
            session.start(turn)
            with self._stopping.watching():
                try:
                    await session.within_budget(steps(session))
                except asyncio.CancelledError:
                    session.stop(self._stopping.status or RequestStatus.CANCELLED)
                    if not self._stopping.settle():
                        raise
                    raise RunCancelledError("已经停止。写好的文件都还在。") from None
                except AIFlowError as error:
                    session.fail(error)
                    raise
                except Exception as error:
                    raise self._unexpected(session, error) from error

    def _unexpected(self, session: Session, error: Exception) -> AIFlowError:
        """End the run because of a fault of ours; return what is told of it."""
        where = location_of(error)
        self.trace.write("error", project_id=str(self.project_id), error=type(error).__name__, where=where)
        failure = AIFlowError("程序内部出错了，请重试。如果总是这样，请把日志交给老师。", retryable=True)
        session.fail(failure)
        return failure

    @contextmanager
    def _open_session(self) -> Iterator[Session]:
        with Session(self.store, self.project_id, self.config, self.trace, self._fold.snapshot) as session:
            self._session = session
            try:
                yield session
            finally:
                self._session = None

    async def _stop(self, status: RequestStatus) -> None:
        if self.snapshot.is_final:
            raise ConflictError("这次运行已经结束，不用停止。")
        if self._stopping.is_working:
            self._stopping.request(status)
            await self._until(lambda: self.snapshot.is_final)
        elif self.record.is_alive():
            self.record.send("cancel")
            await self._until(lambda: self.snapshot.is_final, CANCEL_TIMEOUT_S)
        else:
            with self._open_session() as session:
                session.stop(status)

    async def _wait_for_others(self) -> None:
        """Wait while the run is paused; whoever continues it may be in another process."""
        await self._until(lambda: self.snapshot.status is not RequestStatus.PAUSED or not self._is_waiting)
        if self._is_waiting:
            await self._until(lambda: self.snapshot.is_final or self.snapshot.status is RequestStatus.PAUSED)

    async def _until(self, is_so: Callable[[], bool], at_most_s: float | None = None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                while not is_so():  # noqa: ASYNC110 - what is waited for may happen in another process
                    await asyncio.sleep(COMMAND_POLL_S / 4)

    def _outcome(self) -> GeneratedProject:
        state = self.snapshot
        if state.status is RequestStatus.COMPLETED:
            return required(self.project)
        if state.status is RequestStatus.CANCELLED:
            raise RunCancelledError("已经停止。写好的文件都还在。")
        raise AIFlowError(state.message or "生成失败。", reason=state.reason, retryable=bool(state.retryable))

    def _edit(self, artifact: Artifact | None) -> None:
        if artifact is None:
            return
        current = self.snapshot.artifacts.get(phase_of(artifact).name)
        edited = artifact if current is None else merge_edit(current, artifact)
        if edited != current:
            with self._open_session() as session:
                session.edit(edited)

    def _repr_html_(self) -> str:
        return self.snapshot._repr_html_()


async def _quietly(coroutine: Coroutine[Any, Any, Any]) -> None:
    with suppress(AIFlowError):  # the journal's last event says it, and that is what the caller reads
        await coroutine


def _check_pauses(names: Iterable[str]) -> frozenset[str]:
    allowed = [spec.name for spec in phases() if spec.may_pause]
    names = list(names)
    if any(name not in allowed for name in names):
        raise InputError(f"pause_after 只能是 {'、'.join(allowed)}。")
    return frozenset(names)
