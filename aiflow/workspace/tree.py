"""The files of a project as they are on disk, read once and then watched.

A project is watched while a page shows it. A change by the program, an editor or git becomes an event
within some tenths of a second, so that every page shows it.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from aiflow.exceptions import AIFlowError, NotFoundError
from aiflow.model.events import ChangedBy
from aiflow.model.status import FINAL_STATUSES
from aiflow.storage.journal_reader import JournalFold
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.changes import Changes
from aiflow.workspace.entity_tags import etag_of
from aiflow.workspace.worker import Worker

# A watch ends this long after the last look.
LOOKED_AT_S = 10.0
# Each watch needs two threads; what is looked at beyond that is read from the disk at each look.
_WATCHES = 32
# A program that writes many files causes one reading of the folder, and a page still sees it at once.
_DEBOUNCE_MS = 100
_STEP_MS = 20
# Without a change the watch wakes this often, which is the only time when it can end for lack of looks.
_TIMEOUT_MS = 1000


@dataclass(frozen=True, slots=True)
class Tree:
    """A DirectoryTree as JSON, and its entity tag."""

    data: bytes
    etag: str


class Watch:
    """A project that is looked at.

    Attributes:
        is_stale: whether something may have changed since ``tree`` was read and the events were written.
        is_active: whether the system reports changes.
    """

    def __init__(self, root: Path, journal: Path) -> None:
        self.root = root
        self.identity = _identity(root)
        self.state = JournalFold(journal, text=False)
        self.tree: Tree | None = None
        self.is_stale = True
        self.is_active = False
        self.looked_at = time.monotonic()
        # Several pages and the watch itself may ask at once: one reading of the folder serves them all.
        self.lock = asyncio.Lock()
        self.stop = asyncio.Event()


class Trees:
    """The trees of all projects. The watches live in the worker's loop.

    Args:
        store: the projects.
        changes: writes the events.
        worker: the thread that watches.
        is_program: returns whether a program of a project runs, so that it wrote what changed.
    """

    def __init__(
        self, store: ProjectStore, changes: Changes, worker: Worker, is_program: Callable[[UUID], bool]
    ) -> None:
        self._store = store
        self._changes = changes
        self._worker = worker
        self._is_program = is_program
        self._watches: dict[UUID, Watch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        # The system reports a change some time later. A page that has just saved must see its own change at
        # once.
        changes.on_change = self.mark_stale

    async def get(self, project_id: UUID) -> Tree:
        """Return a project's tree as it is on disk, and watch the project for a while.

        Raises:
            NotFoundError: if there is no such project, or its folder is gone.
            StorageError: if the disk refuses.
        """
        return await self._worker.call(self._get(project_id))

    async def refresh(self, project_id: UUID) -> None:
        """Watch a project for a while: a page shows it. Its events are complete when this returns.

        Nothing is done while a run works on it: the run announces its files itself.
        """
        if await asyncio.to_thread(self._changes.has_ended, project_id):
            with suppress(AIFlowError):  # the folder may be gone; the events are still there
                await self.get(project_id)

    def mark_stale(self, project_id: UUID) -> None:
        """Read the tree again at the next look: this process has changed it."""
        watch = self._watches.get(project_id)
        if watch is not None:
            watch.is_stale = True

    async def forget(self, project_id: UUID) -> None:
        """End the watch of a project that is to be deleted."""
        await self._worker.call(self._forget(project_id))

    async def stop(self) -> None:
        """End all watches."""
        await self._worker.call(self._stop())

    # In the worker's loop ------------------------------------------------------------------------------

    async def _get(self, project_id: UUID) -> Tree:
        known = self._watches.get(project_id)
        if known is not None and known.identity == _identity(known.root):
            known.looked_at = time.monotonic()
            return await self._update(project_id, known)
        # The folder was renamed or replaced: the old watch would report changes of a folder that no one
        # shows.
        await self._forget(project_id)
        watch, has_ended = await asyncio.to_thread(self._new_watch, project_id)
        if has_ended:
            self._start(project_id, watch)
        return await self._update(project_id, watch)

    def _new_watch(self, project_id: UUID) -> tuple[Watch, bool]:
        watch = Watch(self._find(project_id).root, self._store.record(project_id).journal_path)
        return watch, self._changes.has_ended(project_id)

    def _start(self, project_id: UUID, watch: Watch) -> None:
        # Too many watches are no error: the tree is still right, it is only read at each look.
        if len(self._watches) >= _WATCHES or watch.identity is None:
            return
        self._watches[project_id] = watch
        task = asyncio.create_task(self._watch(project_id, watch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _update(self, project_id: UUID, watch: Watch) -> Tree:
        async with watch.lock:
            if watch.tree is not None and watch.is_active and not watch.is_stale:
                return watch.tree
            # Reset before the reading: a change that is reported meanwhile sets it again and is not lost.
            watch.is_stale, is_complete = False, False
            try:
                tree, is_complete = await asyncio.to_thread(self._read, project_id, watch)
            finally:
                watch.is_stale = watch.is_stale or not is_complete
            watch.tree = tree
            return tree

    def _read(self, project_id: UUID, watch: Watch) -> tuple[Tree, bool]:
        by: ChangedBy = "program" if self._is_program(project_id) else "outside"
        # The events first, then the tree: a page that has the tree finds no change in it without an event.
        is_complete = self._changes.reconcile(project_id, watch.state, by)
        tree = self._find(project_id).tree()
        # Without the time at which it was made: an unchanged folder keeps its tag.
        etag = etag_of(tree.root.model_dump_json().encode())
        return Tree(tree.model_dump_json().encode(), etag), is_complete

    def _find(self, project_id: UUID) -> ProjectFolder:
        folder = self._store.find(project_id)
        if not folder.is_there():
            manifest = self._store.manifest(project_id)
            # A run that waits or has just begun has no folder yet, which is no error.
            if manifest is None or (manifest.status in FINAL_STATUSES and manifest.project_name is not None):
                raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        return folder

    async def _watch(self, project_id: UUID, watch: Watch) -> None:
        from watchfiles import awatch  # noqa: PLC0415 - a native library that only a shown project needs

        try:
            async for changed in awatch(
                watch.root,
                # The default filter of watchfiles leaves out folders and endings that the tree may show.
                watch_filter=None,
                step=_STEP_MS,
                debounce=_DEBOUNCE_MS,
                rust_timeout=_TIMEOUT_MS,
                yield_on_timeout=True,
                stop_event=watch.stop,
                ignore_permission_denied=True,
            ):
                # Only the first report proves that the system watches: before that a change could go
                # unnoticed.
                watch.is_active = True
                if changed:
                    watch.is_stale = True
                    with suppress(AIFlowError):  # the next look reports it
                        await self._update(project_id, watch)
                elif time.monotonic() - watch.looked_at > LOOKED_AT_S:
                    break
        except (OSError, RuntimeError):
            pass  # no more watches on this system: each look reads the folder
        finally:
            watch.is_active = False
            # A new watch may have taken the entry after the folder was replaced.
            if self._watches.get(project_id) is watch:
                del self._watches[project_id]

    async def _forget(self, project_id: UUID) -> None:
        watch = self._watches.pop(project_id, None)
        if watch is not None:
            watch.stop.set()

    async def _stop(self) -> None:
        for project_id in tuple(self._watches):
            await self._forget(project_id)
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _identity(root: Path) -> tuple[int, int] | None:
    """Return what distinguishes a folder from another one in its place: a watch stays with the old one."""
    try:
        found = root.stat()
    except OSError:
        return None
    # The inode alone is not enough: another disk may use the same number.
    return found.st_dev, found.st_ino
