"""From a run to its journal: numbering, coalescing, and the state so far.

A model sends dozens of pieces a second; a person reads twenty updates. Text is therefore gathered for 50 ms
and then becomes one ``chunk``; any other event first lets the gathered text out, so that the order is true,
and is never delayed itself.
"""

import asyncio

from aiflow.exceptions import AIFlowError
from aiflow.model.events import Channel, ChunkEvent, EventBase, StatusEvent
from aiflow.model.snapshot import Snapshot
from aiflow.storage.journal import Journal

COALESCE_S = 0.05
MAX_CHUNK_CHARS = 4096


class Emitter:
    """Writes one run's events.

    Args:
        journal: where they go.
        snapshot: kept up to date with them.
    """

    def __init__(self, journal: Journal, snapshot: Snapshot) -> None:
        self._journal = journal
        self._snapshot = snapshot
        self._pending: list[str] = []
        self._pending_chars = 0
        self._key: tuple[str, Channel, str | None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._failure: AIFlowError | None = None

    def text(self, phase: str, channel: Channel, text: str, path: str | None = None) -> None:
        """Take some of the model's text; it becomes an event after ``COALESCE_S`` at the latest.

        Raises:
            StorageError: when the disk refused this text or the text before it.
        """
        if self._failure is not None:
            raise self._failure
        key = (phase, channel, path)
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
            StorageError: when the disk refuses.
        """
        self._flush()
        self._append(event)

    def notice(self, message: str) -> None:
        """Say ``message`` (Chinese) while the run goes on as it is.

        Raises:
            StorageError: when the disk refuses.
        """
        state = self._snapshot
        self.emit(
            StatusEvent(
                status=state.status,
                project_status=state.project_status,
                retry_count=state.retry_count,
                message=message,
            )
        )

    def close(self) -> None:
        """Write what was gathered. Raises as ``emit`` does."""
        self._flush()

    def _flush_later(self) -> None:
        self._timer = None
        try:
            self._flush()
        except AIFlowError as error:
            self._failure = error  # nobody awaits a timer: the next piece of text raises it

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
        for start in range(0, len(text), MAX_CHUNK_CHARS):
            piece = text[start : start + MAX_CHUNK_CHARS]
            self._append(ChunkEvent(phase=phase, channel=channel, text=piece, path=path))

    def _append(self, event: EventBase) -> None:
        self._snapshot.apply(self._journal.append(event))
