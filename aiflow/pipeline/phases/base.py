"""Shared by the phases: their context, and the budget that they spend."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiflow.config import Config
from aiflow.engines.base import Engine, Message, Task
from aiflow.exceptions import LimitError
from aiflow.languages.base import Language
from aiflow.languages.registry import language_of, load_language
from aiflow.model.snapshot import Snapshot
from aiflow.pipeline.base_version import BaseVersion
from aiflow.pipeline.event_writer import EventWriter
from aiflow.pipeline.prompts import render
from aiflow.storage.manifest import Manifest
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
        # Counted before the text is used, so that one huge piece does not pass the limit first.
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
        request: the student's sentence and what was chosen with it.
        engine: the engine that answers.
        config: the limits and gates.
        events: where events go.
        record: where prompts and diffs are kept.
        trace: the log.
        budget: the tokens that are left.
        snapshot: the state so far, with the results of the phases before.
        folder: the project's files; None until the first phase with a result has ended.
        announce: writes the events of a file that was written (its path and size) or deleted (None for size).
        agreements: what the specification has to keep, "问题：答案" each.
        base: in a change, the version that is changed.
        files: in a change, the texts of that version by their paths.
    """

    phase: str
    request: Manifest
    engine: Engine
    config: Config
    events: EventWriter
    record: RunRecord
    trace: Trace
    budget: Budget
    snapshot: Snapshot
    folder: ProjectFolder | None
    announce: Callable[[str, int | None], None]
    agreements: Sequence[str] = ()
    base: BaseVersion | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def task(self) -> Task:
        """Whether a project is generated or changed."""
        return "generate" if self.base is None else "change"

    def language(self, main_file: str = "") -> Language:
        """Return the language of a program; by default the configuration's."""
        return language_of(main_file) or load_language(self.config.language)

    def messages(self, prompt: str, *, main_file: str = "", **values: str) -> tuple[Message, ...]:
        """Return the messages of a prompt about this request.

        Args:
            prompt: its name.
            main_file: what is run, which decides the language; by default the configuration's language.
            values: what is put in besides the request, the language's words, ``agreements`` (a paragraph, or
                nothing) and ``approved``, which names the packages that may be imported: ``和 pygame``, or
                nothing.
        """
        approved, language = self.config.gates.approved, self.language(main_file)
        return render(
            prompt,
            language,
            **dataclasses.asdict(language.fragments(approved)),
            prompt=self.request.prompt,
            agreements=_paragraph(self.agreements),
            main_file=main_file,
            approved=f"和 {'、'.join(approved)}" if approved else "",
            **values,
        )


def _paragraph(agreements: Sequence[str]) -> str:
    if not agreements:
        return ""
    lines = "\n".join(f"- {line}" for line in agreements)
    return f"\n\n已经和学生约定好，要照着做：\n\n{lines}"
