"""The flow as a person uses it: all at once, step by step, paused, edited, stopped, retried, interrupted."""

import asyncio
import contextlib
import shutil
from pathlib import Path
from uuid import UUID

import pytest

from aiflow import AIFlowError, Config, Flow, Spec
from aiflow.exceptions import ConflictError, InputError, NotFoundError, OverloadedError, RunCancelledError
from aiflow.model.events import Event, StatusEvent
from aiflow.model.phases import IMPLEMENT
from aiflow.model.snapshot import fold
from aiflow.model.status import PhaseStatus, RequestStatus
from aiflow.pipeline.recovery import current_manifest, recover
from aiflow.sandbox.events import Ended, Output
from aiflow.storage.journal_reader import read_events
from tests.pipeline.conftest import FILES, MAIN, PLAN, SPEC, Reconfigure, Script


def journal(flow: Flow) -> list[Event]:
    return list(read_events(flow.record.journal_path))


def statuses(flow: Flow) -> list[str]:
    found: list[str] = []
    for event in journal(flow):
        if isinstance(event, StatusEvent) and (not found or found[-1] != event.status.value):
            found.append(event.status.value)
    return found


@pytest.mark.asyncio
async def test_one_sentence_becomes_a_project(config: Config) -> None:
    flow = Flow("帮我写个计数器", config=config, engine=Script())
    project = await flow.run()
    assert project.root is not None
    assert (project.root / "main.py").read_text(encoding="utf-8") == MAIN
    assert (project.root / "spec.md").read_text(encoding="utf-8") == SPEC
    assert (project.root / "plan.md").read_text(encoding="utf-8") == PLAN
    assert project.syntax_validated
    assert project.project_name.startswith("counter_")
    assert project.project_name.endswith(flow.project_id.hex[:8])
    assert project.main_file_path == f"projects/{project.project_name}/main.py"
    assert statuses(flow) == ["pending", "processing", "completed"]


@pytest.mark.asyncio
async def test_the_project_of_a_flow_runs(config: Config) -> None:
    project = await Flow("帮我写个计数器", config=config, engine=Script()).run()
    events = [event async for event in project.run_program()]  # type: ignore[attr-defined]  # seen as an object
    assert "".join(event.text for event in events if isinstance(event, Output)).split()[-1] == "3"
    assert isinstance(events[-1], Ended)
    assert events[-1].exit_code == 0


