"""Which relative paths a project may hold, on every platform at once.

A project written on Linux is unpacked on Windows and the other way round, so a path is judged by the
strictest rules of all of them (Microsoft: "Naming Files, Paths, and Namespaces"), whatever machine this is.
Pure: no I/O.
"""

import re
import unicodedata
from collections.abc import Iterable

from aiflow.exceptions import UnsafePathError

MAX_PATH_CHARS = 260
MAX_NAME_BYTES = 255
MAX_DEPTH = 16

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{stem}{digit}" for stem in ("com", "lpt") for digit in "0123456789¹²³"}
)
_FORBIDDEN_CHARS = re.compile(r'[<>:"|?*]')
_DRIVE = re.compile(r"^[A-Za-z]:")


def check_path(path: str) -> str:
    """Return ``path`` if every platform can hold it inside a project folder.

    Args:
        path: relative, ``/`` between its parts. A leading ``./`` is dropped, nothing else is changed.

    Returns:
        The path without a leading ``./``.

    Raises:
        UnsafePathError: with a Chinese sentence that says which rule it breaks.
    """
    while path.startswith("./"):
        path = path[2:]
    _check_whole(path)
    for name in path.split("/"):
        _check_name(path, name)
    return path


def _check_whole(path: str) -> None:
    if not path:
        raise UnsafePathError("文件名是空的。")
    if len(path) > MAX_PATH_CHARS:
        raise UnsafePathError(f"文件路径有 {len(path)} 个字符，最多 {MAX_PATH_CHARS} 个。")
    if "\\" in path:
        raise _unsafe(path, "路径里不能有反斜杠“\\”，请用“/”")
    if path.startswith("/"):
        raise _unsafe(path, "不能用绝对路径")
    if _DRIVE.match(path):
        raise _unsafe(path, "不能带盘符")
    if path.startswith("~"):
        raise _unsafe(path, "不能以“~”开头")
    if path.count("/") >= MAX_DEPTH:
        raise _unsafe(path, f"文件夹最多 {MAX_DEPTH} 层")


def _check_name(path: str, name: str) -> None:
    if name in {"", "."}:
        raise _unsafe(path, "路径里有空的一段")
    if name == "..":
        raise _unsafe(path, "不能离开项目文件夹")
    if not (name.isascii() and name.isprintable()) and any(
        unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name
    ):
        raise _unsafe(path, "路径里有看不见的控制字符")
    if _FORBIDDEN_CHARS.search(name):
        raise _unsafe(path, '文件名里不能有 < > : " | ? *')
    if name[-1] == "." or name != name.strip():
        raise _unsafe(path, "文件名不能以空格开头，也不能以空格或点结尾")
    if name.split(".", maxsplit=1)[0].rstrip(" ").casefold() in _RESERVED:
        raise _unsafe(path, "这是 Windows 保留的名字")
    if name.casefold() in {".aiflow", ".git", "git~1"}:
        raise _unsafe(path, "这个名字留给系统使用")
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        raise _unsafe(path, f"文件名太长，最多 {MAX_NAME_BYTES} 字节")


def _unsafe(path: str, why: str) -> UnsafePathError:
    shown = "".join(char if char.isprintable() else "�" for char in path[:80])
    return UnsafePathError(f"不能使用路径“{shown}”：{why}。")


def fold_path(path: str) -> str:
    """Return the form in which two paths are the same file on a file system that ignores case.

    NTFS, APFS.
    """
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", path).casefold()


def find_collision(path: str, existing: Iterable[str]) -> str | None:
    """Return the path in ``existing`` that collides with ``path`` on a file system that ignores case.

    That is: it would be the same file, or sits where the other needs a folder, or is in a folder whose name
    differs only by case. An equal path is no collision: the file is written again.
    """
    folders = _folders_of(path)
    spelling = {fold_path(folder): folder for folder in folders}
    folded = fold_path(path)
    for other in existing:
        if other == path:
            continue
        theirs = _folders_of(other)
        if fold_path(other) == folded or fold_path(other) in spelling:
            return other
        if any(
            fold_path(folder) == folded or spelling.get(fold_path(folder), folder) != folder
            for folder in theirs
        ):
            return other
    return None


class PathIndex:
    """The paths of one project, for telling in constant time whether another one fits in beside them."""

    def __init__(self) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, str] = {}

    def add(self, path: str) -> str:
        """Take ``path`` in, or an equal one again.

        Returns:
            The path as `check_path` gives it.

        Raises:
            UnsafePathError: it breaks a rule, or would be the same file or folder as an earlier one on a file
                system
                that ignores case, or needs a folder where there is a file.
        """
        path = check_path(path)
        folded = fold_path(path)
        other = self._files.get(folded)
        if other == path:
            return path
        if other is None and folded in self._folders:
            other = self._folders[folded]
        folders = _folders_of(path)
        for folder in folders if other is None else ():
            known = self._folders.get(fold_path(folder), folder)
            other = self._files.get(fold_path(folder)) or (known if known != folder else None)
            if other is not None:
                break
        if other is not None:
            raise _unsafe(path, f"它和“{other}”在 Windows 上会是同一个文件或文件夹")
        self._files[folded] = path
        self._folders.update((fold_path(folder), folder) for folder in folders)
        return path


def _folders_of(path: str) -> list[str]:
    if "/" not in path:
        return []
    parts = path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
