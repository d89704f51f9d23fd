"""Files below a folder, reached without ever following a link out of it.

Checking a path and then using it leaves a moment in which a folder can be swapped for a link. On POSIX every
step is therefore taken relative to an open folder with ``O_NOFOLLOW`` (openat(2)); on Windows, where Python
has no such call, every part is looked at right before the use, which is the best that the standard library
offers there.
"""

import errno
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path

from aiflow.exceptions import NotFoundError, StorageError, UnsafePathError
from aiflow.model.paths import SafePath

_AT = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_DIRECTORY = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
# O_BINARY is for Windows, which would otherwise translate line ends and stop at Ctrl-Z.
_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
# Another program removed, closed or replaced the entry meanwhile: no failure of the disk.
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.ELOOP})
_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
# Windows refuses to replace a file that another program (a virus scanner, an editor) has open for a moment.
_REPLACE_DELAYS_S = (0.01, 0.03, 0.1, 0.3)


@contextmanager
def _folder(root: Path, parts: tuple[str, ...], *, create: bool) -> Iterator[int]:
    """Open ``root/parts`` step by step, no link among them, ``root`` itself included; closed at the end."""
    fd = os.open(root, os.O_RDONLY | _DIRECTORY)
    try:
        for part in parts:
            if create:
                # An existing entry is opened next, and refused if it is no folder.
                with suppress(FileExistsError):
                    os.mkdir(part, dir_fd=fd)
            try:
                step = os.open(part, os.O_RDONLY | _DIRECTORY, dir_fd=fd)
            except NotADirectoryError:
                if not create:
                    raise
                raise UnsafePathError("这个路径中间有一个同名的文件或链接，不能当文件夹用。") from None
            # One open folder at a time: a deep path must not use up the limit of open files.
            os.close(fd)
            fd = step
        yield fd
    finally:
        os.close(fd)


def _refuse_links(root: Path, parts: tuple[str, ...]) -> Path:
    path = root
    # The empty part is the root itself, which must be no link either.
    for part in ("", *parts):
        path = path / part
        # A junction is no symlink for Python, though Windows follows it; the method is new in Python 3.12.
        if path.is_symlink() or getattr(path, "is_junction", bool)():
            raise UnsafePathError("这个路径里有链接，可能指到项目外面，已经拒绝。")
    return path


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    # Where a part of the path is a file, nothing can be below it: the person's file is missing all the same.
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError("没有这个文件。它可能已经被删除或改名。") from None
    except OSError as error:
        raise explain(error) from error


def explain(error: OSError) -> StorageError | UnsafePathError:
    """Return our error for an error of the system; no path of the machine is in it."""
    # For a link that O_NOFOLLOW refuses, Linux and macOS report ELOOP, FreeBSD reports EMLINK.
    if error.errno in {errno.ELOOP, errno.EMLINK}:
        return UnsafePathError("这个路径里有链接，可能指到项目外面，已经拒绝。")
    if error.errno == errno.EISDIR:
        return UnsafePathError("同名的地方已经有一个文件夹。")
    if error.errno == errno.ENAMETOOLONG:
        return UnsafePathError("文件名太长，这个系统放不下。")
    sentences = {
        errno.ENOSPC: "磁盘满了，写不下文件。请清理一些空间，再试一次。",
        errno.EDQUOT: "你的磁盘配额用完了。请清理一些文件，再试一次。",
        errno.EROFS: "项目所在的磁盘是只读的，写不进去。请联系管理员。",
        errno.EACCES: "没有权限读写项目文件夹。请检查文件夹的权限。",
        errno.EPERM: "没有权限读写项目文件夹。请检查文件夹的权限。",
        errno.ENOENT: "项目文件夹不见了，可能被删除或改名。",
        errno.ENOTDIR: "项目文件夹不见了，可能被删除或改名。",
    }
    return StorageError(sentences.get(error.errno or 0, "磁盘读写出错了，请再试一次。"))


def is_shared(found: os.stat_result) -> bool:
    """Tell whether a file has a second name somewhere.

    A hard link, by which something outside would be inside.

    What is written here never has one. A file that a backup tool has linked is refused with it: it can be
    saved again.
    """
    return found.st_nlink > 1


