"""The lessons' tests, run with a record of what they execute, and how well that tells a feature's code."""

import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiflow.config import TestsConfig
from aiflow.engines.lesson_library import LESSONS_DIR, Lesson
from aiflow.languages.features import find_feature_code
from aiflow.languages.files import find_tests
from aiflow.model.artifacts import Spec
from aiflow.model.tests import TestResult
from aiflow.model.trace import Execution, TracedFeature
from aiflow.sandbox.test_run import TestRun

LABELS = Path(__file__).with_name("labels")
Link = tuple[str, str, str]  # a feature's id, a file and the name of a function


@dataclass(frozen=True, slots=True)
class LessonRun:
    """A lesson, the results of its tests and what they executed."""

    lesson: Lesson
    results: dict[str, TestResult]
    tests: dict[str, tuple[str, ...]]
    executions: dict[str, Execution]

    def features(self, *, ran: bool = True) -> list[TracedFeature]:
        """Return the code of each feature, found with what the tests executed or without."""
        texts = Spec.from_markdown(self.lesson.texts["specify"]).features
        return find_feature_code(
            {f"F{number}": text for number, text in enumerate(texts, start=1)},
            self.lesson.texts["plan"],
            {file.path: file.text for file in self.lesson.files},
            self.tests if ran else {},
            self.executions if ran else {},
        )


def lesson_files(lesson: Lesson) -> dict[str, str]:
    """Return the files of a lesson with its tests."""
    return {file.path: file.text for file in lesson.files} | test_files(LESSONS_DIR / lesson.id)


def test_files(folder: Path) -> dict[str, str]:
    """Return the tests in a lesson's or a prepared change's folder."""
    paths = sorted((folder / "tests").glob("*.*"))
    return {f"tests/{path.name}": path.read_text(encoding="utf-8") for path in paths if path.is_file()}


test_files.__test__ = False  # type: ignore[attr-defined]  # a name that pytest would collect


async def run_lesson(lesson: Lesson) -> LessonRun:
    """Run the tests of a lesson once."""
    files = lesson_files(lesson)
    cases = [case for path, text in files.items() for case in find_tests(path, text)]
    with tempfile.TemporaryDirectory() as folder:
        run = TestRun(
            fill=lambda root: _fill(root, files),
            main="main.py",
            temporary=Path(folder),
            tests=TestsConfig(),
            record=True,
        )
        outcomes = [outcome async for outcome in run.outcomes(cases)]
    return LessonRun(
        lesson,
        {one.result.test: one.result for one in outcomes},
        {case.id: case.features for case in cases},
        {one.result.test: one.execution for one in outcomes if one.execution is not None},
    )


def _fill(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8", newline="\n")


def labelled(lesson: str) -> set[Link]:
    """Return the links that were made by hand."""
    found = tomllib.loads((LABELS / f"{lesson}.toml").read_text(encoding="utf-8"))
    return {(id_, *name.split(":")) for id_, names in found.items() for name in names}  # type: ignore[misc]


def links(features: list[TracedFeature], evidence: str = "") -> set[Link]:
    """Return the links that were found, all or those of one source."""
    return {
        (feature.id, one.path, one.name)
        for feature in features
        for one in feature.definitions
        if not evidence or evidence in one.evidence
    }


@dataclass(slots=True)
class Score:
    """How many links are right, were found, and are labelled."""

    right: int = 0
    found: int = 0
    labelled: int = 0

    def add(self, found: set[Link], by_hand: set[Link]) -> "Score":
        """Count one lesson's links."""
        self.right += len(found & by_hand)
        self.found += len(found)
        self.labelled += len(by_hand)
        return self

    @property
    def precision(self) -> float:
        """The share of what was found that is right."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """The share of what is labelled that was found."""
        return self.right / max(1, self.labelled)

    def __str__(self) -> str:
        return f"{self.precision:.2f} / {self.recall:.2f}"
