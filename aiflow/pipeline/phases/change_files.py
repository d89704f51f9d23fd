"""The last phase of a change: edits become files, which are checked and repaired as those of a generation."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import aclosing
from dataclasses import replace

from aiflow.engines.base import Message
from aiflow.exceptions import AIFlowError, LimitError, UnsafePathError
from aiflow.extraction import Prose
from aiflow.extraction.edits import (
    EDITS,
    Edit,
    EditPart,
    EditReader,
    EditRefused,
    EditText,
    Problem,
    WholeFile,
    apply_edits,
)
from aiflow.gates.checks import check_project
from aiflow.languages.files import find_definitions, merge_file
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan
from aiflow.model.entities import GeneratedProject
from aiflow.model.events import DiagnosticEvent
from aiflow.model.findings import Finding
from aiflow.model.phases import IMPLEMENT
from aiflow.model.tests import is_test_file
from aiflow.model.validators import required
from aiflow.pipeline.base_version import RESULT_FILES
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.change_answer import MAX_REASON_CHARS, first_sentence, is_example, named
from aiflow.pipeline.phases.change_context import (
    LEFT_OUT,
    affected_files,
    fit,
    main_file,
    notes,
    program_files,
    program_outline,
    shown,
    spec_features,
)
from aiflow.pipeline.phases.change_tests import change_tests
from aiflow.pipeline.phases.implement import make_project
from aiflow.pipeline.phases.repair import Repair
from aiflow.pipeline.prompts import fragment
from aiflow.storage.project_folder import ProjectFolder
from aiflow.util.token_estimate import estimate_tokens

# An answer has a sentence and marks beside the code.
_PROSE_TOKENS = 400


async def implement_change(context: PhaseContext) -> GeneratedProject:
    """Copy the version that is changed, ask for the edits, write them, check the project and repair it.

    Raises:
        AIFlowError: with the reason ``unchanged``, when the answer changes nothing.
        EngineError: when the engine fails.
        LimitError: when a budget is used up, or the model's context is too small.
        StorageError: when the disk refuses.
    """
    base, folder = required(context.base), required(context.folder)
    main = main_file(base, context.files)
    plan = required(context.snapshot.plan)
    plan = plan.model_copy(update={"main_file": main}) if main else plan
    copied = await asyncio.to_thread(base.copy_to, folder)
    for path, size in copied.items():
        # Not `announce`: copies do not differ from the base, and comparing each would read all of it again.
        context.events.file_written(path, size)
    await change_tests(context, plan, folder)
    editing = _Editing(context, plan, folder)
    await editing.run()
    # A file that the plan wanted deleted is not missing.
    kept = [file for file in plan.files if file.path not in editing.deleted]
    plan = plan.model_copy(update={"files": kept})
    findings = await Repair(context, plan, folder, set()).run()
    await _report_regressions(context, findings)
    project = make_project(context, plan, folder, findings)
    # The specification's sentence was asked for as the reason; the one before the code may be any.
    project.reason = required(context.snapshot.spec).reason or editing.reason
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
        self._affected = affected_files(context, plan)
        self._features = spec_features(required(context.base).spec, required(context.snapshot.spec))
        self._asked: set[tuple[Message, ...]] = set()
        self._changed: set[str] = set()
        self._already = False
        self._prose = ""
        self._shown: set[str] = set()
        self.reason = ""
        self.deleted: set[str] = set()

    async def run(self) -> None:
        """Ask for the edits, and once more, whole, for each file whose edits could not be used.

        Raises:
            AIFlowError: with the reason ``unchanged``, when nothing was changed.
        """
        problems = await self._ask(await self._first_request())
        if not problems and not self._changed:
            # A model that only says that it is done often does it when it gets the one file and is told so.
            text = "程序里已经有了这个修改。" if self._already else "给出的内容和原来的一样。"
            problems = [Problem(path, "no_change", text) for path in self._affected[:1]]
        for path, message in self._to_ask(problems).items():
            self._context.events.notice(f"“{path}”的修改没有用上，正在请模型写出整个文件。")
            for failed in await self._ask(self._whole_request(path, message), path):
                self._diagnose(failed.path, failed.message)
        if not self._changed:
            what = "程序里已经有了这个修改" if self._already else "模型给出的代码和原来的一样，或者没法用上"
            raise AIFlowError(
                f"程序没有变化：{what}。原来的版本还是好好的。可以换一种更具体的说法，说清楚要改哪个功能、"
                "改成什么样；也可以一次只改一处，或者换一个模型再试。",
                reason="unchanged",
                retryable=True,
            )

    def _to_ask(self, problems: list[Problem]) -> dict[str, str]:
        """Return the files to request whole, each with what was wrong; report what concerns no file."""
        found: dict[str, str] = {}
        for problem in problems:
            path = problem.path or (self._affected[0] if len(self._affected) == 1 else None)
            # No answer can repair a name that is refused; and without a name there is no file to request.
            if path is None or problem.reason == "unsafe_path":
                self._diagnose(problem.path, problem.message)
            else:
                found.setdefault(path, problem.message)
        return found

    async def _first_request(self) -> tuple[Message, ...]:
        context, plan = self._context, self._plan
        language = context.language(plan.main_file)
        outline = await asyncio.to_thread(program_outline, context)
        values = {
            "main_file": plan.main_file,
            "features": self._features,
            "plan": plan.to_markdown(),
            "format": fragment(f"format_{context.engine.edit_format}", language),
        }

        def candidates() -> Iterator[tuple[tuple[Message, ...], float]]:
            # Halved and not shortened by one: each is a text of its own, of up to ten megabytes.
            paths, more, signatures = self._affected, notes(context), outline
            while True:
                self._shown = set(paths)
                content = shown(self._files, paths)
                yield (
                    context.messages(
                        "change_implement", **values, outline=signatures, content=content, notes=more
                    ),
                    self._answer_tokens(paths),
                )
                if more:
                    more = ""
                elif len(paths) > 1:
                    paths = paths[: len(paths) // 2]
                elif signatures != LEFT_OUT:
                    signatures = LEFT_OUT
                else:
                    return

        return fit(context, candidates())

    def _answer_tokens(self, paths: Iterable[str]) -> float:
        """Return about how long an answer about these files is: at least as long as the longest of them."""
        sizes = [estimate_tokens(self._files.get(path, "")) for path in paths]
        return _PROSE_TOKENS + max(sizes, default=0)

    def _whole_request(self, path: str, problem: str) -> tuple[Message, ...]:
        old = self._files.get(path, "")
        self._shown.add(path)
        messages = self._context.messages(
            "change_whole",
            main_file=self._plan.main_file,
            features=self._features,
            plan=self._plan.to_markdown(),
            path=path,
            content=old or "（还没有）",
            problem=problem,
        )
        return fit(self._context, [(messages, self._answer_tokens([path]))])

    async def _ask(self, messages: tuple[Message, ...], path: str | None = None) -> list[Problem]:
        """Send a request and write what its answer changes; return what could not be used.

        Args:
            messages: the request.
            path: the file that is requested whole; None where the model selects the files.
        """
        if messages in self._asked:
            return []
        # The same words would get the same answer, for the same money.
        self._asked.add(messages)
        answer, reader = (
            Answer(self._context, IMPLEMENT, "implement", messages),
            EditReader(self._files, path),
        )
        batch, problems = list[Edit](), list[Problem]()
        async with aclosing(answer.text()) as pieces:
            async for piece in pieces:
                problems += await self._receive(reader.feed(piece), batch, path)
        problems += await self._receive(reader.close(), batch, path)
        problems += await self._apply(batch, path)
        self.reason = self.reason or first_sentence(self._prose)
        return problems

    async def _receive(self, parts: Iterable[EditPart], batch: list[Edit], path: str | None) -> list[Problem]:
        """Apply the edits of a file when another one's begin, so that it is on disk while that one is typed.

        Args:
            parts: of the answer.
            batch: the edits of one file that are not applied yet; brought up to date.
            path: as for ``_ask``.
        """
        problems: list[Problem] = []
        for edit in self._show(parts, path):
            if batch and (edit.path != batch[-1].path or isinstance(batch[-1], WholeFile)):
                problems += await self._apply(batch, path)
                batch.clear()
            batch.append(edit)
        if batch and isinstance(batch[-1], WholeFile):
            problems += await self._apply(batch, path)
            batch.clear()
        return problems

    def _show(self, parts: Iterable[EditPart], path: str | None) -> Iterator[Edit]:
        """Write what is typed as text of its file, and the rest as prose; yield the finished edits."""
        # A block without a name is typed somewhere: code in the prose would be shown twice.
        default = path or (self._affected[0] if len(self._affected) == 1 else None)
        for part in parts:
            if isinstance(part, EditText):
                self._context.events.text(IMPLEMENT, "content", part.text, part.path or default)
            elif isinstance(part, Prose):
                self._context.events.text(IMPLEMENT, "content", part.text)
                self._prose = (self._prose + part.text)[:MAX_REASON_CHARS]
            elif isinstance(part, EDITS) and not is_example(part):
                yield self._checked(named(part, path))

    def _checked(self, edit: Edit) -> Edit:
        """Return an edit, refused where it rewrites a file that the model has not seen: that is a guess."""
        if isinstance(edit, WholeFile) and edit.path in self._files.keys() - self._shown:
            return EditRefused(edit.path, "unseen", "模型还没有看过这个文件，整个重写不可靠。")
        return edit

    async def _apply(self, edits: list[Edit], path: str | None) -> list[Problem]:
        """Apply edits and write the files that they change; return what could not be applied."""
        whole = {path} if path is not None else set()
        # In a thread: a hostile answer may take tenths of a second, and other runs go on meanwhile.
        applied = await asyncio.to_thread(apply_edits, edits, self._files, find_definitions, whole=whole)
        self._already = self._already or bool(applied.already)
        is_whole = any(isinstance(edit, WholeFile) for edit in edits)
        for name, text in applied.files.items():
            await self._write(name, text, is_whole=is_whole)
        for name in applied.deleted:
            await self._delete(name)
        return applied.problems

    async def _write(self, path: str, text: str, *, is_whole: bool) -> None:
        """Write a file whose edits are complete, where it differs in more than its layout."""
        old = self._files.get(path)
        if old is not None:
            merged = await asyncio.to_thread(merge_file, path, old, text)
            if merged == old:
                return
            # An edit's own lines are what the model meant; only a rewritten file changes lines unasked.
            text = merged if is_whole else text
        elif is_test_file(path):
            self._diagnose(path, "测试不跟着程序改，这里的修改没有用上。", "test_locked")
            return
        elif path in RESULT_FILES:
            self._diagnose(path, f"“{path}”由前面的阶段写好，这里的修改没有用上。")
            return
        elif path in self._folder.sizes():
            self._diagnose(path, f"“{path}”不是文本文件，没有改动。")
            return
        try:
            size = await asyncio.to_thread(self._folder.write, path, text.encode("utf-8", "replace"))
        except (UnsafePathError, LimitError) as error:
            self._diagnose(path, error.message)
            return
        self._files[path] = text
        self._changed.add(path)
        self._context.announce(path, size)

    async def _delete(self, path: str) -> None:
        """Delete a file that the change does not need any more."""
        # A picture, for example: the model has not seen it, so it deletes a name and not a file.
        if path not in self._files:
            return
        await asyncio.to_thread(self._folder.remove, path)
        del self._files[path]
        self._changed.add(path)
        self.deleted.add(path)
        self._context.announce(path, None)

    def _diagnose(self, path: str | None, message: str, rule: str = "edit") -> None:
        event = DiagnosticEvent(path=path, rule=rule, message=message, severity="warning")
        self._context.events.emit(event)


async def _report_regressions(context: PhaseContext, findings: list[Finding]) -> None:
    """Report the errors that the version before did not have."""
    errors = [found for found in findings if found.severity == "error"]
    if not errors:
        return
    # Only where there are errors: most changes have none, and a check costs as much as the first.
    before = Sources.of(context.files, plan=required(context.base).snapshot.plan)
    known = {(found.rule, found.path) for found in await check_project(before, context.config.gates)}
    known |= {(found.rule, found.path) for found in required(context.base).snapshot.diagnostics}
    for found in errors:
        if (found.rule, found.path) not in known:
            text = f"改之前没有这个问题，是这次修改带来的：{found.message}"
            context.events.emit(DiagnosticEvent.of(replace(found, rule="regression", message=text)))
