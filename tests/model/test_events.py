"""The event union: its exact shapes, what it refuses, and the fold (see also the golden journals)."""

import json
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from aiflow.model.artifacts import Plan, Spec
from aiflow.model.events import (
    EVENT,
    EVENT_TYPES,
    ArtifactEvent,
    ChunkEvent,
    DiagnosticEvent,
    Event,
    FileWrittenEvent,
    PhaseEvent,
    StatusEvent,
    UsageEvent,
    is_final,
)
from aiflow.model.phases import IMPLEMENT, PLAN, SPECIFY, phase_spec
from aiflow.model.snapshot import CHUNKS_KEPT, Snapshot, TextTail, fold
from aiflow.model.status import PhaseStatus, RequestStatus
from aiflow.util.timestamps import utc_now

ID = UUID("3f2a9c1e-0000-4000-8000-000000000000")
HEAD = {"seq": 1, "project_id": str(ID), "timestamp": "2026-01-02T10:00:00.123Z"}


def status(value: str, **more: Any) -> StatusEvent:
    project = {"completed": "completed", "failed": "failed", "cancelled": "failed"}.get(value, "generating")
    return StatusEvent.model_validate({"status": value, "project_status": project} | more)


def run(*events: Any) -> Snapshot:
    """Fold events that get their numbers here."""
    return fold(
        event.model_copy(update={"seq": seq, "project_id": ID}) for seq, event in enumerate(events, 1)
    )


def phase(kind: str, state: str) -> PhaseEvent:
    return PhaseEvent(
        phase=kind, status=PhaseStatus(state), sequence_order=phase_spec(kind).order,
        educational_message="先想清楚要做什么。", started_at=utc_now(),
    )  # fmt: skip


# --- shapes -------------------------------------------------------------------------------------------------

