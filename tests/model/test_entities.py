"""The entities of the two seed documents: every field, rule, transition and serialised shape."""

import itertools
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid1, uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from aiflow.exceptions import ConflictError, InputError
from aiflow.model.entities import MAX_RETRIES, CodeGenerationRequest, ProcessPhase, Timestamp, check_may_start
from aiflow.model.phases import phase_names, phase_spec, phases
from aiflow.model.status import (
    FINAL_STATUSES,
    PHASE_TRANSITIONS,
    PROJECT_TRANSITIONS,
    REQUEST_TRANSITIONS,
    PhaseStatus,
    ProjectStatus,
    RequestStatus,
)
from aiflow.model.validators import as_uuid, check_prompt
from aiflow.util.timestamps import format_time, utc_now
from tests.model.entity_examples import project

NOW = datetime(2026, 1, 2, 10, 0, 0, 123456, tzinfo=UTC)
MESSAGE = "先想清楚要做什么，再动手。"


def request(**values: Any) -> CodeGenerationRequest:
    return CodeGenerationRequest(**({"user_input": "帮我写个贪吃蛇"} | values))


def phase(**values: Any) -> ProcessPhase:
    defaults = {
        "request_id": uuid4(), "phase_type": "specify", "sequence_order": 1, "educational_message": MESSAGE,
    }  # fmt: skip
    return ProcessPhase(**(defaults | values))


# --- identifiers and times ----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [request, phase, project])
def test_an_id_is_a_uuid_of_version_4(make: Any) -> None:
    entity = make()
    assert isinstance(entity.id, UUID)
    assert entity.id.version == 4
    assert make().id != entity.id
    text = str(uuid4())
    assert make(id=text).id == UUID(text)
    for wrong in ("", "1234", "not-a-uuid", str(uuid1()), str(UUID(int=0))):
        with pytest.raises(ValidationError):
            make(id=wrong)


@pytest.mark.parametrize("make", [phase, project])
def test_the_request_that_it_belongs_to_is_a_uuid_of_version_4(make: Any) -> None:
    with pytest.raises(ValidationError):
        make(request_id=str(uuid1()))


def test_times_are_utc_with_milliseconds() -> None:
    assert format_time(NOW) == "2026-01-02T10:00:00.123Z"
    assert format_time(NOW.astimezone(timezone(timedelta(hours=8)))) == "2026-01-02T10:00:00.123Z"
    now = utc_now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(datetime.now(UTC) - now) < timedelta(seconds=5)
    assert json.loads(request(created_at=NOW).model_dump_json())["created_at"] == "2026-01-02T10:00:00.123Z"
    adapter = TypeAdapter(Timestamp)
    assert adapter.validate_python("2026-01-02T10:00:00.123Z") == NOW.replace(microsecond=123000)


# --- CodeGenerationRequest ----------------------------------------------------------------------------------


def test_a_new_request_is_pending() -> None:
    made = request()
    assert made.status is RequestStatus.PENDING
    assert (made.error_message, made.retry_count) == (None, 0)
    assert set(made.model_dump()) == {
        "id", "user_input", "status", "created_at", "updated_at", "error_message", "retry_count",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["猜", "a", "猜" * 1000, "🐍" * 1000, "e\u0301" * 500, "  蛇  ", "第一行\n第二行"]
)
def test_1_to_1000_characters_counted_as_characters(text: str) -> None:
    assert request(user_input=text).user_input == text
    assert check_prompt(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t\u3000", "猜" * 1001, "🐍" * 1001, " " * 1001, "\ud83d", "a\udc00"]
)
def test_no_other_request(text: str) -> None:
    with pytest.raises(InputError) as caught:
        check_prompt(text)
    assert caught.value.reason == "invalid_input"
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.message)
    with pytest.raises((InputError, ValidationError)):
        request(user_input=text)


def test_the_length_is_said() -> None:
    with pytest.raises(InputError, match=r"1001.*1000"):
        check_prompt("猜" * 1001)


ALLOWED = {
    ("pending", "processing"), ("pending", "failed"), ("pending", "cancelled"),
    ("processing", "completed"), ("processing", "failed"), ("processing", "paused"),
    ("processing", "cancelled"), ("paused", "processing"), ("paused", "failed"), ("paused", "cancelled"),
    ("failed", "retrying"),
    ("retrying", "processing"), ("retrying", "failed"), ("retrying", "cancelled"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), list(itertools.product(RequestStatus, RequestStatus)))
def test_every_transition_of_a_request(before: RequestStatus, after: RequestStatus) -> None:
    made = request(status=before, updated_at=NOW)
    if (before.value, after.value) in ALLOWED:
        made.transition(after, error_message="坏了" if after is RequestStatus.FAILED else None)
        assert made.status is after
        assert made.updated_at > NOW
    else:
        with pytest.raises(ConflictError):
            made.transition(after)
        assert (made.status, made.updated_at) == (before, NOW)


