"""Names that a project cannot have, found on disk or in a plan: a finding, never a failed run."""

import asyncio
import io
import zipfile

import pytest

from aiflow import Config, Flow
from aiflow.model.events import DiagnosticEvent
from aiflow.storage.journal_reader import read_events
from aiflow.workspace.downloads import open_download
from tests.pipeline.conftest import FILES, MAIN, PLAN, Reconfigure, Script

ODD_NAMES = ("CON.txt", "a\\b.txt", "笔记: 第一课.txt")


def findings(flow: Flow, rule: str) -> list[DiagnosticEvent]:
    events = read_events(flow.record.journal_path)
    return [event for event in events if isinstance(event, DiagnosticEvent) and event.rule == rule]


@pytest.mark.asyncio
@pytest.mark.parametrize("smoke", [False, True])
async def test_odd_names_in_the_folder_are_findings(reconfigure: Reconfigure, smoke: bool) -> None:
    go = asyncio.Event()
    engine = Script(implement=[[FILES, go]])
    flow = Flow("数数", config=reconfigure("gates", smoke_run=smoke, smoke_run_timeout_s=60), engine=engine)
    running = asyncio.create_task(flow.run())
    await engine.waiting.wait()
    root = flow.store.find(flow.project_id).root
    for name in ODD_NAMES:
        (root / name).write_text("随手记", encoding="utf-8")
    go.set()
    project = await running
    assert flow.snapshot.status == "completed"
    assert project.main_file is not None
    assert project.main_file.read_text(encoding="utf-8") == MAIN
    found = findings(flow, "unsafe_name")
    assert {event.severity for event in found} == {"warning"}
    assert all(any(name in event.message for event in found) for name in ODD_NAMES)
    assert all("改名" in event.message for event in found)
    archive = io.BytesIO(b"".join(open_download(flow.store, flow.project_id).pieces))
    assert not any("CON" in name or "笔记" in name for name in zipfile.ZipFile(archive).namelist())


@pytest.mark.asyncio
async def test_a_planned_name_beside_its_twin_of_another_case_ends_no_run(config: Config) -> None:
    plan = PLAN.replace("- `main.py`：主程序", "- `main.py`：主程序\n- `data/a.py`：数据")
    written = f'{FILES}<file path="Data/b.py">\nB = 1\n</file>\n'
    engine = Script(plan=[plan], implement=[written])
    flow = Flow("数数", config=config, engine=engine)
    await flow.run()
    assert flow.snapshot.status == "completed"
    (told,) = [event for event in findings(flow, "repair") if event.path == "data/a.py"]
    assert "Data/b.py" in told.message
    assert [request.phase for request in engine.requests] == ["specify", "plan", "implement"]
