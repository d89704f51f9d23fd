"""The sections of config.json, and the bounds of each key."""

from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, so that a misspelt one is noticed.

    Every key has bounds within which it works: a value that passes here must not fail later, inside a run.
    """

    # Python's JSON parser accepts NaN and Infinity, with which no timeout works.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Characters = TypeVar("Characters", str, Path)


def _check_characters(value: Characters) -> Characters:
    """Refuse what no file system and no encoder takes, so that it is found here and not inside a run."""
    if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in str(value)):
        raise PydanticCustomError("characters", "characters")
    return value


# Whether a person is asked before a program is made: ``auto`` where two things that matter are open.
Asking = Literal["never", "auto", "always"]
# Longer is a slip of the unit (milliseconds for seconds), not a wish.
DAY_S = 86_400
Text = Annotated[str, AfterValidator(_check_characters)]
Location = Annotated[Path, AfterValidator(_check_characters)]
Seconds = Annotated[float, Field(gt=0, le=DAY_S)]
Attempts = Annotated[int, Field(ge=0, le=10)]
Count = Annotated[int, Field(ge=1, le=10_000)]


class OpenAIConfig(Section):
    """The model: any OpenAI-compatible address."""

    base_url: Text = "https://api.minimaxi.com/v1"
    model: Text = "MiniMax-M2.5"
    api_key_file: Location | None = None
    # MiniMax refuses 0, and everything above 1.
    temperature: float = Field(default=0.7, gt=0, le=1)
    max_completion_tokens: int = Field(default=32_768, ge=256, le=10_000_000)
    context_tokens: int = Field(default=131_072, ge=1024, le=100_000_000)
    edit_format: Literal["auto", "whole", "function", "blocks"] = "auto"
    size: Literal["auto", "small", "large"] = "auto"
    reasoning_split: bool | None = None  # None: on for MiniMax's addresses, left out elsewhere
    connect_timeout_s: Seconds = 10
    stall_timeout_s: Seconds = 60
    # One attempt is a request; Attempts, elsewhere, are repeats and may be none.
    max_attempts: int = Field(default=3, ge=1, le=10)
    backoff_s: float = Field(default=1, ge=0, le=60)
    breaker_failures: Count = 5
    breaker_timeout_s: Seconds = 30


# Slower than this, a lesson of half a minute would not end within the default budget of a run.
SLOWEST_SPEED = 0.25
FASTEST_SPEED = 1000


def _check_speed(speed: float) -> float:
    if 0 < speed < SLOWEST_SPEED:
        raise PydanticCustomError("lesson_speed", "lesson_speed")
    return speed


class LessonsConfig(Section):
    """The lessons: their pace (1 readable, 0 at once) and further folders of them."""

    speed: Annotated[float, Field(ge=0, le=FASTEST_SPEED), AfterValidator(_check_speed)] = 1
    folders: list[Location] = Field(default_factory=list)


class QuestionsConfig(Section):
    """The questions before a program is made.

    Attributes:
        folders: further folders of questions, for example a teacher's own.
        model: whether a model words them, and may add one: the person waits some seconds for it.
    """

    folders: list[Location] = Field(default_factory=list)
    model: bool = False


class RunConfig(Section):
    """The limits of one run."""

    budget_s: Seconds = 300
    token_budget: int = Field(default=200_000, ge=1, le=1_000_000_000)
    repair_attempts: Attempts = 2
    repair_token_budget: int = Field(default=60_000, ge=0, le=1_000_000_000)
    continue_attempts: Attempts = 3
    durability: Literal["full", "file", "none"] = "full"
    # The limits of the specification: a configuration may lower them, never raise them.
    max_file_bytes: int = Field(default=1_000_000, ge=1, le=1_000_000)
    max_project_bytes: int = Field(default=10_000_000, ge=1, le=10_000_000)
    max_files: int = Field(default=200, ge=1, le=200)
    max_versions: int = Field(default=50, ge=2, le=100_000)
    history_mb: int = Field(default=200, ge=1, le=1_000_000)


class GatesConfig(Section):
    """Which gates a project passes through, and what may be imported."""

    # The packages besides the standard library; a class may add to them.
    approved: list[Text] = Field(default_factory=lambda: ["pygame"])
    syntax: bool = True
    names: bool = True
    cross_names: bool = True
    dependencies: bool = True
    windows: bool = True
    placeholders: bool = True
    planned_files: bool = True
    main_file: bool = True
    members: bool = True
    unused_imports: bool = True
    pygame: bool = True
    complete: bool = True
    smoke_run: bool = True
    smoke_run_timeout_s: float = Field(default=3, gt=0, le=60)
    plugins: bool = True


class FixesConfig(Section):
    """Which automatic fixes are made; a teacher who wants a mistake to be seen turns its fix off."""

    enabled: bool = True
    encoding: bool = True
    fences: bool = True
    fullwidth: bool = True
    main_call: bool = True
    main_guard: bool = True
    missing_asset: bool = True
    missing_import: bool = True
    misspelling: bool = True
    pygame_constant: bool = True
    pygame_flip: bool = True
    pygame_init: bool = True
    python2: bool = True
    tabs: bool = True
    unused_import: bool = True
    wrong_import: bool = True
    plugins: bool = True


class TestsConfig(Section):
    """The tests that are written with a program, and run.

    Attributes:
        enabled: whether they are written, and run at the end of a run.
        timeout_s: of one test.
        budget_s: of all tests together.
        max_features: for so many features tests are asked for: each costs a request.
        max_tokens: the longest answer to such a request.
        mutants: how many mistakes are made to measure the tests.
    """

    __test__ = False

    enabled: bool = True
    timeout_s: float = Field(default=5, gt=0, le=60)
    budget_s: float = Field(default=30, gt=0, le=600)
    max_features: int = Field(default=4, ge=0, le=50)
    max_tokens: int = Field(default=400, ge=64, le=100_000)
    mutants: int = Field(default=10, ge=1, le=200)


class RunnerConfig(Section):
    """The resources of a generated program; each limit has a Chinese sentence for when it is reached.

    The sandbox takes this model as it is, so that no second one can refuse what this one accepts.

    Attributes:
        wall_timeout_s: from start to end, waiting for input included.
        cpu_budget_s: processor time of the whole process tree.
        memory_mb: of the whole process tree.
        processes: at once.
        output_mb: of text, both streams together.
        file_mb: one file.
        folder_mb: the project's folder as a whole, so that many files do not fill the disk either.
        open_files: of one process.
    """

    wall_timeout_s: Seconds = 600
    cpu_budget_s: Seconds = 120
    memory_mb: int = Field(default=1024, ge=192, le=1_048_576)  # less, and pygame cannot be imported
    processes: int = Field(default=32, ge=4, le=4096)  # pygame starts one itself, to look for fonts
    output_mb: float = Field(default=2, ge=0.01, le=1024)
    file_mb: float = Field(default=10, ge=0.01, le=102_400)
    folder_mb: float = Field(default=100, ge=8, le=1_048_576)  # a project, and the 3 MB of a virtual display
    open_files: int = Field(default=256, ge=32, le=65_536)


class ServerConfig(Section):
    """The load that one server accepts."""

    max_runs: Count = 40
    max_runs_per_user: Count = 40  # at work at once; further ones wait
    max_programs: Count = 40
    max_programs_per_user: Count = 4
    max_waiting_per_user: int = Field(default=20, ge=0, le=10_000)  # one more is refused
    heartbeat_s: float = Field(default=15, ge=0.01, le=30)
