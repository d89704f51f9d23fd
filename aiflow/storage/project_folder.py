"""One project's folder: safe paths, atomic writes, tree.

A project's folder holds generated files and nothing else; files grow beside it, in the record's ``tmp``, and
are renamed into place when they are whole. What a folder holds is read from the disk, so an edit made outside
is seen.
"""

import errno
import hashlib
import mimetypes
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, Self, TypeVar
from uuid import UUID, uuid4

from aiflow.config import RunConfig
from aiflow.exceptions import LimitError, NotFoundError, UnsafePathError
from aiflow.model.entities import (
    DirectoryTree,
    FileNode,
    StructureDirectory,
    StructureFile,
    TreeDirectory,
    TreeFile,
)
from aiflow.model.language_facts import facts_of, find_main_file, is_source
from aiflow.model.paths import PathIndex, SafePath
from aiflow.storage.folder_walk import walk_folder
from aiflow.storage.run_folder import RunRecord
from aiflow.storage.safefs import explain, move_into, open_file, remove, replace_file

DirectoryT = TypeVar("DirectoryT", TreeDirectory, StructureDirectory)

_LANGUAGES = {
    "md": "markdown", "json": "json", "html": "html", "htm": "html", "css": "css",
    "js": "javascript", "toml": "toml", "txt": "text", "csv": "csv", "yaml": "yaml", "yml": "yaml",
}  # fmt: skip


class FileWriter:
    """A file that grows beside the project until it is whole."""

    def __init__(self, folder: "ProjectFolder", path: SafePath) -> None:
        self._folder = folder
        self.path = path
        self.size = 0
        self._temporary = folder.record.temporary / uuid4().hex
        try:
            self._temporary.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = self._temporary.open("wb")
        except OSError as error:
            raise explain(error) from error

    def write(self, text: str) -> None:
        """Add ``text``, as UTF-8.

        Raises:
            LimitError: when the file grows over the limit of one file.
            StorageError: when the disk refuses.
        """
        self.write_bytes(text.encode("utf-8", "replace"))

    def write_bytes(self, data: bytes) -> None:
        """Add ``data``.

        Raises:
            LimitError: when the file grows over the limit of one file.
            StorageError: when the disk refuses.
        """
        self.size += len(data)
        if self.size > self._folder.limits.max_file_bytes:
            raise LimitError(
                (
                    f"文件“{self.path}”超过了一个文件的上限（{self._folder.limits.max_file_bytes // 1000}"
                    f" KB），没有保存。"
                ),
                reason="file_too_large",
            )
        try:
            self._file.write(data)
        except OSError as error:
            raise explain(error) from error

    def peek(self) -> bytes:
        """Return what was written so far.

        Raises:
            StorageError: when the disk refuses.
        """
        try:
            self._file.flush()
            return self._temporary.read_bytes()
        except OSError as error:
            raise explain(error) from error

    def commit(self) -> int:
        """Put the file in its place, whole; return its size in bytes.

        Raises:
            StorageError: when the disk refuses; nothing of the file is then in the project.
        """
        try:
            with self._file:
                self._file.flush()
                if self._folder.limits.durability != "none":
                    os.fsync(self._file.fileno())
        except OSError as error:
            self.discard()
            raise explain(error) from error
        try:
            move_into(
                self._folder.root, self.path, self._temporary, sync=self._folder.limits.durability == "full"
            )
        except BaseException:
            self.discard()
            raise
        return self.size

    def discard(self) -> None:
        """Throw the file away."""
        with suppress(OSError):  # a full disk refuses the flush; the file goes anyway
            self._file.close()
        self._temporary.unlink(missing_ok=True)


