"""``aiflow new``: what it prints, what it leaves, how it ends, and how it is stopped."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from aiflow.model.events import EVENT, Event
from aiflow.model.snapshot import fold
from tests.commands.conftest import AIFLOW, TIMEOUT_S, Run, environment, write_config
from tests.modelserver import Gate, ModelServer, answer, closed_port

ESCAPE = "\x1b"


def events_of(text: str) -> list[Event]:
    """Every line of the output is an event, and there is nothing else."""
    assert text.endswith("\n")
    return [EVENT.validate_json(line) for line in text[:-1].split("\n")]


def test_a_sentence_becomes_a_program(aiflow: Run, folder: Path) -> None:
    done = aiflow("new", "帮我写个猜数字")
    assert done.returncode == 0, done.stderr
    [root] = (folder / "projects").glob("guess_number_*")
    assert {path.name for path in root.iterdir()} == {"spec.md", "plan.md", "game.py", "main.py", "README.md"}
    assert f"aiflow run {root.name}" in done.stdout
    assert str(root) in done.stdout.splitlines()[-2]  # whole, on one line: it can be copied
    assert "main.py" in done.stdout
    assert "不是模型此刻的回答" in done.stdout


def test_the_order_of_the_phases_can_be_read_in_a_pipe(aiflow: Run) -> None:
    done = aiflow("new", "帮我写个猜数字")
    assert done.returncode == 0, done.stderr
    marks = [line.strip() for line in done.stdout.splitlines() if line.strip()[:1] in "●✓"]
    assert [line for line in marks if line] == [
        f"{mark} {name}" for name in ("需求说明", "方案设计", "编写代码") for mark in "●✓"
    ]
    assert ESCAPE not in done.stdout + done.stderr


def test_json_is_the_events_and_nothing_else(aiflow: Run) -> None:
    done = aiflow("new", "帮我写个猜数字", "--json")
    assert done.returncode == 0
    assert done.stderr == ""
    events = events_of(done.stdout)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert fold(events).status == "completed"
    assert events[-2].event_type == "project"


def test_json_is_utf8_whatever_the_locale_is(aiflow: Run) -> None:
    done = aiflow("new", "猜数字", "--json", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"})
    assert done.returncode == 0
    assert fold(events_of(done.stdout)).spec is not None


def test_what_no_lesson_answers_fails_with_a_sentence(aiflow: Run) -> None:
    done = aiflow("new", "写一个股票交易所的撮合引擎")
    assert done.returncode == 1
    assert "没有完成：" in done.stdout
    assert "《" in done.stdout
    as_json = aiflow("new", "写一个股票交易所的撮合引擎", "--json")
    assert as_json.returncode == 1
    last = events_of(as_json.stdout)[-1]
    assert last.event_type == "status"
    assert (last.status, last.reason) == ("failed", "no_lesson")


def test_a_template_names_the_lesson(aiflow: Run, folder: Path) -> None:
    assert aiflow("new", "随便写一个", "--template", "todo", "--projects-dir", "elsewhere").returncode == 0
    assert [path.name[:5] for path in (folder / "elsewhere").glob("todo_*")] == ["todo_"]
    unknown = aiflow("new", "随便写一个", "--template", "nothing")
    assert unknown.returncode == 1
    assert "nothing" in unknown.stdout


def test_with_pause_and_no_terminal_it_goes_on_by_itself(aiflow: Run) -> None:
    done = aiflow("new", "猜数字", "--pause", "--json")
    assert done.returncode == 0
    assert [e.status for e in events_of(done.stdout) if e.event_type == "status"].count("paused") == 2
    plain = aiflow("new", "猜数字", "--pause")
    assert plain.returncode == 0
    assert "功能" in plain.stdout  # the specification was shown


def test_a_hostile_model_cannot_steer_the_terminal(aiflow: Run, folder: Path) -> None:
    spec = "# 计数\x1b]0;title\x07器\n\n项目类型: counter\n\n\x1b[2J清屏\n\n## 功能\n\n- 数\x9b31m数\n"
    with ModelServer() as server:
        write_config(folder, engine="openai", openai={"base_url": server.base_url, "model": "m"})
        server.script(answer(spec), phase="specify")
        done = aiflow("new", "\x1b[31m计数器", "--pause", env={"AIFLOW_API_KEY": "sk-test-0123456789"})
    assert done.returncode == 0, done.stderr
    assert not set("\x1b\x07\x9b") & set(done.stdout + done.stderr)
    listed = aiflow("projects").stdout  # by the model's title, its control characters replaced
    assert listed.count("计数\ufffd]0;title\ufffd器") == 1
    assert not set("\x1b\x07\x9b") & set(listed)


def test_an_address_that_refuses(aiflow: Run, folder: Path) -> None:
    openai = {"base_url": closed_port(), "model": "m", "max_attempts": 1}
    write_config(folder, engine="openai", openai=openai)
    done = aiflow("new", "猜数字", "--json", env={"AIFLOW_API_KEY": "sk-test-0123456789"})
    assert done.returncode == 1
    last = events_of(done.stdout)[-1]
    assert last.event_type == "status"
    assert (last.status, last.reason, last.retryable) == ("failed", "connection_failed", True)
    assert "sk-test" not in done.stdout + done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
@pytest.mark.parametrize("as_json", [True, False])
def test_ctrl_c_stops_the_run_and_keeps_the_files(folder: Path, *, as_json: bool) -> None:
    gate = Gate()
    with ModelServer() as server:
        write_config(folder, engine="openai", openai={"base_url": server.base_url, "model": "m"})
        server.script(
            answer('<file path="main.py">\nprint(1)\n</file>\n' * 3, gates={3: gate}), phase="implement"
        )
        process = subprocess.Popen(
            [str(AIFLOW), "new", "计数器", *(["--json"] if as_json else [])],
            cwd=folder,
            env=environment({"AIFLOW_API_KEY": "sk-test-0123456789"}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        with process:
            gate.wait_reached()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=TIMEOUT_S)
        assert server.requests[-1].wait_ended()
        assert server.requests[-1].disconnected
    assert process.returncode == 130
    assert "Traceback" not in err
    if as_json:
        state = fold(events_of(out))
        assert state.status == "cancelled"
        assert not any(phase.status == "active" for phase in state.phases.values())
    else:
        assert "已经停止" in out
    [root] = (folder / "projects").glob("*_*_*")
    assert (root / "spec.md").is_file()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_after_the_first_event(folder: Path) -> None:
    write_config(folder, lessons={"speed": 1})
    process = subprocess.Popen(
        [str(AIFLOW), "new", "帮我写个贪吃蛇", "--json"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert fold(events_of(first + rest)).status == "cancelled"


def test_a_reader_that_goes_away_stops_it_quietly(folder: Path) -> None:
    write_config(folder, lessons={"speed": 1})
    process = subprocess.Popen(
        [str(AIFLOW), "new", "帮我写个贪吃蛇", "--json"],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["seq"] == 1
        process.stdout.close()
        assert process.stderr is not None
        said = process.stderr.read()
        process.wait(TIMEOUT_S)
    assert process.returncode == 1
    assert "Traceback" not in said
