"""A project's ordered events on disk: the writing end, and what one entry is.

One JSON object a line, as ``Event`` describes it, ``seq`` counting from 1 without gaps. One process appends
(it holds the run's lock); ``aiflow.storage.journal_reader`` reads and follows. An entry is encoded once, when
it is appended; readers pass it on as it is.

After a crash at most the last line is torn, because the system keeps what a killed process has written; the
next writer cuts it off before it appends. A line that was damaged in the middle is read as a ``diagnostic``
in its place, so that the numbers stay without gaps and a reader that resumes by number is never wrong.
"""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import BinaryIO, Protocol, TypeVar
from uuid import UUID

from aiflow.model.events import EVENT, RUN_EVENT_TYPES, ChunkEvent, Event, EventBase, is_final
from aiflow.model.status import FINAL_STATUSES
from aiflow.storage.fsync import Syncing
from aiflow.storage.safefs import explain
from aiflow.util.timestamps import utc_now

EventT = TypeVar("EventT", bound=EventBase)

# The keys come in the order of EventBase's fields, then those of the event. A regular expression reads the
# number of an event without decoding its text, which may be long.
_HEADER = re.compile(
    rb'\{"seq":(\d{1,15}),"project_id":"([0-9a-f-]{36})","timestamp":"[^"]{1,40}","event_type":"([a-z_]{1,40})"'
)
_STATUS = re.compile(rb'"event_type":"status","status":"([a-z]+)"')
_FINAL = frozenset(status.value.encode() for status in FINAL_STATUSES)

# No status event is longer.
_WINDOW_BYTES = 1 << 14


@dataclass(frozen=True, slots=True)
class JournalOffset:
    """The end of an event in the file: after number ``seq``, at byte ``offset``."""

    seq: int
    offset: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands in the file, without its line end."""

    seq: int
    project_id: UUID
    event_type: str
    data: bytes

    @property
    def belongs_to_run(self) -> bool:
        """Whether only a run at work writes such an event; others may follow its end and do not undo it."""
        return self.event_type in RUN_EVENT_TYPES

    @property
    def is_final(self) -> bool:
        """Whether a run ends with this event."""
        # Most entries are chunks: their long text need not be searched.
        if self.event_type != "status":
            return False
        found = _STATUS.search(self.data)
        return found is not None and found.group(1) in _FINAL

    def event(self) -> Event:
        """Return the event itself."""
        return EVENT.validate_json(self.data)


class Listener(Protocol):
    """A reader of the same process: it gets what is appended at once, without asking the disk."""

    def offer(self, start: int, data: bytes) -> None:
        """Receive ``data``, which was appended at byte ``start``; called from the writer's thread."""


# Tuples that are replaced, never changed: the writer reads them without the lock.
_LISTENERS: dict[Path, tuple[Listener, ...]] = {}
_LISTENERS_LOCK = Lock()


def listen(path: Path, listener: Listener) -> None:
    """Offer what is appended to the journal ``path`` in this process to ``listener`` from now on."""
    with _LISTENERS_LOCK:
        _LISTENERS[path] = (*_LISTENERS.get(path, ()), listener)


def stop_listening(path: Path, listener: Listener) -> None:
    """Undo ``listen``."""
    with _LISTENERS_LOCK:
        others = tuple(one for one in _LISTENERS.get(path, ()) if one is not listener)
        if others:
            _LISTENERS[path] = others
        else:
            _LISTENERS.pop(path, None)


