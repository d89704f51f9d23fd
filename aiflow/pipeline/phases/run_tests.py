"""Runs the tests of a project in a run: each result is an event, and each that fails a finding to repair."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path

from aiflow.exceptions import InputError, RunnerError
from aiflow.languages.files import find_tests
from aiflow.languages.registry import language_of
from aiflow.model.artifacts import Plan
from aiflow.model.events import DiagnosticEvent, TestEvent
from aiflow.model.findings import Finding
from aiflow.model.tests import TestCase, TestResult, is_test_file
from aiflow.pipeline.base_version import read_text
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.sandbox.test_run import TestOutcome, TestRun
from aiflow.storage.folder_copy import copy_program
from aiflow.storage.project_folder import ProjectFolder

# The rule of a finding that stands for a test; the page gets the test's own event instead.
TEST_FAILED = "test_failed"


class ProjectTests:
    """The tests of a project while it is made.

    Args:
        context: the run.
        plan: what was planned.
        folder: the project's files.
    """

    def __init__(self, context: PhaseContext, plan: Plan, folder: ProjectFolder) -> None:
        self._context = context
        self._plan = plan
        self._folder = folder
        self._cases: dict[str, TestCase] = {}
        self._outcomes: dict[str, TestOutcome] = {}

    async def run(self, main: str) -> list[Finding]:
        """Run all tests, write their results, and return a finding for each that fails.

        Args:
            main: the program's main file.

        Raises:
            StorageError: the disk refuses.
        """
        context = self._context
        cases = self._find() if context.config.tests.enabled else []
        self._cases, self._outcomes = {case.id: case for case in cases}, {}
        if not cases:
            return []
        context.events.notice(f"正在运行 {len(cases)} 个测试。")
        run = TestRun(
            fill=self._fill,
            main=main,
            temporary=self._folder.record.temporary,
            tests=context.config.tests,
            runner=context.config.runner,
        )
        project = str(context.request.project_id)
        with context.trace.timed("tests", project_id=project, tests=len(cases)) as more:
            try:
                async for raw in run.outcomes(cases):
                    outcome = self._judge(raw)
                    self._outcomes[outcome.result.test] = outcome
                    context.events.emit(TestEvent.of(outcome.result))
            # The sandbox failed, not the program.
            except RunnerError as error:
                self._report(None, f"没能运行测试：{error.message}")
            more["passed"] = sum(one.result.status == "passed" for one in self._outcomes.values())
        return [self._finding(outcome, main) for outcome in self._outcomes.values() if _is_red(outcome)]

    @property
    def outcomes(self) -> Mapping[str, TestOutcome]:
        """The latest outcome of each test."""
        return self._outcomes

    def restore(self, outcomes: Mapping[str, TestOutcome]) -> None:
        """Write earlier outcomes again: a file has its earlier text back.

        Raises:
            StorageError: the disk refuses.
        """
        self._outcomes = dict(outcomes)
        for outcome in outcomes.values():
            self._context.events.emit(TestEvent.of(outcome.result))

    def quarantine(self, findings: Sequence[Finding], *, repaired: bool) -> None:
        """Set the tests aside that may be wrong, and report those that passed before a change.

        Args:
            findings: the tests that still fail.
            repaired: whether every repair that is allowed was tried.

        Raises:
            StorageError: the disk refuses.
        """
        base = self._context.base
        before = base.snapshot.tests if base is not None else {}
        for outcome in self._outcomes.values():
            if not _is_red(outcome):
                continue
            test = outcome.result.test
            old = before.get(test)
            if old is not None and old.status == "passed" and self._is_old(outcome.result.path):
                where = next((found.path for found in findings if test in found.message), None)
                text = (
                    f"改之前能通过的测试，现在通不过了：{title_of(outcome.result)}。{outcome.result.message}"
                )
                event = DiagnosticEvent(path=where, rule="regression", message=text, severity="error")
                self._context.events.emit(event)
            elif repaired:
                result = outcome.result.model_copy(update={"status": "quarantined"})
                self._outcomes[test] = dataclasses.replace(outcome, result=result)
                self._context.events.emit(TestEvent.of(result))

    def _is_old(self, path: str) -> bool:
        """Return whether a file of tests is as it was before the change."""
        return self._context.files.get(path) == read_text(self._folder, path)

    def _find(self) -> list[TestCase]:
        cases: list[TestCase] = []
        for path in filter(is_test_file, self._folder.sizes()):
            text = read_text(self._folder, path)
            try:
                cases += find_tests(path, text) if text is not None else []
            except InputError as error:
                self._report(path, error.message)
        return cases

    def _fill(self, root: Path) -> None:
        copy_program(self._folder, root)

    def _judge(self, outcome: TestOutcome) -> TestOutcome:
        """Return an outcome, quarantined where the test uses what neither the plan nor the program has."""
        path = outcome.result.path
        language = language_of(path)
        if not outcome.is_unreadable or language is None:
            return outcome
        sources = [other for other in self._folder.sizes() if not is_test_file(other)]
        names = [self._plan.to_markdown(), *(read_text(self._folder, other) or "" for other in sources)]
        text = read_text(self._folder, path) or ""
        problem = language.check_tests(text, sources, "\n".join(names), self._context.config.gates.approved)
        if not problem:
            return outcome
        result = outcome.result.model_copy(
            update={"status": "quarantined", "message": f"{problem}。{outcome.result.message}"}
        )
        return dataclasses.replace(outcome, result=result)

    def _finding(self, outcome: TestOutcome, main: str) -> Finding:
        result, sizes = outcome.result, self._folder.sizes()
        used = [path for path in self._cases[result.test].uses if path in sizes]
        path = outcome.path if outcome.path in sizes else next(iter(used), main)
        line = outcome.line if path == outcome.path else None
        return Finding(
            path, line, TEST_FAILED, f"测试 {result.test}（{title_of(result)}）没有通过：{result.message}"
        )

    def _report(self, path: str | None, message: str) -> None:
        event = DiagnosticEvent(path=path, rule="test_dropped", message=message, severity="warning")
        self._context.events.emit(event)


def _is_red(outcome: TestOutcome) -> bool:
    return outcome.result.status in {"failed", "error"}


def title_of(result: TestResult) -> str:
    """Return how a test is called in a sentence."""
    return result.title or result.name