@pytest.mark.asyncio
async def test_events_are_numbered_without_gaps_and_end_with_a_status(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    await flow.run()
    events = journal(flow)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert {event.project_id for event in events} == {flow.project_id}
    assert events[-2].event_type == "project"
    assert isinstance(events[-1], StatusEvent)
    assert events[-1].status is RequestStatus.COMPLETED
    assert [event.model_dump() for event in [e async for e in flow.events()]] == [
        e.model_dump() for e in events
    ]


@pytest.mark.asyncio
async def test_a_file_event_follows_the_file(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    seen = []
    async for event in flow.events():
        if event.event_type == "file_written":
            root = flow.store.find(flow.project_id).root
            seen.append((event.path, (root / event.path).stat().st_size == event.size_bytes))
    assert seen == [("spec.md", True), ("plan.md", True), ("main.py", True)]


@pytest.mark.asyncio
async def test_step_by_step_with_an_edited_specification(config: Config) -> None:
    engine = Script()
    flow = Flow("计数器", config=config, engine=engine)
    spec = await flow.specify()
    assert flow.snapshot.status is RequestStatus.PAUSED
    spec.features.append("再倒着数回来")
    plan = await flow.plan(spec)
    assert "再倒着数回来" in engine.requests[-1].messages[-1].content
    project = await flow.implement(plan)
    assert project.root is not None
    assert "再倒着数回来" in (project.root / "spec.md").read_text(encoding="utf-8")
    assert flow.snapshot.spec is not None
    assert flow.snapshot.spec.features == ["从一数到三", "再倒着数回来"]


@pytest.mark.asyncio
async def test_an_edited_text_is_read_again(config: Config) -> None:
    engine = Script()
    flow = Flow("计数器", config=config, engine=engine)
    spec = await flow.specify()
    spec.markdown = SPEC.replace("从一数到三", "从三数到一")
    await flow.plan(spec)
    assert flow.snapshot.spec is not None
    assert flow.snapshot.spec.features == ["从三数到一"]
    assert "从三数到一" in engine.requests[-1].messages[-1].content


@pytest.mark.asyncio
async def test_phases_in_the_wrong_order_are_refused_and_nothing_is_lost(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    with pytest.raises(ConflictError):
        await flow.implement()
    await flow.specify()
    with pytest.raises(ConflictError):
        await flow.specify()
    assert (await flow.run()).syntax_validated


@pytest.mark.asyncio
async def test_a_pause_waits_until_another_flow_continues(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script(), pause_after=["specify"])
    task = asyncio.create_task(flow.run())
    async for event in flow.events():
        if isinstance(event, StatusEvent) and event.status is RequestStatus.PAUSED:
            break
    other = Flow.open(flow.project_id, config=config)
    other.engine = Script()
    other.accept({"markdown": SPEC.replace("从一数到三", "从一数到十")})
    await other.run()
    project = await task
    assert project.root is not None
    assert "从一数到十" in (project.root / "spec.md").read_text(encoding="utf-8")
    assert statuses(flow) == ["pending", "processing", "paused", "processing", "completed"]


@pytest.mark.asyncio
async def test_accept_is_refused_unless_paused(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    flow.begin()
    with pytest.raises(ConflictError):
        flow.accept(None)
    await flow.specify()
    with pytest.raises(InputError):
        flow.accept({"features": "不是列表"})
    flow.accept(Spec.from_markdown(SPEC))


@pytest.mark.asyncio
async def test_cancel_closes_the_engine_and_leaves_an_honest_project(config: Config) -> None:
    never = asyncio.Event()
    engine = Script(implement=[[FILES, '<file path="half.py">\nprint(', never]])
    flow = Flow("计数器", config=config, engine=engine)
    task = asyncio.create_task(flow.run())
    await engine.waiting.wait()
    await flow.cancel()
    with pytest.raises(RunCancelledError):
        await task
    assert engine.closed == len(engine.requests)
    root = flow.store.find(flow.project_id).root
    assert sorted(path.name for path in root.iterdir()) == ["main.py", "plan.md", "spec.md"]
    assert list(flow.record.temporary.iterdir()) == []
    state = flow.snapshot
    assert state.status is RequestStatus.CANCELLED
    assert state.active_phase is None
    assert state.phases[IMPLEMENT].status is PhaseStatus.FAILED
    with pytest.raises(ConflictError):
        await flow.cancel()


@pytest.mark.asyncio
async def test_another_process_can_cancel(config: Config) -> None:
    engine = Script(specify=[["# 想", asyncio.Event()]])
    flow = Flow("计数器", config=config, engine=engine)
    task = asyncio.create_task(flow.run())
    await engine.waiting.wait()
    await Flow.open(flow.project_id, config=config).cancel()
    with pytest.raises(RunCancelledError):
        await task
    assert statuses(flow) == ["pending", "processing", "cancelled"]


@pytest.mark.asyncio
async def test_a_paused_run_can_be_cancelled(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    await flow.specify()
    await flow.cancel()
    assert flow.snapshot.status is RequestStatus.CANCELLED


@pytest.mark.asyncio
async def test_a_failure_says_what_happened_and_can_be_retried(config: Config) -> None:
    error = OverloadedError("服务太忙了，请过一会儿再试。")
    engine = Script(plan=[[error], PLAN])
    flow = Flow("计数器", config=config, engine=engine)
    with pytest.raises(OverloadedError):
        await flow.run()
    state = flow.snapshot
    assert (state.status, state.reason, state.retryable) == (
        RequestStatus.FAILED,
        "service_unavailable",
        True,
    )
    assert state.message == error.message
    assert state.active_phase is None
    project = await flow.retry()
    assert project.syntax_validated
    assert statuses(flow) == ["pending", "processing", "failed", "retrying", "processing", "completed"]
    assert flow.snapshot.retry_count == 1


@pytest.mark.asyncio
async def test_three_retries_and_no_more(config: Config) -> None:
    engine = Script(specify=[[OverloadedError("忙")]])
    flow = Flow("计数器", config=config, engine=engine)
    with pytest.raises(OverloadedError):
        await flow.run()
    for _ in range(3):
        with pytest.raises(OverloadedError):
            await flow.retry()
    with pytest.raises(ConflictError):
        await flow.retry()
    assert flow.snapshot.retry_count == 3


@pytest.mark.asyncio
async def test_a_failed_retry_gives_the_earlier_files_back(config: Config) -> None:
    engine = Script(
        implement=[
            [FILES, OverloadedError("忙")],
            ['<file path="other.py">\nprint(1)\n</file>\n', OverloadedError("忙")],
        ]
    )
    flow = Flow("计数器", config=config, engine=engine)
    for attempt in (flow.run, flow.retry):
        with pytest.raises(OverloadedError):
            await attempt()
    root = flow.store.find(flow.project_id).root
    assert sorted(path.name for path in root.iterdir()) == ["main.py", "plan.md", "spec.md"]
    assert set(flow.snapshot.files) >= {"main.py"}
    engine.answers["implement"] = ['<file path="main.py">\nprint("新")\n</file>\n']
    await flow.retry()
    assert (root / "main.py").read_text(encoding="utf-8") == 'print("新")\n'
    assert not flow.record.attempts.exists()


@pytest.mark.asyncio
async def test_a_run_whose_process_is_gone_is_interrupted_and_can_be_retried(config: Config) -> None:
    engine = Script(plan=[["# 方", asyncio.Event()]])
    flow = Flow("计数器", config=config, engine=engine)
    task = asyncio.create_task(flow.run())
    await engine.waiting.wait()
    assert not recover(flow.store, flow.project_id, config), "a run that is alive is left alone"
    # A killed process leaves the journal as it is and the lock free.
    before = flow.record.journal_path.read_bytes()
    manifest = flow.record.load()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    flow.record.journal_path.write_bytes(before + b'{"seq":99,"torn')
    flow.record.save(manifest)
    assert recover(flow.store, flow.project_id, config)
    again = Flow.open(flow.project_id, config=config)
    assert (again.snapshot.status, again.snapshot.reason) == (RequestStatus.FAILED, "interrupted")
    assert again.snapshot.retryable
    assert again.snapshot.active_phase is None
    again.engine = Script()
    assert (await again.retry()).syntax_validated


@pytest.mark.asyncio
async def test_the_time_budget_ends_a_run_and_keeps_what_is_there(reconfigure: Reconfigure) -> None:
    config = reconfigure("run", budget_s=0.3)
    engine = Script(implement=[[FILES, asyncio.Event()]])
    flow = Flow("计数器", config=config, engine=engine)
    with pytest.raises(AIFlowError) as caught:
        await flow.run()
    assert caught.value.reason == "time_budget"
    assert flow.snapshot.status is RequestStatus.FAILED
    assert (flow.store.find(flow.project_id).root / "main.py").is_file()


@pytest.mark.asyncio
async def test_the_token_budget_ends_a_run(reconfigure: Reconfigure) -> None:
    flow = Flow("计数器", config=reconfigure("run", token_budget=50), engine=Script(specify=["字" * 100]))
    with pytest.raises(AIFlowError) as caught:
        await flow.run()
    assert caught.value.reason == "token_budget"
    assert flow.snapshot.reason == "token_budget"


def test_an_id_that_is_no_uuid_of_version_4_is_refused(config: Config) -> None:
    with pytest.raises(InputError, match="版本 4"):
        Flow("计数器", config=config, engine=Script(), project_id=UUID(int=0))


@pytest.mark.parametrize("prompt", ["", "   \n", "字" * 1001])
@pytest.mark.asyncio
async def test_a_prompt_that_breaks_a_rule_is_refused(config: Config, prompt: str) -> None:
    with pytest.raises(InputError):
        Flow(prompt, config=config, engine=Script())


@pytest.mark.asyncio
async def test_a_thousand_emoji_are_a_thousand_characters(config: Config) -> None:
    assert (await Flow("🐍" * 1000, config=config, engine=Script()).run()).syntax_validated


@pytest.mark.asyncio
async def test_an_unknown_run_is_not_found(config: Config) -> None:
    with pytest.raises(NotFoundError):
        Flow.open("3f2a9c1e-0000-4000-8000-000000000000", config=config)


@pytest.mark.asyncio
async def test_a_folder_deleted_during_a_run_ends_it_with_a_sentence(config: Config) -> None:
    gate = asyncio.Event()
    engine = Script(implement=[["写：\n", gate, FILES]])
    flow = Flow("计数器", config=config, engine=engine)
    task = asyncio.create_task(flow.run())
    await engine.waiting.wait()
    shutil.rmtree(flow.store.find(flow.project_id).root)
    gate.set()
    with pytest.raises(AIFlowError) as caught:
        await task
    assert caught.value.reason == "storage_failed"
    assert flow.snapshot.status is RequestStatus.FAILED


def test_run_sync_works_without_a_loop(config: Config) -> None:
    assert Flow("计数器", config=config, engine=Script()).run_sync().syntax_validated


@pytest.mark.asyncio
async def test_run_sync_works_inside_a_loop(config: Config) -> None:
    project = Flow("计数器", config=config, engine=Script()).run_sync()
    assert project.syntax_validated


@pytest.mark.asyncio
async def test_the_snapshot_is_the_fold_of_the_journal(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    await flow.run()
    assert fold(journal(flow)).model_dump() == flow.snapshot.model_dump()


@pytest.mark.asyncio
async def test_the_trace_tells_what_happened_and_not_what_was_said(config: Config, tmp_path: Path) -> None:
    await Flow("计数器机密", config=config, engine=Script()).run()
    trace = (tmp_path / "logs" / "system_trace.jsonl").read_text(encoding="utf-8")
    assert all(f'"kind": "{kind}"' in trace for kind in ("phase", "model_call", "file"))
    assert "计数器机密" not in trace


@pytest.mark.asyncio
async def test_what_was_said_is_kept_word_for_word(config: Config) -> None:
    text = f"好的：\r\n{FILES}完成。"
    flow = Flow("计数器", config=config, engine=Script(implement=[[text[:9], text[9:]]]))
    await flow.run()
    calls = flow.prompts
    assert [call["phase"] for call in calls] == ["specify", "plan", "implement"]
    assert calls[2]["content"] == text
    assert calls[0]["messages"][1] == {"role": "user", "content": "计数器"}


@pytest.mark.asyncio
async def test_who_asks_before_the_manifest_has_caught_up_hears_what_the_journal_says(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script(), pause_after=["plan"])
    await flow.advance()
    flow.accept(None)
    behind = flow.record.load()
    await flow.run()
    behind.status = RequestStatus.PROCESSING
    flow.record.save(behind)
    found = current_manifest(flow.store, flow.project_id)
    assert found is not None
    assert (found.status, found.syntax_validated) == (RequestStatus.COMPLETED, True)
    assert found.file_count == 3
