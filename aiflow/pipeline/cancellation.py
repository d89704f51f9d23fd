"""How a run is told to stop: by its own process, or by another one through the record."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiflow.model.status import RequestStatus
from aiflow.storage.run_folder import RunRecord

# How often a run looks whether another process asks it to stop.
COMMAND_POLL_S = 0.2


class Stopping:
    """The task that works on a run, and whether it was asked to stop.

    Args:
        record: where other processes leave their word.

    Attributes:
        status: with which the run is to end; None while nobody asked.
    """

    def __init__(self, record: RunRecord) -> None:
        self._record = record
        self._task: asyncio.Task[Any] | None = None
        self.status: RequestStatus | None = None

    @property
    def is_working(self) -> bool:
        """Whether a task of this process works on the run."""
        return self._task is not None

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The current task works on the run for as long as the block lasts, and can be told to stop."""
        self._task, self.status = asyncio.current_task(), None
        watcher = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watcher.cancel()
            self._task = None

    def request(self, status: RequestStatus) -> None:
        """Let the task end with ``status``; what was asked first counts."""
        if self._task is not None and self.status is None:
            self.status = status
            self._task.cancel()

    def settle(self) -> bool:
        """Return whether the cancellation that has just arrived was ours, and take it back if it was."""
        if self._task is None or self.status is None:
            return False
        self._task.uncancel()
        return True

    async def _watch(self) -> None:
        self._record.take_command()  # one that was meant for an earlier process
        while True:
            await asyncio.sleep(COMMAND_POLL_S)
            if self._record.take_command() == "cancel":
                self.request(RequestStatus.CANCELLED)
                return
