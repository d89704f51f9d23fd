"""``aiflow change``, ``versions`` and ``compare``, and the list of versions in a cell."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aiflow import Config, Flow
from aiflow.cli import main

GUESS = "帮我写个猜数字游戏"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    values = {
        "lessons": {"speed": 0},
        "tests": {"enabled": False},
        "gates": {"smoke_run": False},
        "run": {"durability": "none"},
    }
    (tmp_path / "config.json").write_text(json.dumps(values), encoding="utf-8")
    monkeypatch.setenv("AIFLOW_CONFIG", str(tmp_path / "config.json"))
    return Config.load()


@pytest.fixture
def family(config: Config) -> tuple[Flow, Flow]:
    """A program and a version of it in which one line is another."""
    first = Flow(GUESS, config=config)
    first.run_sync()
    second = first.revise("implement")
    project = second.run_sync()
    assert project.root is not None
    with (project.root / "main.py").open("a", encoding="utf-8") as file:
        file.write("# 新的一行 <b>\n")
    return first, second


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_versions_are_listed(family: tuple[Flow, Flow]) -> None:
    first, second = family
    done = run("versions", str(first.project_id))
    assert done.exit_code == 0
    assert f"● 1  {GUESS}" in done.output
    assert f"  2  {GUESS}" in done.output
    assert "从版本 1 来" in done.output
    rows = json.loads(run("versions", second.project.project_name, "--json").output)
    assert [(row["version"], row["project_id"]) for row in rows] == [
        (1, str(first.project_id)),
        (2, str(second.project_id)),
    ]


def test_two_versions_are_compared(family: tuple[Flow, Flow]) -> None:
    first, second = family
    done = run("compare", str(first.project_id), str(second.project_id))
    assert done.exit_code == 0
    assert "main.py  修改 +1 −0" in done.output
    assert "+# 新的一行 <b>" in done.output
    files = json.loads(run("compare", str(first.project_id), str(second.project_id), "--json").output)[
        "files"
    ]
    assert [(file["path"], file["lines_added"]) for file in files] == [("main.py", 1)]
    assert "一样" in run("compare", str(first.project_id), str(first.project_id)).output


def test_the_list_shows_itself_in_a_cell(family: tuple[Flow, Flow]) -> None:
    first, second = family
    assert [version.version for version in first.versions] == [1, 2]
    assert repr(second.versions).splitlines()[1].startswith(f"2  {GUESS}  (")
    shown = second.versions._repr_html_()
    assert "从版本 1 来" in shown
    label = "<script>"
    second.record.rename(label=label)
    assert "&lt;script&gt;" in second.versions._repr_html_()


def test_a_change_is_a_new_version(family: tuple[Flow, Flow]) -> None:
    done = run("change", str(family[0].project_id), "把范围改成 1 到 1000")
    assert done.exit_code == 0, done.output
    assert "✓ 编写代码" in done.output
    last = family[0].versions[-1]
    assert (last.version, last.cause, last.parent_id) == (3, "change", family[0].project_id)
    assert "game.py" in {change.path for change in last.changes}


def test_a_change_that_no_lesson_answers_says_so_and_keeps_the_parent(family: tuple[Flow, Flow]) -> None:
    done = run("change", str(family[0].project_id), "把它变成三维的太空歌剧")
    assert done.exit_code == 1
    assert family[0].snapshot.status == "completed"
    assert len(family[0].versions) == 3
    missing = run("change", "nothing", "快一点")
    assert (missing.exit_code, "找不到项目" in missing.output) == (1, True)


def test_the_code_of_features_is_shown(family: tuple[Flow, Flow]) -> None:
    first, second = family
    done = run("trace", str(second.project_id))
    assert done.exit_code == 0
    assert "F3  猜中以后说出猜了几次，并给一句评价" in done.output
    assert "GuessGame.praise" in done.output
    done = run("trace", str(second.project_id), "f3")
    assert "game.py:" in done.output
    assert "GuessGame.praise（" in done.output
    assert f"因为第 1 次请求：{GUESS}" in done.output
    assert "没有功能 F99。现在有的是：F1" in run("trace", str(first.project_id), "F99").output
    found = json.loads(run("trace", str(second.project_id), "--json").output)
    last = found["origins"]["main.py"][-1]
    assert (last["version"], last["cause"], last["request"]) == (2, "person", "")
