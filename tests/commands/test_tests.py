"""``aiflow test`` and ``Flow.test()``: the tests of a finished project, and how much they notice."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from aiflow import Config, Flow, import_project
from aiflow.cli import main

PROGRAM = "def double(n):\n    return n + n\n\n\nif __name__ == '__main__':\n    print(double(2))\n"
TESTS = '''from main import double


def test_double():
    """两倍"""
    assert double(3) == 6


def test_wrong():
    assert double(3) == 7
'''


@pytest.fixture
def flow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flow:
    (tmp_path / "config.json").write_text('{"run": {"durability": "none"}}', encoding="utf-8")
    monkeypatch.setenv("AIFLOW_CONFIG", str(tmp_path / "config.json"))
    folder = tmp_path / "double"
    (folder / "tests").mkdir(parents=True)
    (folder / "main.py").write_text(PROGRAM, encoding="utf-8")
    (folder / "tests" / "test_f1.py").write_text(TESTS, encoding="utf-8")
    return import_project(folder, config=Config.load())


def test_the_command_shows_each_test_and_ends_with_1_for_a_red_one(flow: Flow) -> None:
    done = CliRunner().invoke(main, ["test", str(flow.project_id), "--mutants"])
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        "✓ F1 两倍",
        "✗ F1 test_wrong：double(3) 应该是 7，得到 6。",
        "1/2 个测试通过。",
        "抓住 1/1 个故意放的错误。",
    ]
    assert Flow.open(flow.project_id).snapshot.test_counts == flow.versions[0].tests
    found = json.loads(CliRunner().invoke(main, ["test", str(flow.project_id), "--json"]).output)
    assert [test["status"] for test in found["tests"]] == ["passed", "failed"]


async def test_a_cell_shows_the_results(flow: Flow) -> None:
    results = await flow.test()
    assert repr(results).endswith("1/2 个测试通过。")
    assert "double(3) 应该是 7" in results._repr_html_()
    assert (await flow.mutants()).sentence == "抓住 1/1 个故意放的错误。"
    assert flow.snapshot.tests["tests/test_f1.py::test_wrong"].status == "failed"
