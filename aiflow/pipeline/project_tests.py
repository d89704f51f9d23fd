"""The tests of a finished project: run again, and measured by programs with one mistake each."""

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiflow.config import Config
from aiflow.exceptions import ConflictError, InputError
from aiflow.languages.base import Mutant
from aiflow.languages.files import find_tests
from aiflow.languages.registry import language_of
from aiflow.model.events import TestEvent
from aiflow.model.snapshot import Snapshot
from aiflow.model.tests import TestCase, TestResult, is_test_file
from aiflow.pipeline.base_version import read_texts
from aiflow.sandbox.test_run import TestRun
from aiflow.storage.folder_copy import copy_program
from aiflow.storage.journal import Journal
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_state import summarise


@dataclass(frozen=True, slots=True)
class MutationScore:
    """How many of a program's mutants its tests notice.

    Attributes:
        tried: each mutant, and the test that noticed it; None where none did.
    """

    tried: tuple[tuple[Mutant, str | None], ...]

    def __repr__(self) -> str:
        return self.sentence

    @property
    def caught(self) -> int:
        """How many were noticed."""
        return sum(test is not None for _, test in self.tried)

    @property
    def sentence(self) -> str:
        """One Chinese sentence."""
        return f"抓住 {self.caught}/{len(self.tried)} 个故意放的错误。"


def project_cases(folder: ProjectFolder) -> list[TestCase]:
    """Return the tests of a project; a file of them that cannot be read has none.

    Raises:
        ConflictError: it has no tests, or no program; the reasons are ``no_tests`` and ``no_program``.
    """
    cases: list[TestCase] = []
    for path, text in read_texts(folder).items():
        if is_test_file(path):
            with suppress(InputError):
                cases += find_tests(path, text)
    if not cases:
        raise ConflictError("这个项目没有测试。", reason="no_tests")
    folder.main_file()
    return cases


async def run_project_tests(
    folder: ProjectFolder, config: Config, snapshot: Snapshot, cases: Iterable[TestCase]
) -> AsyncIterator[TestResult]:
    """Run the tests of a finished project; yield each result.

    A test that a person has not decided on stays quarantined while it fails.

    Args:
        folder: the project.
        config: the limits.
        snapshot: its state, with the results so far.
        cases: its tests.

    Raises:
        NotFoundError: there is no program.
        RunnerError: the sandbox could not be started.
        StorageError: the disk refuses.
    """
    async for outcome in _run(folder, config, partial(copy_program, folder)).outcomes(list(cases)):
        result = outcome.result
        before = snapshot.tests.get(result.test)
        if before is not None and before.status == "quarantined" and result.status != "passed":
            result = result.model_copy(update={"status": "quarantined"})
        yield result


async def measure_tests(folder: ProjectFolder, config: Config, cases: Iterable[TestCase]) -> MutationScore:
    """Make mutants of a program, and count those that its tests notice.

    Only tests that pass on the program itself count. The time for all tests holds for all mutants; those that
    were not tried in it are left out.

    Args:
        folder: the project.
        config: the limits.
        cases: its tests.

    Raises:
        ConflictError: no test passes.
        NotFoundError: there is no program.
        RunnerError: the sandbox could not be started.
        StorageError: the disk refuses.
    """
    run = _run(folder, config, partial(copy_program, folder))
    passed = {one.result.test async for one in run.outcomes(list(cases)) if one.result.status == "passed"}
    kept = [case for case in cases if case.id in passed]
    if not kept:
        raise ConflictError("没有通过的测试，量不出它们能抓住多少错误。", reason="no_passing_tests")
    language = language_of(folder.main_file())
    files = {path: text for path, text in read_texts(folder).items() if not is_test_file(path)}
    mutants = language.mutants(files, config.tests.mutants) if language is not None else []
    deadline = time.monotonic() + config.tests.budget_s
    tried: list[tuple[Mutant, str | None]] = []
    for mutant in mutants:
        if time.monotonic() > deadline:
            break
        tried.append((mutant, await _first_red(_run(folder, config, partial(_fill, folder, mutant)), kept)))
    return MutationScore(tuple(tried))


async def _first_red(run: TestRun, cases: list[TestCase]) -> str | None:
    outcomes = run.outcomes(cases)
    try:
        async for outcome in outcomes:
            if outcome.result.status != "passed":
                return outcome.result.test
    finally:
        await outcomes.aclose()  # type: ignore[attr-defined]  # an async generator
    return None


def _fill(folder: ProjectFolder, mutant: Mutant, root: Path) -> None:
    copy_program(folder, root)
    root.joinpath(*mutant.path.split("/")).write_text(mutant.text, encoding="utf-8", newline="")


def _run(folder: ProjectFolder, config: Config, fill: partial[None]) -> TestRun:
    temporary = folder.record.temporary
    return TestRun(
        fill=fill, main=folder.main_file(), temporary=temporary, tests=config.tests, runner=config.runner
    )


def keep_results(store: ProjectStore, folder: ProjectFolder, results: Iterable[TestResult]) -> None:
    """Append results to the journal of a project whose run has ended; nothing where another one writes it.

    Raises:
        StorageError: the disk refuses.
    """
    record = folder.record
    with suppress(ConflictError):
        record.acquire()
        try:
            journal = Journal(record.journal_path, folder.project_id, sync=store.limits.durability == "full")
            try:
                for result in results:
                    journal.append(TestEvent.of(result))
            finally:
                journal.close()
            record.save(summarise(record.load(), fold_without_text(record.journal_path)))
        finally:
            record.release()
