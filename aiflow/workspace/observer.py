"""The measurements of a front end: counts and durations, reported where they arise."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # importing it brings pydantic with it, which a server loads with its first request
    from aiflow.model.snapshot import Snapshot


class Observer:
    """Receives measurements, and ignores them; a front end with metrics overrides the methods.

    They may be called from any thread and must not block.
    """

    def runs_counted(self, running: int, waiting: int) -> None:
        """The number of runs at work, or of those in the queue, has changed."""

    def run_stopped(self, state: "Snapshot") -> None:
        """A run has ended or paused in ``state``."""

    def event_delivered(self, delay_s: float) -> None:
        """An event reached its readers ``delay_s`` seconds after its time stamp."""
