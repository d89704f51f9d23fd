"""Runs the tests of a project in the sandbox, each result as soon as it is there.

Test functions share one process, which is started again after a test that took too long or ended it. A
scenario has a process and a copy of the project of its own.
"""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from aiflow.config import RunnerConfig, TestsConfig
from aiflow.exceptions import UnsafePathError
from aiflow.languages.base import ErrorExplanation
from aiflow.languages.registry import language_of
from aiflow.model.paths import SafePath
from aiflow.model.scenarios import Scenario, key_code
from aiflow.model.tests import TestCase, TestResult, TestStatus
from aiflow.model.trace import Execution
from aiflow.sandbox.events import Ended, Output
from aiflow.sandbox.process import ProgramRun, make_launch_request
from aiflow.sandbox.supervisors import start_supervisor

# A busy machine may need so long to start the process; a test's own time begins with the test.
_START_S: Final = 20.0
_MAX_LINE: Final = 64 * 1024
_MAX_MESSAGE: Final = 600
_REPORTS: Final = frozenset({"start", "loaded", "lines", "end"})
_MAX_LINES: Final = 100_000
_STATUSES: Final[frozenset[TestStatus]] = frozenset({"passed", "failed", "error"})


@dataclass(frozen=True, slots=True)
class TestOutcome:
    """The result of a test, and where it went wrong.

    Attributes:
        result: for the page.
        path: the program's file where the error is, where that is known.
        line: in it.
        is_unreadable: the test's file could not be loaded: most often it uses something that is not there.
        execution: what it executed; None where that was not recorded.
    """

    __test__ = False

    result: TestResult
    path: str | None = None
    line: int | None = None
    is_unreadable: bool = False
    execution: Execution | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """How the tests of a project are run.

    Attributes:
        fill: writes the project's files into an empty folder, which the tests may change.
        main: the program's main file.
        temporary: the folder in which the copies are made.
        tests: the time that one test has, and all together.
        runner: what the program may use.
        record: whether to record what each test executes.
    """

    __test__ = False

    fill: Callable[[Path], None]
    main: str
    temporary: Path
    tests: TestsConfig = field(default_factory=TestsConfig)
    runner: RunnerConfig = field(default_factory=RunnerConfig)
    record: bool = False

    async def outcomes(self, cases: Sequence[TestCase]) -> AsyncIterator[TestOutcome]:
        """Run tests; yield the outcome of each, in the order in which they end.

        Raises:
            RunnerError: the sandbox could not be started.
            StorageError: the disk refuses.
        """
        deadline = time.monotonic() + self.tests.budget_s
        functions = [case for case in cases if case.scenario is None]
        while functions:
            async with self._copy({}) as root:
                job = {"functions": [[case.path, case.name] for case in functions]}
                done = list[TestOutcome]()
                async for outcome in self._run(root, job, functions, deadline):
                    done.append(outcome)
                    yield outcome
            ended = {outcome.result.test for outcome in done}
            functions = [case for case in functions if case.id not in ended]
        for case in cases:
            if case.scenario is not None:
                async with self._copy(case.scenario.files) as root:
                    async for outcome in self._run(root, {"scenario": _job(case.scenario)}, [case], deadline):
                        yield outcome

    def _copy(self, files: Mapping[str, str]) -> "_Copy":
        return _Copy(self.temporary / f"test-{uuid4().hex}", self.fill, files)

    async def _run(
        self, root: Path, job: dict[str, Any], cases: Sequence[TestCase], deadline: float
    ) -> AsyncIterator[TestOutcome]:
        """Run tests in one process until its end; yield at least one outcome."""
        if deadline - time.monotonic() <= 0:
            text = f"所有测试一共 {self.tests.budget_s:g} 秒，没有轮到这一个。"
            for case in cases:
                yield TestOutcome(_result(case, "error", 0, text))
            return
        limits = self.runner.model_copy(
            update={"wall_timeout_s": self.tests.budget_s + _START_S, "cpu_budget_s": self.tests.budget_s + 5}
        )
        arguments = [json.dumps(job | {"record": self.record}, ensure_ascii=True)]
        request = make_launch_request(root, self.main, arguments, limits, confine=True, mode="test")
        async with ProgramRun(await start_supervisor(request), request, limits) as run:
            reader = _Reader(run, cases, self.main, root)
            while (index := await reader.next_start(_START_S)) is not None:
                allowed = min(self.tests.timeout_s, max(deadline - time.monotonic(), 0.1))
                outcome = await reader.outcome(index, allowed)
                yield outcome
                if outcome.is_unreadable and outcome.result.ms:
                    # Each other test of the file would take as long to find that it cannot be loaded.
                    for case in cases[index + 1 :]:
                        if case.path == cases[index].path:
                            yield replace(outcome, result=_result(case, "error", 0, outcome.result.message))
                if reader.is_over:
                    return
            if not reader.seen:
                text = f"测试没能开始：{reader.end_message or '程序没有回答。'}"
                for case in cases:
                    yield TestOutcome(_result(case, "error", 0, text))


class _Copy:
    """A copy of the project for the time of some tests."""

    def __init__(self, root: Path, fill: Callable[[Path], None], files: Mapping[str, str]) -> None:
        self._root = root
        self._fill = fill
        self._files = files

    async def __aenter__(self) -> Path:
        await asyncio.to_thread(self._make)
        return self._root

    async def __aexit__(self, *_: object) -> None:
        # Windows refuses to delete a file that is still open; the end of the run clears the folder anyway.
        await asyncio.to_thread(shutil.rmtree, self._root, ignore_errors=True)

    def _make(self) -> None:
        self._root.mkdir(parents=True)
        self._fill(self._root)
        for path, text in self._files.items():
            with suppress(UnsafePathError):
                place = self._root.joinpath(*SafePath(path).split("/"))
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8", newline="\n")


