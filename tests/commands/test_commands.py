"""The other commands: help, config errors, doctor, init, lessons, projects, run, play, lab."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from aiflow import __version__
from aiflow.cli import main
from aiflow.storage.project_store import ProjectStore
from tests.commands.conftest import AIFLOW, TIMEOUT_S, Run, environment, program, write_config
from tests.modelserver import ModelServer, closed_port
from tests.sandbox.test_figures import DOUBLE

KEY = "sk-aiflow-test-0123456789"
LESSONS = {
    "snake", "breakout", "guess_number", "todo", "text_adventure", "grade_stats", "tic_tac_toe", "hangman",
    "quiz",
}  # fmt: skip


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


@pytest.fixture
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in this process: for what needs no process of its own."""
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if name.startswith("AIFLOW_")]:
        monkeypatch.delenv(name)

    def run(*args: str, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(main, list(args), env=env)

    return run


# --- the command line ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args",
    [
        ["new", ""],
        ["new", "   "],
        ["new", "猜" * 1001],
        ["new", "猜数字", "--engine", "nothing"],
        ["new"],
        ["new", "猜数字", "--nothing"],
        ["new", "猜数字", "--template"],
        ["new", "猜数字", "再来一个"],
        ["nothing"],
        ["--nothing"],
        ["lab", "--port", "70000"],
        ["record", "猜数字"],
        ["record", "猜数字", "-o", "不行"],
        ["run"],
    ],
)
def test_a_wrong_command_is_2_and_a_chinese_sentence(inside: Run, folder: Path, args: list[str]) -> None:
    done = inside(*args)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert is_chinese(done.stderr)
    assert not (folder / "projects").exists()


@pytest.mark.parametrize("command", ["", *main.commands])
def test_help_is_chinese(inside: Run, command: str) -> None:
    done = inside(*([command] if command else []), "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith("用法：")
    assert "选项:" in done.stdout
    assert "显示这段说明。" in done.stdout
    assert not {"Usage", "Options", "Commands", "Show this"} & set(done.stdout.replace(":", " ").split())


def test_the_version(inside: Run) -> None:
    assert inside("--version").stdout.strip().endswith(__version__)


def test_the_package_is_the_command(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aiflow", "lessons", "--json"], cwd=folder, env=environment(),
        capture_output=True, encoding="utf-8", timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert {row["id"] for row in json.loads(done.stdout)} >= LESSONS
    wrong = subprocess.run(
        [sys.executable, "-m", "aiflow", "nothing"], cwd=folder, env=environment(),
        capture_output=True, encoding="utf-8", timeout=TIMEOUT_S, check=False,
    )  # fmt: skip
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert is_chinese(wrong.stderr)


# --- a configuration that is wrong --------------------------------------------------------------------------


def test_without_a_configuration_the_defaults_hold_and_are_reported_once(aiflow: Run, folder: Path) -> None:
    (folder / "config.json").unlink()
    program(folder, "print('好')\n")
    for args in (["projects"], ["lessons"], ["run", "demo"]):
        done = aiflow(*args)
        assert done.returncode == 0, done.stderr
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert "默认设置" in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["projects"]


def test_a_command_finds_the_configuration_above_its_folder(aiflow: Run, folder: Path) -> None:
    program(folder, "print('好')\n")
    (folder / "week 1").mkdir()
    done = aiflow("run", "demo", cwd=folder / "week 1")
    assert (done.stdout, done.stderr, done.returncode) == ("好\n", "", 0)


@pytest.mark.parametrize("command", [["new", "猜数字"], ["lessons"], ["projects"], ["run", "x"], ["lab"]])
def test_a_configuration_that_is_named_must_be_there(inside: Run, command: list[str]) -> None:
    done = inside(*command, env={"AIFLOW_CONFIG": "other.json"})
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == "找不到配置文件 other.json。可以运行 aiflow init 写一个默认的。\n"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", ["config.json", "JSON"]),
        ("[]", ["config.json", "对象"]),
        ('{"engin": 1}', ["engin", "拼写"]),
        ('{"lessons": {"speed": "fast"}}', ["lessons.speed", '"fast"', "不大于 1000 的数"]),
        ('{"engine": "nothing"}', ["engine", "nothing", "lessons", "openai"]),
        ('{"openai": {"api_key": "sk-aiflow-test-0123456789"}}', ["openai.api_key", "AIFLOW_API_KEY"]),
    ],
)
def test_a_wrong_configuration_is_one_sentence(
    inside: Run, folder: Path, text: str, words: list[str]
) -> None:
    (folder / "config.json").write_text(text, encoding="utf-8")
    done = inside("new", "猜数字")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert all(word in done.stderr for word in words), done.stderr
    assert KEY not in done.stderr
    assert str(folder) not in done.stderr


# --- init ---------------------------------------------------------------------------------------------------


