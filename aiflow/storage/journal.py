"""A project's ordered events on disk: append, replay from n, follow.

One JSON object a line, as ``Event`` says, ``seq`` counting from 1 without gaps. One process appends (it holds
the run's lock); any number of readers, in this process or in others, read and follow. A line is encoded once,
when it is appended; whoever passes events on takes the line as it is.

What a crash leaves: the system keeps what a killed process has written, so at most the last line is torn; it
is cut off before the next one is appended. A line that was damaged in the middle is read as a ``diagnostic``
in its place, so that the numbers stay without gaps and a reader that resumes by number is never wrong.
"""

import asyncio
import os
import re
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID
from weakref import WeakSet

from pydantic import ValidationError

from aiflow.model.entities import FINAL_STATUSES
from aiflow.model.events import EVENT, ChunkEvent, DiagnosticEvent, Event, EventBase, Snapshot, is_final
from aiflow.storage.fsync import Syncing
from aiflow.storage.safefs import explain
from aiflow.util.timestamps import utc_now

EventT = TypeVar("EventT", bound=EventBase)

_HEADER = re.compile(
    rb'\{"seq":(\d{1,15}),"project_id":"([0-9a-f-]{36})","timestamp":"[^"]{1,40}","event_type":"([a-z'
    rb'_]{1,40})"'
)
_STATUS = re.compile(rb'"event_type":"status","status":"([a-z]+)"')
_FINAL = frozenset(status.value.encode() for status in FINAL_STATUSES)
# How often a reader looks for what another process has written: a third of what a person notices.
POLL_S = 0.03
# The same, after this process itself has written: then it most likely goes on to do so, and says so.
_OWN_POLL_S = 0.3
_READ_BYTES = 1 << 20
# What is kept in memory for a reader of the same process; one that is further behind reads the file.
_OFFERED_LINES = 64
# No status event is longer.
_STATUS_BYTES = 1 << 14


@dataclass(frozen=True, slots=True)
class Line:
    """One event as it stands in the file, without its line end."""

    seq: int
    event_type: str
    data: bytes

    @property
    def is_final(self) -> bool:
        """Whether a run ends with this event."""
        if self.event_type != "status":
            return False
        found = _STATUS.search(self.data)
        return found is not None and found.group(1) in _FINAL

    def event(self) -> Event:
        """Return the event itself."""
        return EVENT.validate_json(self.data)


# Appending wakes the readers of the same process at once; those of other processes poll.
_READERS: dict[Path, WeakSet["JournalReader"]] = {}


