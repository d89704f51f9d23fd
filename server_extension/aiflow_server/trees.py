"""The trees of projects, ready to be sent."""

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from aiflow.entities import FINAL_STATUSES
from aiflow.exceptions import NotFoundError
from aiflow.folder import ProjectFolder
from aiflow.store import ProjectStore

_KEPT = 64


@dataclass(frozen=True, slots=True)
class Tree:
    """A DirectoryTree as JSON."""

    data: bytes
    etag: str


class Trees:
    """Reads trees; the JSON of one that has not changed is kept."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        self._known: OrderedDict[UUID, Tree] = OrderedDict()

    async def get(self, project_id: UUID) -> Tree:
        """Return a project's tree as it is on disk.

        Raises:
            NotFoundError: when there is no such project, or its folder is gone.
        """
        return await asyncio.to_thread(self._read, project_id)

    def _read(self, project_id: UUID) -> Tree:
        folder = self._store.find(project_id)
        self._check_there(folder)
        etag = _etag(folder)
        known = self._known.get(project_id)
        if known is not None and known.etag == etag:
            return known
        tree = Tree(folder.tree().model_dump_json().encode(), etag)
        self._known[project_id] = tree
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return tree

    def _check_there(self, folder: ProjectFolder) -> None:
        if folder.root.is_dir():
            return
        manifest = self._store.manifest(folder.project_id)
        if manifest is None or (manifest.status in FINAL_STATUSES and manifest.project_name is not None):
            raise NotFoundError("项目文件夹不见了，可能被删除或改名。")

    def stop(self) -> None:
        """Forget everything."""
        self._known.clear()


def _etag(folder: ProjectFolder) -> str:
    digest = hashlib.sha256()
    for path, found in folder.walk():
        digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogatepass"))
    return f'"{digest.hexdigest()[:32]}"'
