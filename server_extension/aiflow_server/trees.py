"""The trees of projects, ready to be sent.

A usual project is small and read anew for every call. A large one is read once and then watched: what the
system tells of changes, within some hundredths of a second, is looked at and nothing else.
"""

import asyncio
import importlib
import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from aiflow.exceptions import NotFoundError
from aiflow.model.status import FINAL_STATUSES
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow_server.tree_index import TreeIndex

# From how many files on a tree is watched; below, a walk takes a few milliseconds and is never late.
WATCH_FROM = 1000
_WATCHED_AT_ONCE = 8
_STEP_MS = 10
# The watch is known to be armed when it has said that nothing happened.
_TIMEOUT_MS = 100
# More changes than this at once are read as a whole, off the loop.
_SCAN_FROM = 200


@dataclass(frozen=True, slots=True)
class Tree:
    """A DirectoryTree as JSON."""

    data: bytes
    etag: str


class Watched:
    """A large tree and the watch on its folder."""

    def __init__(self, root: Path, index: TreeIndex) -> None:
        self.root = root
        self.index = index
        self.identity = _identity(root)
        self.is_watching = False
        self._changed: set[str] = set()
        self._stop = asyncio.Event()
        self._armed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> bool:
        """Watch, then read everything; False where this system cannot watch.

        No more watches, no such library.
        """
        self._task = asyncio.create_task(self._watch())
        await self._armed.wait()
        if self.is_watching:
            await asyncio.to_thread(self.index.scan)
        return self.is_watching

    def stop(self) -> None:
        """End the watch."""
        self._stop.set()
        if self._task is not None:
            self._task.cancel()

    def touch(self, path: str) -> None:
        """Look at ``path`` at the next call: somebody in this process has changed it."""
        self._changed.add(path)

    async def catch_up(self) -> None:
        """Look at what has changed."""
        changed, self._changed = self._changed, set()
        if len(changed) > _SCAN_FROM:
            await asyncio.to_thread(self.index.scan)
        else:
            self.index.apply(sorted(changed))

    async def _watch(self) -> None:
        try:
            # Lazily: a native library that only large projects need.
            awatch: Any = importlib.import_module("watchfiles").awatch
            changes = awatch(
                self.root,
                watch_filter=None,
                step=_STEP_MS,
                debounce=50,
                rust_timeout=_TIMEOUT_MS,
                yield_on_timeout=True,
                stop_event=self._stop,
                ignore_permission_denied=True,
            )
            async for batch in changes:
                self.is_watching = True
                self._armed.set()
                for _, path in batch:
                    self._changed.add(path.removeprefix(str(self.root)).replace(os.sep, "/").strip("/"))
        except (ImportError, OSError, RuntimeError):
            self.is_watching = False  # the caller reads the folder instead
        finally:
            self.is_watching = False
            self._armed.set()


class Trees:
    """Reads trees, and watches the large ones that are asked for again and again."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._watched: OrderedDict[UUID, Watched] = OrderedDict()
        self._beginning: dict[UUID, asyncio.Task[None]] = {}

    async def get(self, project_id: UUID) -> Tree:
        """Return a project's tree as it is on disk.

        Raises:
            NotFoundError: when there is no such project, or its folder is gone.
        """
        watched = self._watched.get(project_id)
        if watched is not None and watched.is_watching and _identity(watched.root) == watched.identity:
            self._watched.move_to_end(project_id)
            await watched.catch_up()
            return _rendered(watched.index, project_id)
        self._forget(project_id)
        folder = await asyncio.to_thread(self._find, project_id)
        index = TreeIndex(folder.root)
        tree = await asyncio.to_thread(_read, index, project_id)
        if index.count >= WATCH_FROM and project_id not in self._beginning:
            task = asyncio.create_task(self._begin_to_watch(project_id, folder.root))
            self._beginning[project_id] = task
            task.add_done_callback(lambda _: self._beginning.pop(project_id, None))
        return tree

    def touch(self, project_id: UUID, path: str) -> None:
        """Note that a file was written by this process: the next call shows it, watched or not."""
        watched = self._watched.get(project_id)
        if watched is not None:
            watched.touch(path)

    async def _begin_to_watch(self, project_id: UUID, root: Path) -> None:
        watched = Watched(root, TreeIndex(root))
        try:
            if not await watched.start():
                return
        except BaseException:
            watched.stop()
            raise
        self._watched[project_id] = watched
        while len(self._watched) > _WATCHED_AT_ONCE:
            self._forget(next(iter(self._watched)))

    def _forget(self, project_id: UUID) -> None:
        watched = self._watched.pop(project_id, None)
        if watched is not None:
            watched.stop()

    def _find(self, project_id: UUID) -> ProjectFolder:
        folder = self._store.find(project_id)
        if not folder.is_there():
            manifest = self._store.manifest(project_id)
            if manifest is None or (manifest.status in FINAL_STATUSES and manifest.project_name is not None):
                raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        return folder

    def stop(self) -> None:
        """End all watches."""
        for task in tuple(self._beginning.values()):
            task.cancel()
        for project_id in tuple(self._watched):
            self._forget(project_id)


def _read(index: TreeIndex, project_id: UUID) -> Tree:
    index.scan()
    return _rendered(index, project_id)


def _rendered(index: TreeIndex, project_id: UUID) -> Tree:
    index.render(str(project_id))
    return Tree(index.data, index.etag)


def _identity(root: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another one that was put in its place.

    A watch stays with the old one.
    """
    try:
        found = root.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