class Journal:
    """The writing end.

    Args:
        path: the file; made when it is not there.
        project_id: what each event carries.
        sync: fsync after each event that is not a chunk: after a run's last one at once, after the others in
            a thread, some milliseconds later, for forty runs write theirs in one loop.

    Raises:
        StorageError: when the file cannot be opened.
    """

    def __init__(self, path: Path, project_id: UUID, *, sync: bool = True) -> None:
        self.path = path
        self.project_id = project_id
        self.torn = False
        self._sync = sync
        self._syncing = Syncing()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Before the file is opened to append: the next event would otherwise continue a torn line and be
            # lost.
            self.seq = _repair_tail(path)
            # Without a buffer: what was appended survives the death of the process, because the system has
            # it.
            self._file = path.open("ab", buffering=0)
            self._size = self._file.tell()
        except OSError as error:
            raise explain(error) from error

    def append(self, event: EventT) -> EventT:
        """Give ``event`` its number and write it; return it as it was written.

        Raises:
            StorageError: when the disk refuses; the number is used again.
        """
        stamped = event.model_copy(
            update={"seq": self.seq + 1, "project_id": self.project_id, "timestamp": utc_now()}
        )
        data = stamped.model_dump_json().encode() + b"\n"
        try:
            _write_all(self._file.fileno(), data)
            # Chunks come twenty times a second, and a lost one costs only text: an fsync for each would be
            # too slow.
            if self._sync and not isinstance(event, ChunkEvent):
                # A run that was reported as ended must not go on after a power cut.
                if is_final(event):
                    os.fsync(self._file.fileno())
                else:
                    self._syncing.want(self._file.fileno())
        except OSError as error:
            self._cut_back()
            raise explain(error) from error
        # Counted after the write: a refused event must leave no gap in the numbers.
        self.seq += 1
        start, self._size = self._size, self._size + len(data)
        # After the write, or a reader would show an event that the disk has refused.
        for listener in _LISTENERS.get(self.path, ()):
            listener.offer(start, data)
        return stamped

    @property
    def position(self) -> JournalOffset:
        """The end of the last event."""
        return JournalOffset(self.seq, self._size)

    def _cut_back(self) -> None:
        """Take away the part of a line that a full disk let through."""
        try:
            self._file.truncate(self._size)
        except OSError:
            # The next writer cuts the torn line off; a reader does not see it, for it has no end.
            self.torn = True

    def close(self) -> None:
        """Close the file, when the disk has it; the readers go on."""
        # The background thread still uses the descriptor: after the close, its number may be another file's.
        self._syncing.flush()
        self._file.close()


def _write_all(fd: int, data: bytes) -> None:
    # The system may write less than it is given, on a nearly full disk for example; the next call then
    # raises.
    written = os.write(fd, data)
    while written < len(data):
        written += os.write(fd, data[written:])


def _repair_tail(path: Path) -> int:
    """Cut a torn last line off; return the number of the last event that can be read."""
    with path.open("a+b") as file:
        found, end = last_entry(file)
        if end < file.seek(0, os.SEEK_END):
            file.truncate(end)
        return found.seq if found is not None else 0


def last_entry(file: BinaryIO, accept: Callable[[Entry], bool] = lambda _: True) -> tuple[Entry | None, int]:
    """Return the last entry that ``accept`` is true for, and the offset after the last whole line.

    It reads backwards, so a journal of any length costs one short read where one of its last lines is
    accepted. Damaged lines are left out.
    """
    size = file.seek(0, os.SEEK_END)
    window = _WINDOW_BYTES
    while True:
        start = max(0, size - window)
        file.seek(start)
        *lines, torn = file.read(size - start).split(b"\n")
        # The window's first line is whole only where the window begins the file.
        entries = map(parse_entry, reversed(lines[0 if start == 0 else 1 :]))
        found = next((entry for entry in entries if entry is not None and accept(entry)), None)
        if found is not None or start == 0:
            return found, size - len(torn)
        # A line may be longer than the window. Growing fourfold keeps the number of reads small.
        window *= 4


def parse_entry(line: bytes) -> Entry | None:
    """Return the entry that a line of the file is, None where it is damaged."""
    header = _HEADER.match(line)
    # A damaged line may begin with a whole header, so its end is examined too.
    if header is None or not line.endswith(b"}"):
        return None
    try:
        # Thirty-six digits and hyphens need not be a UUID: the hyphens may be in other places.
        project_id = UUID(header[2].decode())
    except ValueError:
        return None
    return Entry(int(header[1]), project_id, header[3].decode(), line)
