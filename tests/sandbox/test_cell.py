"""A project's program from a cell: printed as it goes, its end returned."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from aiflow.config import RunnerConfig
from aiflow.exceptions import InputError
from aiflow.model.entities import GeneratedProject, StructureDirectory, make_project_name
from aiflow.sandbox import cell
from aiflow.sandbox.cell import ProjectPrograms
from aiflow.sandbox.events import Ended, Output
from aiflow.util.timestamps import utc_now
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asyncio


@pytest.fixture
def generated(tmp_path: Path):
    def make(text: str) -> GeneratedProject:
        name = make_project_name("guess", utc_now(), uuid4())
        root = tmp_path / name
        root.mkdir()
        (root / "main.py").write_text(text, encoding="utf-8")
        project = GeneratedProject(
            request_id=uuid4(),
            project_name=name,
            main_file_path=f"projects/{name}/main.py",
            file_structure=StructureDirectory(name=name),
            total_files=1,
            total_size_bytes=len(text),
            syntax_validated=True,
        )
        project.bind(root, ProjectPrograms(RunnerConfig()))
        return project

    return make


async def test_awaited_it_prints_and_returns_the_end(generated, capsys):
    ended = await generated("import sys\nprint(sys.argv[1], input())").run_program(["甲"], stdin="乙\n")
    assert ended == Ended(0, "exit")
    assert capsys.readouterr().out == "甲 乙\n"


async def test_an_error_is_explained_below_the_output(generated, capsys):
    ended = await generated("1 / 0").run_program()
    assert ended.exit_code == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError" in told
    assert "除数是 0" in told


async def test_the_person_is_asked(generated, capsys, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: "小明")
    await generated("print('你好', input('名字？'))").run_program()
    assert capsys.readouterr().out == "名字？你好 小明\n"


async def test_nobody_can_be_asked(generated, monkeypatch):
    def nobody(*_: object) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    ended = await generated("input()").run_program()
    assert ended.traceback is not None
    assert ended.traceback.error == "EOFError"


async def test_iterated_it_tells_its_events(generated):
    events = [event async for event in generated("print(1)").run_program()]
    assert isinstance(events[0], Output)
    assert events[-1] == Ended(0, "exit")


async def test_cancelling_the_cell_ends_the_program(generated):
    seen = asyncio.Event()

    async def cell() -> None:
        async for _ in generated("print('da')\nwhile True: pass").run_program():
            seen.set()

    task = asyncio.create_task(cell())
    async with asyncio.timeout(PATIENCE_S):
        await seen.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_play_needs_something_that_shows(generated, monkeypatch):
    project = generated("")
    assert type(project.play()).__name__ == "Player"  # what is installed as an entry point
    assert project.root is not None
    project.bind(project.root, ProjectPrograms(RunnerConfig(), lambda shown: shown.project_name))
    assert project.play() == project.project_name
    project.bind(project.root, ProjectPrograms(RunnerConfig()))
    monkeypatch.setattr(cell, "entry_points", lambda group: [])
    with pytest.raises(InputError, match="工作台"):
        project.play()


async def test_the_limits_are_the_flows(generated):
    project = generated("while True: pass")
    assert project.root is not None
    project.bind(project.root, ProjectPrograms(RunnerConfig(cpu_budget_s=0.25)))
    assert (await project.run_program()).reason == "cpu"


async def test_a_project_that_nothing_opened_says_how_to_open_it(generated):
    project = generated("print(1)")
    copy = GeneratedProject.model_validate_json(project.model_dump_json())
    for use in (copy.run_program, copy.play):
        with pytest.raises(InputError, match="Flow"):
            use()
