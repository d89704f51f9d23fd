"""Parts of other versions in this one: a file or a hunk applied, the files as they were made, and undo.

Each step first keeps what it replaces, then replaces files one by one, each whole or not at all: whatever
ends the process, nothing of a person's is lost.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from aiflow.exceptions import ConflictError, InputError, NotFoundError
from aiflow.model.events import SavedEvent
from aiflow.model.line_diff import Hunk, apply_hunk
from aiflow.model.paths import SafePath
from aiflow.model.versions import ChangeKind, FileChange
from aiflow.storage.comparison import compare_files, read_or_none, read_text
from aiflow.storage.families import children_of, families_locked
from aiflow.storage.manifest import Manifest
from aiflow.storage.originals import (
    Step,
    forget_step,
    keep_step,
    read_originals,
    read_step,
)
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.entity_tags import etag_of
from aiflow.workspace.errors import ChangedError
from aiflow.workspace.requests import parse_project_id

Files = Mapping[str, bytes | None]


class Applying:
    """Changes files of a version to what another one, or it itself once, had.

    Its methods use the disk: call them in a thread.

    Args:
        store: the projects.
        changes: writes the events.
        copies: makes a version where this one must stay as it is.
    """

    def __init__(self, store: ProjectStore, changes: Changes, copies: Copies) -> None:
        self._store = store
        self._changes = changes
        self._copies = copies

    def apply(self, project_id: UUID, body: dict[str, Any]) -> dict[str, Any]:
        """Make a file, or one hunk of it, as it is in another version of the family.

        Raises:
            InputError: if the body breaks a rule.
            NotFoundError: if there is no such version.
            ConflictError: if this version has children or is being made, if the other one is of another
                family, or if the hunk does not fit any more.
            LimitError: if the project would be too large.
            StorageError: if the disk refuses.
        """
        path, hunk = _read_path(body), _read_hunk(body.get("hunk"))
        source_id = parse_project_id(body.get("from_project"))
        # Found before the lock, so a wrong id does not delay the other changes.
        source = self._folder(source_id)
        with self._changing(project_id) as folder:
            # A hunk of another program would fit by chance only and mix two programs.
            if self._manifest(project_id).family_id != self._manifest(source_id).family_id:
                raise ConflictError("这两个版本不是同一个程序的，不能互相取用。", reason="other_family")
            current, other = read_or_none(folder, path), read_or_none(source, path)
            if current is None and other is None:
                raise NotFoundError("两个版本里都没有这个文件。")
            wanted = other if hunk is None else _with_hunk(path, current, other, hunk)
            # A step without effect would still get a token, and the page would offer an undo that does
            # nothing.
            if wanted == current:
                raise ConflictError("这里已经一样了。", reason="unchanged")
            return {"path": path, "undo": self._put(folder, {path: wanted})}

    def restore(self, project_id: UUID, path: str | None = None) -> dict[str, Any]:
        """Make one file, or all that were made with the version, as they were then; return which.

        A version with children stays as it is: the files are restored in a new one, whose id is returned.

        Raises:
            NotFoundError: if there is no such version, or the file was not made with it.
            ConflictError: while the version is being made.
            StorageError: if the disk refuses.
        """
        originals = read_originals(self._folder(project_id).record)
        if path is not None:
            if path not in originals:
                raise NotFoundError("这个文件不是生成的，没有可以还原的内容。", reason="no_original")
            originals = {path: originals[path]}

        def differing(folder: ProjectFolder) -> dict[str, bytes | None]:
            return {name: data for name, data in originals.items() if read_or_none(folder, name) != data}

        # Without a difference no version is made: a family would fill with equal copies.
        if not differing(self._folder(project_id)):
            return {"project_id": str(project_id), "paths": [], "undo": None}
        if children_of(self._store, self._manifest(project_id)):
            restored: list[FileChange] = []
            new_id = self._copies.make(
                project_id, "edit", edit=lambda folder: _write(folder, differing(folder), restored)
            )
            return {"project_id": str(new_id), "paths": [one.path for one in restored], "undo": None}
        with self._changing(project_id) as folder:
            # Compared again under the lock: a person may have saved one of the files since.
            wanted = differing(folder)
            token = self._put(folder, wanted) if wanted else None
            return {"project_id": str(project_id), "paths": [*wanted], "undo": token}

    def undo(self, project_id: UUID, token: object) -> dict[str, Any]:
        """Undo a step; return which files are again as they were.

        Raises:
            InputError: if there is no token.
            NotFoundError: if there is no such version, or no such step.
            ChangedError: if one of the files was changed after the step.
            ConflictError: if the version has children.
            StorageError: if the disk refuses.
        """
        if not isinstance(token, str):
            raise InputError("缺少 undo：请写上要撤销的那一步的编号。")
        with self._changing(project_id) as folder:
            step = read_step(folder.record, token)
            for path, before in step.before.items():
                current = read_or_none(folder, path)
                # A file that is already as before counts as undone: a killed undo left it so, and undo can be
                # repeated.
                if _tag(current) not in {step.after[path], _tag(before)}:
                    raise ChangedError(f"“{path}”之后又改过了，不能撤销。", reason="changed")
            with self._changes.recording(folder) as recording:
                for event in _replace(folder, step.before):
                    recording.saved(event)
            # Forgotten last: if the process is killed before, the undo can be asked for again.
            forget_step(folder.record, token)
            return {"paths": [*step.before]}

    def _put(self, folder: ProjectFolder, files: Files) -> str:
        """Replace files in one step; return the token that undoes it."""
        before = {path: read_or_none(folder, path) for path in files}
        # Kept before the first file is replaced: a killed process can then be undone as well.
        token = keep_step(folder.record, Step(before, {path: _tag(data) for path, data in files.items()}))
        try:
            with self._changes.recording(folder) as recording:
                for event in _replace(folder, files):
                    recording.saved(event)
        except BaseException:
            if before == {path: read_or_none(folder, path) for path in files}:
                forget_step(folder.record, token)  # refused before anything was replaced
            raise
        return token

    @contextmanager
    def _changing(self, project_id: UUID) -> Iterator[ProjectFolder]:
        """Yield the folder of a version that may be changed, and that gets no child meanwhile."""
        folder = self._folder(project_id)
        # A change that begins now would copy a file that is half of the old state and half of the new one.
        with families_locked(self._store):
            if children_of(self._store, self._manifest(project_id)):
                raise ConflictError(
                    "已经有从这个版本改出来的新版本，它要保持原样。请在最新的版本里改，或者先复制一份。",
                    reason="has_children",
                )
            if not self._changes.has_ended(project_id):
                raise ConflictError("这个版本还没有生成完，请等它结束，或者先停止它。")
            yield folder

    def _manifest(self, project_id: UUID) -> Manifest:
        manifest = self._store.manifest(project_id)
        if manifest is None:
            raise ConflictError("这个项目的运行记录已经不在了，只能查看和下载。", reason="no_record")
        return manifest

    def _folder(self, project_id: UUID) -> ProjectFolder:
        folder = self._store.find(project_id)
        if not folder.is_there():
            raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        return folder


def _read_path(body: dict[str, Any]) -> SafePath:
    path = body.get("path")
    if not isinstance(path, str):
        raise InputError("缺少 path：请写上是哪个文件。")
    return SafePath(path)


def _read_hunk(value: object) -> Hunk | None:
    try:
        return None if value is None else Hunk.model_validate(value)
    except ValidationError:
        raise InputError("hunk 应该是比较结果里的一处不同，原样发回来。") from None


def _with_hunk(path: str, current: bytes | None, other: bytes | None, hunk: Hunk) -> bytes | None:
    try:
        # The hunk comes back from the page, and the file may have changed since the comparison was shown.
        text = apply_hunk(read_text(current), hunk)
    except UnicodeDecodeError:
        raise ConflictError(f"“{path}”不是文字，只能整个文件一起用。", reason="binary") from None
    # The last hunk of a file that the other version lacks deletes it: an empty file would still differ.
    return None if not text and other is None else text.encode()


def _replace(folder: ProjectFolder, files: Files) -> Iterator[SavedEvent]:
    """Replace files one by one; yield the event of each, a person's."""
    for path, data in files.items():
        before = read_or_none(folder, path)
        if data == before:
            continue
        if data is None:
            folder.remove(path)
            yield SavedEvent(path=path, kind="deleted", by="person")
        else:
            kind: ChangeKind = "added" if before is None else "modified"
            yield SavedEvent(path=path, kind=kind, by="person", size_bytes=folder.write(path, data))


def _write(folder: ProjectFolder, files: Files, changes: list[FileChange]) -> list[FileChange]:
    before = {path: read_or_none(folder, path) for path in files}
    for event in _replace(folder, files):
        changes.append(compare_files(event.path, before[event.path], files[event.path]).change)
    return changes


def _tag(data: bytes | None) -> str | None:
    return etag_of(data) if data is not None else None
