"""The golden journals: the same files hold the fold in TypeScript (``widgets/tests/golden.test.ts``)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from aiflow.model.events import EVENT, EVENT_TYPES, Event
from aiflow.model.snapshot import Snapshot
from aiflow.storage.journal_reader import read_events

GOLDEN = Path(__file__).parents[1] / "golden"
JOURNALS = sorted(GOLDEN.glob("*.jsonl"))


def events_of(journal: Path) -> Iterator[Event]:
    """Every event of a journal; one of a type that only a later version knows is left out."""
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            yield EVENT.validate_json(line)
        except ValidationError:
            assert json.loads(line)["event_type"] not in EVENT_TYPES


def expected(journal: Path) -> object:
    return json.loads(journal.with_suffix(".snapshot.json").read_text(encoding="utf-8"))


def test_there_are_journals() -> None:
    assert {path.stem for path in JOURNALS} >= {
        "completed",
        "paused",
        "failed",
        "retried",
        "cancelled",
        "odd",
        "paused_after",
        "saved",
        "saved_retried",
        "changed",
        "changed_retried",
        "asked",
        "asked_retried",
        "tested",
    }


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.stem)
def test_the_fold_of_a_journal_is_its_snapshot(journal: Path) -> None:
    snapshot = Snapshot()
    for event in events_of(journal):
        snapshot.apply(event)
    assert snapshot.model_dump(mode="json") == expected(journal)


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.stem)
def test_seen_twice_changes_nothing(journal: Path) -> None:
    snapshot = Snapshot()
    for event in [*events_of(journal), *events_of(journal)]:
        snapshot.apply(event)
    assert snapshot.model_dump(mode="json") == expected(journal)


def test_the_journal_s_own_reader_gives_the_same() -> None:
    journal = GOLDEN / "completed.jsonl"
    snapshot = Snapshot()
    for event in read_events(journal):
        snapshot.apply(event)
    assert snapshot.model_dump(mode="json") == expected(journal)
