"""A project's program from a cell: printed as it goes, its end returned."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest

from aiflow.exceptions import InputError
from aiflow.model.entities import GeneratedProject, StructureDirectory, make_project_name
from aiflow.sandbox import cell
from aiflow.sandbox.runner import Ended, Output, ProjectPrograms
from aiflow.util.timestamps import utc_now

pytestmark = pytest.mark.asyncio


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def make(text: str) -> GeneratedProject:
        (tmp_path / "config.json").write_text("{}", encoding="utf-8")
        monkeypatch.setenv("AIFLOW_CONFIG", str(tmp_path / "config.json"))
        name = make_project_name("guess", utc_now(), uuid4())
        root = tmp_path / name
        root.mkdir()
        (root / "main.py").write_text(text, encoding="utf-8")
        return GeneratedProject(
            request_id=uuid4(),
            project_name=name,
            main_file_path=f"projects/{name}/main.py",
            file_structure=StructureDirectory(name=name),
            total_files=1,
            total_size_bytes=len(text),
            syntax_validated=True,
            root=root,
        )

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
    async with asyncio.timeout(10):
        await seen.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_play_needs_something_that_shows(generated, monkeypatch):
    project = generated("")
    monkeypatch.setattr(ProjectPrograms, "player", None)
    assert type(project.play()).__name__ == "Player"  # what is installed as an entry point
    monkeypatch.setattr(cell, "entry_points", lambda group: [])
    with pytest.raises(InputError, match="工作台"):
        project.play()
    monkeypatch.setattr(ProjectPrograms, "player", staticmethod(lambda shown: shown.project_name))
    assert project.play() == project.project_name
    assert isinstance(GeneratedProject.runner, ProjectPrograms)
