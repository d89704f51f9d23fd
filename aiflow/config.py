"""config.json and the environment, validated at start-up.

The file is the path in ``AIFLOW_CONFIG``, else the nearest ``config.json`` in the working folder and those
above it, as git finds its folder. Relative folders in it are relative to the file. A server requires it; a
cell, a script or a command that finds none uses the defaults, with the working folder in place of the file's.
Secrets never stand in it: they come from ``AIFLOW_API_KEY`` or from a file outside the repository
(``openai.api_key_file``).
"""

import functools
import json
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError

from aiflow.exceptions import ConfigError

CONFIG_NAME = "config.json"
ENV_PREFIX = "AIFLOW_"

_logger = logging.getLogger("aiflow")


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
    complete: bool = True
    smoke_run: bool = True
    smoke_run_timeout_s: float = Field(default=3, gt=0, le=60)
    plugins: bool = True


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


class Config(Section):
    """The whole configuration. ``folder`` is the folder of config.json, or the working folder without one."""

    # Works without a key and without a network, so a fresh installation answers its first request.
    engine: Text = "lessons"
    language: Text = "python"  # of the programs; see aiflow.model.language_facts
    projects_dir: Location = Path("projects")
    logs_dir: Location = Path("logs")
    require_venv: bool = True
    openai: OpenAIConfig = OpenAIConfig()
    lessons: LessonsConfig = LessonsConfig()
    run: RunConfig = RunConfig()
    gates: GatesConfig = GatesConfig()
    runner: RunnerConfig = RunnerConfig()
    server: ServerConfig = ServerConfig()

    # Excluded: a configuration that is written out again must carry neither a path of this machine nor a
    # key.
    folder: Path = Field(default=Path(), exclude=True)
    api_key: SecretStr | None = Field(default=None, exclude=True)

    @classmethod
    def load(
        cls, path: Path | None = None, environ: Mapping[str, str] | None = None, *, required: bool = False
    ) -> Self:
        """Read and validate the configuration.

        Args:
            path: the file; by default the one named in ``AIFLOW_CONFIG``, else the nearest ``config.json``.
            environ: the environment; the process's own by default.
            required: whether a missing ``config.json`` is an error. Otherwise the defaults are used and
                logged once.

        Raises:
            ConfigError: the file is missing or wrong; a Chinese sentence that names the key, its value and
                the values it may have.
        """
        env = os.environ if environ is None else environ
        file = path or (Path(env["AIFLOW_CONFIG"]) if env.get("AIFLOW_CONFIG") else find_config())
        if file is None and not required:
            _log_defaults()
        values = {} if file is None and not required else _read(file or Path(CONFIG_NAME))
        _refuse_secrets(values)
        _apply_environment(values, env)
        # Set last, so that a key of that name in the file has no effect.
        values |= {"folder": file.resolve().parent if file is not None else Path.cwd()}
        try:
            config = cls.model_validate(values)
        except ValidationError as error:
            # A person may not know that a file above the working folder is the one in use.
            above = file is not None and path is None and file.parent in Path.cwd().parents
            where = "（用的是上层文件夹里的 config.json。）" if above else ""
            # Without its cause: the error of pydantic quotes values, and one may be a key in the wrong place.
            raise ConfigError(_explain(error) + where) from None
        return config.model_copy(update=_resolve(config, env))

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """The values to redact; wrapped, because notebooks can show the variables of every frame."""
        key = self.api_key.get_secret_value().strip() if self.api_key is not None else ""
        return (SecretStr(key),) if key else ()

    def __repr_args__(self) -> Any:
        return [(name, value) for name, value in super().__repr_args__() if name != "api_key"]


def find_config() -> Path | None:
    """Return the nearest ``config.json`` in the working folder and those above it.

    Returns:
        The file, None where there is none.

    Raises:
        ConfigError: the working folder does not exist any more.
    """
    try:
        folder = Path.cwd()
    except FileNotFoundError:  # the working folder was deleted
        raise ConfigError("当前的工作文件夹已经不在了。请先进入一个存在的文件夹，再试一次。") from None
    for candidate in (folder, *folder.parents):
        file = candidate / CONFIG_NAME
        # os.path, because a folder above may be closed to us: Path.is_file raises there.
        if os.path.isfile(file):  # noqa: PTH113
            return file
    return None


@functools.cache
def _log_defaults() -> None:
    _logger.warning(
        "没有找到配置文件 config.json，使用默认设置，项目写进当前文件夹的 projects。"
        "要改设置，先运行 aiflow init。"
    )


