"""Timestamps of events and logs: UTC, in whole milliseconds."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time now, in UTC, in whole milliseconds."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def format_time(moment: datetime) -> str:
    """Return ISO 8601 in UTC with milliseconds, ``2026-01-02T10:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
