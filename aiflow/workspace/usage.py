"""The tokens that a person's projects used, by engine and model, as the journals have it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aiflow.model.events import UsageEvent
from aiflow.storage.journal import parse_entry
from aiflow.storage.project_store import ProjectStore

# The lessons count tokens as well, for the page; nobody pays for them.
_FREE = "lessons"


class Usage:
    """Sums up the journals; one that has not grown is not read again.

    Args:
        store: the projects.
    """

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._read: dict[Path, tuple[int, list[UsageEvent]]] = {}

    def totals(self) -> list[dict[str, Any]]:
        """Return a row for each engine and model, the one that was used last first."""
        today = date.today()  # noqa: DTZ011 - the person's day, not the one in UTC
        rows: dict[tuple[str, str], dict[str, Any]] = {}
        events = [event for record in self._store.records() for event in self._events(record.journal_path)]
        for event in sorted(events, key=lambda event: event.timestamp, reverse=True):
            row = rows.setdefault(
                (event.engine, event.model),
                {
                    "engine": event.engine,
                    "model": event.model,
                    "requests": 0,
                    "prompt_tokens": 0,
                    "completion_tokens": 0,
                    "requests_today": 0,
                    "tokens_today": 0,
                },
            )
            row["requests"] += 1
            row["prompt_tokens"] += event.prompt_tokens
            row["completion_tokens"] += event.completion_tokens
            if event.timestamp.astimezone().date() == today:
                row["requests_today"] += 1
                row["tokens_today"] += event.prompt_tokens + event.completion_tokens
        return list(rows.values())

    def _events(self, journal: Path) -> list[UsageEvent]:
        try:
            size = journal.stat().st_size
            known = self._read.get(journal)
            if known is None or known[0] != size:
                known = self._read[journal] = (size, list(_usage_events(journal)))
        except OSError:
            return []  # deleted since the folder was read
        return known[1]


def _usage_events(journal: Path) -> Iterator[UsageEvent]:
    with journal.open("rb") as file:
        for line in file:
            # Nearly all lines are text of the model: none of them is parsed.
            entry = parse_entry(line.rstrip(b"\n")) if b'"usage"' in line[:200] else None
            if entry is None or entry.event_type != "usage":
                continue
            try:
                event = entry.event()
            except ValidationError:
                continue  # a newer version's event
            if isinstance(event, UsageEvent) and event.engine != _FREE:
                yield event
