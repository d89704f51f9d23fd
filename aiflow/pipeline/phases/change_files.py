"""The last phase of a change: edits become files, which are checked and repaired as those of a generation."""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace

from aiflow.engines.base import Message
from aiflow.exceptions import AIFlowError, LimitError, UnsafePathError
from aiflow.extraction import FileClosed, FileExtractor, FileRefused, FileText, Part, Prose, collect
from aiflow.gates.checks import check_project
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan
from aiflow.model.entities import GeneratedProject
from aiflow.model.events import DiagnosticEvent
from aiflow.model.findings import Finding
from aiflow.model.markdown_reader import plain
from aiflow.model.phases import IMPLEMENT
from aiflow.model.validators import required
from aiflow.pipeline.base_version import RESULT_FILES
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.change_context import (
    affected_files,
    fit,
    notes,
    program_files,
    program_outline,
    shown,
    spec_features,
)
from aiflow.pipeline.phases.implement import make_project
from aiflow.pipeline.phases.repair import Repair
from aiflow.pipeline.prompts import fragment
from aiflow.storage.project_folder import ProjectFolder
from aiflow.util.token_estimate import estimate_tokens

# An answer has a sentence and marks beside the code.
_PROSE_TOKENS = 400
_MAX_REASON_CHARS = 300


@dataclass(frozen=True, slots=True)
class _Problem:
    """Why the edits of a file were not used; a Chinese sentence."""

    path: str
    message: str


async def implement_change(context: PhaseContext) -> GeneratedProject:
    """Copy the version that is changed, ask for the edits, write them, check the project and repair it.

    Raises:
        AIFlowError: with the reason ``unchanged``, when the answer changes nothing.
        EngineError: when the engine fails.
        LimitError: when a budget is used up, or the model's context is too small.
        StorageError: when the disk refuses.
    """
    base, folder = required(context.base), required(context.folder)
    plan = required(context.snapshot.plan)
    copied = await asyncio.to_thread(base.copy_to, folder)
    for path, size in copied.items():
        context.events.file_written(path, size)
    editing = _Editing(context, plan, folder)
    await editing.run()
    # A file that the plan wanted deleted is not missing.
    kept = [file for file in plan.files if file.path not in editing.deleted]
    plan = plan.model_copy(update={"files": kept})
    findings = await Repair(context, plan, folder, set()).run()
    await _report_regressions(context, findings)
    project = make_project(context, plan, folder, findings)
    project.reason = editing.reason or required(context.snapshot.spec).reason
    return project


