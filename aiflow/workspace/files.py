"""Single files of a project: read, saved and deleted by a person."""

import hashlib
from dataclasses import dataclass
from io import BufferedReader
from uuid import UUID

from aiflow.exceptions import NotFoundError
from aiflow.model.events import SavedEvent
from aiflow.model.paths import SafePath
from aiflow.model.versions import ChangeKind, FileChange
from aiflow.storage.comparison import compare_files, read_or_none
from aiflow.storage.families import children_of, families_locked
from aiflow.storage.project_folder import ProjectFolder, content_type_of
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.entity_tags import etag_of, matches
from aiflow.workspace.errors import ChangedError


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file to be sent."""

    file: BufferedReader
    size: int
    etag: str
    content_type: str


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file that was written.

    Attributes:
        version: the new version that it was written in, where the one that was meant must stay as it is.
    """

    path: str
    size: int
    etag: str
    is_new: bool
    version: UUID | None = None


class Files:
    """The files of all projects. Its methods read and write the disk: call them in a thread.

    Args:
        store: the projects.
        changes: writes the events.
        copies: makes a version where the one that is edited must stay as it is.
    """

    def __init__(self, store: ProjectStore, changes: Changes, copies: Copies) -> None:
        self._store = store
        self._changes = changes
        self._copies = copies

    def open(self, project_id: UUID, path: str) -> OpenFile:
        """Open a file.

        Raises:
            NotFoundError: if there is no such project or file.
            UnsafePathError: if the path leaves the project, or is not a file.
            StorageError: if the disk refuses.
        """
        file = self._store.find(project_id).open(path)
        try:
            # Of the open file itself: another one may take its place meanwhile.
            etag = f'"{hashlib.file_digest(file, "sha256").hexdigest()[:32]}"'
            size = file.seek(0, 2)
            file.seek(0)
        # On Windows an open file can be neither deleted nor renamed, so it must not stay open after an error.
        except BaseException:
            file.close()
            raise
        return OpenFile(file, size, etag, content_type_of(path))

    def save(
        self,
        project_id: UUID,
        path: str,
        data: bytes,
        *,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> SavedFile:
        """Write a file, whole or not at all; in a new version where this one has children.

        Raises:
            ChangedError: if a condition does not hold.
            NotFoundError: if there is no such project, or its folder is gone.
            UnsafePathError: if the path leaves the project, or no file may have that name.
            LimitError: if the file or the project would be too large.
            StorageError: if the disk refuses.
        """
        path = SafePath(path)
        folder = self._find(project_id)
        with families_locked(self._store):
            if not self._has_children(project_id):
                # Of two clients that save one file at once, the second one's condition is checked after the
                # first one's write.
                with self._changes.recording(folder) as recording:
                    current = _etag(folder, path)
                    _check_conditions(current, if_match, if_none_match)
                    folder.write(path, data)
                    kind: ChangeKind = "added" if current is None else "modified"
                    recording.saved(SavedEvent(path=path, kind=kind, by="person", size_bytes=len(data)))
                return SavedFile(path, len(data), etag_of(data), current is None)
        current = _etag(folder, path)
        _check_conditions(current, if_match, if_none_match)
        # A save without a change makes no version: an editor that saves by itself would fill the family.
        if current == etag_of(data):
            return SavedFile(path, len(data), current, is_new=False)
        # Outside the lock: the copy locks the families itself, and it may take long on a slow disk.
        version = self._edit(project_id, path, data)
        return SavedFile(path, len(data), etag_of(data), is_new=True, version=version)

    def delete(self, project_id: UUID, path: str, *, if_match: str | None = None) -> UUID | None:
        """Delete a file; in a new version, whose id is returned, where this one has children.

        Raises:
            ChangedError: if the condition does not hold.
            NotFoundError: if there is no such project or file.
            UnsafePathError: if the path leaves the project, or is not a file.
            StorageError: if the disk refuses.
        """
        path = SafePath(path)
        folder = self._find(project_id)
        with families_locked(self._store):
            if not self._has_children(project_id):
                with self._changes.recording(folder) as recording:
                    _check_conditions(folder.etag(path), if_match, None)
                    folder.remove(path)
                    recording.saved(SavedEvent(path=path, kind="deleted", by="person"))
                return None
        _check_conditions(folder.etag(path), if_match, None)
        return self._edit(project_id, path, None)

    def _has_children(self, project_id: UUID) -> bool:
        manifest = self._store.manifest(project_id)
        return manifest is not None and bool(children_of(self._store, manifest))

    def _edit(self, project_id: UUID, path: SafePath, data: bytes | None) -> UUID:
        """Write or delete a file in a copy of a version; return the id of the new one."""

        def edit(folder: ProjectFolder) -> list[FileChange]:
            before = read_or_none(folder, path)
            if data is None:
                folder.remove(path)
            else:
                folder.write(path, data)
            return [compare_files(path, before, data).change]

        return self._copies.make(project_id, "edit", edit=edit)

    def _find(self, project_id: UUID) -> ProjectFolder:
        folder = self._store.find(project_id)
        if not folder.is_there():
            raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        return folder


def _check_conditions(current: str | None, if_match: str | None, if_none_match: str | None) -> None:
    # HTTP demands the strong comparison for `If-Match`: a write must not rely on a weak tag.
    if if_match is not None and (current is None or not matches(if_match, current, weak=False)):
        raise ChangedError("这个文件在你打开之后又被改过了。请重新打开，再保存一次。")
    if if_none_match is not None and current is not None and matches(if_none_match, current):
        raise ChangedError("已经有这个文件了。")


def _etag(folder: ProjectFolder, path: str) -> str | None:
    try:
        return folder.etag(path)
    except NotFoundError:
        return None
