"""How a run is cancelled: by its own process, or by another one through the record."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiflow.model.status import RequestStatus
from aiflow.storage.run_folder import RunRecord

# How often a run looks whether another process asks for its end.
COMMAND_POLL_S = 0.2


class Cancellation:
    """The task that works on a run, and whether its end was requested.

    Args:
        record: where other processes leave their request.

    Attributes:
        status: with which the run is to end; None while its end was not requested.
    """

    def __init__(self, record: RunRecord) -> None:
        self._record = record
        self._task: asyncio.Task[Any] | None = None
        self.status: RequestStatus | None = None

    @property
    def is_working(self) -> bool:
        """Whether a task of this object works on the run."""
        return self._task is not None

    @contextmanager
    def watching(self, since: int) -> Iterator[None]:
        """Let the current task be cancelled for as long as the block lasts.

        Args:
            since: the number of the last event before this process took the run's lock; see
                ``RunRecord.cancel_is_requested``.
        """
        # The status of an earlier cancellation must not end this run.
        self._task, self.status = asyncio.current_task(), None
        watcher = asyncio.create_task(self._watch(since))
        try:
            yield
        finally:
            # It would use up a request that is meant for the next process that works on the run.
            watcher.cancel()
            self._task = None

    def request(self, status: RequestStatus) -> None:
        """Let the task end with ``status``; the first request counts."""
        if self._task is not None and self.status is None:
            self.status = status
            self._task.cancel()

    def uncancel(self) -> bool:
        """Return whether the cancellation that has just arrived was requested here; undo it if it was."""
        if self._task is None or self.status is None:
            return False
        # Else asyncio would cancel whatever the task awaits next, which is no longer this run.
        self._task.uncancel()
        return True

    async def _watch(self, since: int) -> None:
        while not self._record.cancel_is_requested(since):  # noqa: ASYNC110 - it comes from another process
            await asyncio.sleep(COMMAND_POLL_S)
        self.request(RequestStatus.CANCELLED)
