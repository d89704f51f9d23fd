"""A run whose request or program needs packages: declined, named, or missing, and never failed for it."""

import pytest

from aiflow import Config, Flow
from aiflow.model.events import DiagnosticEvent, StatusEvent
from aiflow.model.status import RequestStatus
from aiflow.storage.journal_reader import read_events
from tests.pipeline.conftest import PLAN, Reconfigure, Script

PACKAGE = "no_such_package_here"
IMPORTING = f'<file path="main.py">\nimport {PACKAGE}\n\nprint({PACKAGE}.answer())\n</file>\n'


@pytest.mark.asyncio
async def test_a_package_that_is_not_approved_is_declined_in_the_specification(config: Config) -> None:
    engine = Script()
    flow = Flow("用 numpy 写一个计数器", config=config, engine=engine)
    project = await flow.run()
    line = "第三方库 numpy：这里没有批准，不能用；可以用列表和 math、random、statistics 代替"
    assert line in engine.requests[0].messages[-1].content
    assert project.root is not None
    assert f"## 约定\n\n- {line}\n" in (project.root / "spec.md").read_text(encoding="utf-8")


@pytest.mark.asyncio
async def test_an_approved_package_that_is_not_installed_is_reported_and_fails_nothing(
    reconfigure: Reconfigure,
) -> None:
    config = reconfigure("gates", approved=["pygame", PACKAGE], smoke_run=True)
    plan = PLAN.replace("- 无", f"- {PACKAGE}")
    engine = Script(plan=[plan], implement=[IMPORTING])
    flow = Flow("数到三", config=config, engine=engine)
    project = await flow.run()
    assert flow.snapshot.status is RequestStatus.COMPLETED
    assert project.dependencies == [PACKAGE]
    assert [request.phase for request in engine.requests if request.phase == "repair"] == []
    assert f"标准库和 pygame、{PACKAGE}" in engine.requests[-1].messages[0].content
    assert f"还可以用 {PACKAGE}" in engine.requests[0].messages[0].content
    events = list(read_events(flow.record.journal_path))
    command = f"-m pip install {PACKAGE}"
    notices = [
        event.seq for event in events if isinstance(event, StatusEvent) and command in (event.message or "")
    ]
    warnings = [
        event for event in events if isinstance(event, DiagnosticEvent) and event.rule == "package_missing"
    ]
    assert len(notices) == 1
    assert [(event.severity, command in event.message) for event in warnings] == [("warning", True)]
    assert notices[0] < warnings[0].seq
