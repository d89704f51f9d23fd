"""Makes each request of a set in the real pipeline, judges what came of it, and keeps the outcomes."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from aiflow.config import Config
from aiflow.evaluation.entries import Entry
from aiflow.evaluation.judge import Judged, judge
from aiflow.evaluation.outcomes import Outcome, OutcomeStore, Results
from aiflow.evaluation.prices import Price
from aiflow.exceptions import AIFlowError, InputError
from aiflow.model.entities import GeneratedProject
from aiflow.model.status import RequestStatus
from aiflow.pipeline.flow import Flow
from aiflow.storage.transcripts import read_calls
from aiflow.util.token_estimate import estimate_tokens
from aiflow.workspace.importing.project import import_project

# Switches for an ablation: the section of the configuration, the key, and its value.
SWITCHES: dict[str, tuple[str, str, object]] = {
    "fixes": ("fixes", "enabled", False),
    "repair": ("run", "repair_attempts", 0),
    "tests": ("tests", "enabled", False),
}


def switch_off(config: Config, names: Sequence[str]) -> Config:
    """Return the configuration without some parts of the pipeline.

    Raises:
        InputError: there is no such part.
    """
    for name in names:
        section, key, value = SWITCHES.get(name, ("", "", None))
        if not hasattr(config, section):
            raise InputError(f"--without 可以是：{'、'.join(SWITCHES)}。")
        changed = getattr(config, section).model_copy(update={key: value})
        config = config.model_copy(update={section: changed})
    return config


# Failures that say nothing of the model: the evaluation ends, and is continued later.
_SERVICE_FAILURES = frozenset(
    {
        "engine_not_set_up", "connection_failed", "auth_failed", "quota_exhausted", "rate_limited",
        "service_unavailable", "model_unavailable", "circuit_open", "storage_failed",
    }
)  # fmt: skip


class Evaluation:
    """A set, an engine and a folder.

    Args:
        entries: the requests.
        store: where outcomes are kept; those that are there are not made again.
        config: of the runs; its folders are replaced by those of the evaluation.
        engine: the engine's name; by default the configuration's.
        price: of the model, where it is known.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        store: OutcomeStore,
        config: Config,
        engine: str | None = None,
        price: Price | None = None,
    ) -> None:
        folder = store.folder
        folders = {"projects_dir": folder / "projects", "logs_dir": folder / "logs"}
        self._config = config.model_copy(update=folders)
        self._entries = entries
        self._store = store
        self._engine = engine
        self._price = price
        self._flows: set[Flow] = set()
        self._stopped = False

    @property
    def attempts(self) -> list[tuple[Entry, int]]:
        """All attempts, in their order: each request once, then each a second time."""
        return [
            (entry, number) for number in range(1, self._store.settings.repeat + 1) for entry in self._entries
        ]

    @property
    def stopped(self) -> bool:
        """Whether ``stop`` was called."""
        return self._stopped

    def results(self) -> Results:
        """Return what is there so far."""
        found = [self._store.find(entry.id, number) for entry, number in self.attempts]
        return Results(
            settings=self._store.settings, outcomes=[outcome for outcome in found if outcome is not None]
        )

    async def run(self, jobs: int, on_start: Callable[[Entry, int], None]) -> AsyncIterator[Outcome]:
        """Make the attempts that are missing, and yield each outcome when it is kept.

        Args:
            jobs: how many at the same time.
            on_start: is called when an attempt begins.

        Raises:
            AIFlowError: the evaluation itself fails: the disk is full, or the service cannot be reached or
                refuses all requests.
        """
        slots = asyncio.Semaphore(jobs)

        async def attempt(entry: Entry, number: int) -> Outcome | None:
            async with slots:
                if self._stopped:
                    return None
                on_start(entry, number)
                return await self._attempt(entry, number)

        missing = [one for one in self.attempts if self._store.find(one[0].id, one[1]) is None]
        tasks = [asyncio.create_task(attempt(*one)) for one in missing]
        try:
            for task in asyncio.as_completed(tasks):
                outcome = await task
                if outcome is not None:
                    yield outcome
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Cancel what is at work and begin nothing more; outcomes that are kept stay."""
        self._stopped = True
        for flow in list(self._flows):
            with suppress(AIFlowError):  # it may just have ended by itself
                await flow.cancel()

    async def _attempt(self, entry: Entry, number: int) -> Outcome | None:
        flow = await self._flow(entry)
        self._flows.add(flow)
        began = time.monotonic()
        project: GeneratedProject | None = None
        try:
            project = await flow.run()
        except AIFlowError as error:
            # The journal's last event carries the error. A run that was stopped has no outcome.
            if self._stopped or flow.snapshot.status is RequestStatus.CANCELLED:
                return None
            if error.reason in _SERVICE_FAILURES:
                raise
        finally:
            self._flows.discard(flow)
        seconds = time.monotonic() - began
        judged = await self._judge(entry, project)
        outcome = self._outcome(entry, number, flow, seconds, judged)
        self._store.keep(outcome, judged.picture if judged is not None else None)
        return outcome

    async def _flow(self, entry: Entry) -> Flow:
        """Return the run of an entry; in a change, of a project that is imported for it."""
        if not entry.is_change:
            return Flow(entry.request, engine=self._engine, config=self._config)
        with tempfile.TemporaryDirectory(prefix="aiflow-eval-") as folder:
            root = Path(folder, "project")
            for path, text in entry.base_files().items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
            base = await asyncio.to_thread(import_project, root, config=self._config)
        return base.change(entry.request, engine=self._engine or self._config.engine)

    async def _judge(self, entry: Entry, project: GeneratedProject | None) -> Judged | None:
        if project is None or project.root is None:
            return None
        return await judge(entry, project.root, project.main_path, self._config.runner)

    def _outcome(
        self, entry: Entry, number: int, flow: Flow, seconds: float, judged: Judged | None
    ) -> Outcome:
        state = flow.snapshot
        prompt_tokens, completion_tokens, calls = _usage(flow)
        rules = [found.rule for found in state.diagnostics if found.severity == "info"]
        price = self._price
        cost = price.cost(prompt_tokens, completion_tokens) if price is not None else None
        return Outcome(
            id=entry.id,
            attempt=number,
            request=entry.request,
            kind=entry.kind,
            language=entry.language,
            detail=entry.detail,
            half=entry.half,
            status=str(state.status),
            reason=state.reason or "",
            message=state.message or "",
            starts=judged is not None and judged.starts,
            passes=judged is not None and judged.passes,
            checks=judged.results if judged is not None else [],
            seconds=round(seconds, 1),
            prompt_tokens=prompt_tokens,
            completion_tokens=completion_tokens,
            calls=calls,
            repairs=rules.count("repair"),
            fixes={rule: rules.count(rule) for rule in sorted(set(rules)) if rule.startswith("fix_")},
            tests=_tests(state.project),
            cost=cost,
            currency=price.currency if price is not None else "",
            project=flow.store.find(flow.project_id).root.name,
            project_id=str(flow.project_id),
        )


def _usage(flow: Flow) -> tuple[int, int, int]:
    """Return the tokens of the requests and of the answers, and how many calls there were."""
    state, calls = flow.snapshot, read_calls(flow.record.calls)
    if state.completion_tokens:
        return state.prompt_tokens, state.completion_tokens, len(calls)
    # A service that reports no usage, or a run that was stopped in its first answer.
    asked = sum(estimate_tokens(message["content"]) for call in calls for message in call["messages"])
    answered = sum(estimate_tokens(call["thinking"] + call["content"]) for call in calls)
    return round(asked), round(answered), len(calls)


def _tests(project: GeneratedProject | None) -> tuple[int, int] | None:
    counts = project.tests if project is not None else None
    return (counts.passed, counts.total) if counts is not None else None
