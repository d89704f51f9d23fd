"""config.json and the environment: what is read, what is refused and how that is said."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from aiflow.config import Config
from aiflow.config.configuration import _log_defaults
from aiflow.exceptions import ConfigError

ROOT = Path(__file__).resolve().parents[1]
KEY = "sk-aiflow-test-0123456789"


def load(folder: Path, values: Any = None, **environ: str) -> Config:
    text = values if isinstance(values, str) else json.dumps(values or {})
    (folder / "config.json").write_text(text, encoding="utf-8")
    return Config.load(folder / "config.json", environ=environ)


def refusal(folder: Path, values: Any, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, values, **environ)
    error = caught.value
    assert (error.reason, error.retryable) == ("config_invalid", False)
    assert any("\u4e00" <= char <= "\u9fff" for char in error.message)
    assert "\n" not in error.message
    assert str(folder) not in error.message
    assert error.__cause__ is None  # no other exception's text goes with it
    return error.message


def leaves(values: dict[str, Any], path: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in values.items():
        found += leaves(value, f"{path}{key}.") if isinstance(value, dict) else [(f"{path}{key}", value)]
    return found


def nested(key: str, value: Any) -> dict[str, Any]:
    for part in reversed(key.split(".")):
        value = {part: value}
    return dict(value)


def held(config: Config, key: str) -> Any:
    value: Any = config
    for part in key.split("."):
        value = getattr(value, part)
    return value


DEFAULTS = leaves(Config().model_dump(mode="json"))


# --- what is read -------------------------------------------------------------------------------------------


def test_an_empty_object_is_a_configuration(tmp_path: Path) -> None:
    config = load(tmp_path)
    assert config.engine == "lessons"
    assert config.projects_dir == tmp_path / "projects"
    assert config.logs_dir == tmp_path / "logs"
    assert config.api_key is None


def test_the_committed_file_is_valid_and_holds_no_secret() -> None:
    config = Config.load(ROOT / "config.json", environ={})
    assert config.engine == "lessons"
    assert config.lessons.speed == 1
    assert config.runner.memory_mb == 1024


@pytest.mark.parametrize(("key", "value"), DEFAULTS, ids=[key for key, _ in DEFAULTS])
def test_every_key_can_be_set_and_refuses_another_kind(tmp_path: Path, key: str, value: Any) -> None:
    if isinstance(value, bool):
        assert held(load(tmp_path, nested(key, not value)), key) is not value
        wrong: Any = "maybe"
    elif isinstance(value, int | float):
        assert held(load(tmp_path, nested(key, value)), key) == value
        wrong = "many"
    else:
        wrong = {"a": 1}
    message = refusal(tmp_path, nested(key, wrong))
    assert f"配置项 {key}" in message
    assert json.dumps(wrong) in message
    assert "应该是" in message


TIMES = [key for key, _ in DEFAULTS if key.endswith(("timeout_s", "budget_s"))]


def test_these_are_the_limits_in_time() -> None:
    assert set(TIMES) >= {
        "openai.connect_timeout_s", "openai.stall_timeout_s", "run.budget_s", "gates.smoke_run_timeout_s",
        "runner.wall_timeout_s", "runner.cpu_budget_s",
    }  # fmt: skip


@pytest.mark.parametrize("key", TIMES)
def test_every_limit_in_time_can_be_set(tmp_path: Path, key: str) -> None:
    assert held(load(tmp_path, nested(key, 0.25)), key) == 0.25
    for wrong in (0, -1):
        assert f"{key} 现在是 {wrong}，应该是：大于" in refusal(tmp_path, nested(key, wrong))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"run": {"repair_attempts": 11}}, ["run.repair_attempts", "11", "不大于 10"]),
        ({"run": {"max_file_bytes": 1_000_001}}, ["run.max_file_bytes", "不大于 1000000"]),
        ({"run": {"durability": "maybe"}}, ["run.durability", "maybe", "'full'", "或"]),
        ({"run": {"max_files": 1.5}}, ["run.max_files", "1.5", "整数"]),
        ({"openai": {"temperature": 2}}, ["openai.temperature", "2", "不大于 1"]),
        ({"openai": 3}, ["openai", "3", "对象"]),
        ({"gates": {"approved": "pygame"}}, ["gates.approved", "pygame", "列表"]),
        ({"lessons": {"folders": [3]}}, ["lessons.folders.0", "3", "路径"]),
        ({"engine": None}, ["engine", "null", "文字"]),
        ({"enginee": "lessons"}, ["enginee", "拼写"]),
        ({"lessons": {"speeed": 1}}, ["lessons.speeed", "拼写"]),
    ],
)
def test_an_error_names_the_key_what_it_holds_and_what_it_may_hold(
    tmp_path: Path, values: dict[str, Any], words: list[str]
) -> None:
    message = refusal(tmp_path, values)
    assert [word for word in words if word not in message] == [], message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{", ["config.json", "JSON"]), (b"", ["JSON"]), (b"{'engine': 1}", ["第 1 行"]),
        (b'{"a": 1,}', ["JSON"]), (b"[]", ["对象"]), (b"null", ["对象"]),
        ('{"engine": "中文"}'.encode("gbk"), ["UTF-8"]),
    ],
)  # fmt: skip
def test_a_file_that_is_no_configuration(tmp_path: Path, data: bytes, words: list[str]) -> None:
    (tmp_path / "config.json").write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        Config.load(tmp_path / "config.json", environ={})
    assert all(word in caught.value.message for word in words), caught.value.message


def test_a_file_that_is_not_there_or_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="aiflow init"):
        Config.load(tmp_path / "config.json", environ={})
    with pytest.raises(ConfigError):
        Config.load(tmp_path, environ={})


def test_windows_notepad_writes_a_bom(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"engine": "openai"}', encoding="utf-8-sig")
    assert Config.load(tmp_path / "config.json", environ={}).engine == "openai"


# --- the environment ----------------------------------------------------------------------------------------


def test_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    values = {"engine": "lessons", "openai": {"base_url": "http://a/v1", "model": "a"}, "projects_dir": "a"}
    config = load(
        tmp_path, values, AIFLOW_ENGINE="openai", AIFLOW_BASE_URL="http://b/v1", AIFLOW_MODEL="b",
        AIFLOW_PROJECTS_DIR="b", AIFLOW_API_KEY=KEY,
    )  # fmt: skip
    assert (config.engine, config.openai.base_url, config.openai.model) == ("openai", "http://b/v1", "b")
    assert config.projects_dir == tmp_path / "b"
    assert config.api_key is not None
    assert config.api_key.get_secret_value() == KEY


def test_an_empty_variable_changes_nothing(tmp_path: Path) -> None:
    names = ("ENGINE", "BASE_URL", "MODEL", "PROJECTS_DIR", "API_KEY")
    assert load(tmp_path, {}, **{f"AIFLOW_{name}": "" for name in names}) == load(tmp_path)


def test_the_variable_goes_before_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "config.json").write_text('{"engine": "openai"}', encoding="utf-8")
    (tmp_path / "here" / "config.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    assert Config.load(environ={}).engine == "lessons"
    found = Config.load(environ={"AIFLOW_CONFIG": os.path.join("..", "config.json")})  # noqa: PTH118 - as it is typed
    assert found.engine == "openai"
    assert found.projects_dir == tmp_path / "projects"
    assert Config.load(environ={"AIFLOW_CONFIG": ""}).engine == "lessons"


def test_the_nearest_file_above_the_working_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "course" / "week 1"
    inner.mkdir(parents=True)
    (tmp_path / "config.json").write_text('{"engine": "openai", "logs_dir": "l"}', encoding="utf-8")
    monkeypatch.chdir(inner)
    found = Config.load(environ={}, required=True)
    assert (found.engine, found.folder, found.logs_dir) == ("openai", tmp_path, tmp_path / "l")
    assert found.projects_dir == tmp_path / "projects"
    (tmp_path / "course" / "config.json").write_text("{}", encoding="utf-8")
    assert Config.load(environ={}).folder == tmp_path / "course"
    (tmp_path / "course" / "config.json").write_text('{"name": "another program"}', encoding="utf-8")
    with pytest.raises(ConfigError, match="上层文件夹里的"):  # the student did not write it
        Config.load(environ={})


def test_a_folder_of_that_name_is_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inner" / "config.json").mkdir(parents=True)
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "inner")
    assert Config.load(environ={}).folder == tmp_path


def test_without_a_file_the_defaults_hold_for_the_working_folder_and_are_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    _log_defaults.cache_clear()
    for _ in range(2):
        config = Config.load(environ={"AIFLOW_ENGINE": "openai"})
        assert (config.engine, config.projects_dir) == ("openai", tmp_path / "projects")
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "默认设置" in caplog.text


def test_a_server_requires_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="aiflow init"):
        Config.load(environ={}, required=True)


def test_a_file_that_is_named_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match="找不到"):
        Config.load(environ={"AIFLOW_CONFIG": str(tmp_path / "other.json")})


def test_a_working_folder_that_was_deleted_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deleted() -> Path:
        raise FileNotFoundError

    monkeypatch.setattr(Path, "cwd", deleted)
    with pytest.raises(ConfigError, match="工作文件夹"):
        Config.load(environ={})


def test_folders_are_relative_to_the_file(tmp_path: Path) -> None:
    config = load(tmp_path, {"lessons": {"folders": ["mine"]}, "logs_dir": str(tmp_path / "x")})
    assert config.lessons.folders == [tmp_path / "mine"]
    assert config.logs_dir == tmp_path / "x"


# --- secrets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["api_key", "key", "token", "secret", "password"])
def test_no_secret_stands_in_the_file(tmp_path: Path, key: str) -> None:
    for values in ({key: KEY}, {"openai": {key: KEY}}, {"x": {"y": {key: KEY}}}):
        message = refusal(tmp_path, values)
        assert "AIFLOW_API_KEY" in message
        assert key in message
        assert KEY not in message


def test_the_key_may_come_from_a_file_outside(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text(f"{KEY}\n", encoding="utf-8-sig")
    config = load(tmp_path, {"openai": {"api_key_file": "key.txt"}})
    assert config.api_key is not None
    assert config.api_key.get_secret_value() == KEY
    (tmp_path / "key.txt").write_text("\n", encoding="utf-8")
    assert load(tmp_path, {"openai": {"api_key_file": "key.txt"}}).api_key is None
    message = refusal(tmp_path, {"openai": {"api_key_file": "nothing.txt"}})
    assert "openai.api_key_file" in message
    assert "nothing.txt" in message


def test_no_form_of_the_configuration_shows_the_key(tmp_path: Path) -> None:
    config = load(tmp_path, {}, AIFLOW_API_KEY=KEY)
    forms = [repr(config), str(config), f"{config}", config.model_dump_json(), str(config.model_dump())]
    forms += [repr(config.api_key), repr(vars(config))]
    assert not [form for form in forms if KEY in form]


def test_a_configuration_cannot_be_changed_by_accident(tmp_path: Path) -> None:
    config = load(tmp_path)
    with pytest.raises(ValueError, match="frozen"):
        config.engine = "openai"  # type: ignore[misc]
