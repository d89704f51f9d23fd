"""A run from one sentence to a program: order, pause, resume, retry, cancel, and nothing else.

No process owns a run that is paused or has ended: the kernel, server or terminal that continues it takes the
record's lock. Every front end shows the journal.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from aiflow.config import Asking, Config
from aiflow.engines.base import Engine
from aiflow.engines.personal.choice import apply_choice
from aiflow.engines.registry import load_engine
from aiflow.exceptions import AIFlowError, ConflictError
from aiflow.model.artifacts import Artifact, Plan, Spec
from aiflow.model.entities import GeneratedProject
from aiflow.model.events import Event
from aiflow.model.phases import IMPLEMENT, PLAN, SPECIFY, check_pauses, phases
from aiflow.model.status import IDLE_STATUSES, RequestStatus
from aiflow.model.validators import as_uuid, check_asking, check_prompt, required
from aiflow.pipeline.cancellation import COMMAND_POLL_S
from aiflow.pipeline.clarification.asking import agreements_after
from aiflow.pipeline.flow_commands import FlowCommands
from aiflow.pipeline.recovery import watch_writer
from aiflow.pipeline.results import keep_edit
from aiflow.pipeline.revision import edited_agreements, given_for
from aiflow.storage.journal_reader import JournalReader
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore
from aiflow.util.redaction import mask
from aiflow.util.sync_bridge import run_blocking


class Flow(FlowCommands):
    """One request on its way through the phases.

    Args:
        prompt: the student's sentence, 1 to 1000 characters.
        template: the lesson to play, where one was chosen.
        engine: an engine or the name of one; the configuration's by default.
        config: by default read from config.json and the environment.
        projects_dir: instead of the configuration's.
        pause_after: phases after which the run waits to be continued: ``"specify"``, ``"plan"``.
        ask: whether the run first asks what the sentence leaves open, and waits for the answers: ``"never"``,
            ``"auto"`` (only where two things that matter are open) or ``"always"``.
        user: the person who asks, where several people share a server.
        project_id: the run's id; a new one by default.

    Attributes:
        control: the run in this process, for a queue of runs.

    Raises:
        InputError: when the prompt, ``pause_after``, ``ask`` or ``project_id`` breaks a rule.
        ConfigError: when the configuration is wrong or the engine unknown.
    """

    def __init__(  # noqa: PLR0913 - a keyword for each of a person's choices
        self,
        prompt: str,
        *,
        template: str | None = None,
        engine: Engine | str | None = None,
        config: Config | None = None,
        projects_dir: Path | str | None = None,
        pause_after: Iterable[str] = (),
        ask: Asking = "never",
        user: str = "",
        project_id: UUID | None = None,
    ) -> None:
        loaded_config = config or Config.load()
        config = apply_choice(loaded_config)
        # An unknown engine is refused here, before the run has a record.
        loaded = engine if isinstance(engine, Engine) else load_engine(config, engine)
        manifest = Manifest(
            project_id=as_uuid(project_id or uuid4()),
            # A key that was pasted into the request must not be stored.
            prompt=mask(check_prompt(prompt), config.secrets),
            template=template,
            engine=loaded.name,
            pause_after=check_pauses(pause_after),
            ask=check_asking(ask),
            user=user,
        )
        self._set_up(config, manifest, loaded, Path(projects_dir or config.projects_dir), loaded_config)

    @classmethod
    def open(cls, project_id: UUID | str, *, config: Config | None = None) -> Self:
        """Return the flow of a run on disk; its engine is loaded when it is first asked.

        Raises:
            NotFoundError: when there is no record of it.
        """
        loaded = config or Config.load()
        manifest = ProjectStore(loaded.projects_dir, loaded.run).record(as_uuid(project_id)).load()
        flow = cls.__new__(cls)
        flow._set_up(apply_choice(loaded), manifest, None, loaded.projects_dir, loaded)  # noqa: SLF001 - a flow of this class
        return flow

    def revise(
        self,
        from_phase: str,
        artifact: Artifact | dict[str, Any] | str | None = None,
        *,
        pause_after: Iterable[str] = (),
        ask: Asking = "never",
        user: str | None = None,
    ) -> "Flow":
        """Return a new flow that does this one again from a phase on; this one is kept as it is.

        Args:
            from_phase: ``"specify"`` (everything anew), ``"plan"`` (with the specification) or
                ``"implement"`` (with the specification and the plan).
            artifact: the edited result that the phase begins with; by default the one that is there. Before
                ``"specify"`` there is none: of an edited specification only the agreements count.
            pause_after: as for a new flow.
            ask: as for a new flow; what was asked before is not asked again.
            user: the person who asks; by default the one who asked for this flow.

        Raises:
            ConflictError: while the run goes on, or when there is nothing yet that the phase could begin
                with.
            InputError: when ``from_phase`` or the artifact is none.
        """
        state, secrets = self.snapshot, self.config.secrets
        given = given_for(state, from_phase, artifact, secrets)
        agreements = agreements_after(self._manifest, state)
        if not given and artifact is not None:
            agreements = edited_agreements(agreements, artifact, secrets)
        fields: dict[str, Any] = {"cause": "revise", "given": given, "agreements": agreements}
        # A change that is done again starts from the same files.
        fields["base_id"] = self._manifest.base_id
        return self._derive(self.prompt, self.engine, pause_after, ask, user, **fields)

    def change(
        self,
        prompt: str,
        *,
        engine: Engine | str | None = None,
        pause_after: Iterable[str] = (),
        ask: Asking = "never",
        user: str | None = None,
    ) -> "Flow":
        """Return a new flow that changes this project as a sentence says; this one is kept as it is.

        Args:
            prompt: the person's sentence, 1 to 1000 characters.
            engine: an engine or the name of one; by default this flow's own, else the configuration's.
            pause_after: as for a new flow.
            ask: as for a new flow, about what the sentence opens.
            user: the person who asks; by default the one who asked for this flow.

        Raises:
            ConflictError: unless this project is completed.
            InputError: when the sentence or ``pause_after`` breaks a rule.
            ConfigError: when the engine is unknown.
        """
        if self.snapshot.status is not RequestStatus.COMPLETED:
            raise ConflictError("只能在做好的项目上接着改。请等它完成，或者从做好的那个版本开始。")
        return self._derive(
            prompt, engine or self._engine, pause_after, ask, user, cause="change", base_id=self.project_id
        )

    def _derive(
        self,
        prompt: str,
        engine: Engine | str | None,
        pause_after: Iterable[str],
        ask: Asking,
        user: str | None,
        **fields: Any,
    ) -> "Flow":
        """Return a new flow whose parent is this one; ``fields`` are those of its manifest."""
        flow = Flow(
            prompt,
            template=self.template,
            engine=engine,
            # As it was loaded: the person may have chosen another engine since.
            config=self._loaded_config,
            pause_after=pause_after,
            ask=ask,
            projects_dir=self.store.projects_dir,
            user=self.user if user is None else user,
        )
        flow._manifest = flow._manifest.model_copy(update=fields | {"parent_id": self.project_id})
        return flow

    def begin(self) -> None:
        """Make the record: the run can be seen now, and this flow holds its lock until it ends or pauses.

        Raises:
            StorageError: when the disk refuses.
        """
        # A flow that was opened, or begun before, has its record already.
        if self.record.journal_path.exists():
            return
        self.control.begin(self._manifest)

    async def specify(self) -> Spec:
        """Do the first phase; the run then waits for the next.

        Raises:
            ConflictError: when another phase is next.
            AIFlowError: when it fails; the run has then failed.
        """
        await self._step(SPECIFY)
        return required(self.snapshot.spec).model_copy(deep=True)

    async def plan(self, spec: Spec | None = None) -> Plan:
        """Do the second phase, with the specification as it was edited.

        Raises:
            ConflictError: when another phase is next.
            AIFlowError: when it fails; the run has then failed.
        """
        await self._step(PLAN, spec)
        return required(self.snapshot.plan).model_copy(deep=True)

    async def implement(self, plan: Plan | None = None) -> GeneratedProject:
        """Do the third phase, with the plan as it was edited.

        Raises:
            ConflictError: when another phase is next.
            AIFlowError: when it fails; the run has then failed.
        """
        await self._step(IMPLEMENT, plan)
        return required(self.project)

    async def advance(self) -> GeneratedProject | None:
        """Do what is left, up to the end or to the next pause.

        Returns:
            The result, or None at a pause.

        Raises:
            ConflictError: when the run has ended, or another process works on it.
            AIFlowError: when it fails; the run has then failed.
        """
        self.begin()
        await self.control.work(lambda: self.engine, self.pause_after)
        return self.project if self.snapshot.is_final else None

    async def run(self) -> GeneratedProject:
        """Do all that is left; at a pause, wait until the run is continued, here or in another process.

        Raises:
            ConflictError: when the run has ended, or another process works on it.
            AIFlowError: when it fails; the run has then failed.
        """
        while not self.snapshot.is_final:
            if self.snapshot.status is RequestStatus.PAUSED and self._is_waiting:
                # It may be continued here or in another process, which then works up to the end or a pause.
                await _until(lambda: self.snapshot.status is not RequestStatus.PAUSED or not self._is_waiting)
                if self._is_waiting:
                    # The process that continued it does the phases, and holds the lock meanwhile.
                    await _until(lambda: self.snapshot.status in IDLE_STATUSES)
            else:
                await self.advance()
                self._is_waiting = True
        return self._outcome()

    def run_sync(self) -> GeneratedProject:
        """Do all that is left without ``await``; also where an event loop is running.

        Raises:
            ConflictError: when the run has ended, or another process works on it.
            AIFlowError: when it fails; the run has then failed.
            KeyboardInterrupt: when it is interrupted; the run is then cancelled.
        """
        return run_blocking(self.run())

    async def retry(self) -> GeneratedProject:
        """Do a failed run again, from the beginning.

        Raises:
            ConflictError: unless it failed and may be retried.
            AIFlowError: when it fails; the run has then failed again.
        """
        self.begin_retry()
        return await self.run()

    async def events(self, after: int = 0) -> AsyncIterator[Event]:
        """Yield the events after number ``after`` until the run ends; one that was not begun begins."""
        starter = None
        if not self.record.journal_path.exists():
            self.begin()
            # A reader that leaves early must not end the run, so the run is a task of its own.
            starter = asyncio.create_task(_quietly(self.run()))
        reader = JournalReader(self.record.journal_path, after)
        async for event in reader.follow_events(watch_writer(self.store, self.project_id, self.config)):
            yield event
        if starter is not None:
            await starter

    async def _step(self, phase: str, edited: Artifact | None = None) -> None:
        """Do ``phase``, and those after it up to the next pause."""
        if edited is not None:
            with self.control.holding() as writer:
                keep_edit(writer, edited)
                self.control.close_if_idle()
        # A step ends where the next begins, whatever pauses the request named.
        pauses = [spec.name for spec in phases() if spec.may_pause]
        self.begin()
        await self.control.work(lambda: self.engine, pauses, phase)


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - what is waited for may happen in another process
        await asyncio.sleep(COMMAND_POLL_S / 4)


async def _quietly(coroutine: Coroutine[Any, Any, Any]) -> None:
    with suppress(AIFlowError):  # the journal's last event reports it
        await coroutine
