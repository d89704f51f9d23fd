"""Each fault of the table in the middle of a whole run.

How it ends, what is kept, and that it can be done again.
"""

import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from aiflow.engines.circuit_breaker import reset_breakers
from aiflow.exceptions import AIFlowError, EngineError
from aiflow.model.status import RequestStatus
from aiflow.pipeline.flow import Flow
from tests.faults.runs import PROMPT, announced, check_ended, check_no_key, files_of, journal, make_config
from tests.faults.table import FAULTS, Fault
from tests.modelserver import Cut, ModelServer, answer, canned, closed_port, error
from tests.modelserver.replies import events

GOOD_FILES = ["spec.md", "plan.md", "game.py", "main.py", "README.md"]


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(sizes=(400,)) as running:
        yield running


@pytest.fixture(scope="module")
def untrusted() -> Iterator[ModelServer]:
    with ModelServer(tls=True) as running:
        yield running


@pytest.fixture(autouse=True)
def fresh(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):  # a proxy would answer for no-such-host
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    server.reset()
    reset_breakers()


@pytest.mark.asyncio
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_fault(fault: Fault, server: ModelServer, untrusted: ModelServer, tmp_path: Path) -> None:
    urls = {
        "server": server.base_url,
        "tls": untrusted.base_url,
        "nowhere": "http://no-such-host.invalid/v1",
        "closed": closed_port(),
    }
    stall = 0.2 if fault.kind.default_reason == "timeout" else 10
    openai = {"stall_timeout_s": stall, "max_attempts": 3 if fault.asked > 1 else 1}
    config = make_config(tmp_path, urls[fault.address], openai=openai)
    if fault.reply is not None:
        server.always(fault.reply(), phase="implement")
        if "Retry-After" in fault.reply().headers:
            config = make_config(tmp_path, server.base_url, openai=openai | {"max_attempts": 1})
    flow = Flow(PROMPT, config=config)
    with pytest.raises(EngineError) as caught:
        await flow.run()

    failure = caught.value
    last = check_ended(flow, RequestStatus.FAILED)
    assert (last.reason, last.retryable) == (fault.reason, fault.retryable)
    assert (last.message, last.project_status.value) == (failure.message, "failed")
    assert type(failure) is fault.kind
    # Earlier files are there, whole, and were announced once.
    written = announced(journal(flow))
    assert written == (["spec.md", "plan.md"] if fault.address == "server" else [])
    assert (flow.spec is not None) == (fault.address == "server")
    shown = "".join(traceback.format_exception(failure))
    check_no_key(tmp_path, failure, shown, flow, flow.engine, config, flow.snapshot, flow=flow)

    # The service is repaired, and the student retries.
    server.reset()
    again = Flow.open(flow.project_id, config=make_config(tmp_path, server.base_url))
    project = await again.retry()
    assert project.syntax_validated
    check_ended(again, RequestStatus.COMPLETED)
    assert sorted(files_of(again)) == sorted(GOOD_FILES)
    assert not again.record.attempts.exists()
    check_no_key(tmp_path, flow=again)


@pytest.mark.asyncio
@pytest.mark.parametrize("phase", ["specify", "plan", "implement"])
async def test_the_phase_that_failed_says_so(phase: str, server: ModelServer, tmp_path: Path) -> None:
    server.always(error(402, "Insufficient Balance"), phase=phase)
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    with pytest.raises(AIFlowError):
        await flow.run()
    check_ended(flow, RequestStatus.FAILED)
    order = ["specify", "plan", "implement"]
    at = order.index(phase)
    states = [flow.snapshot.phases[name].status.value for name in flow.snapshot.phases]  # type: ignore[index]  # its keys
    assert states == ["completed"] * at + ["failed"] + ["pending"] * (2 - at)


@pytest.mark.asyncio
@pytest.mark.parametrize("failures", [1, 2])
async def test_what_is_tried_again_by_itself_is_written_once(
    failures: int, server: ModelServer, tmp_path: Path
) -> None:
    for phase in ("specify", "plan", "implement"):
        server.script(*[error(503)] * failures, phase=phase)
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    await flow.run()
    check_ended(flow, RequestStatus.COMPLETED)
    assert announced(journal(flow)) == GOOD_FILES
    assert len(server.requests) == 3 * (failures + 1)
    texts = [event.text for event in journal(flow) if event.event_type == "chunk" and event.path == "main.py"]
    assert "".join(texts).count("def main()") == 1
    notices = [event.message for event in journal(flow) if event.event_type == "status" and event.message]
    assert sum("再试" in notice for notice in notices) == 3 * failures


@pytest.mark.asyncio
async def test_a_cut_after_the_first_file_keeps_it_and_asks_nobody_again(
    server: ModelServer, tmp_path: Path
) -> None:
    size = 40
    at = canned.IMPLEMENT.index("import random") // size + 1
    server.always(answer(canned.IMPLEMENT, sizes=(size,), gates={at: Cut()}), phase="implement")
    flow = Flow(PROMPT, config=make_config(tmp_path, server.base_url))
    with pytest.raises(EngineError):
        await flow.run()
    check_ended(flow, RequestStatus.FAILED)
    assert announced(journal(flow)) == ["spec.md", "plan.md", "game.py"]
    assert [request.phase for request in server.requests] == ["specify", "plan", "implement"]
    # A retry that fails as well loses nothing of it.
    server.always(error(402, "Insufficient Balance"), phase="specify")
    with pytest.raises(EngineError):
        await flow.retry()
    assert set(files_of(flow)) == {"spec.md", "plan.md", "game.py"}
    assert flow.snapshot.retry_count == 1


@pytest.mark.asyncio
async def test_a_character_that_the_service_splits_is_whole_in_the_file(
    server: ModelServer, tmp_path: Path
) -> None:
    halves = [
        r'{"choices":[{"delta":{"content":"<file path=\"main.py\">\n# 蛇\ud83d"}}]}',
        r'{"choices":[{"delta":{"content":"\udc0d好\ud800"}}]}',
        r'{"choices":[{"delta":{"content":"\nprint(1)\n</file>\n"}}]}',
    ]
    server.always(events(*halves), phase="implement")
    project = await Flow(PROMPT, config=make_config(tmp_path, server.base_url)).run()
    assert project.root is not None
    assert (project.root / "main.py").read_text(encoding="utf-8") == "# 蛇🐍好\ufffd\nprint(1)\n"