class _Editing:
    """Asks for the edits and writes them, file by file: all of a file's edits or none.

    Args:
        context: the run.
        plan: what is to be changed.
        folder: the new version's files, so far copies of the old ones.

    Attributes:
        reason: the model's sentence about the change.
        deleted: the files that the change deletes.
    """

    def __init__(self, context: PhaseContext, plan: Plan, folder: ProjectFolder) -> None:
        self._context = context
        self._plan = plan
        self._folder = folder
        self._files = program_files(context.files)
        self._features = spec_features(required(context.base).spec, required(context.snapshot.spec))
        self._asked: set[tuple[Message, ...]] = set()
        self._changed: set[str] = set()
        self.reason = ""
        self.deleted: set[str] = set()

    async def run(self) -> None:
        """Ask for the edits, and once more, whole, for each file whose edits could not be used.

        Raises:
            AIFlowError: with the reason ``unchanged``, when nothing was changed.
        """
        problems = await self._ask(self._first_request())
        if not problems and not self._changed:
            paths = affected_files(self._context, self._plan)
            problems = [_Problem(path, "给出的内容和原来的一样。") for path in paths[:1]]
        for problem in problems:
            self._context.events.notice(f"“{problem.path}”的修改没有用上，正在请模型写出整个文件。")
            for failed in await self._ask(self._whole_request(problem), problem.path):
                self._diagnose(failed.path, f"没能修改“{failed.path}”：{failed.message}")
        if not self._changed:
            raise AIFlowError(
                "程序没有变化：模型给出的代码和原来的一样。原来的版本还是好好的。可以换一种更具体的说法，"
                "说清楚要改哪个功能、改成什么样；也可以一次只改一处，或者换一个模型再试。",
                reason="unchanged",
                retryable=True,
            )

    def _first_request(self) -> tuple[Message, ...]:
        context = self._context
        paths = affected_files(context, self._plan)
        language = context.language(self._plan.main_file)
        values = {
            "features": self._features,
            "plan": self._plan.to_markdown(),
            "format": fragment(f"format_{context.engine.edit_format}", language),
        }

        def request(paths: list[str], outline: str, more: str) -> tuple[Message, ...]:
            content = shown(self._files, paths)
            return context.messages(
                "change_implement",
                main_file=self._plan.main_file,
                **values,
                outline=outline,
                content=content,
                notes=more,
            )

        outline = program_outline(context)
        candidates = [request(paths, outline, more) for more in (notes(context), "")]
        candidates += [request(paths[:count], outline, "") for count in range(len(paths) - 1, 0, -1)]
        # Without files it is refused: an edit of a file that the model has not seen is a guess.
        size = sum(estimate_tokens(self._files[path]) for path in paths[:1])
        return fit(context, candidates, _PROSE_TOKENS + size)

    def _whole_request(self, problem: _Problem) -> tuple[Message, ...]:
        old = self._files.get(problem.path, "")
        messages = self._context.messages(
            "change_whole",
            main_file=self._plan.main_file,
            features=self._features,
            plan=self._plan.to_markdown(),
            path=problem.path,
            content=old or "（还没有）",
            problem=problem.message,
        )
        return fit(self._context, [messages], _PROSE_TOKENS + estimate_tokens(old))

    async def _ask(self, messages: tuple[Message, ...], path: str | None = None) -> list[_Problem]:
        """Send a request and write what its answer changes; return what could not be used.

        Args:
            messages: the request.
            path: the file that is requested whole; None where the model selects the files.
        """
        if messages in self._asked:
            return []
        self._asked.add(messages)
        context = self._context
        answer = Answer(context, IMPLEMENT, "implement", messages)
        extractor = FileExtractor(default_path=path or self._plan.main_file)
        parts: list[Part] = []
        async with aclosing(answer.text()) as pieces:
            async for piece in pieces:
                parts += self._show(extractor.feed(piece))
        parts += self._show(extractor.close())
        prose = "".join(part.text for part in parts if isinstance(part, Prose))
        self.reason = self.reason or _first_sentence(prose)
        for part in parts:
            if isinstance(part, FileRefused):
                self._diagnose(None, part.reason)
        files = collect(parts)
        cut = {part.path for part in parts if isinstance(part, FileClosed)} - set(files)
        problems = [_Problem(name, "回答没有写完。") for name in sorted(cut)]
        for name, text in files.items():
            problems += await self._write(name, text)
        return problems

    def _show(self, parts: Iterable[Part]) -> Iterable[Part]:
        """Write what is typed as text of its file, the rest as prose; return the parts as they are."""
        for part in parts:
            if isinstance(part, FileText):
                self._context.events.text(IMPLEMENT, "content", part.text, part.path)
            elif isinstance(part, Prose):
                self._context.events.text(IMPLEMENT, "content", part.text)
            yield part

    async def _write(self, path: str, text: str) -> list[_Problem]:
        """Write a file whose edits are complete; return the problem where that is not possible."""
        old = self._files.get(path)
        if text == old:
            return []
        if path in RESULT_FILES:
            self._diagnose(path, f"“{path}”由前面的阶段写好，这里的修改没有用上。")
            return []
        try:
            size = await asyncio.to_thread(self._folder.write, path, text.encode("utf-8", "replace"))
        except (UnsafePathError, LimitError) as error:
            self._diagnose(path, error.message)
            return []
        self._files[path] = text
        self._changed.add(path)
        self._context.announce(path, size)
        return []

    def _diagnose(self, path: str | None, message: str) -> None:
        event = DiagnosticEvent(path=path, rule="edit", message=message, severity="warning")
        self._context.events.emit(event)


async def _report_regressions(context: PhaseContext, findings: list[Finding]) -> None:
    """Report the errors that the version before did not have."""
    errors = [found for found in findings if found.severity == "error"]
    if not errors:
        return
    before = Sources.of(context.files, plan=required(context.base).snapshot.plan)
    known = {(found.rule, found.path) for found in await check_project(before, context.config.gates)}
    known |= {(found.rule, found.path) for found in required(context.base).snapshot.diagnostics}
    for found in errors:
        if (found.rule, found.path) not in known:
            text = f"改之前没有这个问题，是这次修改带来的：{found.message}"
            context.events.emit(DiagnosticEvent.of(replace(found, rule="regression", message=text)))


def _first_sentence(prose: str) -> str:
    """Return the first sentence of what a model wrote around its code."""
    for line in prose.splitlines():
        words = plain(line).lstrip("#-*> ").strip()
        if words:
            return words[:_MAX_REASON_CHARS]
    return ""
