"""From a journal to its readers: each event is framed once, whoever reads it.

One feed follows a journal for all clients of a run. It keeps the latest frames in memory, a bounded number of
bytes; a client that is behind them reads the file itself at its own pace, so a slow one costs the others
nothing and no memory.
"""

import asyncio
import time
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from aiflow.storage.journal import Entry
from aiflow.storage.journal_reader import JournalOffset, JournalReader, has_ended
from aiflow.util.timestamps import utc_now
from aiflow_server import metrics

PING = b": ping\n\n"
RECENT_BYTES = 1 << 20
# Frames that go out in one write: small enough that a slow client is never far behind what it was sent.
_WRITE_BYTES = 1 << 18
# One known place for so many bytes of a journal: a client that is behind finds its own without reading from
# the start.
_PLACE_BYTES = 1 << 18
_TIMESTAMP = b'"timestamp":"'


def frame(line: Entry) -> bytes:
    """Return an event as it goes over the wire.

    Its JSON holds no line end, so it is one ``data`` line as it is.
    """
    return b"id: %d\nevent: %s\ndata: %b\n\n" % (line.seq, line.event_type.encode(), line.data)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Frames that came together."""

    first: int
    frames: tuple[bytes, ...]
    data: bytes

    @property
    def last(self) -> int:
        return self.first + len(self.frames) - 1


class Subscription:
    """One client's wish to be woken: for what comes, or because it heard nothing for too long."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.is_closed = False
        self.is_silent = False
        self._heartbeat_s = 0.0
        self._heard_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, heartbeat_s: float) -> None:
        """Count the silence from now on; one timer for all of it, not one for every event."""
        self._heartbeat_s = heartbeat_s
        self.hear()
        self._timer = asyncio.get_running_loop().call_later(heartbeat_s, self._check)

    def hear(self) -> None:
        """Note that the client was sent something."""
        self.is_silent = False
        self._heard_at = time.monotonic()

    def _check(self) -> None:
        rest = self._heard_at + self._heartbeat_s - time.monotonic()
        if rest <= 0:
            self.is_silent = True
            self.event.set()
            rest = self._heartbeat_s
        self._timer = asyncio.get_running_loop().call_later(max(rest, 0.001), self._check)

    def close(self) -> None:
        """End the client's iteration at its next turn."""
        self.is_closed = True
        self.event.set()
        if self._timer is not None:
            self._timer.cancel()


