"""The events of runs for the pages that show them: one feed follows a journal for all clients of a process.

A feed encodes each event once, as the transport wants it (a frame of SSE, a line of JSON), and keeps the
latest in memory, a bounded number of bytes. A client that is further behind reads the file itself at its
own pace, so a slow client delays no other one and needs no memory.
"""

import asyncio
import time
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import NotFoundError
from aiflow.pipeline.recovery import recover, watch_writer
from aiflow.storage.journal import Entry, JournalOffset
from aiflow.storage.journal_reader import JournalReader, ends_run, last_seq
from aiflow.storage.project_store import ProjectStore
from aiflow.util.timestamps import utc_now
from aiflow.workspace.observer import Observer

RECENT_BYTES = 1 << 20
# Encoded events that go out in one write: small enough that a slow client is never far behind what it was
# sent.
_WRITE_BYTES = 1 << 18
# The distance between known offsets of a journal: a client that is behind continues from the nearest one
# instead of reading from the start.
_OFFSET_STEP_BYTES = 1 << 18
_TIMESTAMP = b'"timestamp":"'


@dataclass(frozen=True, slots=True)
class _Batch:
    """Events that came together, encoded."""

    first: int
    events: tuple[bytes, ...]
    data: bytes

    @property
    def last(self) -> int:
        return self.first + len(self.events) - 1


class Subscription:
    """Wakes one client: an event has come, or a heartbeat is due."""

    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.is_closed = False
        self.is_silent = False
        self._heartbeat_s = 0.0
        self._sent_at = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, heartbeat_s: float) -> None:
        """Measure the silence from now on, with one timer for the whole subscription."""
        self._heartbeat_s = heartbeat_s
        self.restart()
        self._timer = asyncio.get_running_loop().call_later(heartbeat_s, self._check)

    def restart(self) -> None:
        """Measure the silence from now on: something was sent."""
        # A restart moves no timer: a busy run sends many events, and each would cancel and create one.
        self.is_silent = False
        self._sent_at = time.monotonic()

    def _check(self) -> None:
        rest = self._sent_at + self._heartbeat_s - time.monotonic()
        if rest <= 0:
            self.is_silent = True
            self.event.set()
            rest = self._heartbeat_s
        # The timer may fire a moment early. Without a lower bound a rest near 0 would wake the loop again and
        # again.
        self._timer = asyncio.get_running_loop().call_later(max(rest, 0.001), self._check)

    def close(self) -> None:
        """End the client's iteration at its next step."""
        self.is_closed = True
        self.event.set()
        if self._timer is not None:
            self._timer.cancel()


