"""The measurements of a front end: counts and durations, reported where they arise."""

from typing import Protocol

from aiflow.model.snapshot import Snapshot


class Observer(Protocol):
    """Receives measurements. The methods may be called from any thread and must not block."""

    def runs_counted(self, running: int, waiting: int) -> None:
        """The number of runs at work, or of those in the queue, has changed."""

    def run_stopped(self, state: Snapshot) -> None:
        """A run has ended or paused in ``state``."""

    def event_delivered(self, delay_s: float) -> None:
        """An event reached its readers ``delay_s`` seconds after its time stamp."""


class NoObserver:
    """Measures nothing."""

    def runs_counted(self, running: int, waiting: int) -> None:
        """Ignore the counts."""

    def run_stopped(self, state: Snapshot) -> None:
        """Ignore the run."""

    def event_delivered(self, delay_s: float) -> None:
        """Ignore the delay."""
