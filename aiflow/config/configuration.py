"""Reads config.json and the environment into a ``Config``."""

import functools
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError

from aiflow.config.messages import explain
from aiflow.config.sections import (
    Asking,
    FixesConfig,
    GatesConfig,
    LessonsConfig,
    Location,
    OpenAIConfig,
    QuestionsConfig,
    RunConfig,
    RunnerConfig,
    Section,
    ServerConfig,
    TestsConfig,
    Text,
)
from aiflow.exceptions import ConfigError

CONFIG_NAME = "config.json"
ENV_PREFIX = "AIFLOW_"

_logger = logging.getLogger("aiflow")


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
    ask: Asking = "auto"  # of the page and of a terminal with a person at it; elsewhere nobody is asked
    questions: QuestionsConfig = QuestionsConfig()
    run: RunConfig = RunConfig()
    gates: GatesConfig = GatesConfig()
    fixes: FixesConfig = FixesConfig()
    tests: TestsConfig = TestsConfig()
    runner: RunnerConfig = RunnerConfig()
    server: ServerConfig = ServerConfig()

    # Excluded: a configuration that is written out again must carry neither a path of this machine nor a
    # key.
    folder: Path = Field(default=Path(), exclude=True)
    api_key: SecretStr | None = Field(default=None, exclude=True)
    # A person's choice may replace these: of "engine", "model" and "api_key" those that the environment does
    # not set. A configuration that a program makes has none: the program has decided.
    overridable: frozenset[str] = Field(default=frozenset(), exclude=True)

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
        values |= {
            "folder": file.resolve().parent if file is not None else Path.cwd(),
            "overridable": frozenset(),
        }
        try:
            config = cls.model_validate(values)
        except ValidationError as error:
            # A person may not know that a file above the working folder is the one in use.
            above = file is not None and path is None and file.parent in Path.cwd().parents
            where = "（用的是上层文件夹里的 config.json。）" if above else ""
            # Without its cause: the error of pydantic quotes values, and one may be a key in the wrong place.
            raise ConfigError(explain(cls, error, CONFIG_NAME) + where) from None
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
    questions = config.questions.model_copy(
        update={"folders": [folder / path for path in config.questions.folders]}
    )
    # The environment's folder is relative to where the program was started, as a shell user expects.
    projects = Path(env["AIFLOW_PROJECTS_DIR"]).resolve() if env.get("AIFLOW_PROJECTS_DIR") else None
    key = env.get("AIFLOW_API_KEY") or _read_key(config)
    return {
        "projects_dir": projects or folder / config.projects_dir,
        "logs_dir": folder / config.logs_dir,
        "lessons": lessons,
        "questions": questions,
        "api_key": SecretStr(key) if key else None,
        "overridable": _overridable(env),
    }


def _overridable(env: Mapping[str, str]) -> frozenset[str]:
    # A model belongs to the service that offers it: it is decided with the engine or the address.
    names = {
        "engine": ("ENGINE", "BASE_URL"),
        "model": ("ENGINE", "BASE_URL", "MODEL"),
        "api_key": ("API_KEY",),
    }
    return frozenset(
        key for key, found in names.items() if not any(env.get(ENV_PREFIX + name) for name in found)
    )


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
