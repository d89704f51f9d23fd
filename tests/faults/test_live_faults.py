"""A dozen faults of a model service behind a real Jupyter server.

It lives, says what happened, and the retry succeeds.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.runs import PROMPT, check_no_key
from tests.faults.table import FAULTS, KEY, Fault
from tests.live.server import LiveServer, write_config
from tests.modelserver import Gate, ModelServer, answer

NAMES = (
    "hangs up without a word",
    "not HTTP at all",
    "cut in mid-stream",
    "silent in mid-stream",
    "401",
    "402 out of balance (DeepSeek)",
    "429",
    "529",
    "context too long (OpenAI)",
    "refused for content (DashScope)",
    "base_resp 1008 with 200",
    "error event after text",
    "empty stream",
    "thinking and no content",
    "web page with 200",
    "garbage",
    "broken compression",
)
SOME = [fault for fault in FAULTS if fault.name in NAMES]


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer(sizes=(400,)) as running:
        yield running


@pytest.fixture(scope="module")
def live(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("live")
    openai = {"base_url": model.base_url, "model": "test-model", "max_attempts": 1, "backoff_s": 0}
    openai |= {"stall_timeout_s": 1, "breaker_failures": 1000}
    write_config(folder, engine="openai", openai=openai, run={"durability": "none"}, require_venv=False)
    with LiveServer(folder, environ={"AIFLOW_API_KEY": KEY}) as server:
        yield server


def follow(live: LiveServer, project_id: str, after: int = 0) -> list[dict[str, Any]]:
    status, data = live.ask("GET", f"api/stream/{project_id}?last_event_id={after}")
    assert status == 200
    assert KEY.encode() not in data
    return [json.loads(line[6:]) for line in data.splitlines() if line.startswith(b"data: ")]


def begin(live: LiveServer) -> str:
    status, body = live.ask("POST", "api/generate", {"prompt": PROMPT})
    assert status == 202, body
    return str(json.loads(body)["project_id"])


def test_every_name_is_in_the_table() -> None:
    assert {fault.name for fault in SOME} == set(NAMES)


@pytest.mark.parametrize("fault", SOME, ids=lambda fault: fault.name)
def test_fault(fault: Fault, live: LiveServer, model: ModelServer) -> None:
    model.reset()
    assert fault.reply is not None
    model.always(fault.reply(), phase="plan")
    project_id = begin(live)
    events = follow(live, project_id)
    last = events[-1]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert (last["event_type"], last["status"], last["project_status"]) == ("status", "failed", "failed")
    assert (last["reason"], last["retryable"]) == (fault.reason, fault.retryable)
    assert fault.says in last["message"]
    phases = {event["phase"]: event["status"] for event in events if event["event_type"] == "phase"}
    assert phases == {"specify": "completed", "plan": "failed", "implement": "pending"}
    request = live.json(f"api/projects/{project_id}/request")
    assert KEY not in json.dumps(request)

    model.reset()
    assert live.ask("POST", f"api/projects/{project_id}/retry", {})[0] == 202
    more = follow(live, project_id, last["seq"])
    assert [event["seq"] for event in more] == list(range(last["seq"] + 1, last["seq"] + 1 + len(more)))
    assert more[-1]["status"] == "completed"
    assert live.ask("GET", f"api/projects/{project_id}/download")[0] == 200


def test_cancelling_closes_the_connection_and_the_server_goes_on(
    live: LiveServer, model: ModelServer
) -> None:
    model.reset()
    gate = Gate()
    model.script(answer("# 方案\n" * 9, gates={2: gate}), phase="plan")
    project_id = begin(live)
    gate.wait_reached()
    received = model.requests[-1]
    assert live.ask("POST", f"api/projects/{project_id}/cancel", {})[0] == 202
    assert received.wait_ended()
    assert received.disconnected
    assert follow(live, project_id)[-1]["status"] == "cancelled"
    assert follow(live, begin(live))[-1]["status"] == "completed"


def test_the_key_is_in_no_file_of_the_server(live: LiveServer) -> None:
    """Runs last: over everything that the faults above have left, its log included."""
    assert list(live.folder.glob("projects/.aiflow/*/journal.jsonl"))
    check_no_key(live.folder)
    process = live.process
    assert process is not None
    line = Path(f"/proc/{process.pid}/cmdline")
    assert not line.exists() or KEY.encode() not in line.read_bytes()
