"""From a run to its journal: numbering, coalescing, and the state so far.

A model sends dozens of pieces a second; a person reads twenty updates. Text is therefore gathered for 50 ms
and then becomes one ``chunk``; any other event first writes the gathered text, so that the order is true, and
is never delayed itself.
"""

import asyncio

from aiflow.exceptions import AIFlowError
from aiflow.model.events import Channel, ChunkEvent, EventBase, FileWrittenEvent, StatusEvent
from aiflow.model.snapshot import Snapshot
from aiflow.storage.journal import Journal
from aiflow.util.log import Trace

COALESCE_S = 0.05
MAX_CHUNK_CHARS = 4096


class EventWriter:
    """Writes one run's events.

    Args:
        journal: where they go.
        snapshot: kept up to date with them.
        trace: the log; by default none.
    """

    def __init__(self, journal: Journal, snapshot: Snapshot, trace: Trace | None = None) -> None:
        self._journal = journal
        self._snapshot = snapshot
        self._trace = trace or Trace(None)
        self._pending: list[str] = []
        self._pending_chars = 0
        self._key: tuple[str, Channel, str | None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._failure: AIFlowError | None = None

    def text(self, phase: str, channel: Channel, text: str, path: str | None = None) -> None:
        """Write a piece of the model's text; it becomes an event after ``COALESCE_S`` at the latest.

        Raises:
            StorageError: when the disk refused this text or the text before it.
        """
        self._raise_failure()
        key = (phase, channel, path)
        # One chunk has one channel and one file, so the other one's text must be on disk first.
        if key != self._key:
            self._flush()
            self._key = key
        self._pending.append(text)
        self._pending_chars += len(text)
        if self._pending_chars >= MAX_CHUNK_CHARS:
            self._flush()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(COALESCE_S, self._flush_later)

    def emit(self, event: EventBase) -> None:
        """Write an event now.

        Raises:
            StorageError: when the disk refuses, or refused the text before it.
        """
        self.flush()
        self._append(event)

    def file_written(self, path: str, size: int) -> None:
        """Write and log that a file is on disk.

        Raises:
            StorageError: when the disk refuses, or refused the text before it.
        """
        self.emit(FileWrittenEvent(filename=path.rpartition("/")[2], path=path, size_bytes=size))
        self._trace.write("file", path=path, size_bytes=size)

    def notice(self, message: str, reason: str | None = None) -> None:
        """Show ``message`` (Chinese) while the run goes on as it is.

        Raises:
            StorageError: when the disk refuses, or refused the text before it.
        """
        state = self._snapshot
        self.emit(
            StatusEvent(
                status=state.status,
                project_status=state.project_status,
                retry_count=state.retry_count,
                paused_after=state.paused_after,
                waiting_for=state.waiting_for,
                message=message,
                reason=reason,
            )
        )

    def flush(self) -> None:
        """Write the gathered text now.

        Raises:
            StorageError: when the disk refuses, or refused text before it.
        """
        self._raise_failure()
        self._flush()

    def discard(self) -> None:
        """Drop the gathered text."""
        self._pending = []
        self._pending_chars = 0
        self._failure = None

    def _raise_failure(self) -> None:
        """Raise, once, the error of a flush by the timer: no caller awaited that one."""
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def _flush_later(self) -> None:
        self._timer = None
        try:
            self._flush()
        except AIFlowError as error:
            # The event loop would only log this error: the run's next call raises it instead.
            self._failure = error

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._pending or self._key is None:
            return
        phase, channel, path = self._key
        text = "".join(self._pending)
        self._pending = []
        self._pending_chars = 0
        # A page draws a chunk in one frame: a service that sends a whole answer at once must not block it.
        for start in range(0, len(text), MAX_CHUNK_CHARS):
            piece = text[start : start + MAX_CHUNK_CHARS]
            try:
                self._append(ChunkEvent(phase=phase, channel=channel, text=piece, path=path))
            except AIFlowError:
                # The next flush writes it: the disk may have room again when the run ends.
                self._pending = [text[start:]]
                self._pending_chars = len(text) - start
                raise

    def _append(self, event: EventBase) -> None:
        self._snapshot.apply(self._journal.append(event))
