"""Shared by the phases: their context, and the budget that they spend."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aiflow.config import Config
from aiflow.engines.base import Engine
from aiflow.exceptions import LimitError
from aiflow.model.snapshot import Snapshot
from aiflow.pipeline.event_writer import EventWriter
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.run_folder import RunRecord
from aiflow.util.log import Trace
from aiflow.util.token_estimate import estimate_tokens


@dataclass
class Budget:
    """How many tokens a run may still use.

    A service reports its usage only at the end of an answer, if at all, so the text is estimated while it
    streams.
    """

    tokens: int
    spent: float = 0

    def spend(self, text: str) -> None:
        """Count ``text``.

        Raises:
            LimitError: when the budget is used up.
        """
        self.spent += estimate_tokens(text)
        if self.spent > self.tokens:
            raise LimitError(
                f"模型已经写了大约 {self.tokens} 个词元，到了这次运行的上限，已经停下。写好的文件都还在。"
                "可以重试，或者把要求写得简单一点。",
                reason="token_budget",
            )


@dataclass
class PhaseContext:
    """The context of a phase.

    Attributes:
        phase: its name.
        project_id: the run's id.
        created_at: when it was asked for.
        prompt: the student's sentence.
        template: the lesson that was chosen, where one was.
        engine: the engine that answers.
        config: the limits and gates.
        events: where events go.
        record: where prompts and diffs are kept.
        trace: the log.
        budget: the tokens that are left.
        snapshot: the state so far, with the results of the phases before.
        folder: the project's files; None until the first phase with a result has ended.
    """

    phase: str
    project_id: UUID
    created_at: datetime
    prompt: str
    template: str | None
    engine: Engine
    config: Config
    events: EventWriter
    record: RunRecord
    trace: Trace
    budget: Budget
    snapshot: Snapshot
    folder: ProjectFolder | None