class ProjectFolder:
    """One project's files.

    Args:
        root: the project's folder; it may not be there yet.
        project_id: whose it is.
        record: the run's record, in which files grow.
        limits: sizes and durability.
    """

    def __init__(self, root: Path, project_id: UUID, record: RunRecord, limits: RunConfig) -> None:
        self.root = root
        self.project_id = project_id
        self.record = record
        self.limits = limits

    def make(self) -> Self:
        """Make the folder, where it is not there.

        Raises:
            StorageError: when the disk refuses.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error) from error
        return self

    def is_there(self) -> bool:
        """Return whether the folder is there; a link in its place is not it.

        Raises:
            StorageError: when it is there and closed to us: it must not be taken for an empty one.
        """
        there = self.root.is_dir() and not self.root.is_symlink()
        if there and not os.access(self.root, os.R_OK | os.X_OK):
            raise explain(PermissionError(errno.EACCES, ""))
        return there

    def begin(self, path: str, sizes: Mapping[str, int] | None = None) -> FileWriter:
        """Begin the file ``path``; ``sizes`` are what ``sizes()`` answers, where the caller knows them.

        Raises:
            UnsafePathError: when it must not be written, or is another file on a system that ignores case.
            LimitError: when the project has too many files.
            StorageError: when the disk refuses.
        """
        return FileWriter(self, self.check_name(path, sizes))

    def check_name(self, path: str, sizes: Mapping[str, int] | None = None) -> SafePath:
        """Return ``path`` if a file of this name may be written; ``sizes`` as for ``begin``.

        Raises:
            UnsafePathError: when it must not be written, or is another file on a system that ignores case.
            LimitError: when the project has too many files.
        """
        path = SafePath(path)
        sizes = self.sizes() if sizes is None else sizes
        collision = PathIndex(sizes).collision(path)
        if collision is not None:
            raise UnsafePathError(
                f"文件“{path}”和已有的“{collision}”在 Windows 上是同一个名字，没有保存。请换一个名字。"
            )
        if path not in sizes and len(sizes) >= self.limits.max_files:
            raise LimitError(f"一个项目最多 {self.limits.max_files} 个文件。", reason="too_many_files")
        return path

    def check_room(self, path: str, size: int, sizes: Mapping[str, int] | None = None) -> None:
        """Raise unless ``size`` bytes for ``path`` fit into the project; ``sizes`` as for ``begin``.

        Raises:
            LimitError: when the project would grow over its limit.
        """
        sizes = self.sizes() if sizes is None else sizes
        others = sum(known for name, known in sizes.items() if name != path)
        if others + size > self.limits.max_project_bytes:
            raise LimitError(
                f"项目超过了 {self.limits.max_project_bytes // 1_000_000} MB 的上限，文件“{path}”没有保存。",
                reason="project_too_large",
            )

    def write(self, path: str, data: bytes) -> int:
        """Write a whole file; return its size in bytes.

        Raises:
            UnsafePathError: the path is not safe, or collides with another file.
            LimitError: the file, or the project with it, is too large.
            StorageError: the disk refuses.
        """
        writer = self.begin(path)
        try:
            writer.write_bytes(data)
            self.check_room(path, writer.size)
        except BaseException:
            writer.discard()
            raise
        return writer.commit()

    def open(self, path: str) -> BufferedReader:
        """Open a file for reading.

        Raises:
            NotFoundError: there is no such file.
            UnsafePathError: the path is not safe.
            StorageError: the disk refuses.
        """
        return open_file(self.root, SafePath(path))

    def read(self, path: str) -> bytes:
        """Return a file's bytes.

        Raises:
            NotFoundError: there is no such file.
            UnsafePathError: the path is not safe.
            StorageError: the disk refuses.
        """
        with self.open(path) as file:
            return file.read()

    def remove(self, path: str) -> None:
        """Delete a file.

        Raises:
            NotFoundError: there is no such file.
            UnsafePathError: the path is not safe.
            StorageError: the disk refuses.
        """
        remove(self.root, SafePath(path))

    def etag(self, path: str) -> str:
        """Return the quoted ETag of a file: its content's.

        Raises:
            NotFoundError: there is no such file.
            UnsafePathError: the path is not safe.
            StorageError: the disk refuses.
        """
        with self.open(path) as file:
            return f'"{hashlib.file_digest(file, "sha256").hexdigest()[:32]}"'

    def walk(self) -> Iterator[tuple[SafePath, os.stat_result]]:
        """Yield (path, stat) of every regular file, by name; links and unsafe names are left out."""
        yield from walk_folder(self.root)

    def unsafe_names(self) -> list[UnsafePathError]:
        """Return why files that somebody put into the folder are left out: their names break a rule."""
        unsafe: list[UnsafePathError] = []
        for _ in walk_folder(self.root, unsafe=unsafe):
            pass
        return unsafe

    def sizes(self) -> dict[str, int]:
        """Return path → bytes of every file."""
        return {path: found.st_size for path, found in self.walk()}

    def main_file(self) -> str:
        """Return the program to start: the run's main file, else the file that looks like one.

        Raises:
            NotFoundError: when there is none.
        """
        sizes = self.sizes()
        try:
            known = self.record.load().main_file
        except NotFoundError:
            known = None  # the record was deleted; the folder is enough
        main = known if known in sizes else find_main_file(sizes)
        if main is None:
            raise NotFoundError("这个项目里没有可以运行的主程序。", reason="no_program")
        return main

    def nodes(self) -> Iterator[FileNode]:
        """Yield every file in the order of the names.

        They are not validated: a name that no project file of ours could have is listed as it is.
        """
        for path, found in self.walk():
            name = path.rpartition("/")[2]
            yield FileNode.model_construct(
                project_id=self.project_id,
                path=path,
                name=name,
                type="file",
                size_bytes=found.st_size,
                created_at=datetime.fromtimestamp(found.st_mtime, UTC),
                content_type=content_type_of(name),
            )

    def tree(self) -> DirectoryTree:
        """Return the folder as it is on disk; empty while it is not there."""
        fields = {"type", "name", "path", "size_bytes", "created_at"}
        files = [
            (node.path, TreeFile.model_construct(**node.model_dump(include=fields))) for node in self.nodes()
        ]
        root = TreeDirectory.model_construct(type="directory", name="root", path="", children=[])
        return DirectoryTree.model_construct(
            project_id=self.project_id,
            root=_nest(root, files, _tree_directory),
            total_files=len(files),
            generated_at=datetime.now(UTC),
        )

    def structure(self) -> StructureDirectory:
        """Return the folder as a GeneratedProject carries it."""
        names = ((path, path.rpartition("/")[2], found.st_size) for path, found in self.walk())
        files = (
            (path, StructureFile(name=name, size=size, language=language_of(name)))
            for path, name, size in names
        )
        return _nest(_structure_directory(self.root.name), files, _structure_directory)

    def set_aside(self, attempt: int) -> None:
        """Move an attempt's files away, to be there again if the next one fails.

        Raises:
            StorageError: when the disk refuses.
        """
        if not self.root.is_dir():
            return
        target = self.record.attempts / str(attempt)
        try:
            shutil.rmtree(target, ignore_errors=True)
            target.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self.root, target)
        except OSError as error:
            raise explain(error) from error
        self.make()

    def restore(self) -> list[str]:
        """Bring back what a failed retry had set aside; return the files that came back.

        The newer attempt's files are kept in the record; the older attempt's are in the folder again, all of
        them.

        Raises:
            StorageError: when the disk refuses.
        """
        kept = [path for path in self.record.attempts.glob("*") if path.name.isdigit()]
        if not kept:
            return []
        latest = max(kept, key=lambda path: int(path.name))
        try:
            if self.root.is_dir():
                failed = self.record.attempts / f"{latest.name}-failed"
                shutil.rmtree(failed, ignore_errors=True)
                replace_file(self.root, failed)
            replace_file(latest, self.root)
        except OSError as error:
            raise explain(error) from error
        return list(self.sizes())

    def forget_attempts(self) -> None:
        """Throw away what was set aside: the new attempt is complete."""
        shutil.rmtree(self.record.attempts, ignore_errors=True)


def _nest(
    root: DirectoryT, files: Iterable[tuple[str, Any]], make_folder: Callable[[str], DirectoryT]
) -> DirectoryT:
    """Put each file into its folder below ``root``; a folder is made when its first file comes."""
    folders = {"": root}

    def folder_of(path: str) -> DirectoryT:
        if path not in folders:
            folders[path] = make_folder(path)
            folder_of(path.rpartition("/")[0]).children.append(folders[path])
        return folders[path]

    for path, file in files:
        folder_of(path.rpartition("/")[0]).children.append(file)
    return root


def _tree_directory(path: str) -> TreeDirectory:
    return TreeDirectory.model_construct(
        type="directory", name=path.rpartition("/")[2], path=path, children=[]
    )


def _structure_directory(path: str) -> StructureDirectory:
    return StructureDirectory.model_construct(type="directory", name=path.rpartition("/")[2], children=[])


def language_of(name: str) -> str:
    """Return the language of a file by its name; ``text`` for a name of no language."""
    facts = facts_of(name)
    if facts is not None:
        return facts.name
    return _LANGUAGES.get(name.rsplit(".", 1)[-1].lower(), "text")


def content_type_of(name: str) -> str:
    """Return the MIME type of a file by its name, with a charset for text."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if is_source(name) or name.endswith((".md", ".toml", ".ini", ".cfg", ".csv", ".yaml", ".yml", ".js")):
        kind = "text/markdown" if name.endswith(".md") else "text/plain"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
