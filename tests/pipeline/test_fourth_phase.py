"""A fourth phase, added by a module with a row of the table and a function; no other file knows of it."""

import importlib
from collections.abc import Iterator

import pytest

from aiflow import Config, Flow
from aiflow.model.phases import PLAN, PhaseSpec, phase_table, register_phase, unregister_phase
from aiflow.model.status import PhaseStatus, RequestStatus
from tests.pipeline.conftest import Script


@pytest.fixture
def fourth_phase() -> Iterator[None]:
    importlib.import_module("tests.browser.sketch_phase")  # registers it, as a distribution's module does
    yield
    unregister_phase("sketch")


@pytest.mark.usefixtures("fourth_phase")
@pytest.mark.asyncio
async def test_a_fourth_phase_runs_pauses_and_is_served(config: Config) -> None:
    rows = phase_table()
    assert [(row["phase"], row["sequence_order"]) for row in rows] == [
        ("specify", 1), ("sketch", 2), ("plan", 3), ("implement", 4),
    ]  # fmt: skip
    assert rows[1]["title"] == "画面草图"
    assert rows[1]["artifact"] == "sketch"
    flow = Flow("计数器", config=config, engine=Script(), pause_after=["sketch"])
    assert await flow.advance() is None
    state = flow.snapshot
    assert (state.status, state.paused_after) == (RequestStatus.PAUSED, "sketch")
    found = state.artifacts["sketch"]
    flow.accept({"markdown": found.markdown + "再画一个按钮。\n"})
    project = await flow.run()
    assert project.root is not None
    assert "按钮" in (project.root / "sketch.md").read_text(encoding="utf-8")
    assert [phase.status for phase in flow.snapshot.phases.values()] == [PhaseStatus.COMPLETED] * 4
    again = flow.revise("implement")
    assert (await again.run()).syntax_validated
    assert again.snapshot.artifacts["sketch"].to_markdown().startswith("# 草图")


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="plan"):
        register_phase(PhaseSpec("plan", "方案", "Plan", "再决定怎么做：分成哪些文件。", "Plan."), after=PLAN)
    with pytest.raises(KeyError):
        register_phase(
            PhaseSpec("x", "方案", "Plan", "再决定怎么做：分成哪些文件。", "Plan."), after="nowhere"
        )
    with pytest.raises(KeyError):
        unregister_phase("nowhere")
