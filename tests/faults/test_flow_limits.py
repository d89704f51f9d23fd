"""Limits in whole runs with a real model server: time, tokens, silence, cancellation, breaker, disk."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from aiflow.engines.circuit_breaker import get_breaker, reset_breakers
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.exceptions import (
    CircuitOpenError,
    LimitError,
    OverloadedError,
    RunCancelledError,
    StallError,
    StorageError,
)
from aiflow.model.status import RequestStatus
from aiflow.pipeline.flow import Flow
from aiflow.pipeline.recovery import recover
from tests.faults.runs import PROMPT, announced, check_ended, check_no_key, files_of, journal, make_config
from tests.modelserver import Gate, ModelServer, Reply, answer, canned, error

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(sizes=(400,)) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: ModelServer) -> None:
    server.reset()
    reset_breakers()


def notices(flow: Flow) -> list[str]:
    return [event.message for event in journal(flow) if event.event_type == "status" and event.message]


# --- time, tokens, silence ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_silence_in_the_middle_is_a_stall_and_what_is_there_stays(
    server: ModelServer, tmp_path: Path
) -> None:
    at = canned.IMPLEMENT.index("import random") // 40 + 1
    server.always(answer(canned.IMPLEMENT, sizes=(40,), gates={at: Gate()}), phase="implement")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url, openai={"stall_timeout_s": 0.3}))
    with pytest.raises(StallError):
        async with asyncio.timeout(50):  # the limit that is not configured would be a minute
            await flow.run()
    assert check_ended(flow, RequestStatus.FAILED).reason == "timeout"
    assert set(files_of(flow)) == {"spec.md", "plan.md", "game.py"}
    received = server.requests[-1]
    assert await received.ended()
    assert received.disconnected


class _Heartbeat(Gate):
    """Passes every time after a moment: a service that says that it lives, and nothing else."""

    async def pass_through(self) -> None:
        await asyncio.sleep(0.05)  # the rhythm of the comments, not a wait for anything


@pytest.mark.asyncio
async def test_comments_keep_the_connection_and_the_time_budget_ends_the_run(
    server: ModelServer, tmp_path: Path
) -> None:
    beat = _Heartbeat()
    server.always(Reply([step for _ in range(200) for step in (b": keep-alive\n\n", beat)]), phase="plan")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    await flow.specify()  # with all the time that it needs
    config = make_config(tmp_path, server.base_url, openai={"stall_timeout_s": 10}, run={"budget_s": 0.5})
    flow = Flow.open(flow.project_id, config=config)
    with pytest.raises(LimitError) as caught:
        await flow.plan()
    assert caught.value.reason == "time_budget"
    assert check_ended(flow, RequestStatus.FAILED).retryable
    assert set(files_of(flow)) == {"spec.md"}
    assert await server.requests[-1].ended()
    assert server.requests[-1].disconnected


@pytest.mark.asyncio
async def test_an_answer_without_end_is_ended_by_the_token_budget(
    server: ModelServer, tmp_path: Path
) -> None:
    more = "".join(f"# 第 {number} 行，还没有写完\n" for number in range(20_000))
    endless = answer(canned.IMPLEMENT + more, sizes=(400,))
    server.always(endless, phase="implement")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url, run={"token_budget": 5_000}))
    with pytest.raises(LimitError) as caught:
        await flow.run()
    assert caught.value.reason == "token_budget"
    assert check_ended(flow, RequestStatus.FAILED).retryable
    assert {"game.py", "main.py"} <= set(files_of(flow))
    assert await server.requests[-1].ended()


@pytest.mark.asyncio
@pytest.mark.parametrize("phase", ["specify", "plan", "implement", "repair"])
async def test_cancelling_closes_the_connection(phase: str, server: ModelServer, tmp_path: Path) -> None:
    gate = Gate()
    if phase == "repair":
        broken = canned.IMPLEMENT.replace("random.randint(1, 100)", "secret_number()")
        server.always(answer(broken, sizes=(400,)), phase="implement")
    server.always(answer("# 想一想\n" * 20, sizes=(8,), gates={3: gate}), phase=phase)
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    task = asyncio.create_task(flow.run())
    await gate.reached()
    await flow.cancel()
    assert await server.requests[-1].ended()
    assert server.requests[-1].disconnected
    with pytest.raises(RunCancelledError):
        await task
    check_ended(flow, RequestStatus.CANCELLED)


@pytest.mark.asyncio
async def test_cancelling_does_not_wait_for_a_retry_to_come(server: ModelServer, tmp_path: Path) -> None:
    server.always(error(429, headers={"Retry-After": "50"}))
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    task = asyncio.create_task(flow.run())
    async for event in flow.events():
        if event.event_type == "status" and event.message:
            break
    assert "50 秒后再试" in notices(flow)[0]
    await flow.cancel()
    with pytest.raises(RunCancelledError):
        await task
    check_ended(flow, RequestStatus.CANCELLED)
    assert len(server.requests) == 1


# --- repair -------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_service_that_fails_during_a_repair_does_not_take_the_program_away(
    server: ModelServer, tmp_path: Path
) -> None:
    server.always(
        answer(canned.IMPLEMENT.replace("random.randint(1, 100)", "secret_number()"), sizes=(400,)),
        phase="implement",
    )
    server.always(error(402, "Insufficient Balance"), phase="repair")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    project = await flow.run()
    check_ended(flow, RequestStatus.COMPLETED)
    assert project.syntax_validated
    assert {"game.py", "main.py", "README.md"} <= set(files_of(flow))
    found = [(event.rule, event.severity) for event in journal(flow) if event.event_type == "diagnostic"]
    assert ("undefined_name", "error") in found
    assert ("repair", "warning") in found


# --- the circuit breaker ------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_circuit_opens_tries_once_and_closes_and_the_screen_says_so(
    server: ModelServer, tmp_path: Path
) -> None:
    limits = {"max_attempts": 1, "breaker_failures": 2, "breaker_timeout_s": 0.4}
    config = make_config(tmp_path, server.base_url, openai=limits)
    address = server.base_url.removesuffix("/v1")
    server.always(error(503))
    for _ in range(2):
        with pytest.raises(OverloadedError):
            await Flow(PROMPT, config=config).run()
    breaker = get_breaker(address, 2, 0.4)
    assert breaker.state == "open"
    assert "断开" in await OpenAIEngine.from_config(config).check()

    flow = Flow(PROMPT, config=config)
    with pytest.raises(CircuitOpenError):
        await flow.run()
    last = check_ended(flow, RequestStatus.FAILED)
    assert (last.reason, last.retryable) == ("circuit_open", True)
    assert last.message is not None
    assert "秒后可以重试" in last.message
    assert len(server.requests) == 2 + 1  # the failures, and the look of `check`; none of the third run

    server.reset()
    while breaker.state == "open":  # noqa: ASYNC110 - its own clock: nothing else tells
        await asyncio.sleep(0.02)
    assert breaker.state == "half_open"
    await flow.retry()
    check_ended(flow, RequestStatus.COMPLETED)
    assert any("先试一次" in notice for notice in notices(flow))
    assert breaker.state == "closed"
    assert "断开" not in await OpenAIEngine.from_config(config).check()


# --- the disk -----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_project_folder_deleted_in_the_middle_is_told(server: ModelServer, tmp_path: Path) -> None:
    gate = Gate()
    at = canned.IMPLEMENT.index("import random") // 40 + 1
    server.script(answer(canned.IMPLEMENT, sizes=(40,), gates={at: gate}), phase="implement")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    task = asyncio.create_task(flow.run())
    await gate.reached()
    async for event in flow.events():
        if event.event_type == "file_written" and event.path == "game.py":
            break
    shutil.rmtree(flow.store.find(flow.project_id).root)
    gate.open()
    with pytest.raises(StorageError):
        await task
    last = journal(flow)[-1]
    assert (last.status, last.reason, last.retryable) == ("failed", "storage_failed", True)  # type: ignore[union-attr]  # a status
    assert not flow.record.is_alive()
    await flow.retry()
    check_ended(flow, RequestStatus.COMPLETED)
    assert "main.py" in files_of(flow)


@pytest.mark.asyncio
async def test_a_record_deleted_in_the_middle_leaves_the_program(server: ModelServer, tmp_path: Path) -> None:
    gate = Gate()
    server.script(answer(canned.PLAN, sizes=(40,), gates={1: gate}), phase="plan")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    task = asyncio.create_task(flow.run())
    await gate.reached()
    shutil.rmtree(flow.record.folder)
    gate.open()
    project = await task
    assert project.syntax_validated
    assert {"main.py", "game.py", "README.md"} <= set(files_of(flow))


LIMITED = """
import resource, signal, sys
from pathlib import Path
from uuid import UUID
from aiflow.exceptions import AIFlowError
from aiflow.pipeline.flow import Flow
from tests.faults.runs import PROMPT, make_config

