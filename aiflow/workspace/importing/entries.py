"""The files of something that is to be imported, before anything is read: a folder, or files of a page."""

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from aiflow.exceptions import AIFlowError, InputError
from aiflow.model.paths import MAX_DEPTH, SafePath
from aiflow.storage.safefs import list_folder, open_file
from aiflow.workspace.importing.ignored import is_ignored_name

# A home folder, or an archive that is made to cost time, has more; no program of a student does.
MAX_ENTRIES = 10_000

LINK = "这是一个链接，可能指到别的地方，没有跟过去。"
DEVICE = "这不是普通文件（设备、管道或套接字）。"
TOO_DEEP = f"文件夹超过了 {MAX_DEPTH} 层。"
UNREADABLE = "读不出来：文件可能坏了，或者没有权限。"


class LeaveOutError(Exception):
    """A file cannot be imported.

    Args:
        reason: Chinese, without the file's name.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Entry:
    """One file that may be imported.

    Attributes:
        path: as its source names it, ``/`` between the parts; not checked yet.
        read: returns at most so many bytes, which are then one more than the file may have. Raises
            LeaveOutError where it cannot be read.
        refusal: why it is left out, where that is known without reading it.
    """

    path: str
    read: Callable[[int], bytes]
    refusal: str = ""


def refused(path: str, reason: str) -> Entry:
    """Return a file that is left out without being read."""
    return Entry(path, lambda _: b"", reason)


def too_many() -> InputError:
    """Return the error for a source with more files than are looked at."""
    return InputError(
        f"里面有 {MAX_ENTRIES} 个以上的文件，太多了。请只导入程序自己的文件夹。", reason="too_many_files"
    )


def folder_entries(root: Path) -> list[Entry]:
    """Return the files below a folder; links are not followed, and ignored folders not entered.

    Raises:
        InputError: there are too many.
        StorageError: the disk refuses.
    """
    found: list[Entry] = []
    for entry in _walk(root, ()):
        found.append(entry)
        if len(found) > MAX_ENTRIES:
            raise too_many()
    return found


def _walk(root: Path, parts: tuple[str, ...]) -> Iterator[Entry]:
    for name, status in sorted(list_folder(root, parts), key=lambda one: one[0]):
        path = "/".join((*parts, name))
        if stat.S_ISLNK(status.st_mode):
            yield refused(path, LINK)
        elif stat.S_ISREG(status.st_mode):
            yield Entry(path, partial(_read_file, root, path))
        elif not stat.S_ISDIR(status.st_mode):
            yield refused(path, DEVICE)
        elif is_ignored_name(name):
            yield refused(f"{path}/", "")
        elif len(parts) + 1 >= MAX_DEPTH:
            yield refused(f"{path}/", TOO_DEEP)
        else:
            yield from _walk(root, (*parts, name))


def _read_file(root: Path, path: str, limit: int) -> bytes:
    try:
        # A second name is no fault here: backup tools link files, and only a copy is made.
        with open_file(root, SafePath(path), own=False) as file:
            return file.read(limit)
    except (AIFlowError, OSError):
        raise LeaveOutError(UNREADABLE) from None


def file_entries(files: Iterable[tuple[str, bytes]]) -> list[Entry]:
    """Return files that are in memory.

    Raises:
        InputError: there are too many.
    """
    found = [Entry(name.replace("\\", "/"), partial(_beginning, data)) for name, data in files]
    if len(found) > MAX_ENTRIES:
        raise too_many()
    return found


def _beginning(data: bytes, limit: int) -> bytes:
    return data[:limit]