def test_init_writes_what_can_be_read_and_overwrites_nothing(inside: Run, folder: Path) -> None:
    (folder / "config.json").unlink()
    assert inside("init").exit_code == 0
    text = (folder / "config.json").read_text(encoding="utf-8")
    assert json.loads(text)["engine"] == "lessons"
    assert "key" not in json.loads(text)
    assert inside("lessons").exit_code == 0
    (folder / "config.json").write_text("{}", encoding="utf-8")
    again = inside("init")
    assert again.exit_code == 1
    assert "--force" in again.stderr
    assert (folder / "config.json").read_text(encoding="utf-8") == "{}"
    assert inside("init", "--force").exit_code == 0
    assert (folder / "config.json").read_text(encoding="utf-8") == text


def test_init_says_when_another_file_is_used(inside: Run, folder: Path) -> None:
    done = inside("init", "--force", env={"AIFLOW_CONFIG": str(folder / "other.json")})
    assert done.exit_code == 0
    assert "AIFLOW_CONFIG" in done.stderr


def test_init_where_nothing_can_be_written(inside: Run, folder: Path) -> None:
    (folder / "config.json").unlink()
    (folder / "config.json").mkdir()
    done = inside("init", "--force")
    assert done.exit_code == 1
    assert "写不了 config.json" in done.stderr


# --- doctor -------------------------------------------------------------------------------------------------


def test_doctor_finds_everything_right(aiflow: Run) -> None:
    done = aiflow("doctor")
    assert done.returncode == 0, done.stdout
    assert "✗" not in done.stdout
    assert "引擎 lessons 可以用（由配置决定" in done.stdout
    assert "Jupyter 扩展已启用" in done.stdout
    assert "\x1b" not in done.stdout


def test_doctor_says_what_a_program_can_read(inside: Run) -> None:
    checks = json.loads(inside("doctor", "--json").stdout)
    assert [check["name"] for check in checks] == [
        "venv", "config", "projects_dir", "logs_dir", "encoding", "engine", "extension",
    ]  # fmt: skip
    assert all(check["ok"] and not check["advice"] for check in checks)


def test_doctor_says_what_to_do_about_an_address_that_refuses(inside: Run, folder: Path) -> None:
    write_config(folder, engine="openai", openai={"base_url": closed_port(), "model": "m"})
    done = inside("doctor", env={"AIFLOW_API_KEY": KEY})
    assert done.exit_code == 1
    [line] = [line for line in done.stdout.splitlines() if line.startswith("✗")]
    assert "openai" in line
    assert is_chinese(done.stdout.split(line)[1].splitlines()[1])
    assert KEY not in done.output


def test_doctor_asks_the_service(inside: Run, folder: Path) -> None:
    with ModelServer() as server:
        write_config(folder, engine="openai", openai={"base_url": server.base_url, "model": "test-model"})
        assert inside("doctor", env={"AIFLOW_API_KEY": KEY}).exit_code == 0


def test_doctor_without_a_key(inside: Run, folder: Path) -> None:
    write_config(folder, engine="openai")
    done = inside("doctor")
    assert done.exit_code == 1
    assert "AIFLOW_API_KEY" in done.stdout


def test_doctor_shows_a_broken_configuration_and_goes_on(inside: Run, folder: Path) -> None:
    (folder / "config.json").write_text('{"engine": 3}', encoding="utf-8")
    done = inside("doctor")
    assert done.exit_code == 1
    assert "✗ 配置项 engine 现在是 3" in done.stdout
    assert "→ 改好配置文件" in done.stdout
    assert "扩展" in done.stdout


@pytest.mark.skipif(
    os.name == "nt" or not hasattr(os, "geteuid"), reason="a file in a folder's place is said differently"
)
def test_doctor_says_which_folder_cannot_be_written(inside: Run, folder: Path) -> None:
    (folder / "taken").write_text("", encoding="utf-8")
    write_config(folder, projects_dir="taken")
    checks = json.loads(inside("doctor", "--json").stdout)
    [wrong] = [check for check in checks if not check["ok"]]
    assert wrong["name"] == "projects_dir"
    assert "projects_dir" in wrong["advice"]


# --- lessons and projects -----------------------------------------------------------------------------------


def test_lessons_are_listed(inside: Run) -> None:
    done = inside("lessons")
    assert done.exit_code == 0
    for name in LESSONS:
        assert name in done.stdout
    assert "贪吃蛇" in done.stdout
    rows = json.loads(inside("lessons", "--json").stdout)
    assert {row["id"] for row in rows} >= LESSONS
    assert {row["kind"] for row in rows} == {"written"}


def test_a_broken_lesson_is_pointed_out(inside: Run, folder: Path) -> None:
    (folder / "mine" / "clock").mkdir(parents=True)
    (folder / "mine" / "clock" / "lesson.toml").write_text("title = 3", encoding="utf-8")
    write_config(folder, lessons={"speed": 0, "folders": ["mine"]})
    done = inside("lessons")
    assert done.exit_code == 2
    assert "clock" in done.stderr
    assert "title" in done.stderr