class Feed:
    """The events of one run for all clients of this process.

    Args:
        path: the journal.
        is_over: asked now and then while nothing comes; True ends the feed (there is nothing to follow any
            more).
    """

    def __init__(self, path: Path, is_over: Callable[[], bool]) -> None:
        self.path = path
        self.users = 0
        self.last_seq = 0
        self.run_has_ended = False
        self.has_ended = False
        self._is_over = is_over
        self._recent: deque[_Batch] = deque()
        self._places = [JournalOffset(0, 0)]
        self._recent_bytes = 0
        self._subscriptions: set[Subscription] = set()
        self._task: asyncio.Task[None] | None = None
        self._caught_up = asyncio.Event()
        self._failure: BaseException | None = None

    async def start(self) -> None:
        """Begin to follow; return when everything that is there has been read.

        Raises:
            StorageError: when the journal cannot be read.
        """
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        await self._caught_up.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Stop following."""
        if self._task is not None:
            self._task.cancel()

    def is_over_after(self, seq: int) -> bool:
        """Tell whether a client that has event ``seq`` has the run's last one."""
        return seq > 0 and self.run_has_ended and seq >= self.last_seq

    async def _run(self) -> None:
        reader = JournalReader(self.path)
        try:
            async for lines in reader.follow(self._poll):
                self._take(lines)
                if reader.position.offset - self._places[-1].offset >= _PLACE_BYTES:
                    self._places.append(reader.position)
                # A long journal must not hold the loop while it is read for the first time.
                await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001 - the clients get it: `start` and `follow` raise it
            self._failure = error
        finally:
            self.has_ended = True
            self._caught_up.set()
            self._wake()

    def _poll(self) -> bool:
        self._caught_up.set()
        return self._is_over()

    def _take(self, lines: list[Entry]) -> None:
        frames = tuple(frame(line) for line in lines)
        batch = _Batch(lines[0].seq, frames, b"".join(frames))
        self._recent.append(batch)
        self._recent_bytes += len(batch.data)
        while self._recent_bytes > RECENT_BYTES and len(self._recent) > 1:
            self._recent_bytes -= len(self._recent.popleft().data)
        self.last_seq = batch.last
        self.run_has_ended = has_ended(lines, before=self.run_has_ended)
        if self._caught_up.is_set():
            _note_delay(lines[-1])
        elif self.run_has_ended:
            self._caught_up.set()
        self._wake()

    def _wake(self) -> None:
        for subscription in self._subscriptions:
            subscription.event.set()

    def subscribe(self) -> Subscription:
        """Return a subscription; ``follow`` gives it back."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    async def follow(
        self, after: int, *, heartbeat_s: float, follow: bool, subscription: Subscription
    ) -> AsyncGenerator[bytes, None]:
        """Yield ready frames after event ``after`` until the run's last event, and heartbeat comments.

        Args:
            after: the number of the last event that the client has.
            heartbeat_s: the longest silence.
            follow: wait for what comes; else end with what is there.
            subscription: closing it ends the iteration.
        """
        own: JournalReader | None = None
        subscription.begin(heartbeat_s)
        try:
            while not subscription.is_closed:
                subscription.event.clear()
                if after < self._first_recent() - 1:
                    own = own or self._reader_at(after)
                    before = own.position
                    lines = own.read()
                    if lines:
                        after = own.seq = lines[-1].seq
                        yield b"".join([frame(line) for line in lines])
                    elif own.position == before:
                        return  # the journal is shorter than it was: the client comes back and is told anew
                    await asyncio.sleep(0)
                    continue
                own = None
                data, after = self._since(after)
                if data:
                    yield data
                elif self._failure is not None:
                    raise self._failure
                elif self.has_ended or not follow:
                    return
                elif subscription.is_silent:
                    yield PING
                else:
                    await subscription.event.wait()
                    continue
                subscription.hear()
        finally:
            subscription.close()
            self._subscriptions.discard(subscription)

    def _reader_at(self, after: int) -> JournalReader:
        """Return a reader that begins shortly before the events after number ``after``."""
        place = self._places[bisect_right(self._places, after, key=lambda place: place.seq) - 1]
        return JournalReader(self.path, after, place)

    def _first_recent(self) -> int:
        return self._recent[0].first if self._recent else self.last_seq + 1

    def _since(self, after: int) -> tuple[bytes, int]:
        """Return frames after number ``after`` from memory, and the number that they end with."""
        if after >= self.last_seq:
            return b"", after
        start = bisect_right(self._recent, after, key=lambda batch: batch.last)
        found: list[bytes] = []
        size = 0
        for index in range(start, len(self._recent)):
            batch = self._recent[index]
            data = batch.data if batch.first > after else b"".join(batch.frames[after + 1 - batch.first :])
            found.append(data)
            size += len(data)
            after = batch.last
            if size >= _WRITE_BYTES:
                break
        return (found[0] if len(found) == 1 else b"".join(found)), after


def _note_delay(line: Entry) -> None:
    start = line.data.find(_TIMESTAMP) + len(_TIMESTAMP)
    end = line.data.find(b'"', start)
    try:
        written = datetime.fromisoformat(line.data[start:end].decode())
    except ValueError:
        return  # a time stamp that cannot be read is no reason to hold the event back
    metrics.EVENT_DELAY.observe(max(0.0, (utc_now() - written).total_seconds()))


class Throttle:
    """Lets a check through now and then."""

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._last = time.monotonic()

    def is_due(self) -> bool:
        """Tell whether the time has come, and begin to count again."""
        if time.monotonic() - self._last < self._every_s:
            return False
        self._last = time.monotonic()
        return True