class Feed:
    """The events of one run for all clients of this process.

    Args:
        path: the journal.
        encode: an event as the transport sends it; must not return an empty text.
        is_over: is called regularly while nothing comes; True ends the feed.
        observer: receives the delays.
    """

    def __init__(
        self, path: Path, encode: Callable[[Entry], bytes], is_over: Callable[[], bool], observer: Observer
    ) -> None:
        self.path = path
        self.users = 0
        self.last_seq = 0
        self.has_ended = False
        self._encode = encode
        self._is_over = is_over
        self._observer = observer
        self._recent: deque[_Batch] = deque()
        # The start of the file is always known, so the search for the nearest offset finds one for each
        # client.
        self._offsets = [JournalOffset(0, 0)]
        self._recent_bytes = 0
        self._subscriptions: set[Subscription] = set()
        self._task: asyncio.Task[None] | None = None
        self._caught_up = asyncio.Event()
        self._failure: BaseException | None = None

    async def start(self) -> None:
        """Begin to follow; return when the whole journal so far has been read.

        Raises:
            StorageError: if the journal cannot be read.
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

    async def _run(self) -> None:
        reader = JournalReader(self.path)
        try:
            async for entries in reader.follow(self._poll):
                self._add(entries)
                if reader.position.offset - self._offsets[-1].offset >= _OFFSET_STEP_BYTES:
                    self._offsets.append(reader.position)
                # A long journal must not hold the loop while it is read for the first time.
                await asyncio.sleep(0)
        except Exception as error:  # noqa: BLE001 - the clients get it: `start` and `follow` raise it
            self._failure = error
        finally:
            # Also after a failure: `start` waits for this event, and a client that sleeps would never see the
            # failure.
            self.has_ended = True
            self._caught_up.set()
            self._wake()

    def _poll(self) -> bool:
        self._caught_up.set()
        return self._is_over()

    def _add(self, entries: list[Entry]) -> None:
        events = tuple(self._encode(entry) for entry in entries)
        batch = _Batch(entries[0].seq, events, b"".join(events))
        self._recent.append(batch)
        self._recent_bytes += len(batch.data)
        # The newest batch stays even if it alone is too large: the clients that are up to date still need it.
        while self._recent_bytes > RECENT_BYTES and len(self._recent) > 1:
            self._recent_bytes -= len(self._recent.popleft().data)
        self.last_seq = batch.last
        # Events that were in the journal before the feed began are old: their age is no delay of the
        # delivery.
        if self._caught_up.is_set():
            self._report_delay(entries[-1])
        self._wake()

    def _wake(self) -> None:
        for subscription in self._subscriptions:
            subscription.event.set()

    def subscribe(self) -> Subscription:
        """Return a subscription; ``follow`` ends it."""
        subscription = Subscription()
        self._subscriptions.add(subscription)
        return subscription

    async def follow(
        self, after: int, *, heartbeat_s: float, follow: bool, subscription: Subscription
    ) -> AsyncGenerator[bytes, None]:
        """Yield encoded events after number ``after`` until the run ends.

        Where a heartbeat is due it yields ``b""``.

        Args:
            after: the number of the last event that the client has.
            heartbeat_s: the longest silence.
            follow: wait for further events; else end with the last one that there is.
            subscription: closing it ends the iteration.
        """
        own: JournalReader | None = None
        subscription.begin(heartbeat_s)
        try:
            while not subscription.is_closed:
                # Cleared before the look, not after it: an event that comes between the two would be lost
                # until the next one.
                subscription.event.clear()
                # The number before the first recent event needs no file: memory continues exactly there.
                if after < self._first_recent() - 1:
                    own = own or self._reader_at(after)
                    before = own.position
                    entries = own.read()
                    if entries:
                        after = own.seq = entries[-1].seq
                        yield b"".join([self._encode(entry) for entry in entries])
                    elif own.position == before:
                        return  # the journal is shorter than it was: the client comes back and reads it anew
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
                    yield b""
                else:
                    await subscription.event.wait()
                    continue
                subscription.restart()
        finally:
            subscription.close()
            self._subscriptions.discard(subscription)

    def _reader_at(self, after: int) -> JournalReader:
        """Return a reader that begins shortly before the events after number ``after``."""
        offset = self._offsets[bisect_right(self._offsets, after, key=lambda one: one.seq) - 1]
        return JournalReader(self.path, after, offset)

    def _first_recent(self) -> int:
        return self._recent[0].first if self._recent else self.last_seq + 1

    def _since(self, after: int) -> tuple[bytes, int]:
        """Return events after number ``after`` from memory, and the number of the last of them."""
        if after >= self.last_seq:
            return b"", after
        start = bisect_right(self._recent, after, key=lambda batch: batch.last)
        found: list[bytes] = []
        size = 0
        for index in range(start, len(self._recent)):
            batch = self._recent[index]
            # Most clients need whole batches, whose bytes are joined already. Only the first one may be
            # needed in part.
            data = batch.data if batch.first > after else b"".join(batch.events[after + 1 - batch.first :])
            found.append(data)
            size += len(data)
            after = batch.last
            if size >= _WRITE_BYTES:
                break
        return (found[0] if len(found) == 1 else b"".join(found)), after

    def _report_delay(self, entry: Entry) -> None:
        start = entry.data.find(_TIMESTAMP) + len(_TIMESTAMP)
        end = entry.data.find(b'"', start)
        try:
            written = datetime.fromisoformat(entry.data[start:end].decode())
        except ValueError:
            return  # a time stamp that cannot be read must not hold the event back
        self._observer.event_delivered(max(0.0, (utc_now() - written).total_seconds()))


class Feeds:
    """The feeds of a process, one for each run that a page shows.

    Args:
        store: the projects.
        config: limits.
        encode: an event as the transport sends it.
        observer: receives the delays.
    """

    def __init__(
        self, store: ProjectStore, config: Config, encode: Callable[[Entry], bytes], observer: Observer
    ) -> None:
        self._store = store
        self._config = config
        self._encode = encode
        self._observer = observer
        self._feeds: dict[UUID, Feed] = {}

    def __len__(self) -> int:
        return len(self._feeds)

    async def has_more(self, project_id: UUID, after: int) -> bool:
        """Return whether there are, or will be, events for a client that has event ``after``.

        It costs two short reads.

        Raises:
            NotFoundError: if there is no record of the run.
            StorageError: if the disk refuses.
        """
        return await asyncio.to_thread(self._has_more, project_id, after)

    def _has_more(self, project_id: UUID, after: int) -> bool:
        self._prepare(project_id)
        path = self._store.record(project_id).journal_path
        # A new client always gets the events of the run, so the files need not be read for it.
        return after == 0 or not ends_run(path) or last_seq(path) > after

    async def open(self, project_id: UUID) -> Feed:
        """Return the feed of a run; pass it to ``leave`` when it is no longer needed.

        Raises:
            NotFoundError: if there is no record of the run.
            StorageError: if its journal cannot be read.
        """
        await asyncio.to_thread(self._prepare, project_id)
        feed = self._feeds.get(project_id)
        # A run that is retried goes on in the same journal, so a feed that has ended cannot serve it.
        if feed is None or feed.has_ended:
            path = self._store.record(project_id).journal_path
            is_over = watch_writer(self._store, project_id, self._config)
            feed = Feed(path, self._encode, is_over, self._observer)
            self._feeds[project_id] = feed
        # Counted before the wait: another client that leaves meanwhile must not stop the feed.
        feed.users += 1
        try:
            await feed.start()
        except BaseException:
            self.leave(feed)
            raise
        return feed

    def leave(self, feed: Feed) -> None:
        """Release a feed; it stops when its last user has left."""
        feed.users -= 1
        if feed.users == 0:
            feed.stop()
            for project_id, known in tuple(self._feeds.items()):
                # A newer feed may have replaced one that ended while clients still read it.
                if known is feed:
                    del self._feeds[project_id]

    def stop(self) -> None:
        """Stop all feeds."""
        for feed in self._feeds.values():
            feed.stop()
        self._feeds.clear()

    def _prepare(self, project_id: UUID) -> None:
        if not self._store.record(project_id).journal_path.is_file():
            raise NotFoundError("没有这个项目的运行记录。")
        # A run whose process was killed gets its last event here. Otherwise the page would wait for it.
        recover(self._store, project_id, self._config)