folder, url, project_id, limit = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
config = make_config(Path(folder), url, run={"durability": "file"})
flow = Flow(PROMPT, config=config, project_id=UUID(project_id))
flow.begin()
resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
try:
    flow.run_sync()
except AIFlowError as error:
    print(error.reason, error.retryable)
"""


def _run_limited(folder: Path, url: str, limit: int) -> tuple[Flow, str]:
    project_id = uuid4()
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder), url, str(project_id), str(limit)],
        capture_output=True, encoding="utf-8", cwd=ROOT, timeout=60, check=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    return Flow.open(project_id, config=make_config(folder, url)), done.stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX's")
@pytest.mark.parametrize("limit", [1_500, 3_000, 9_000])
def test_a_disk_that_takes_no_more_of_the_journal(limit: int, server: ModelServer, tmp_path: Path) -> None:
    flow, said = _run_limited(tmp_path, server.base_url, limit)
    assert said == "storage_failed True"
    before = journal(flow)
    assert before, "what fitted is there"
    assert [event.seq for event in before] == list(range(1, len(before) + 1))
    on_disk = files_of(flow)
    assert set(announced(before)) <= set(on_disk)
    # Room again: the run is found ended, and can be done again.
    recover(flow.store, flow.project_id, flow.config)
    flow = Flow.open(flow.project_id, config=flow.config)
    last = check_ended_loosely(flow)
    assert last in {"interrupted", "storage_failed"}
    flow.begin_retry()
    flow.run_sync()
    check_ended(flow, RequestStatus.COMPLETED)


@pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_FSIZE is POSIX's")
def test_a_disk_that_takes_no_more_of_a_file(server: ModelServer, tmp_path: Path) -> None:
    big = "".join(f"# 第 {number} 行注释，写满磁盘\n" for number in range(20_000))
    text = f'<file path="main.py">\nprint(1)\n</file>\n<file path="big.py">\n{big}</file>\n'
    server.script(answer(text, sizes=(4000,)), phase="implement")
    flow, said = _run_limited(tmp_path, server.base_url, 300_000)
    assert said == "storage_failed True"
    last = check_ended(flow, RequestStatus.FAILED)
    assert (last.reason, last.retryable) == ("storage_failed", True)
    assert set(files_of(flow)) == {"spec.md", "plan.md", "main.py"}
    check_no_key(tmp_path, last)


def check_ended_loosely(flow: Flow) -> str | None:
    """Check that a run has failed, whoever said so; return why."""
    state = flow.snapshot
    assert state.status is RequestStatus.FAILED
    assert state.active_phase is None
    return state.reason