SHAPES: dict[str, dict[str, Any]] = {
    "status": {
        "status": "failed", "project_status": "failed", "retry_count": 1, "paused_after": None,
        "waiting_for": None, "message": "断了。",
        "reason": "connection_failed", "retryable": True,
    },
    "phase": {
        "phase": "plan", "status": "active", "sequence_order": 2, "educational_message": "再决定怎么做。",
        "started_at": "2026-01-02T10:00:00.000Z", "completed_at": None,
    },
    "chunk": {"phase": "implement", "channel": "content", "text": "print(1)\n", "path": "main.py"},
    "file_written": {
        "filename": "main.py", "path": "src/main.py", "type": "file", "status": "created", "size_bytes": 9,
    },
    "diagnostic": {"path": "main.py", "line": 3, "rule": "names", "message": "没有导入。",
        "severity": "error", "diff": None},
    "usage": {
        "phase": "plan", "prompt_tokens": 3, "completion_tokens": 4, "engine": "openai",
        "model": "MiniMax-M2.5",
    },
    "version": {
        "family_id": str(ID), "version": 2, "parent_id": str(ID), "cause": "change", "request": "跑得更快",
    },
    "change": {"path": "src/main.py", "kind": "modified", "lines_added": 12, "lines_removed": 3},
    "saved": {"path": "src/main.py", "kind": "deleted", "by": "outside", "size_bytes": None},
    "named": {"title": "贪吃蛇", "label": None},
    "checked": {"syntax_validated": False, "findings": {"error": 1, "warning": 0, "info": 2}},
    "question": {
        "question_id": "speed", "gate": "specify", "kind": "clarify", "slot": "speed", "text": "走多快？",
        "text_en": "How fast?", "why": "这决定游戏有多难。", "why_en": "It decides how hard the game is.",
        "code": None, "input": "choice", "options": [{"id": "slow", "text": "慢", "text_en": "slow"}],
        "recommended": "slow", "required": True,
    },
    "answer": {
        "question_id": "speed", "attempt": 1, "value": "slow", "outcome": "accepted", "feedback": "",
        "by": "default",
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", SHAPES)
def test_an_event_has_these_fields_and_no_other(kind: str) -> None:
    shape = HEAD | {"event_type": kind} | SHAPES[kind]
    event = EVENT.validate_python(shape)
    assert event.event_type == kind
    written = json.loads(event.model_dump_json())
    assert written == shape
    # The journal reads these without the rest of the line.
    assert list(written)[:4] == ["seq", "project_id", "timestamp", "event_type"]
    assert EVENT.validate_json(event.model_dump_json()) == event


def test_a_file_written_event_is_the_seeds() -> None:
    event = FileWrittenEvent(filename="main.py", path="main.py", size_bytes=1)
    seed = {"project_id", "event_type", "filename", "path", "type", "status", "timestamp", "size_bytes"}
    assert set(json.loads(event.model_dump_json())) == seed | {"seq"}


@pytest.mark.parametrize("artifact", [Spec.from_markdown("# 钟\n"), Plan.from_markdown("- main.py\n")])
def test_an_artifact_keeps_its_kind(artifact: Any) -> None:
    event = ArtifactEvent(phase=PLAN, artifact=artifact)
    again = EVENT.validate_json(event.model_dump_json())
    assert isinstance(again, ArtifactEvent)
    assert type(again.artifact) is type(artifact)
    assert again.artifact == artifact


def test_the_types_are_these() -> None:
    assert {
        "status", "phase", "chunk", "artifact", "file_written", "diagnostic", "usage", "project",
        "version", "change", "saved", "named", "checked", "question", "answer", "test",
    } == EVENT_TYPES  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("status", {"status": "done"}), ("status", {"project_status": "paused"}),
        ("phase", {"sequence_order": 0}), ("phase", {"phase": "repair"}), ("chunk", {"channel": "stdout"}),
        ("chunk", {"text": None}), ("file_written", {"size_bytes": -1}),
        ("file_written", {"status": "typing"}), ("diagnostic", {"severity": "fatal"}),
        ("usage", {"prompt_tokens": -1}), ("usage", {"seq": -1}), ("usage", {"project_id": "x"}),
        ("usage", {"event_type": "other"}), ("usage", {"event_type": None}), ("saved", {"kind": "created"}),
        ("saved", {"by": "me"}), ("checked", {"findings": {"error": -1}}),
        ("artifact", {"phase": "plan", "artifact": {"kind": "poem"}}),
    ],
)  # fmt: skip
def test_no_wrong_event(kind: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        EVENT.validate_python(HEAD | {"event_type": kind} | SHAPES.get(kind, {}) | wrong)


def test_a_run_ends_with_one_of_three() -> None:
    final = [value.value for value in RequestStatus if is_final(status(value.value))]
    assert final == ["completed", "failed", "cancelled"]
    assert not is_final(ChunkEvent(phase=PLAN, channel="content", text="x"))


# --- the fold -----------------------------------------------------------------------------------------------


def test_an_event_that_was_seen_changes_nothing() -> None:
    event = ChunkEvent(phase=PLAN, channel="content", text="a", seq=1, project_id=ID)
    state = Snapshot()
    assert state.apply(event)
    assert not state.apply(event)
    assert state.phases[PLAN].content.text == "a"


def test_a_file_that_is_being_typed_appears_and_becomes_one() -> None:
    typing = ChunkEvent(phase=IMPLEMENT, channel="content", text="pri", path="src/main.py")
    state = run(typing)
    assert (state.typing, state.typed.text) == ("src/main.py", "pri")
    assert state.files["src/main.py"].status == "typing"
    assert state.files["src/main.py"].filename == "main.py"
    written = FileWrittenEvent(filename="main.py", path="src/main.py", size_bytes=5)
    state = run(typing, written)
    assert (state.typing, state.typed.text) == (None, "")
    assert (state.files["src/main.py"].status, state.files["src/main.py"].writes) == ("created", 1)


def test_a_file_that_never_came_is_gone_at_the_end() -> None:
    typing = ChunkEvent(phase=IMPLEMENT, channel="content", text="pri", path="main.py")
    assert run(typing, status("cancelled")).files == {}


def test_what_was_found_in_an_older_text_of_a_file_is_forgotten() -> None:
    found = DiagnosticEvent(path="a.py", rule="names", message="没有导入。")
    other = DiagnosticEvent(path="b.py", rule="names", message="没有导入。")
    state = run(found, other, FileWrittenEvent(filename="a.py", path="a.py"))
    assert [diagnostic.path for diagnostic in state.diagnostics] == ["b.py"]


def test_a_retry_resets_everything_but_the_messages() -> None:
    spec = ArtifactEvent(phase=SPECIFY, artifact=Spec.from_markdown("# 钟\n"))
    written = FileWrittenEvent(filename="spec.md", path="spec.md")
    state = run(
        phase(SPECIFY, "active"), spec, written, phase(SPECIFY, "failed"),
        status("failed", message="断了。", reason="x", retryable=True), status("retrying", retry_count=1),
    )  # fmt: skip
    assert (state.status, state.retry_count, state.message) == ("retrying", 1, None)
    assert (state.spec, state.files, state.diagnostics) == (None, {}, [])
    assert {value.status for value in state.phases.values()} == {"pending"}
    assert state.phases[SPECIFY].educational_message == "先想清楚要做什么。"


def test_usage_adds_up() -> None:
    usage = UsageEvent(phase=PLAN, prompt_tokens=3, completion_tokens=4, engine="e", model="m")
    state = run(usage, usage)
    assert (state.prompt_tokens, state.completion_tokens, state.engine, state.model) == (6, 8, "e", "m")
    assert state.phases[PLAN].prompt_tokens == 6


def test_a_long_text_lets_its_beginning_go() -> None:
    tail = TextTail()
    for number in range(CHUNKS_KEPT * 2):
        tail.append(f"{number} ")
    assert tail.dropped
    assert len(tail.chunks) <= CHUNKS_KEPT
    assert tail.text.endswith(f"{CHUNKS_KEPT * 2 - 1} ")


def test_a_snapshot_is_json_and_back() -> None:
    state = run(phase(SPECIFY, "active"), status("paused"))
    assert Snapshot.model_validate_json(state.model_dump_json()) == state


def test_a_snapshot_in_a_cell_escapes_what_it_shows() -> None:
    events: list[Event] = [
        FileWrittenEvent(filename="<b>.py", path="<b>.py", size_bytes=1234567),
        status("failed", message="<script>alert(1)</script>"),
    ]
    state = run(*events)
    shown = state._repr_html_()
    assert "<script" not in shown
    assert "<b>.py" not in shown
    for word in ("&lt;script&gt;", "&lt;b&gt;.py", "1,234,567 字节", "没有成功"):
        assert word in shown
    assert repr(state) == "Snapshot(status='failed', files=['<b>.py'], message='<script>alert(1)</script>')"
