"""The results of an evaluation, on disk and in memory.

FOLDER/
    run.json                  what is measured: the set, the engine, the switches
    outcomes/ID.N.json        the result of one attempt, written when it is judged
    outcomes/ID.N.png         the first picture of its window
    projects/  logs/          as of every run
    results.json  report.html made from the rest, again after each attempt
"""

import json
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aiflow.evaluation.judge import CheckResult
from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.storage.safefs import explain, write_atomic

RESULTS_NAME = "results.json"
REPORT_NAME = "report.html"


class Settings(BaseModel):
    """The subject of a measurement; an evaluation that goes on must measure the same.

    Attributes:
        set_name: the set.
        engine: the engine's name.
        model: the model that it asks.
        without: what is switched off.
        size: ``openai.size`` as it is configured.
        repeat: how often each request is made.
        budget_s: ``run.budget_s``.
    """

    model_config = ConfigDict(frozen=True)

    set_name: str
    engine: str
    model: str = ""
    without: list[str] = Field(default_factory=list)
    size: str = "auto"
    repeat: int = 1
    budget_s: float = 0

    def continues(self, earlier: Any) -> bool:
        """Return whether this measures the same as an earlier start; more repeats are the same."""
        free = {"repeat"}
        return isinstance(earlier, dict) and self.model_dump(exclude=free) == {
            name: value for name, value in earlier.items() if name not in free
        }


class Outcome(BaseModel):
    """The result of one attempt.

    Attributes:
        id: of the entry.
        attempt: from 1.
        status: of the run.
        reason: why it failed.
        message: the same, in Chinese.
        starts: whether the program starts.
        passes: whether it does what was asked.
        checks: each of them.
        seconds: of the run, without the judge.
        calls: how many answers were asked of the model.
        repairs: how many files were changed by a repair.
        fixes: automatic fixes by rule.
        tests: how many of the program's own tests pass, and how many there are.
        cost: where the price is known, in ``currency``.
        project: the folder of the project, in ``projects``.
        project_id: its id.
    """

    id: str
    attempt: int = 1
    request: str
    kind: str
    language: str
    detail: str
    half: str
    status: str
    reason: str = ""
    message: str = ""
    starts: bool = False
    passes: bool = False
    checks: list[CheckResult] = Field(default_factory=list)
    seconds: float = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    repairs: int = 0
    fixes: dict[str, int] = Field(default_factory=dict)
    tests: tuple[int, int] | None = None
    cost: float | None = None
    currency: str = ""
    project: str = ""
    project_id: str = ""

    @property
    def key(self) -> str:
        """The beginning of its files' names."""
        return f"{self.id}.{self.attempt}"

    @property
    def failures(self) -> list[str]:
        """The failures of its run and its checks, in Chinese."""
        if self.message and not self.checks:
            return [self.message]
        return [text for check in self.checks for text in check.wrong]


class Results(BaseModel):
    """All outcomes of an evaluation so far."""

    settings: Settings
    outcomes: list[Outcome]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the results of an evaluation.

        Raises:
            NotFoundError: there are none in this folder.
        """
        try:
            return cls.model_validate_json((folder / RESULTS_NAME).read_bytes())
        except (OSError, ValidationError):
            raise NotFoundError(f"文件夹“{folder.name}”里没有评测结果（{RESULTS_NAME}）。") from None


class OutcomeStore:
    """The folder of an evaluation.

    Args:
        folder: made when it is not there.
        settings: what is measured.

    Raises:
        ConflictError: something else was measured in this folder.
        StorageError: the disk refuses.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.settings = settings
        try:
            self._outcomes.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error) from error
        path = folder / "run.json"
        if not path.exists():
            write_atomic(path, settings.model_dump_json(indent=1).encode(), sync=False)
        elif not settings.continues(_read(path)):
            raise ConflictError(
                f"文件夹“{folder.name}”里是另一次评测（评测集、模型或开关不同）。请用 -o 换一个文件夹。"
            )

    @property
    def _outcomes(self) -> Path:
        return self.folder / "outcomes"

    def find(self, entry_id: str, attempt: int) -> Outcome | None:
        """Return the outcome of an attempt; None where it has not been judged yet."""
        try:
            return Outcome.model_validate_json((self._outcomes / f"{entry_id}.{attempt}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def picture(self, outcome: Outcome) -> bytes | None:
        """Return the first picture of a program's window, as a PNG."""
        path = self._outcomes / f"{outcome.key}.png"
        return path.read_bytes() if path.exists() else None

    def keep(self, outcome: Outcome, picture: bytes | None) -> None:
        """Keep an outcome; a process that is killed meanwhile leaves all of it or nothing.

        Raises:
            StorageError: the disk refuses.
        """
        if picture is not None:
            write_atomic(self._outcomes / f"{outcome.key}.png", picture, sync=False)
        data = outcome.model_dump_json(indent=1).encode()
        write_atomic(self._outcomes / f"{outcome.key}.json", data, sync=False)

    def write_results(self, results: Results) -> None:
        """Write ``results.json``.

        Raises:
            StorageError: the disk refuses.
        """
        data = json.dumps(results.model_dump(mode="json"), ensure_ascii=False, indent=1)
        write_atomic(self.folder / RESULTS_NAME, data.encode(), sync=False)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