def _read(file: Path) -> dict[str, Any]:
    hint = "可以运行 aiflow init 写一个默认的。"
    try:
        # Windows' editor writes a byte order mark.
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(f"找不到配置文件 {file.name}。{hint}") from None
    except UnicodeDecodeError:
        raise ConfigError(f"配置文件 {file.name} 不是 UTF-8 编码，请用 UTF-8 保存。") from None
    except OSError as error:
        raise ConfigError(f"读不了配置文件 {file.name}：{error.strerror}。") from None
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"配置文件 {file.name} 第 {error.lineno} 行第 {error.colno} 列不是正确的 JSON：检查引号、"
            f"逗号和括号。"
        ) from None
    if not isinstance(values, dict):
        raise ConfigError(f"配置文件 {file.name} 应该是一个 JSON 对象，写在 {{ }} 里。")
    return values


def _refuse_secrets(values: Mapping[str, Any], path: str = "") -> None:
    for key, value in values.items():
        # A config.json is often committed to a repository, and a pushed key is public.
        if key in {"api_key", "key", "token", "secret", "password"}:
            raise ConfigError(
                f"配置项 {path}{key} 不能写在 config.json 里：密钥请放在环境变量 AIFLOW_API_KEY，"
                "或放在仓库外面的文件里，用 openai.api_key_file 指出来。"
            )
        if isinstance(value, dict):
            _refuse_secrets(value, f"{path}{key}.")


def _apply_environment(values: dict[str, Any], env: Mapping[str, str]) -> None:
    for name, key in (("ENGINE", "engine"), ("PROJECTS_DIR", "projects_dir")):
        if env.get(ENV_PREFIX + name):
            values[key] = env[ENV_PREFIX + name]
    for name, key in (("BASE_URL", "base_url"), ("MODEL", "model")):
        if env.get(ENV_PREFIX + name):
            section = values.setdefault("openai", {})
            # Anything else is reported by the validation, with the key's name.
            if isinstance(section, dict):
                section[key] = env[ENV_PREFIX + name]


def _resolve(config: Config, env: Mapping[str, str]) -> dict[str, Any]:
    folder = config.folder
    lessons = config.lessons.model_copy(
        update={"folders": [folder / path for path in config.lessons.folders]}
    )
    # The environment's folder is relative to where the program was started, as a shell user expects.
    projects = Path(env["AIFLOW_PROJECTS_DIR"]).resolve() if env.get("AIFLOW_PROJECTS_DIR") else None
    key = env.get("AIFLOW_API_KEY") or _read_key(config)
    return {
        "projects_dir": projects or folder / config.projects_dir,
        "logs_dir": folder / config.logs_dir,
        "lessons": lessons,
        "api_key": SecretStr(key) if key else None,
    }


def _read_key(config: Config) -> str | None:
    if config.openai.api_key_file is None:
        return None
    file = config.folder / config.openai.api_key_file.expanduser()
    try:
        # An editor may add a byte order mark and a line end; neither may stand in an HTTP header.
        return file.read_text(encoding="utf-8-sig").strip() or None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"配置项 openai.api_key_file 指的文件“{file.name}”读不了。请检查它在不在、是不是 UTF-8。"
        ) from None


def _explain(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in found["loc"]) or CONFIG_NAME
    if found["type"] == "extra_forbidden":
        return f"配置项 {key}：没有这个配置项，请检查拼写。"
    held = json.dumps(found.get("input"), ensure_ascii=False, default=str)[:80]
    # A lone surrogate in the value would stop the sentence from being printed.
    held = held.encode("utf-8", "backslashreplace").decode()
    return f"配置项 {key} 现在是 {held}，应该是：{_expectation(found)}。"


_EXPECTED = {
    "lesson_speed": f"0（不等待），或者 {SLOWEST_SPEED} 到 {FASTEST_SPEED} 之间的数",
    "characters": "不含空字符和残缺字符的文字",
    "bool_parsing": "true 或 false",
    "bool_type": "true 或 false",
    "string_type": "文字",
    "list_type": "列表",
    "model_type": "一个对象",
    "path_type": "路径",
}


def _expectation(found: Mapping[str, Any]) -> str:
    kind = str(found["type"])
    if kind == "literal_error":
        return str(found["ctx"]["expected"]).replace(" or ", " 或 ")
    return _EXPECTED.get(kind) or _range(found["loc"]) or str(found["msg"])


def _range(loc: Sequence[int | str]) -> str:
    """The numbers that the key at ``loc`` may hold; empty for a key that holds no number."""
    model: Any = Config
    for part in loc[:-1]:
        model = model.model_fields[part].annotation
    field = model.model_fields[loc[-1]]
    kind = {int: "整数", float: "数"}.get(field.annotation, "")
    words = (("gt", "大于"), ("ge", "不小于"), ("lt", "小于"), ("le", "不大于"))
    bounds = [
        f"{word} {getattr(bound, name)}"
        for name, word in words
        for bound in field.metadata
        if hasattr(bound, name)
    ]
    return kind and "、".join(bounds) + (" 的" if bounds else "") + kind
