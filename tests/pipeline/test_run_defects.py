"""Faults of a run's life that were found by use, each from the side of the person who met it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest

from aiflow import Config, Flow
from aiflow.engines.base import Delta, EngineRequest, TextDelta
from aiflow.exceptions import AIFlowError, ConflictError, NotFoundError, OverloadedError, RunCancelledError
from aiflow.model.status import RequestStatus
from aiflow.pipeline import run_control
from aiflow.pipeline.recovery import recover
from aiflow.storage import journal as journal_module
from aiflow.storage.journal_reader import JournalFold
from aiflow.storage.manifest import Manifest
from aiflow.workspace.projects import Projects
from tests.pipeline.conftest import FILES, Script

BUSY = OverloadedError("忙")


def file(path: str, text: str) -> str:
    return f'<file path="{path}">\n{text}</file>\n'


def on_disk(flow: Flow) -> dict[str, int]:
    return flow.store.find(flow.project_id).sizes()


def in_snapshot(flow: Flow) -> dict[str, int]:
    return {path: found.size_bytes for path, found in flow.snapshot.files.items()}


@pytest.mark.asyncio
async def test_after_a_failed_retry_the_page_shows_what_is_on_disk(config: Config) -> None:
    """Also where the failed attempt left a new file, or another text of the same size."""
    first = [file("main.py", "print(1)\n") + file("same.py", "a = 1\n"), BUSY]
    second = [file("same.py", "b = 2\n") + file("new.py", "c = 3\n"), BUSY]
    flow = Flow("计数器", config=config, engine=Script(implement=[first, second]))
    for attempt in (flow.run, flow.retry):
        with pytest.raises(OverloadedError):
            await attempt()
    assert in_snapshot(flow) == on_disk(flow)
    assert "new.py" not in flow.snapshot.files
    written = [event.path async for event in flow.events() if event.event_type == "file_written"]
    assert written.count("same.py") == 3, "written, written again by the retry, and brought back"
    assert flow.snapshot.spec is not None


@pytest.mark.asyncio
async def test_a_cancel_in_the_moment_in_which_a_run_goes_on_is_not_lost(config: Config) -> None:
    never = asyncio.Event()
    flow = Flow("计数器", config=config, engine=Script(specify=[["# 想", never]]))
    flow.begin()
    task = asyncio.create_task(flow.advance())
    await asyncio.sleep(0)  # it has the lock, and has not looked for a request yet
    await Flow.open(flow.project_id, config=config).cancel()
    with pytest.raises(RunCancelledError):
        await task
    assert flow.snapshot.status is RequestStatus.CANCELLED


@pytest.mark.asyncio
async def test_a_process_that_does_not_stop_is_reported(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_control, "CANCEL_TIMEOUT_S", 0.1)
    flow = Flow("计数器", config=config, engine=Script())
    flow.begin()  # it holds the run, and does nothing
    with pytest.raises(ConflictError) as caught:
        await Flow.open(flow.project_id, config=config).cancel()
    assert caught.value.reason == "cancel_timeout"
    assert flow.snapshot.status is RequestStatus.PENDING
    with pytest.raises(RunCancelledError):
        await flow.run()  # the request is still there


@pytest.mark.parametrize("step", ["begin", "retry", "continue"])
@pytest.mark.asyncio
async def test_a_run_that_waits_in_a_queue_cannot_be_taken_for_interrupted(config: Config, step: str) -> None:
    engine = Script(plan=[[BUSY]]) if step == "retry" else Script()
    flow = Flow("计数器", config=config, engine=engine, pause_after=["specify"] if step == "continue" else ())
    if step == "begin":
        flow.begin()
    elif step == "retry":
        with pytest.raises(OverloadedError):
            await flow.run()
        flow.begin_retry()
    else:
        await flow.advance()
        flow.accept()
    assert not recover(flow.store, flow.project_id, config)
    with pytest.raises(ConflictError):
        flow.store.delete(flow.project_id)
    engine.answers["plan"] = ["# 方案\n\n- `main.py`：主程序\n"]
    await flow.advance()
    assert flow.snapshot.status is RequestStatus.COMPLETED
    assert not flow.record.is_alive()


@pytest.mark.asyncio
async def test_a_run_whose_engine_is_gone_is_cancelled_retried_and_deleted(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script(), pause_after=["specify"])
    await flow.advance()
    manifest = flow.record.load()
    flow.record.save(manifest.model_copy(update={"engine": "a_plug_in_that_was_removed"}))
    await Flow.open(flow.project_id, config=config).cancel()
    assert flow.snapshot.status is RequestStatus.CANCELLED
    failed = Flow("做一个贪吃蛇", config=config, engine=Script(specify=[[BUSY]]))
    with pytest.raises(OverloadedError):
        await failed.run()
    manifest = failed.record.load()
    failed.record.save(manifest.model_copy(update={"engine": "a_plug_in_that_was_removed"}))
    await Flow.open(failed.project_id, config=config).retry()
    assert failed.snapshot.status is RequestStatus.COMPLETED, (
        "the configuration's engine, the lessons, did it"
    )
    flow.store.delete(flow.project_id)
    with pytest.raises(NotFoundError):
        Flow.open(flow.project_id, config=config)


class Thinker(Script):
    """Thinks in a circle."""

    pieces = 0

    async def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        while True:
            self.pieces += 1
            yield TextDelta("thinking", "我再想一想这个问题应该怎么做。")
            await asyncio.sleep(0)


@pytest.mark.asyncio
async def test_a_model_that_thinks_in_a_circle_is_stopped(config: Config) -> None:
    engine = Thinker()
    flow = Flow("计数器", config=config, engine=engine)
    with pytest.raises(AIFlowError) as caught:
        await flow.run()
    assert caught.value.reason == "empty_answer"
    assert engine.pieces < 1000


@pytest.mark.asyncio
async def test_events_of_a_deleted_project_end(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aiflow.pipeline.recovery.WRITER_CHECK_S", 0.05)
    flow = Flow("计数器", config=config, engine=Script(), pause_after=["specify"])
    await flow.advance()
    async with asyncio.timeout(10):
        async for event in flow.events():
            if event.event_type == "status" and event.status is RequestStatus.PAUSED:
                flow.store.delete(flow.project_id)


@pytest.mark.asyncio
async def test_a_reader_leaves_nothing_behind(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    await flow.run()
    before = dict(journal_module._LISTENERS)
    assert [event async for event in flow.events()]
    assert before == journal_module._LISTENERS == {}


@pytest.mark.asyncio
async def test_eight_digits_are_no_identity(config: Config) -> None:
    flow = Flow("计数器", config=config, engine=Script())
    await flow.run()
    other = UUID(flow.project_id.hex[:8] + "-0000-4000-8000-000000000000")
    with pytest.raises(NotFoundError):
        flow.store.find(other)
    with pytest.raises(NotFoundError):
        flow.store.delete(other)
    # A record with the same digits does not hide the folder of a project without one.
    stranger = flow.store.record(other)
    stranger.create(Manifest(project_id=other, prompt="别的", engine="lessons"))
    stranger.release()
    name = flow.store.find(flow.project_id).root.name
    (flow.record.folder / "manifest.json").unlink()
    assert [folder.root.name for folder in flow.store.orphans()] == [name]


@pytest.mark.asyncio
async def test_a_run_that_failed_before_it_had_a_title_is_called_by_its_request(config: Config) -> None:
    flow = Flow("帮我写个计数器", config=config, engine=Script(specify=[[BUSY]]))
    with pytest.raises(OverloadedError):
        await flow.run()
    assert flow.record.load().title is None
    assert [one["title"] for one in Projects(flow.store, config).summaries()] == ["帮我写个计数器"]


@pytest.mark.asyncio
async def test_a_run_does_not_read_its_journal_again_from_the_start(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    flow = Flow("计数器", config=config, engine=Script(implement=[[FILES]]), pause_after=["specify", "plan"])
    seen: list[int] = []
    skip_to = JournalFold.skip_to
    monkeypatch.setattr(
        JournalFold,
        "skip_to",
        lambda self, position: (seen.append(position.offset), skip_to(self, position))[1],
    )
    await flow.advance()
    for _ in range(2):
        flow.accept()
        await flow.advance()
    assert flow.snapshot.status is RequestStatus.COMPLETED
    assert seen == sorted(seen), "the position only advances"


def test_a_record_of_version_0_1_opens(config: Config, tmp_path: Path) -> None:
    project_id = UUID("3f2a9c1e-5b7d-4e8a-9c10-2d4f6a8b0c1e")
    folder = config.projects_dir / ".aiflow" / str(project_id)
    folder.mkdir(parents=True)
    golden = Path(__file__).parents[1] / "golden" / "paused.jsonl"
    (folder / "journal.jsonl").write_bytes(golden.read_bytes())
    (folder / "manifest.json").write_text(
        f'{{"project_id": "{project_id}", "prompt": "猜数字", "engine": "lessons", "status": "paused",'
        ' "pause_after": ["specify"], "given_spec": {"kind": "spec", "title": "猜数字"}, "given_plan": null,'
        ' "created_at": "2026-01-01T12:00:00.000Z", "project_name": null, "syntax_validated": false}',
        encoding="utf-8",
    )
    flow = Flow.open(project_id, config=config)
    assert flow.snapshot.status is RequestStatus.PAUSED
    assert flow.snapshot.paused_after == "plan"
    assert list(flow.record.load().given) == ["specify"]