def open_file(root: Path, path: SafePath, *, own: bool = True) -> BufferedReader:
    """Open the regular file ``path`` below ``root`` for reading.

    Args:
        root: a folder; a link is refused.
        path: of the file.
        own: refuse a file that has a second name. An installed file may have one: installers link from their
            caches.

    Raises:
        UnsafePathError: for a path that meets a link, or something that is no regular file.
        NotFoundError: when it is not there.
        StorageError: when the system refuses.
    """
    parts = path.parts
    with _explained():
        if _AT:
            with _folder(root, parts[:-1], create=False) as folder:
                # Non-blocking, so that a named pipe put there cannot hold us.
                fd = os.open(parts[-1], os.O_RDONLY | _FILE | _NONBLOCK, dir_fd=folder)
        else:
            fd = os.open(_refuse_links(root, parts), os.O_RDONLY | _FILE)
        # The open file is examined, not its name: the name may stand for another file by now.
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or (own and is_shared(found)):
            os.close(fd)
            raise UnsafePathError("这不是项目自己的普通文件，不能打开。")
        return os.fdopen(fd, "rb")


def list_folder(root: Path, parts: tuple[str, ...]) -> list[tuple[str, os.stat_result]]:
    """Return name and status of everything in the folder ``root/parts``, in no order.

    A link is listed as a link.

    A folder that is gone, closed, or a link by now is empty: what can be reached is what is listed.

    Raises:
        StorageError: when the disk fails.
    """
    try:
        if _AT and os.scandir in os.supports_fd:
            with _folder(root, parts, create=False) as folder, os.scandir(folder) as entries:
                return list(_statuses(entries))
        with os.scandir(_refuse_links(root, parts)) as entries:
            return list(_statuses(entries))
    except UnsafePathError:
        return []
    except OSError as error:
        if error.errno in _GONE:
            return []
        raise explain(error) from error


def status_of(root: Path, parts: tuple[str, ...]) -> os.stat_result | None:
    """Return the status of what is at ``root/parts``, a link's own; None for nothing, or below a link."""
    try:
        if _AT:
            with _folder(root, parts[:-1], create=False) as folder:
                return os.stat(parts[-1], dir_fd=folder, follow_symlinks=False)
        return (_refuse_links(root, parts[:-1]) / parts[-1]).lstat()
    except (OSError, UnsafePathError):
        return None


def _statuses(entries: Iterable["os.DirEntry[str]"]) -> Iterator[tuple[str, os.stat_result]]:
    for entry in entries:
        try:
            yield entry.name, entry.stat(follow_symlinks=False)
        except OSError as error:
            if error.errno not in _GONE:
                raise


def move_into(root: Path, path: SafePath, source: Path, *, sync: bool) -> None:
    """Rename ``source`` (on the same file system) to ``path`` below ``root``, making its folders.

    Args:
        root: an existing folder.
        path: of the file.
        source: a complete file.
        sync: also fsync the folder, so that the name survives a power cut.

    Raises:
        UnsafePathError: for a path that meets a link.
        StorageError: when the system refuses.
    """
    parts = path.parts
    try:
        if _AT:
            with _folder(root, parts[:-1], create=True) as folder:
                os.replace(source, parts[-1], dst_dir_fd=folder)
                if sync:
                    os.fsync(folder)
            return
        target = _refuse_links(root, parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        _patiently(lambda: source.replace(target))
    except OSError as error:
        raise explain(error) from error


def remove(root: Path, path: SafePath) -> None:
    """Delete the file ``path`` below ``root``; a link is deleted, not what it points to.

    Raises:
        NotFoundError: when it is not there.
        StorageError: when the system refuses.
    """
    parts = path.parts
    with _explained():
        if _AT:
            with _folder(root, parts[:-1], create=False) as folder:
                os.unlink(parts[-1], dir_fd=folder)
        else:
            _patiently(_refuse_links(root, parts).unlink)


def _patiently(action: Callable[[], object]) -> None:
    for delay in _REPLACE_DELAYS_S:
        try:
            action()
        except PermissionError:
            time.sleep(delay)
        else:
            return
    # The last attempt is outside the loop, so that its error reaches the caller.
    action()


def replace_file(source: Path, target: Path) -> None:
    """Rename ``source`` to ``target``, waiting out a moment in which Windows holds the target."""
    _patiently(lambda: source.replace(target))


def write_atomic(target: Path, data: bytes, *, sync: bool, mode: int = 0o666) -> None:
    """Write ``data`` beside ``target`` and rename it there: a reader sees the old file or the new one.

    Several threads and processes may write the same file at once; one of them is the last.

    Args:
        target: the file, in an existing folder.
        data: its whole content.
        sync: also fsync it, so that it survives a power cut.
        mode: the permissions with which it is created, before the process's umask.

    Raises:
        OSError: the system refuses; ``target`` is as it was, and nothing else is left.
    """
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        # Exclusive, so that a link which somebody put under this name is not followed.
        with open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, mode)) as file:
            file.write(data)
            file.flush()
            if sync:
                # Before the rename: after a power cut, the name could otherwise stand for an empty file.
                os.fsync(file.fileno())
        replace_file(temporary, target)
    except BaseException:
        with suppress(OSError):  # the first error is the one to report
            temporary.unlink(missing_ok=True)
        raise
