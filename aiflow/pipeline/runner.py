"""Does the phases of a run, one after the other, and gives what they produce to the run's writer."""

import asyncio
from collections.abc import Collection

from aiflow.config import Config
from aiflow.engines.base import Engine
from aiflow.exceptions import LimitError
from aiflow.languages.registry import load_language
from aiflow.model.agreements import merge_agreements
from aiflow.model.artifacts import Spec
from aiflow.model.entities import GeneratedProject
from aiflow.model.phases import SPECIFY, phase_names, phase_spec
from aiflow.model.status import PhaseStatus
from aiflow.model.validators import required
from aiflow.pipeline.clarification.asking import agreements_for, answer_as_recommended, ask, with_agreements
from aiflow.pipeline.phases.base import Budget, PhaseContext
from aiflow.pipeline.phases.registry import phase_function
from aiflow.pipeline.results import adopt_given, keep_result
from aiflow.pipeline.run_writer import RunWriter
from aiflow.util.log import Trace


class Runner:
    """Does what is left of a run.

    Args:
        writer: the run.
        engine: the engine that answers.
        config: limits and gates.
        trace: the log.
    """

    def __init__(self, writer: RunWriter, engine: Engine, config: Config, trace: Trace) -> None:
        self._writer = writer
        self._engine = engine
        self._config = config
        self._trace = trace
        self._budget = Budget(config.run.token_budget)
        self._project: GeneratedProject | None = None

    async def run(self, pauses: Collection[str], *, waits: bool = True) -> None:
        """Do the phases that are left, up to the first of ``pauses`` or to the end.

        Args:
            pauses: the phases after which the run pauses.
            waits: whether it also pauses for the answers to its questions; else the recommended ones are
                used.

        Raises:
            LimitError: when the run's time or token budget is used up; the phase is still active then.
            AIFlowError: when a phase fails; it is still active then.
        """
        writer, budget = self._writer, self._config.run.budget_s
        deadline = asyncio.timeout(budget)
        try:
            async with deadline:
                adopt_given(writer)
                if await self._waits_for_answers() and waits:
                    writer.pause(None)
                    return
                answer_as_recommended(writer)
                for phase in phase_names():
                    # A run that goes on after a pause, and one with a given result, has such phases.
                    if writer.snapshot.phases[phase].status is PhaseStatus.COMPLETED:
                        continue
                    await self._do(phase)
                    if phase in pauses:
                        writer.pause(phase)
                        return
                writer.complete(required(self._project))
        except TimeoutError:
            # Some other timeout inside a phase, which is no budget of the person's.
            if not deadline.expired():
                raise
            raise LimitError(
                f"这次运行用了超过 {budget:g} 秒，已经停下。写好的文件都还在，可以重试。",
                reason="time_budget",
            ) from None

    async def _waits_for_answers(self) -> bool:
        writer = self._writer
        if writer.snapshot.phases[SPECIFY].status is not PhaseStatus.PENDING:
            return False
        await ask(writer, await self._context(SPECIFY))
        return bool(writer.snapshot.open_questions)

    async def _do(self, phase: str) -> None:
        writer, request = self._writer, self._writer.manifest
        writer.change_phase(phase, PhaseStatus.ACTIVE)
        # In a change the engine itself says what it does: only the project decides whether it can be made.
        begins = phase_spec(phase).order == 1 and request.cause != "change"
        if begins and (notice := self._engine.introduce(request.prompt, request.template)):
            writer.events.notice(notice)
        with self._trace.timed("phase", project_id=str(request.project_id), phase=phase):
            context = await self._context(phase)
            result = await phase_function(phase, context.task)(context)
            if isinstance(result, Spec):
                result = with_agreements(result, context.agreements)
            if isinstance(result, GeneratedProject):
                self._project = result
            elif result is not None:
                await keep_result(writer, phase, result)
        # A phase's last text must come before its end, or readers would show it in the next one.
        writer.events.flush()
        writer.change_phase(phase, PhaseStatus.COMPLETED)

    def _agreements(self) -> list[str]:
        agreements = agreements_for(self._writer)
        # A prepared answer stays as it is.
        if self._engine.is_prepared:
            return agreements
        language = load_language(self._config.language)
        approved = self._config.gates.approved
        return merge_agreements(agreements, language.unapproved_in(self._writer.manifest.prompt, approved))

    async def _context(self, phase: str) -> PhaseContext:
        base = self._writer.base
        return PhaseContext(
            phase=phase,
            request=self._writer.manifest,
            engine=self._engine,
            config=self._config,
            events=self._writer.events,
            record=self._writer.record,
            trace=self._trace,
            budget=self._budget,
            snapshot=self._writer.snapshot,
            folder=self._writer.folder(),
            announce=self._writer.file_written,
            base=base,
            agreements=self._agreements(),
            # Up to two hundred files, perhaps on a slow disk: the event loop serves the other runs meanwhile.
            files=await asyncio.to_thread(base.texts) if base is not None else {},
        )