class Journal:
    """The writing end.

    Args:
        path: the file; made when it is not there.
        project_id: what each event carries.
        sync: fsync after each event that is not a chunk: after a run's last one at once, after the others in
            a thread,
            some milliseconds later, for forty runs write theirs in one loop.

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
            self.seq = _repair_tail(path)
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
            if self._sync and not isinstance(event, ChunkEvent):
                if is_final(event):
                    os.fsync(self._file.fileno())
                else:
                    self._syncing.want(self._file.fileno())
        except OSError as error:
            self._cut_back()
            raise explain(error) from error
        self.seq += 1
        start, self._size = self._size, self._size + len(data)
        for reader in tuple(_READERS.get(self.path, ())):
            reader.offer(start, data)
        return stamped

    def _cut_back(self) -> None:
        """Take away the part of a line that a full disk let through."""
        try:
            self._file.truncate(self._size)
        except OSError:
            # The next writer cuts the torn line off; a reader does not see it, for it has no end.
            self.torn = True

    def close(self) -> None:
        """Close the file, when the disk has it; the readers go on."""
        self._syncing.settle()
        self._file.close()


def _write_all(fd: int, data: bytes) -> None:
    written = os.write(fd, data)
    while written < len(data):
        written += os.write(fd, data[written:])


def _repair_tail(path: Path) -> int:
    """Cut a torn last line off; return the number of the last event that can be read."""
    with path.open("a+b") as file:
        size = file.seek(0, os.SEEK_END)
        window = 1 << 16
        while True:
            start = max(0, size - window)
            file.seek(start)
            tail = file.read(size - start)
            end = tail.rfind(b"\n") + 1
            lines = tail[:end].split(b"\n")[:-1]
            # The window's first line is whole only where the window begins the file.
            last = next((line for line in reversed(lines[0 if start == 0 else 1 :]) if _parse(line)), None)
            if last is not None or start == 0:
                break
            window *= 4
        if start + end < size:
            file.truncate(start + end)
        found = _parse(last) if last is not None else None
        return found.seq if found else 0


def _parse(line: bytes) -> Line | None:
    header = _HEADER.match(line)
    if header is None or not line.endswith(b"}"):
        return None
    return Line(int(header[1]), header[3].decode(), line)


def _filler(seq: int, project_id: UUID) -> Line:
    event = DiagnosticEvent(
        seq=seq,
        project_id=project_id,
        rule="journal_damaged",
        message="这一条运行记录损坏了，读不出来。生成的文件不受影响。",
        severity="warning",
    )
    return Line(seq, "diagnostic", event.model_dump_json().encode())


@dataclass(frozen=True, slots=True)
class Place:
    """The end of an event in the file: after number ``seq``, at byte ``offset``."""

    seq: int
    offset: int


class JournalReader:
    """The reading end: a place in the journal that moves on.

    Args:
        path: the journal; it may not be there yet.
        after: the number of the last event that the reader has already.
        start: where to begin to read; the beginning of the file by default.
    """

    def __init__(self, path: Path, after: int = 0, start: Place | None = None) -> None:
        self.path = path
        self.seq = after
        self._offset = start.offset if start is not None else 0
        self._rest = b""
        self._read_seq = start.seq if start is not None else 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._offered: deque[tuple[int, bytes]] = deque(maxlen=_OFFERED_LINES)
        self._poll_s = POLL_S

    @property
    def place(self) -> Place:
        """The end of the last event that was read."""
        return Place(self._read_seq, self._offset - len(self._rest))

    def read(self) -> list[Line]:
        """Return the events that are new since the last call, up to about 1 MiB of them.

        Raises:
            StorageError: when the file cannot be read.
        """
        data = self._take_offered()
        poll_s = _OWN_POLL_S if data else POLL_S
        if not data and self._has_grown():
            try:
                with self.path.open("rb") as file:
                    file.seek(self._offset)
                    data = file.read(_READ_BYTES)
            except FileNotFoundError:
                return []
            except OSError as error:
                raise explain(error) from error
        if not data:
            return []
        self._poll_s = poll_s
        self._offset += len(data)
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [event for line in lines for event in self._take(line) if event.seq > self.seq]

    def _take_offered(self) -> bytes:
        """Return what was appended right after what was read; nothing where the file must be asked."""
        found: list[bytes] = []
        offset = self._offset
        while self._offered:
            start, data = self._offered.popleft()
            if start == offset:
                found.append(data)
                offset += len(data)
            elif start > offset:
                # Some was let go, or another process wrote: from here on the file is read.
                break
        return b"".join(found)

    def _has_grown(self) -> bool:
        """Tell whether there is more in the file than was read: much cheaper than to read it."""
        try:
            return self.path.stat().st_size > self._offset
        except OSError:
            return True  # reading it says what there is to say

    def _take(self, data: bytes) -> Iterator[Line]:
        line = _parse(data)
        if line is None or line.seq <= self._read_seq:
            return  # damaged, or twice: the next good line's number says whether something is missing
        project_id = UUID(_HEADER.match(data)[2].decode())  # type: ignore[index]  # _parse matched it
        for missing in range(self._read_seq + 1, line.seq):
            yield _filler(missing, project_id)
        self._read_seq = line.seq
        yield line

    def read_all(self) -> Iterator[Line]:
        """Yield every event that is there."""
        before = -1
        while self._offset != before:
            before = self._offset
            for line in self.read():
                self.seq = line.seq
                yield line

    def offer(self, start: int, data: bytes) -> None:
        """Say that ``data`` was appended at byte ``start``; may be called from any thread."""
        self._offered.append((start, data))
        if self._loop is not None and not self._woken.is_set():
            try:
                self._loop.call_soon_threadsafe(self._woken.set)
            except RuntimeError:
                self._loop = None  # that loop has ended, and its reader with it

    async def follow(self, is_over: Callable[[], bool] | None = None) -> AsyncIterator[list[Line]]:
        """Yield what is there and then what comes, in batches, until a run's last event.

        A failed run that was retried goes on: its last event is the one after which nothing stands.

        Args:
            is_over: asked now and then while nothing comes; True ends the iteration (a writer that is gone).
        """
        self._loop = asyncio.get_running_loop()
        readers = _READERS.setdefault(self.path, WeakSet())
        readers.add(self)
        ended = False
        try:
            while True:
                self._woken.clear()
                size_before = self._offset
                lines = self.read()
                if lines:
                    self.seq = lines[-1].seq
                    ended = lines[-1].is_final
                    yield lines
                elif ended or (is_over is not None and is_over()):
                    return
                elif self._offset == size_before:
                    while not await self._wait() and not self._has_grown():
                        if is_over is not None and is_over():
                            return
        finally:
            readers.discard(self)

    async def follow_events(self, is_over: Callable[[], bool] | None = None) -> AsyncIterator[Event]:
        """Yield as ``follow`` does, the events themselves; one of an unknown type is left out."""
        async for lines in self.follow(is_over):
            for line in lines:
                try:
                    event = line.event()
                except ValidationError:
                    continue  # a newer version's event: what we do not know we do not show
                yield event

    async def _wait(self) -> bool:
        """Return whether something was appended.

        Without it, it is time to look for what another process wrote.
        """
        try:
            async with asyncio.timeout(self._poll_s):
                return await self._woken.wait()
        except TimeoutError:
            return False


def read_events(path: Path, after: int = 0) -> Iterator[Event]:
    """Yield the events after number ``after``; one of an unknown type, from a newer version, is left out."""
    for line in JournalReader(path, after).read_all():
        try:
            yield line.event()
        except ValidationError:
            continue  # a newer version's event: what we do not know we do not show


class JournalFold:
    """The state of a run as its journal tells it.

    Args:
        path: the journal; it need not be there yet.

    Attributes:
        snapshot: what is known; whoever writes the journal himself keeps it up to date.
    """

    def __init__(self, path: Path) -> None:
        self.snapshot = Snapshot()
        self._path = path
        self._size = 0

    def catch_up(self) -> Snapshot:
        """Return the state now. A journal that has not grown since is not read."""
        try:
            size = self._path.stat().st_size
        except FileNotFoundError:
            return self.snapshot
        if size != self._size:
            for event in read_events(self._path, self.snapshot.seq):
                self.snapshot.apply(event)
            self._size = size
        return self.snapshot


def ends_run(path: Path) -> bool:
    """Return whether the last thing that a journal says is a run's end; costs one short read."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _STATUS_BYTES))
            whole, end, _ = file.read().rpartition(b"\n")
    except OSError:
        return False  # there is none yet, or none any more
    line = _parse(whole.rpartition(b"\n")[2]) if end else None
    return line is not None and line.is_final
