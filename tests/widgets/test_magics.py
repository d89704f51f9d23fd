"""``%%aiflow`` and ``%aiflow`` in a shell of IPython, with the lessons."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import CapturedIO, capture_output

from aiflow import Flow
from aiflow.model.status import RequestStatus

GUESS = "帮我写个猜数字游戏"
Cell = Callable[[str], CapturedIO]


@pytest.fixture
def values() -> dict[str, Any]:
    return {
        "lessons": {"speed": 0},
        "tests": {"enabled": False},
        "gates": {"smoke_run": False},
        "run": {"durability": "none"},
    }


@pytest.fixture
def shell(
    tmp_path: Path, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[InteractiveShell]:
    (tmp_path / "config.json").write_text(json.dumps(values), encoding="utf-8")
    monkeypatch.setenv("AIFLOW_CONFIG", str(tmp_path / "config.json"))
    monkeypatch.chdir(tmp_path)
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "aiflow")
    yield shell
    InteractiveShell.clear_instance()


@pytest.fixture
def run(shell: InteractiveShell) -> Cell:
    """Run a cell and return what it printed and showed."""

    def run(cell: str) -> CapturedIO:
        with capture_output() as captured:
            shell.run_cell(cell)
        return captured

    return run


def shows_workbench(captured: CapturedIO) -> bool:
    return any("application/vnd.jupyter.widget-view+json" in output.data for output in captured.outputs)


def test_a_cell_shows_a_workbench_and_keeps_the_flow(run: Cell, shell: InteractiveShell) -> None:
    assert shows_workbench(run(f"%%aiflow --name guess\n{GUESS}\n"))
    flow = shell.user_ns["guess"]
    assert flow.prompt == GUESS
    assert flow.snapshot.status is RequestStatus.COMPLETED


def test_a_cell_may_ask_first_but_a_lesson_has_nothing_to_ask(run: Cell, shell: InteractiveShell) -> None:
    assert "只能写选项" in run(f"%%aiflow --ask sometimes\n{GUESS}\n").stderr
    run(f"%%aiflow --ask --name guess\n{GUESS}\n")
    flow = shell.user_ns["guess"]
    assert (flow.snapshot.questions, flow.snapshot.status) == ({}, RequestStatus.COMPLETED)


def test_a_request_is_text_and_no_variable_is_sent(run: Cell, shell: InteractiveShell) -> None:
    shell.user_ns["secret"] = "sk-123"
    request = '帮我写个猜数字游戏 {secret} $secret "{1/0}"\n第二行 {{x}}'
    run(f"%%aiflow --name guess --engine lessons\n{request}\n")
    assert shell.user_ns["guess"].prompt == request


def test_pausing_ends_the_cell(run: Cell, shell: InteractiveShell) -> None:
    run(f"%%aiflow --name guess --pause plan\n{GUESS}")
    assert shell.user_ns["guess"].snapshot.status is RequestStatus.PAUSED
    assert shell.user_ns["guess"].snapshot.paused_after == "plan"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%aiflow", "用法"),
        ("%aiflow fly", "用法"),
        ("%aiflow change 快一点", "还没有项目"),
        ("%aiflow run nothing", "找不到项目"),
        ("%aiflow import nothing.zip", "找不到"),
        (f"%%aiflow snake\n{GUESS}", "第一行只能写选项"),
        (f"%%aiflow --name 1x\n{GUESS}", "不能当变量名"),
        (f"%%aiflow --pause implement\n{GUESS}", "pause_after"),
        ("%%aiflow\n\n", "写"),
    ],
)
def test_a_mistake_is_one_sentence(run: Cell, cell: str, said: str) -> None:
    captured = run(cell)
    assert said in captured.stderr
    assert "Traceback" not in captured.stderr + captured.stdout


def test_importing_and_running(run: Cell, shell: InteractiveShell, tmp_path: Path) -> None:
    folder = tmp_path / "我的程序"
    folder.mkdir()
    (folder / "main.py").write_text("print('你好，世界')\n", encoding="utf-8")
    (folder / "a.zip").write_bytes(b"PK")
    captured = run("%aiflow import --name mine 我的程序/")
    assert shows_workbench(captured)
    assert "没有导入“a.zip”" in captured.stdout
    assert isinstance(shell.user_ns["mine"], Flow)
    assert "你好，世界" in run("%aiflow run").stdout
    assert "你好，世界" in run("%aiflow run mine").stdout


def test_what_can_come_next(run: Cell, shell: InteractiveShell, tmp_path: Path) -> None:
    run(f"%%aiflow --name guess\n{GUESS}")
    name = shell.user_ns["guess"].project.project_name
    (tmp_path / "old.zip").write_bytes(b"")

    def after(line: str) -> set[str]:
        with provisionalcompleter():
            return {found.text for found in shell.Completer.completions(line, len(line))}

    assert {"change", "import", "run"} <= after("%aiflow ")
    assert after("%aiflow ch") == {"change"}
    assert {"guess", name} <= after("%aiflow run ")
    assert "old.zip" in after("%aiflow import o")
    assert "--name" in after("%%aiflow --n")


def test_a_change_goes_on_from_the_last_program(run: Cell, shell: InteractiveShell) -> None:
    run(f"%%aiflow --name guess\n{GUESS}")
    assert shows_workbench(run('%aiflow change --name bigger "把范围改成 1 到 1000"'))
    assert shell.user_ns["bigger"].version.parent_id == shell.user_ns["guess"].project_id
    run("%aiflow change --project guess --name limited 最多猜 7 次，猜不中就公布答案")
    assert shell.user_ns["limited"].version.parent_id == shell.user_ns["guess"].project_id
    assert shell.user_ns["limited"].prompt == "最多猜 7 次，猜不中就公布答案"


def test_versions_and_their_comparison(run: Cell, shell: InteractiveShell) -> None:
    run(f"%%aiflow --name guess\n{GUESS}")
    second = shell.user_ns["guess"].revise("implement")
    second.run_sync()
    (second.project.root / "main.py").write_text("print('<新>')\n", encoding="utf-8")
    shown = run("%aiflow versions").outputs[0].data
    assert "从版本 1 来" in shown["text/html"]
    assert shown["text/plain"].startswith(f"1  {GUESS}")
    assert "+print(&#x27;&lt;新&gt;&#x27;)" in run("%aiflow compare 1 2").outputs[0].data["text/html"]
    assert "两个版本的号码" in run("%aiflow compare 1 7").stderr
    assert "GuessGame.praise" in run("%aiflow trace F3 guess").outputs[0].data["text/html"]
    assert "没有功能 F77" in run("%aiflow trace F77").stderr


class TestInterrupt:
    @pytest.fixture
    def values(self) -> dict[str, Any]:
        return {"lessons": {"speed": 1}, "run": {"durability": "none"}}

    def test_interrupting_the_kernel_cancels(
        self, run: Cell, shell: InteractiveShell, tmp_path: Path
    ) -> None:
        def interrupt() -> None:
            records = tmp_path / "projects" / ".aiflow"
            while not any('"active"' in path.read_text("utf-8") for path in records.glob("*/journal.jsonl")):
                pass
            os.kill(os.getpid(), signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        captured = run(f"%%aiflow --name guess\n{GUESS}")
        thread.join()
        assert "已经停止" in captured.stdout
        assert shell.user_ns["guess"].snapshot.status is RequestStatus.CANCELLED
