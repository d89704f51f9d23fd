"""``aiflow connect``: a model is listed, checked, selected and forgotten; the key is shown nowhere."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aiflow.cli import main
from tests.commands.test_terminal import read_until, start
from tests.modelserver import ModelServer

KEY = "sk-person-0123456789"
Command = Callable[..., Result]


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(models=("one", "two")) as server:
        yield server


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's configuration folder; the processes inherit it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "person"))
    return tmp_path / "person" / "aiflow"


@pytest.fixture
def command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command in this process, without a terminal: starting one costs a second each time."""
    monkeypatch.chdir(folder)
    return lambda *args, **options: CliRunner().invoke(main, args, **options)


def test_a_model_is_connected_used_and_forgotten(command: Command, model: ModelServer, person: Path) -> None:
    refused = command("connect", "--base-url", model.base_url, "--model", "three")
    assert (refused.exit_code, "one、two" in refused.stderr) == (1, True)
    assert not (person / "engine.json").exists()
    done = command("connect", "--base-url", model.base_url, "--model", "two")
    assert done.exit_code == 0, done.stderr
    assert "能用：" in done.stdout
    assert "下一次开始时生效" in done.stdout
    assert command("connect", "--check").exit_code == 0
    # The terminal's next run asks the model that was chosen.
    assert command("new", "帮我写个贪吃蛇").exit_code == 0
    assert {request.json["model"] for request in model.requests if request.method == "POST"} == {"two"}
    assert "引擎 openai 可以用（你在“模型”里或用 aiflow connect 选的）" in command("doctor").stdout
    shown = command("connect").stdout
    assert "● 3" in shown
    assert "用过“two”" in shown
    assert "现在按配置文件的设置" in command("connect", "--forget").stdout
    assert "● 1 离线课程" in command("connect").stdout


def test_the_key_of_a_service_that_does_not_work_is_stored_nowhere(command: Command, tmp_path: Path) -> None:
    with ModelServer(tls=True) as model:
        done = command("connect", "--base-url", model.base_url, "--model", "one", input=f"{KEY}\n")
    assert (done.exit_code, "证书" in done.stderr) == (1, True)
    assert KEY not in done.output
    written = [path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(KEY in text for text in written)


def test_what_the_environment_decides_is_only_shown(command: Command) -> None:
    shown = command("connect", env={"AIFLOW_ENGINE": "lessons"})
    assert (shown.exit_code, "不能改" in shown.stdout) == (0, True)
    refused = command("connect", "openai", env={"AIFLOW_ENGINE": "lessons"})
    assert (refused.exit_code, "不能改" in refused.stderr) == (1, True)


def test_a_person_at_a_terminal_types_a_key_that_is_not_shown(folder: Path, person: Path) -> None:
    process, terminal = start(folder, "connect")
    try:
        shown = ""
        for question, typed in (
            ("回车不改", "3"),
            ("直接写地址", "https://127.0.0.1:1/v1"),
            ("密钥（不会显示出来", KEY),
            ("还是要用它吗", "n"),
        ):
            shown += read_until(terminal, question)
            os.write(terminal, f"{typed}\n".encode())
        shown += read_until(terminal, "没有改动")
        assert process.wait(20) == 1
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert "离线课程" in shown
    assert KEY not in shown
    assert not person.exists()