class _Reader:
    """Reads the reports of a process that runs tests; the program may write there too."""

    def __init__(self, run: ProgramRun, cases: Sequence[TestCase], main: str, root: Path) -> None:
        self._events = run.events()
        self._main = main
        self._cases = cases
        self._root = root
        self._text = ""
        self._lines: list[dict[str, Any]] = []
        self._ended: Ended | None = None
        self.seen = 0
        self.is_over = False

    @property
    def end_message(self) -> str:
        """Why the process ended, Chinese."""
        return self._ended.message if self._ended is not None else ""

    async def next_start(self, seconds: float) -> int | None:
        """Return the index of the next test that starts; None where none does."""
        report = await self._report(seconds, "start", None)
        if report is None:
            self.is_over = True
            return None
        self.seen += 1
        return int(report["test"])

    async def outcome(self, index: int, seconds: float) -> TestOutcome:
        """Return the outcome of the test that has started; its process may be over then."""
        case, start = self._cases[index], time.monotonic()
        # The file of a scenario was read before; a function's is loaded by the process.
        loaded = case.scenario is not None
        execution = None
        while True:
            left = start + seconds - time.monotonic()
            report = await self._report(left, "", index)
            if report is not None and report["at"] == "loaded":
                loaded = True
                continue
            if report is not None and report["at"] == "lines":
                execution = _read_execution(report)
                continue
            break
        if report is not None:
            return replace(_read_end(case, report, self._main, self._root), execution=execution)
        self.is_over = True
        ms = max(1, round((time.monotonic() - start) * 1000))
        if self._ended is None:
            text = f"{seconds:g} 秒还没有结束：可能有停不下来的循环。"
        else:
            text = f"测试把整个程序结束掉了。{self._ended.message}"
        return TestOutcome(_result(case, "error", ms, text), is_unreadable=not loaded)

    async def _report(self, seconds: float, wanted: str, index: int | None) -> dict[str, Any] | None:
        """Return the next report of a kind (an empty text: any but a start) about a test."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                while True:
                    while self._lines:
                        report = self._lines.pop(0)
                        if index is not None and report["test"] != index:
                            continue
                        if report["at"] == wanted or (not wanted and report["at"] != "start"):
                            return report
                    if self._ended is not None:
                        return None
                    await self._read()
        except TimeoutError:
            return None

    async def _read(self) -> None:
        async for event in self._events:
            if isinstance(event, Output) and event.stream == "stdout":
                *lines, self._text = (self._text + event.text)[-4 * _MAX_LINE :].split("\n")
                self._lines += [report for line in lines if (report := _parse(line, len(self._cases)))]
                return
            if isinstance(event, Ended):
                self._ended = event
                return


def _parse(line: str, count: int) -> dict[str, Any] | None:
    """Return a report; None for a line that is none, because the program can write here as well."""
    if len(line) > _MAX_LINE:
        return None
    try:
        report = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(report, dict) or report.get("at") not in _REPORTS:
        return None
    number = report.get("test")
    return report if type(number) is int and 0 <= number < count else None


def _read_end(case: TestCase, report: dict[str, Any], main: str, root: Path) -> TestOutcome:
    status, ms = report.get("status"), report.get("ms")
    if status not in _STATUSES or type(ms) is not int:
        return TestOutcome(_result(case, "error", 0, "测试的结果读不懂。"))
    error = _explain(str(report.get("trace") or ""), main, root)
    message = str(report.get("message") or "")
    if not message and status != "passed":
        message = _sentence(error)
    path, line = (error.path, error.line) if error is not None else (None, None)
    if path == case.path:
        path = line = None
    is_unreadable = status == "error" and bool(report.get("trace"))
    result = _result(case, status, min(max(ms, 0), 10**9), message.replace(str(root), "."))
    return TestOutcome(result, path, line, is_unreadable)


def _read_execution(report: dict[str, Any]) -> Execution | None:
    """Return what a test executed; None where the program has written something else in its place."""
    try:
        runs = [
            (str(path), range(first, last + 1))
            for path, found in report["lines"].items()
            for first, last in found
        ]
        calls = frozenset((str(path), int(line)) for path, line in report["calls"])
        if sum(map(len, (run for _, run in runs))) > _MAX_LINES:
            return None
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError):
        return None
    lines: dict[str, set[int]] = {}
    for path, run in runs:
        lines.setdefault(path, set()).update(run)
    return Execution({path: frozenset(numbers) for path, numbers in lines.items()}, calls)


def _explain(trace: str, main: str, root: Path) -> ErrorExplanation | None:
    language = language_of(main)
    return None if language is None else language.explain_error(trace, root)


def _sentence(error: ErrorExplanation | None) -> str:
    if error is None:
        return "程序出错了。"
    place = f"{error.path} 第 {error.line} 行" if error.path is not None else ""
    return f"{place}出错了：{error.original}。{error.meaning}"


def _result(case: TestCase, status: TestStatus, ms: int, message: str) -> TestResult:
    return TestResult(
        test=case.id, title=case.title, features=list(case.features), status=status, ms=ms,
        message=message[:_MAX_MESSAGE],
    )  # fmt: skip


def _job(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario for the runtime: its keys with the browser's names."""
    job = scenario.model_dump()
    job["keys"] = [press | {"key": key_code(press["key"])} for press in job["keys"]]
    return job
