"""Which feeds there are: one for each run that somebody in this process watches."""

import asyncio
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import NotFoundError
from aiflow.pipeline.recovery import recover
from aiflow.storage.project_store import ProjectStore
from aiflow_server.sse import Feed, Throttle

WRITER_CHECK_S = 1.0


class Feeds:
    """Opens and closes feeds."""

    def __init__(self, store: ProjectStore, config: Config) -> None:
        self._store = store
        self._config = config
        self._feeds: dict[UUID, Feed] = {}

    def __len__(self) -> int:
        return len(self._feeds)

    async def open(self, project_id: UUID) -> Feed:
        """Return the feed of a run; give it back with ``leave``.

        Raises:
            NotFoundError: when there is no record of the run.
            StorageError: when its journal cannot be read.
        """
        await asyncio.to_thread(self._prepare, project_id)
        feed = self._feeds.get(project_id)
        if feed is None or feed.has_ended:
            feed = Feed(self._store.record(project_id).journal_path, self._watcher(project_id))
            self._feeds[project_id] = feed
        feed.users += 1
        try:
            await feed.start()
        except BaseException:
            self.leave(feed)
            raise
        return feed

    def leave(self, feed: Feed) -> None:
        """Give a feed back; the last one to do so ends it."""
        feed.users -= 1
        if feed.users == 0:
            feed.stop()
            for project_id, known in tuple(self._feeds.items()):
                if known is feed:
                    del self._feeds[project_id]

    def stop(self) -> None:
        """End all feeds."""
        for feed in self._feeds.values():
            feed.stop()
        self._feeds.clear()

    def _prepare(self, project_id: UUID) -> None:
        if not self._store.record(project_id).journal_path.is_file():
            raise NotFoundError("没有这个项目的运行记录。")
        recover(self._store, project_id, self._config)

    def _watcher(self, project_id: UUID) -> "_Watcher":
        return _Watcher(self._store, project_id, self._config)


class _Watcher:
    """Ends what nobody writes any more: asked by a feed while nothing comes."""

    def __init__(self, store: ProjectStore, project_id: UUID, config: Config) -> None:
        self._store = store
        self._project_id = project_id
        self._config = config
        self._throttle = Throttle(WRITER_CHECK_S)
        self._journal = store.record(project_id).journal_path
        self._size = -1

    def __call__(self) -> bool:
        """Tell whether the record is gone; a run whose process is gone gets its last events."""
        if not self._throttle.is_due():
            return False
        try:
            size = self._journal.stat().st_size
        except FileNotFoundError:
            return True
        except OSError:
            return False  # the feed's own reading says it
        if size != self._size:
            self._size = size
            # somebody has just written; to ask for the lock each time would cost forty runs a tenth of a core
            return False
        recover(self._store, self._project_id, self._config)
        return False