def test_the_tables_of_transitions_are_complete() -> None:
    assert set(REQUEST_TRANSITIONS) == set(RequestStatus)
    assert set(PHASE_TRANSITIONS) == set(PhaseStatus)
    assert set(PROJECT_TRANSITIONS) == set(ProjectStatus)
    assert {s for s, targets in REQUEST_TRANSITIONS.items() if not targets} == {"completed", "cancelled"}
    assert {"completed", "failed", "cancelled"} == FINAL_STATUSES


def test_only_a_failed_request_has_an_error_message() -> None:
    made = request(status="processing")
    made.transition(RequestStatus.FAILED, error_message="断网了。")
    assert made.error_message == "断网了。"
    made.transition(RequestStatus.RETRYING)
    assert made.error_message is None


def test_three_retries_and_no_fourth() -> None:
    made = request(status="processing")
    for count in range(1, MAX_RETRIES + 1):
        made.transition(RequestStatus.FAILED)
        made.transition(RequestStatus.RETRYING)
        assert made.retry_count == count
        made.transition(RequestStatus.PROCESSING)
    made.transition(RequestStatus.FAILED)
    with pytest.raises(ConflictError, match="3"):
        made.transition(RequestStatus.RETRYING)
    assert (made.status, made.retry_count) == ("failed", 3)


@pytest.mark.parametrize("count", [-1, 4, 1.5, None])
def test_a_retry_count_is_0_to_3(count: Any) -> None:
    with pytest.raises(ValidationError):
        request(retry_count=count)


def test_assignments_are_checked_and_unknown_fields_refused() -> None:
    made = request()
    with pytest.raises(ValidationError):
        made.status = "done"  # type: ignore[assignment]
    with pytest.raises(ValidationError):
        request(colour="red")


# --- ProcessPhase -------------------------------------------------------------------------------------------


def test_phases_are_numbered_in_their_order() -> None:
    assert [(spec.name, spec.order) for spec in phases()] == [
        ("specify", 1), ("plan", 2), ("implement", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "order"), list(itertools.product(phase_names(), [0, 1, 2, 3, 4])))
def test_the_order_fits_the_type(kind: str, order: int) -> None:
    if order == phase_spec(kind).order:
        assert phase(phase_type=kind, sequence_order=order).sequence_order == order
    else:
        with pytest.raises(ValidationError):
            phase(phase_type=kind, sequence_order=order)


@pytest.mark.parametrize(
    "text",
    ["想" * 10, "想" * 200, "Specify 先想清楚", "一二三四五六七八九\n", "用 pygame 画出 Snake 和 Food"],
)
def test_an_educational_message(text: str) -> None:
    assert phase(educational_message=text).educational_message == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "想" * 9,
        "想" * 201,
        "only English here",
        "カタカナだけですよここは",
        "12345678901",
        "English, with one 字 in it",
        "first think, then write 想想",
    ],
)
def test_no_educational_message(text: str) -> None:
    with pytest.raises(ValidationError):
        phase(educational_message=text)


def test_our_own_messages_keep_the_rule() -> None:
    for spec in phases():
        phase(phase_type=spec.name, sequence_order=spec.order, educational_message=spec.message)


@pytest.mark.parametrize(("before", "after"), list(itertools.product(PhaseStatus, PhaseStatus)))
def test_every_transition_of_a_phase(before: PhaseStatus, after: PhaseStatus) -> None:
    made = phase(status=before)
    if (before.value, after.value) in {("pending", "active"), ("active", "completed"), ("active", "failed")}:
        made.transition(after, at=NOW)
        assert made.status is after
        assert (made.started_at if after is PhaseStatus.ACTIVE else made.completed_at) == NOW
    else:
        with pytest.raises(ConflictError):
            made.transition(after)


@pytest.mark.parametrize("before", list(itertools.product(PhaseStatus, repeat=3)))
@pytest.mark.parametrize("wanted", phase_names())
def test_phases_run_in_their_order_and_one_at_a_time(before: tuple[PhaseStatus, ...], wanted: str) -> None:
    phases = {
        kind: phase(phase_type=kind, sequence_order=phase_spec(kind).order, status=status)
        for kind, status in zip(phase_names(), before, strict=True)
    }
    earlier = before[: phase_spec(wanted).order - 1]
    if "active" not in before and set(earlier) <= {"completed"}:
        check_may_start(phases, wanted)
    else:
        with pytest.raises(ConflictError, match="不能"):
            check_may_start(phases, wanted)


def test_an_id_that_is_no_uuid_of_version_4_is_refused() -> None:
    good = "3f2a9c1e-0000-4000-8000-000000000000"
    assert as_uuid(good) == as_uuid(UUID(good)) == UUID(good)
    for wrong in ("1234", uuid1(), UUID(int=0), str(UUID(int=0))):
        with pytest.raises(InputError, match="项目编号"):
            as_uuid(wrong)
