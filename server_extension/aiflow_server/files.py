"""Single files of a project, as the handlers give and take them."""

import hashlib
import threading
from dataclasses import dataclass
from io import BufferedReader
from uuid import UUID

from aiflow.exceptions import NotFoundError
from aiflow.model.paths import check_path
from aiflow.storage.project_folder import ProjectFolder, content_type_of
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.downloads import revalidate
from aiflow_server.errors import ChangedError
from aiflow_server.http import matches


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file to be sent."""

    file: BufferedReader
    size: int
    etag: str
    content_type: str


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that was written."""

    path: str
    size: int
    etag: str
    is_new: bool


class Files:
    """Reads and writes."""

    def __init__(self, store: ProjectStore) -> None:
        self._store = store
        # Two clients that save the same file at once: the second one's If-Match is looked at after the
        # first's write.
        self._saving = threading.Lock()

    def open(self, project_id: UUID, path: str) -> OpenFile:
        """Open a file.

        Raises:
            NotFoundError, UnsafePathError, StorageError: as their names say.
        """
        folder = self._store.find(project_id)
        file = folder.open(path)
        try:
            etag = f'"{hashlib.file_digest(file, "sha256").hexdigest()[:32]}"'
            size = file.seek(0, 2)
            file.seek(0)
        except BaseException:
            file.close()
            raise
        return OpenFile(file, size, etag, content_type_of(path))

    def save(
        self, project_id: UUID, path: str, data: bytes, *, if_match: str | None, if_none_match: str | None
    ) -> SavedFile:
        """Write a file, whole or not at all.

        Raises:
            ChangedError: when it is not the one that the conditions name.
            NotFoundError, UnsafePathError, LimitError, StorageError: as their names say.
        """
        path = check_path(path)
        folder = self._store.find(project_id)
        if not folder.is_there():
            raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        with self._saving:
            current = _etag(folder, path)
            if if_match is not None and (current is None or not matches(if_match, current, weak=False)):
                raise ChangedError("这个文件在你打开之后又被改过了。请重新打开，再保存一次。")
            if if_none_match is not None and current is not None and matches(if_none_match, current):
                raise ChangedError("已经有这个文件了。")
            folder.write(path, data)
            revalidate(folder)
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        return SavedFile(path, len(data), etag, current is None)


def _etag(folder: ProjectFolder, path: str) -> str | None:
    try:
        return folder.etag(path)
    except NotFoundError:
        return None
