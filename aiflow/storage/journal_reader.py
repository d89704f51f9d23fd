"""Reading a journal: what is there, and what comes.

Any number of readers, in the process that writes and in others, read and follow one journal.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from aiflow.model.events import DiagnosticEvent, Event
from aiflow.model.snapshot import Snapshot
from aiflow.storage.journal import Entry, JournalOffset, last_entry, listen, parse_entry, stop_listening
from aiflow.storage.safefs import explain

# How often a reader looks for what another process has written: a third of what a person notices.
POLL_S = 0.03
# The same, while this process writes: its writer offers what it appends, so the file is asked less often.
_OWN_POLL_S = 0.3
_READ_BYTES = 1 << 20
# Entries kept in memory for readers of the same process; one that is further behind reads the file.
_OFFERED_ENTRIES = 64


def has_ended(entries: Iterable[Entry], *, before: bool = False) -> bool:
    """Return whether the run has ended after ``entries``.

    Args:
        entries: in their order.
        before: whether it had ended before them.
    """
    for entry in entries:
        # The latest status counts: a retry follows a final one.
        if entry.event_type == "status":
            before = entry.is_final
    return before


def _filler(seq: int, project_id: UUID) -> Entry:
    # An ordinary event: a page shows it without a case of its own for damaged lines.
    event = DiagnosticEvent(
        seq=seq,
        project_id=project_id,
        rule="journal_damaged",
        message="这一条运行记录损坏了，读不出来。生成的文件不受影响。",
        severity="warning",
    )
    return Entry(seq, project_id, "diagnostic", event.model_dump_json().encode())


class JournalReader:
    """The reading end: a position in the journal that advances.

    Args:
        path: the journal; it may not be there yet.
        after: the number of the last event that the reader has already.
        start: where to begin to read; the beginning of the file by default.
    """

    def __init__(self, path: Path, after: int = 0, start: JournalOffset | None = None) -> None:
        self.path = path
        self.seq = after
        self._offset = start.offset if start is not None else 0
        self._rest = b""
        self._read_seq = start.seq if start is not None else 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._offered: deque[tuple[int, bytes]] = deque(maxlen=_OFFERED_ENTRIES)
        self._poll_s = POLL_S

    @property
    def position(self) -> JournalOffset:
        """The end of the last event that was read."""
        return JournalOffset(self._read_seq, self._offset - len(self._rest))

    def rewind(self, position: JournalOffset) -> None:
        """Go on reading after ``position``."""
        self.seq = self._read_seq = position.seq
        self._offset = position.offset
        self._rest = b""

    def read(self) -> list[Entry]:
        """Return the events that are new since the last call, up to about 1 MiB of them.

        Raises:
            StorageError: when the file cannot be read.
        """
        data = self._consume_offered()
        # An offer proves that this process writes; a file that grows without one has another writer.
        poll_s = _OWN_POLL_S if data else POLL_S
        if not data and self._has_grown():
            try:
                with self.path.open("rb") as file:
                    file.seek(self._offset)
                    data = file.read(_READ_BYTES)
            # A reader may be earlier than the run: the journal appears with the first event.
            except FileNotFoundError:
                return []
            except OSError as error:
                raise explain(error) from error
        if not data:
            return []
        self._poll_s = poll_s
        self._offset += len(data)
        # A piece may end inside a line, even inside a character: its bytes wait for the rest.
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [event for line in lines for event in self._parse(line) if event.seq > self.seq]

    def _consume_offered(self) -> bytes:
        """Return what was appended right after what was read; nothing where the file must be asked."""
        found: list[bytes] = []
        offset = self._offset
        while self._offered:
            start, data = self._offered.popleft()
            # An offer before the offset was read from the file already, so it is dropped.
            if start == offset:
                found.append(data)
                offset += len(data)
            elif start > offset:
                # Some was dropped, or another process wrote: from here on the file is read.
                break
        return b"".join(found)

    def _has_grown(self) -> bool:
        """Return whether the file holds more than was read: much cheaper than to read it."""
        try:
            return self.path.stat().st_size > self._offset
        except OSError:
            return True  # reading it raises the error

    def _parse(self, data: bytes) -> Iterator[Entry]:
        entry = parse_entry(data)
        if entry is None or entry.seq <= self._read_seq:
            return  # damaged, or twice: the next good line's number shows whether an event is missing
        for missing in range(self._read_seq + 1, entry.seq):
            yield _filler(missing, entry.project_id)
        self._read_seq = entry.seq
        yield entry

    def read_all(self) -> Iterator[Entry]:
        """Yield every event that is there."""
        before = -1
        # The offset decides: a piece of the file may hold no new event and still not be the last.
        while self._offset != before:
            before = self._offset
            for entry in self.read():
                self.seq = entry.seq
                yield entry

    def offer(self, start: int, data: bytes) -> None:
        """Receive ``data``, which was appended at byte ``start``; may be called from any thread."""
        # A deque's append and popleft are atomic, so the writer's thread waits for no lock of a reader.
        self._offered.append((start, data))
        if self._loop is not None and not self._woken.is_set():
            try:
                self._loop.call_soon_threadsafe(self._woken.set)
            except RuntimeError:
                self._loop = None  # that loop has ended, and its reader with it

    async def follow(self, is_over: Callable[[], bool] | None = None) -> AsyncIterator[list[Entry]]:
        """Yield what is there, then what comes, in batches, until the last status and what follows it.

        A failed run that was retried goes on: its last status is the one after which there is no other.

        Args:
            is_over: asked now and then while nothing comes; True ends the iteration (a writer that is gone).
        """
        self._loop = asyncio.get_running_loop()
        # Before the first read: what is appended between the two would wait for the next poll.
        listen(self.path, self)
        ended = False
        try:
            while True:
                # Cleared before the read, not after it: what is appended during the read must wake this
                # reader.
                self._woken.clear()
                size_before = self._offset
                entries = self.read()
                if entries:
                    self.seq = entries[-1].seq
                    ended = has_ended(entries, before=ended)
                    yield entries
                elif ended or (is_over is not None and is_over()):
                    return
                # Events that the reader has already advance the offset without a result: the next piece is
                # read at once.
                elif self._offset == size_before:
                    while not await self._wait() and not self._has_grown():
                        if is_over is not None and is_over():
                            return
        finally:
            # A page that is closed abandons its reader: the writer would offer to it for ever.
            stop_listening(self.path, self)

    async def follow_events(self, is_over: Callable[[], bool] | None = None) -> AsyncIterator[Event]:
        """Yield as ``follow`` does, the events themselves; one of an unknown type is left out."""
        async for entries in self.follow(is_over):
            for event in _known(entries):
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
    """Return the events after number ``after``; one of an unknown type, from a newer version, is left out."""
    return _known(JournalReader(path, after).read_all())


def _known(entries: Iterable[Entry]) -> Iterator[Event]:
    for entry in entries:
        try:
            yield entry.event()
        except ValidationError:
            continue  # a newer version's event: what we do not know we do not show


class JournalFold:
    """The state of a run, as its journal has it; each event is read once.

    Args:
        path: the journal; it need not be there yet.
        text: fold the model's text too, which is by far the most of a journal.

    Attributes:
        snapshot: the state so far; the run's writer keeps it up to date itself.
    """

    def __init__(self, path: Path, *, text: bool = True) -> None:
        self.snapshot = Snapshot()
        self._text = text
        self._path = path
        self._reader = JournalReader(path)

    def catch_up(self) -> Snapshot:
        """Return the state now. A journal that has not grown since is not read.

        Raises:
            StorageError: when the journal cannot be read.
        """
        entries = self._reader.read_all()
        # Chunks are left out by their type, before their text is decoded.
        for event in _known(one for one in entries if self._text or one.event_type != "chunk"):
            self.snapshot.apply(event)
        # The rest of a torn line is read again: the next writer cuts it off.
        self.skip_to(self._reader.position)
        return self.snapshot

    def skip_to(self, position: JournalOffset) -> None:
        """Go on after ``position``: the events before are in the snapshot already."""
        self._reader.rewind(position)


def fold_without_text(path: Path) -> Snapshot:
    """Return the state of a run as its journal holds it, without the model's text.

    Raises:
        StorageError: when the journal cannot be read.
    """
    return JournalFold(path, text=False).catch_up()


def last_seq(path: Path) -> int:
    """Return the number of a journal's last event, 0 if there is none; costs one short read."""
    entry = _last(path)
    return entry.seq if entry is not None else 0


def ends_run(path: Path) -> bool:
    """Return whether a run has ended, by its journal's last event that belongs to a run at work."""
    # A person may save a file after the end: such an event does not open the run again.
    entry = _last(path, lambda entry: entry.belongs_to_run)
    return entry is not None and entry.is_final


def _last(path: Path, accept: Callable[[Entry], bool] = lambda _: True) -> Entry | None:
    try:
        with path.open("rb") as file:
            return last_entry(file, accept)[0]
    except OSError:
        return None  # there is no journal yet, or none any more
