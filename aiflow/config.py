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
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from aiflow.exceptions import ConfigError

CONFIG_NAME = "config.json"
ENV_PREFIX = "AIFLOW_"

_logger = logging.getLogger("aiflow")


class Section(BaseModel):
    """A part of the configuration: unknown keys are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class OpenAIConfig(Section):
    """The model: any OpenAI-compatible address."""

    base_url: str = "https://api.minimaxi.com/v1"
    model: str = "MiniMax-M2.5"
    api_key_file: Path | None = None
    temperature: float = Field(default=0.7, gt=0, le=1)
    max_completion_tokens: int = Field(default=32_768, ge=256)
    reasoning_split: bool | None = None  # None: on for MiniMax's addresses, left out elsewhere
    connect_timeout_s: float = Field(default=10, gt=0)
    stall_timeout_s: float = Field(default=60, gt=0)
    max_attempts: int = Field(default=3, ge=1, le=10)
    backoff_s: float = Field(default=1, ge=0)
    breaker_failures: int = Field(default=5, ge=1)
    breaker_timeout_s: float = Field(default=30, gt=0)


class LessonsConfig(Section):
    """The lessons: their pace (1 readable, 0 at once) and further folders of them."""

    speed: float = Field(default=1, ge=0)
    folders: list[Path] = Field(default_factory=list)


class RunConfig(Section):
    """The limits of one run."""

    budget_s: float = Field(default=300, gt=0)
    token_budget: int = Field(default=200_000, ge=1)
    repair_attempts: int = Field(default=2, ge=0, le=10)
    repair_token_budget: int = Field(default=60_000, ge=0)
    continue_attempts: int = Field(default=3, ge=0, le=10)
    durability: Literal["full", "file", "none"] = "full"
    max_file_bytes: int = Field(default=1_000_000, ge=1, le=1_000_000)
    max_project_bytes: int = Field(default=10_000_000, ge=1, le=10_000_000)
    max_files: int = Field(default=200, ge=1, le=200)


class GatesConfig(Section):
    """Which gates a project passes through, and what may be imported."""

    approved: list[str] = Field(default_factory=lambda: ["pygame"])
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
    smoke_run_timeout_s: float = Field(default=3, gt=0)
    plugins: bool = True


class RunnerConfig(Section):
    """The limits of a generated program."""

    wall_timeout_s: float = Field(default=600, gt=0)
    cpu_budget_s: float = Field(default=120, gt=0)
    memory_mb: int = Field(default=1024, ge=64)
    processes: int = Field(default=32, ge=1)
    output_mb: float = Field(default=2, gt=0)
    file_mb: float = Field(default=10, gt=0)
    folder_mb: float = Field(default=100, gt=0)
    open_files: int = Field(default=256, ge=32)


class ServerConfig(Section):
    """What one server carries at once."""

    max_runs: int = Field(default=40, ge=1)
    max_runs_per_user: int = Field(default=40, ge=1)  # at work at once; further ones wait
    max_programs: int = Field(default=40, ge=1)
    max_programs_per_user: int = Field(default=4, ge=1)
    max_waiting_per_user: int = Field(default=20, ge=0)  # one more is refused
    heartbeat_s: float = Field(default=15, gt=0, le=30)


class Config(Section):
    """The whole configuration. ``folder`` is the folder of config.json, or the working folder without one."""

    engine: str = "lessons"
    projects_dir: Path = Path("projects")
    logs_dir: Path = Path("logs")
    require_venv: bool = True
    openai: OpenAIConfig = OpenAIConfig()
    lessons: LessonsConfig = LessonsConfig()
    run: RunConfig = RunConfig()
    gates: GatesConfig = GatesConfig()
    runner: RunnerConfig = RunnerConfig()
    server: ServerConfig = ServerConfig()

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
        values |= {"folder": file.resolve().parent if file is not None else Path.cwd()}
        try:
            config = cls.model_validate(values)
        except ValidationError as error:
            above = file is not None and path is None and file.parent in Path.cwd().parents
            where = "（用的是上层文件夹里的 config.json。）" if above else ""
            raise ConfigError(_explain(error) + where) from None
        return config.model_copy(update=_resolve(config, env))

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """What must be seen nowhere; wrapped, because notebooks can show the variables of every frame."""
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
        return file.read_text(encoding="utf-8-sig").strip() or None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"配置项 openai.api_key_file 指的文件“{file.name}”读不了。请检查它在不在、是不是 UTF-8。"
        ) from None


_KINDS = {
    "missing": "缺少这一项",
    "extra_forbidden": "没有这个配置项，请检查拼写",
}


def _explain(error: ValidationError) -> str:
    found = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in found["loc"]) or CONFIG_NAME
    if found["type"] in _KINDS:
        return f"配置项 {key}：{_KINDS[found['type']]}。"
    held = json.dumps(found.get("input"), ensure_ascii=False, default=str)[:80]
    return f"配置项 {key} 现在是 {held}，应该是：{_expectation(found)}。"


def _expectation(found: Mapping[str, Any]) -> str:
    context = found.get("ctx") or {}
    words = {
        "greater_than": f"大于 {context.get('gt')} 的数",
        "greater_than_equal": f"不小于 {context.get('ge')} 的数",
        "less_than_equal": f"不大于 {context.get('le')} 的数",
        "literal_error": str(context.get("expected")).replace(" or ", " 或 "),
        "int_parsing": "整数",
        "int_type": "整数",
        "int_from_float": "整数",
        "float_parsing": "数字",
        "float_type": "数字",
        "bool_parsing": "true 或 false",
        "bool_type": "true 或 false",
        "string_type": "文字",
        "list_type": "列表",
        "model_type": "一个对象",
        "path_type": "路径",
    }
    return words.get(str(found["type"]), str(found["msg"]))
