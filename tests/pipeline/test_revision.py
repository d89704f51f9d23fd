"""A finished run is done again from a phase on, and the earlier version is kept."""

import pytest

from aiflow import Config, Flow
from aiflow.exceptions import ConflictError, InputError
from aiflow.model.status import PhaseStatus
from tests.pipeline.conftest import SPEC, Script


@pytest.mark.asyncio
async def test_a_revised_specification_is_done_again_from_the_plan_on_and_the_earlier_version_kept(
    config: Config,
) -> None:
    engine = Script()
    flow = Flow("计数器", config=config, engine=engine)
    first = await flow.run()
    again = flow.revise("plan", {"markdown": SPEC.replace("从一数到三", "从一数到十")})
    second = await again.run()
    assert [request.phase for request in engine.requests[3:]] == ["plan", "implement"]
    assert "从一数到十" in engine.requests[3].messages[-1].content
    assert first.root is not None
    assert second.root is not None
    assert first.root != second.root
    assert "从一数到十" in (second.root / "spec.md").read_text(encoding="utf-8")
    assert "从一数到三" in (first.root / "spec.md").read_text(encoding="utf-8")
    assert again.record.load().parent_id == flow.project_id
    assert all(phase.status is PhaseStatus.COMPLETED for phase in again.snapshot.phases.values())


@pytest.mark.asyncio
async def test_a_revision_needs_an_end_and_something_to_begin_with(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    await flow.specify()
    with pytest.raises(ConflictError):
        flow.revise("plan")
    await flow.cancel()
    with pytest.raises(ConflictError):
        flow.revise("implement")
    with pytest.raises(InputError):
        flow.revise("repair")
    assert (await flow.revise("plan").run()).syntax_validated
