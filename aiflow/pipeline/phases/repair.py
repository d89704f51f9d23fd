"""Repair: what the gates find goes back to the model, file by file, a bounded number of times."""

import asyncio
import difflib
from collections import Counter
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import PurePosixPath

from aiflow.exceptions import EngineError, LimitError, NotFoundError, UnsafePathError
from aiflow.extraction import FileClosed, FileExtractor, Part, collect
from aiflow.gates.checks import check_file_aside
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan
from aiflow.model.events import DiagnosticEvent
from aiflow.model.findings import Finding, Severity
from aiflow.model.language_facts import is_source
from aiflow.model.phases import IMPLEMENT
from aiflow.model.tests import is_test_file
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.apply_fixes import check_and_fix
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.missing_features import report_missing_features
from aiflow.pipeline.phases.run_tests import TEST_FAILED, ProjectTests
from aiflow.pipeline.phases.smoke_test import run_smoke_test
from aiflow.sandbox.test_run import TestOutcome
from aiflow.storage.project_folder import ProjectFolder
from aiflow.util.token_estimate import estimate_tokens

# At most so much of a file is sent; a longer one was not written for a beginner.
_MAX_CONTENT_CHARS = 40_000
_MAX_UNSAFE_NAMES = 20


class Repair:
    """Checks a project, and has the model repair the findings.

    Args:
        context: the run.
        plan: what was planned.
        folder: the files.
        incomplete: files whose text was cut off.
    """

    def __init__(
        self,
        context: PhaseContext,
        plan: Plan,
        folder: ProjectFolder,
        incomplete: set[str],
    ) -> None:
        self._context = context
        self._plan = plan
        self._folder = folder
        self._incomplete = incomplete
        self._tests = ProjectTests(context, plan, folder)
        self._attempts: Counter[str] = Counter()
        # Counted apart: a program that needed its repairs to start still gets those for its tests.
        self._test_attempts: Counter[str] = Counter()
        self._tokens = 0.0
        self._given_up = False

    async def run(self) -> list[Finding]:
        """Check and repair until nothing is wrong or no attempt is left; return the remaining findings.

        Raises:
            LimitError: when the run's own token budget is used up.
            StorageError: when the disk refuses.
        """
        findings = await self._check()
        self._report_findings(findings)
        while (path := self._next(findings)) is not None:
            wrong = [found for found in findings if self._target(found) == path]
            is_about_tests = all(found.rule == TEST_FAILED for found in wrong if found.severity == "error")
            (self._test_attempts if is_about_tests else self._attempts)[path] += 1
            old, outcomes = self._content(path), self._tests.outcomes
            if not await self._repair(path, wrong):
                continue
            checked = await self._check()
            if is_about_tests and _count(checked) > _count(findings):
                await self._undo(path, old, outcomes)
                continue
            findings = checked
            self._report_findings([found for found in findings if found.path == path])
        failed = [found for found in findings if found.rule == TEST_FAILED]
        limit = self._context.config.run.repair_attempts
        is_tried = bool(limit) and all(self._test_attempts[self._target(one)] >= limit for one in failed)
        self._tests.quarantine(failed, repaired=is_tried)
        report_missing_features(self._context, self._folder, self._tests.outcomes)
        return [found for found in findings if found.rule != TEST_FAILED]

    async def _undo(self, path: str, old: str, outcomes: Mapping[str, TestOutcome]) -> None:
        """Write the earlier text of a file again, whose repair let more tests fail than before."""
        size = await asyncio.to_thread(self._folder.write, path, old.encode("utf-8", "replace"))
        self._context.announce(path, size)
        self._tests.restore(outcomes)
        self._report(path, "这次修改让更多的检查通不过，恢复了原来的文件。", "warning")

    async def _check(self) -> list[Finding]:
        sources = Sources(
            # Tests are locked: a gate's finding in one would ask for its repair.
            paths=tuple(path for path in self._folder.sizes() if not is_test_file(path)),
            read=self._folder.read,
            plan=self._plan,
            incomplete=frozenset(self._incomplete),
        )
        findings = await check_and_fix(self._context, self._folder, sources)
        findings += [_unsafe_name(error) for error in self._folder.unsafe_names()[:_MAX_UNSAFE_NAMES]]
        main = sources.main_file
        if main is not None and (missing := self._missing_packages(sources, main)):
            # It can neither be started nor tested, and no repair would help.
            return [*findings, Finding(None, None, "package_missing", missing, "warning")]
        is_sound = main is not None and not any(found.severity == "error" for found in findings)
        if main is not None and is_sound and self._context.config.gates.smoke_run:
            findings += await run_smoke_test(self._context, self._folder, main)
        if main is not None and is_sound and not any(found.severity == "error" for found in findings):
            findings += await self._tests.run(main)
        return findings

    def _missing_packages(self, sources: Sources, main: str) -> str:
        """Return the sentence about the approved packages that are imported and not installed."""
        language, approved = self._context.language(main), self._context.config.gates.approved
        return language.missing_packages(language.used_dependencies(sources, approved))

    def _report_findings(self, findings: list[Finding]) -> None:
        for finding in findings:
            if finding.rule != TEST_FAILED:
                self._context.events.emit(DiagnosticEvent.of(finding))

    def _target(self, finding: Finding) -> str:
        return finding.path or self._plan.main_file

    def _next(self, findings: list[Finding]) -> str | None:
        """Return the next file to repair: missing ones first, then in the order of the findings."""
        run = self._context.config.run
        # The project is delivered with its findings: a person may accept them.
        if self._given_up or self._tokens >= run.repair_token_budget:
            return None
        errors = [found for found in findings if found.severity == "error"]
        wrong = [self._target(found) for found in errors]
        there = self._folder.sizes()
        open_paths = [
            path
            for path, found in zip(wrong, errors, strict=True)
            if (self._test_attempts if found.rule == TEST_FAILED else self._attempts)[path]
            < run.repair_attempts
        ]
        return min(open_paths, key=lambda path: (path in there, wrong.index(path)), default=None)

    async def _repair(self, path: str, findings: list[Finding]) -> bool:
        """Ask for one file again; return whether a better one was written."""
        attempt = self._attempts[path] + self._test_attempts[path]
        try:
            self._folder.check_name(path)
        except (UnsafePathError, LimitError) as error:
            # No attempt would help: the plan itself names a path that must not be written.
            self._attempts[path] = self._test_attempts[path] = self._context.config.run.repair_attempts
            self._report(path, f"没能修改：{error.message}", "warning")
            return False
        self._context.events.notice(f"检查发现“{path}”有问题，正在请模型修改（第 {attempt} 次）。")
        old = self._content(path)
        try:
            new = await self._ask(path, old, findings)
        except EngineError as error:
            self._report(path, f"没能修改：{error.message}", "warning")
            # The service refuses or is gone; further requests in this run would only cost time.
            self._given_up = True
            return False
        if new is None or new == old:
            self._report(path, f"第 {attempt} 次修改没有给出新的内容，保留原来的文件。", "warning")
            return False
        if not await self._is_better(path, old, new):
            self._report(path, f"第 {attempt} 次修改的结果语法不对，保留原来的文件。", "warning")
            return False
        try:
            size = await asyncio.to_thread(self._folder.write, path, new.encode("utf-8", "replace"))
        except (UnsafePathError, LimitError) as error:
            self._report(path, f"修改后的文件没有保存：{error.message}", "warning")
            return False
        self._incomplete.discard(path)
        self._context.announce(path, size)
        changed = self._keep_diff(path, old, new)
        self._report(path, f"已经按检查结果修改（第 {attempt} 次），改了 {changed} 行。", "info")
        return True

    async def _ask(self, path: str, old: str, findings: list[Finding]) -> str | None:
        others = "、".join(self._folder.sizes())
        messages = self._context.messages(
            "repair",
            main_file=self._plan.main_file,
            path=path,
            files=others or "（还没有）",
            content=old[:_MAX_CONTENT_CHARS] or "（还没有写）",
            findings="\n".join([*(_as_item(found, old) for found in findings[:20]), *self._insist(path)]),
        )
        self._tokens += sum(estimate_tokens(message.content) for message in messages)
        answer = Answer(self._context, IMPLEMENT, "repair", messages)
        # A Markdown file's own code blocks must not be taken for the file.
        extractor = FileExtractor(default_path=path if is_source(path) else None)
        parts: list[Part] = []
        async with aclosing(answer.text()) as pieces:
            async for piece in pieces:
                self._tokens += estimate_tokens(piece)
                self._context.events.text(IMPLEMENT, "content", piece, path)
                parts += extractor.feed(piece)
        parts += extractor.close()
        if answer.finish == "stop":
            # Many models end their answer without the closing mark; whether the text is whole, the gates say.
            parts = [
                FileClosed(part.path, complete=True) if isinstance(part, FileClosed) else part
                for part in parts
            ]
        files = collect(parts)
        if any(map(is_test_file, files)):
            text = "模型想改测试，没有采用：测试说的是程序应该怎样，不能跟着程序改。"
            self._context.events.emit(
                DiagnosticEvent(path=path, rule="test_locked", message=text, severity="info")
            )
        return _choose({name: text for name, text in files.items() if not is_test_file(name)}, path)

    def _insist(self, path: str) -> list[str]:
        """Return the sentence for a model whose attempts changed nothing that matters."""
        failed = self._attempts[path] + self._test_attempts[path] - 1
        # With their number: the same request is never sent twice.
        return [f"- 前 {failed} 次修改没有解决问题，这次请换一种写法。"] if failed else []

    def _content(self, path: str) -> str:
        try:
            return self._folder.read(path).decode("utf-8", "replace")
        except (NotFoundError, UnsafePathError):
            return ""

    async def _is_better(self, path: str, old: str, new: str) -> bool:
        """Whether the new text is not worse: a file that parses is never replaced by one that does not."""
        gates = self._context.config.gates
        if not await check_file_aside(path, new.encode("utf-8", "replace"), gates):
            return True
        return bool(await check_file_aside(path, old.encode("utf-8", "replace"), gates))

    def _keep_diff(self, path: str, old: str, new: str) -> int:
        """Keep the change in the record; return how many lines it adds or takes away."""
        lines = list(
            difflib.unified_diff(
                old.splitlines(keepends=True), new.splitlines(keepends=True), f"a/{path}", f"b/{path}"
            )
        )
        number = sum(self._attempts.values()) + sum(self._test_attempts.values())
        self._context.record.keep_diff(f"{number:03}-{PurePosixPath(path).name}.diff", "".join(lines))
        return sum(line[0] in "+-" for line in lines[2:])

    def _report(self, path: str, message: str, severity: Severity) -> None:
        self._context.events.emit(DiagnosticEvent.of(Finding(path, None, "repair", message, severity)))


def _count(findings: list[Finding]) -> int:
    """Return how much is wrong; whatever keeps the tests from running weighs more than all of them."""
    errors = [found for found in findings if found.severity == "error"]
    return sum(1 if found.rule == TEST_FAILED else 1000 for found in errors)


def _unsafe_name(error: UnsafePathError) -> Finding:
    text = f"项目文件夹里有一个文件没有检查，也不会出现在下载里：{error.message}请给它改名，或把它移走。"
    return Finding(None, None, "unsafe_name", text, "warning")


def _choose(files: dict[str, str], path: str) -> str | None:
    """Return the text that was meant for ``path``: by its name, or the only one there is."""
    if path in files:
        return files[path]
    same_kind = [
        text for name, text in files.items() if PurePosixPath(name).suffix == PurePosixPath(path).suffix
    ]
    return same_kind[0] if len(same_kind) == 1 else None


def _as_item(finding: Finding, text: str) -> str:
    """Return a finding for the model, with the line itself: small models do not count lines."""
    lines = text.splitlines()
    if finding.line is None or not 0 < finding.line <= len(lines):
        return f"- {finding.message}"
    return f"- {finding.message}（这一行是：`{lines[finding.line - 1].strip()[:200]}`）"
