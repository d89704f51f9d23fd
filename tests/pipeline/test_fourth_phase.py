"""A fourth phase: a row of the table and a function, both in this file, and no other file knows of it."""

from collections.abc import Iterator
from typing import Literal

import pytest

from aiflow import Config, Flow
from aiflow.model.artifacts import Artifact
from aiflow.model.phases import PLAN, PhaseSpec, phase_table, register_phase, unregister_phase
from aiflow.model.status import PhaseStatus, RequestStatus
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.registry import implements
from tests.pipeline.conftest import Script


class Checklist(Artifact):
    """A list of things to try when the program is there."""

    kind: Literal["checklist"] = "checklist"
    title: str = "清单"

    @classmethod
    def from_markdown(cls, text: str) -> "Checklist":
        return cls(markdown=text)

    def to_markdown(self) -> str:
        return self.markdown


@implements("checklist")
async def make_checklist(context: PhaseContext) -> Checklist:
    plan = context.snapshot.plan
    assert plan is not None
    return Checklist(markdown="# 清单\n\n" + "".join(f"- 试一试 {file.path}\n" for file in plan.files))


@pytest.fixture
def fourth_phase() -> Iterator[None]:
    spec = PhaseSpec(
        name="checklist",
        title="试用清单",
        title_en="Checklist",
        message="列一张清单：程序写好以后，要一样一样地试哪些地方。",
        message_en="A list of what to try when the program is there.",
        artifact=Checklist,
        file="checklist.md",
        may_pause=True,
    )
    register_phase(spec, after=PLAN)
    yield
    unregister_phase("checklist")


@pytest.mark.usefixtures("fourth_phase")
@pytest.mark.asyncio
async def test_a_fourth_phase_runs_pauses_and_is_served(config: Config) -> None:
    rows = phase_table()
    assert [(row["phase"], row["sequence_order"]) for row in rows] == [
        ("specify", 1), ("plan", 2), ("checklist", 3), ("implement", 4),
    ]  # fmt: skip
    assert rows[2]["title"] == "试用清单"
    assert rows[2]["artifact"] == "checklist"
    flow = Flow("计数器", config=config, engine=Script(), pause_after=["checklist"])
    assert await flow.advance() is None
    state = flow.snapshot
    assert (state.status, state.paused_after) == (RequestStatus.PAUSED, "checklist")
    found = state.artifacts["checklist"]
    flow.accept({"markdown": found.markdown + "- 再试一次\n"})
    project = await flow.run()
    assert project.root is not None
    assert "再试一次" in (project.root / "checklist.md").read_text(encoding="utf-8")
    assert [phase.status for phase in flow.snapshot.phases.values()] == [PhaseStatus.COMPLETED] * 4
    again = flow.revise("implement")
    assert (await again.run()).syntax_validated
    assert isinstance(again.snapshot.artifacts["checklist"], Checklist)


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="plan"):
        register_phase(PhaseSpec("plan", "方案", "Plan", "再决定怎么做：分成哪些文件。", "Plan."), after=PLAN)
    with pytest.raises(KeyError):
        register_phase(
            PhaseSpec("x", "方案", "Plan", "再决定怎么做：分成哪些文件。", "Plan."), after="nowhere"
        )
    with pytest.raises(KeyError):
        unregister_phase("nowhere")
