"""The vocabulary of tests: the result of one, and how many there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from aiflow.model.language_facts import is_source
from aiflow.model.notebook_html import tests_html
from aiflow.model.scenarios import Scenario, read_scenarios

# Tests are ordinary files of the project, in this folder.
TESTS_FOLDER = "tests"
SCENARIO_SUFFIX = ".scenario.toml"

# ``quarantined``: it fails, and may itself be wrong; a person decides.
TestStatus = Literal["passed", "failed", "error", "quarantined"]
TestDecision = Literal["remove", "keep"]


@dataclass(frozen=True, slots=True)
class TestCase:
    """A test that can be run.

    Attributes:
        path: its file.
        name: of the function or the scenario.
        title: Chinese, one line; empty where its author gave none.
        features: the ids of the features that it tests.
        line: of its beginning, from 1.
        uses: the program's files that it calls, in the order in which it does.
        scenario: what is played; None for a function.
    """

    __test__ = False

    path: str
    name: str
    title: str = ""
    features: tuple[str, ...] = ()
    line: int = 1
    uses: tuple[str, ...] = ()
    scenario: Scenario | None = None

    @property
    def id(self) -> str:
        """Its id: the file and the name."""
        return f"{self.path}::{self.name}"


class TestResult(BaseModel):
    """The result of one test.

    Attributes:
        test: its id: the file, ``::`` and its name: ``tests/test_f1.py::test_grows``.
        title: Chinese: what it tests, one line.
        features: the ids of the features that it tests.
        status: ``failed`` where the program did something else, ``error`` where the test did not get to an
            end: it took too long, ended its process or could not be read.
        ms: how long it ran, in milliseconds.
        message: Chinese: what was expected and what came; empty for one that passed.
    """

    __test__ = False
    model_config = ConfigDict(frozen=True, extra="ignore")

    test: str
    title: str = ""
    features: list[str] = Field(default_factory=list)
    status: TestStatus
    ms: int = Field(default=0, ge=0)
    message: str = ""

    @property
    def path(self) -> str:
        """The file that the test is in."""
        return self.test.partition("::")[0]

    @property
    def name(self) -> str:
        """The test's name in its file."""
        return self.test.partition("::")[2]


# A real list, so that a cell can index, sort and loop over it without methods of its own.
class TestResults(list[TestResult]):
    """The results of a project's tests; shows itself in a cell and in a terminal."""

    __test__ = False

    def __repr__(self) -> str:
        return "\n".join([*(line_of(result) for result in self), self.sentence])

    def _repr_html_(self) -> str:
        return tests_html([line_of(result) for result in self], self.sentence)

    @property
    def sentence(self) -> str:
        """One Chinese sentence: how many pass."""
        counts = count_tests(self)
        if counts is None:
            return "没有测试。"
        aside = f"，{counts.quarantined} 个可能写错了" if counts.quarantined else ""
        return f"{counts.passed}/{counts.total} 个测试通过{aside}。"


def line_of(result: TestResult) -> str:
    """Return a test and its result on one line."""
    mark = {"passed": "✓", "failed": "✗", "error": "!", "quarantined": "?"}[result.status]
    features = f"{'、'.join(result.features)} " if result.features else ""
    message = f"：{result.message}" if result.message else ""
    return f"{mark} {features}{result.title or result.name}{message}"


class TestCounts(BaseModel):
    """How many tests there are, how many of them pass, and how many are quarantined."""

    __test__ = False
    model_config = ConfigDict(frozen=True, extra="ignore")

    passed: int = Field(default=0, ge=0)
    total: int = Field(default=0, ge=0)
    quarantined: int = Field(default=0, ge=0)


def is_test_file(path: str) -> bool:
    """Return whether a file of a project holds tests."""
    folder, _, name = path.rpartition("/")
    return folder == TESTS_FOLDER and (
        name.endswith(SCENARIO_SUFFIX) or (name.startswith("test_") and is_source(name))
    )


def feature_of(path: str) -> tuple[str, ...]:
    """Return the feature that the name of a test file says: ``F1`` of ``tests/test_f1.py``."""
    stem = path.rpartition("/")[2].removesuffix(SCENARIO_SUFFIX).partition(".")[0].removeprefix("test_")
    number = stem[1:].partition("_")[0]
    return (f"F{number}",) if stem[:1] in {"f", "F"} and number.isdecimal() else ()


def scenario_tests(path: str, text: str) -> list[TestCase]:
    """Return the tests of a file of scenarios.

    Raises:
        InputError: it is no such file; the Chinese message says why.
    """
    return [
        TestCase(
            path, one.name, one.title, tuple(one.features) or feature_of(path), scenario=one,
            line=text[: max(text.find(f'"{one.name}"'), 0)].count("\n") + 1,
        )
        for one in read_scenarios(text)
    ]  # fmt: skip


def count_tests(results: Iterable[TestResult]) -> TestCounts | None:
    """Return the counts of tests; None where there are none."""
    statuses = [result.status for result in results]
    if not statuses:
        return None
    return TestCounts(
        passed=statuses.count("passed"), total=len(statuses), quarantined=statuses.count("quarantined")
    )
