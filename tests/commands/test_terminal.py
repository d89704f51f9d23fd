"""``aiflow new`` in a terminal of 80 columns: drawn live, with a question at a pause."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aiflow.model.artifacts import Spec
from tests.commands.conftest import AIFLOW, TIMEOUT_S, environment, write_config
from tests.modelserver import ModelServer, answer
from tests.pipeline.conftest import FILES, PLAN, SPEC

pty = pytest.importorskip("pty", reason="pseudo-terminals are POSIX")

ESCAPE = "\x1b"


def start(folder: Path, *args: str, editor: str = "", key: str = "") -> tuple["subprocess.Popen[bytes]", int]:
    ours, theirs = pty.openpty()
    env = environment(
        {"COLUMNS": "80", "LINES": "24", "TERM": "xterm", "EDITOR": editor, "AIFLOW_API_KEY": key}
    )
    process = subprocess.Popen(
        [str(AIFLOW), *args],
        cwd=folder,
        env=env,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=hear_ctrl_c,  # noqa: PLW1509  # nothing that a thread could hold is touched
    )
    os.close(theirs)
    return process, ours


def hear_ctrl_c() -> None:
    """Restore Ctrl-C as a shell does for its children; parallel test processes start with it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def read_until(terminal: int, wanted: str) -> str:
    """Return what was written until ``wanted`` has come, or the other side closed."""
    data = b""
    while wanted.encode() not in data:
        ready, _, _ = select.select([terminal], [], [], TIMEOUT_S)
        assert ready, f"waited for {wanted} in vain: {data.decode('utf-8', 'replace')}"
        try:
            data += os.read(terminal, 65536)
        except OSError:  # Linux's way to say that nobody writes any more
            break
    return data.decode("utf-8", "replace")


def interrupt(process: "subprocess.Popen[bytes]", terminal: int, wanted: str) -> str:
    """Press Ctrl-C, as a person would once more where it was not heard.

    Return what was written until ``wanted`` has come.

    Python's readline looks for signals when its wait is interrupted: one that comes between the question's
    last letter and that wait is seen with the next one.
    """
    data = b""
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        while select.select([terminal], [], [], TIMEOUT_S / 10)[0]:
            try:
                data += os.read(terminal, 65536)
            except OSError:  # Linux's way to say that nobody writes any more
                return data.decode("utf-8", "replace")
            if wanted.encode() in data:
                return data.decode("utf-8", "replace")
    raise AssertionError(f"waited for {wanted} in vain: {data.decode('utf-8', 'replace')}")


def test_phases_and_files_are_drawn(folder: Path) -> None:
    process, terminal = start(folder, "new", "猜数字")
    with process:
        said = read_until(terminal, "aiflow run")
        assert process.wait(TIMEOUT_S) == 0
    os.close(terminal)
    assert ESCAPE in said
    assert "✓" in said
    assert "正在写" in said or "game.py" in said


def test_a_pause_asks_and_goes_on(folder: Path) -> None:
    process, terminal = start(folder, "new", "猜数字", "--pause")
    with process:
        read_until(terminal, "回车继续")
        os.write(terminal, b"\n")
        read_until(terminal, "回车继续")
        os.write(terminal, b"\n")
        read_until(terminal, "aiflow run")
        assert process.wait(TIMEOUT_S) == 0
    os.close(terminal)


def test_the_specification_can_be_edited_at_a_pause(folder: Path) -> None:
    script = folder / "editor.py"
    script.write_text(
        "import pathlib, sys\n"
        "file = pathlib.Path(sys.argv[1])\n"
        "file.write_text(file.read_text(encoding='utf-8') + '\\n也要能看排行榜。\\n', encoding='utf-8')\n",
        encoding="utf-8",
    )
    process, terminal = start(folder, "new", "猜数字", "--pause", editor=f"{sys.executable} {script}")
    with process:
        read_until(terminal, "回车继续")
        os.write(terminal, b"e\n")
        read_until(terminal, "回车继续")
        os.write(terminal, b"\n")
        read_until(terminal, "aiflow run")
        assert process.wait(TIMEOUT_S) == 0
    os.close(terminal)
    [root] = (folder / "projects").glob("guess_number_*")
    assert (root / "spec.md").read_text(encoding="utf-8").endswith("也要能看排行榜。\n")


def test_ctrl_c_at_a_pause_stops_the_run(folder: Path) -> None:
    process, terminal = start(folder, "new", "猜数字", "--pause")
    with process:
        read_until(terminal, "回车继续")
        said = interrupt(process, terminal, "已经停止")
        assert process.wait(TIMEOUT_S) == 130
    os.close(terminal)
    assert "Traceback" not in said


def test_questions_are_answered_by_number_by_enter_and_in_own_words(folder: Path) -> None:
    with ModelServer() as server:
        openai = {"base_url": server.base_url, "model": "m"}
        write_config(folder, engine="openai", openai=openai, gates={"smoke_run": False})
        for phase, text in (("specify", SPEC), ("plan", PLAN), ("implement", FILES)):
            server.script(answer(text), phase=phase)
        process, terminal = start(folder, "new", "帮我写个贪吃蛇", key="sk-test-0123456789")
        with process:
            read_until(terminal, "> ")
            os.write(terminal, b"2\n")
            read_until(terminal, "> ")
            os.write(terminal, b"\n")
            read_until(terminal, "> ")
            os.write(terminal, "只记前三名\n".encode())
            read_until(terminal, "aiflow run")
            assert process.wait(TIMEOUT_S) == 0
        os.close(terminal)
    [root] = (folder / "projects").glob("counter_*")
    agreed = Spec.from_markdown((root / "spec.md").read_text(encoding="utf-8")).agreements
    assert agreed == [
        "蛇撞到墙，会怎样：从另一边出来",
        "蛇走多快：适中：一秒 6 格",
        "最高分要记住吗：只记前三名",
    ]


def test_ctrl_c_at_a_question_stops_the_run(folder: Path) -> None:
    write_config(folder, engine="openai", openai={"base_url": "http://127.0.0.1:9", "model": "m"})
    process, terminal = start(folder, "new", "帮我写个贪吃蛇", key="sk-test-0123456789")
    with process:
        read_until(terminal, "> ")
        said = interrupt(process, terminal, "已经停止")
        assert process.wait(TIMEOUT_S) == 130
    os.close(terminal)
    assert "Traceback" not in said