def test_projects_are_listed_newest_first_with_and_without_their_record(inside: Run, folder: Path) -> None:
    assert "还没有项目" in inside("projects").stdout
    assert json.loads(inside("projects", "--json").stdout) == []
    inside("new", "猜数字")
    inside("new", "待办清单\n第二行")
    program(folder, "print(1)\n")
    lines = inside("projects").stdout.splitlines()
    assert lines[0] == "✓ 待办清单"
    assert lines[3] == "✓ 猜数字"
    assert lines[6].strip() == "demo_20260101_120000_0123abcd"
    assert max(map(len, lines)) <= 80
    rows = json.loads(inside("projects", "--json").stdout)
    assert [row["status"] for row in rows] == ["completed", "completed", None]
    assert rows[1]["file_count"] == 5
    assert all(row["size_bytes"] > 0 for row in rows)
    assert lines[1].endswith("B")
    store = ProjectStore(folder / "projects")
    store.record(UUID(rows[0]["project_id"])).rename("我的清单")
    assert inside("projects").stdout.splitlines()[0] == "✓ 我的清单"
    assert json.loads(inside("projects", "--json").stdout)[0]["title"] == "我的清单"


# --- run and play -------------------------------------------------------------------------------------------


def test_a_program_is_run_by_id_name_path_and_part_of_its_name(aiflow: Run, folder: Path) -> None:
    root = program(folder, "import sys\nprint('好', sys.argv[1:], input())\nsys.exit(7)\n")
    for name in (root.name, str(root), f"projects/{root.name}", "0123abcd", "demo"):
        done = aiflow("run", name, "--help", "-x", "值", stdin="输入\n")
        assert (done.stdout, done.returncode) == ("好 ['--help', '-x', '值'] 输入\n", 7), done.stderr
    here = aiflow("run", ".", stdin="输入\n", cwd=root)
    assert here.returncode == 7


def test_a_generated_program_is_run_by_its_id(aiflow: Run) -> None:
    events = aiflow("new", "猜数字", "--json").stdout.splitlines()
    project_id = json.loads(events[0])["project_id"]
    done = aiflow("run", project_id, stdin="50\n" * 3)
    assert "我想好了一个" in done.stdout
    assert "\x1b" not in done.stdout


def test_what_cannot_be_run(inside: Run, folder: Path) -> None:
    program(folder, "", "other_20260101_120000_11111111")
    program(folder, "", "other_20260101_120001_22222222")
    (folder / "projects" / "empty_20260101_120000_33333333").mkdir()
    for name, words in (("nothing", "找不到"), ("", "找不到"), ("other", "2 个项目"), ("empty", "主程序")):
        done = inside("run", name)
        assert (done.exit_code, done.stdout) == (1, "")
        assert words in done.stderr
        assert str(folder) not in done.stderr


def test_a_figure_is_saved_where_no_page_shows_it(aiflow: Run, folder: Path) -> None:
    root = program(folder, "import matplotlib.pyplot as plt\nplt.figure()\nplt.show()\nprint('完')\n")
    shutil.copytree(DOUBLE, root / "matplotlib")
    done = aiflow("run", "demo")
    assert (done.returncode, done.stdout) == (0, "完\n")
    assert done.stderr == "图 1 存成了 figures/figure_1.png\n"
    assert (root / "figures" / "figure_1.png").read_bytes().startswith(b"\x89PNG")


def test_an_error_is_explained_after_the_traceback(aiflow: Run, folder: Path) -> None:
    program(folder, "print(undefined)\n")
    done = aiflow("run", "demo")
    assert done.returncode == 1
    assert "NameError" in done.stderr
    assert is_chinese(done.stderr.split("NameError")[1])


def test_a_program_that_ends_leaves_nobody_waiting_for_a_line(folder: Path) -> None:
    program(folder, "print('完')\n")
    reading, writing = os.pipe()  # a standard input that stays open
    try:
        done = subprocess.run(
            [str(AIFLOW), "run", "demo"], cwd=folder, env=environment(), stdin=reading,
            capture_output=True, encoding="utf-8", timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    finally:
        os.close(reading)
        os.close(writing)
    assert (done.returncode, done.stdout, done.stderr) == (0, "完\n", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_ctrl_c_ends_the_program(folder: Path) -> None:
    program(folder, "import time\nprint('开始', flush=True)\ntime.sleep(600)\n")
    process = subprocess.Popen(
        [str(AIFLOW), "run", "demo"], cwd=folder, env=environment(), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "开始\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_play_without_a_screen_says_where_to_play(
    inside: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    program(folder, "")
    done = inside("play", "demo")
    assert done.exit_code == 1
    assert "试玩" in done.stderr


# --- lab ----------------------------------------------------------------------------------------------------


def test_lab_says_which_port_is_taken(inside: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = inside("lab", "--no-browser", "--port", str(port))
    assert done.exit_code == 2
    assert str(port) in done.stderr
