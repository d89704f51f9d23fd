"""The files of a project as they are on disk."""

import asyncio
import hashlib
from dataclasses import dataclass
from uuid import UUID

from aiflow.exceptions import NotFoundError
from aiflow.model.status import FINAL_STATUSES
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore


@dataclass(frozen=True, slots=True)
class Tree:
    """A DirectoryTree as JSON, and its entity tag."""

    data: bytes
    etag: str


class Trees:
    """The trees of all projects.

    Args:
        store: the projects.
    """

    def __init__(self, store: ProjectStore) -> None:
        self._store = store

    async def get(self, project_id: UUID) -> Tree:
        """Return a project's tree as it is on disk.

        Raises:
            NotFoundError: if there is no such project, or its folder is gone.
        """
        return await asyncio.to_thread(self._read, project_id)

    def _read(self, project_id: UUID) -> Tree:
        tree = self._find(project_id).tree()
        # Without the time at which it was made: an unchanged folder keeps its tag.
        digest = hashlib.sha256(tree.root.model_dump_json().encode()).hexdigest()
        return Tree(tree.model_dump_json().encode(), f'"{digest[:32]}"')

    def _find(self, project_id: UUID) -> ProjectFolder:
        folder = self._store.find(project_id)
        if not folder.is_there():
            manifest = self._store.manifest(project_id)
            if manifest is None or (manifest.status in FINAL_STATUSES and manifest.project_name is not None):
                raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        return folder

    def stop(self) -> None:
        """End all watches."""
