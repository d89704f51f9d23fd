"""Which relative paths a project may hold, on every platform at once.

A project written on Linux is unpacked on Windows and the other way round, so a path is judged by the
strictest rules of all of them (Microsoft: "Naming Files, Paths, and Namespaces"), whatever machine this is.
Pure: no I/O.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Self

from aiflow.exceptions import UnsafePathError

# ``MAX_PATH`` of Windows: Explorer and many programs cannot open a longer path.
MAX_PATH_CHARS = 260
# ``NAME_MAX`` of Linux, which counts bytes: 85 Chinese characters.
MAX_NAME_BYTES = 255
MAX_DEPTH = 16

# To open one of these names on Windows opens a device, in any folder. Windows takes the superscript digits
# for digits there.
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{stem}{digit}" for stem in ("com", "lpt") for digit in "0123456789¹²³"}
)
_FORBIDDEN_CHARS = re.compile(r'[<>:"|?*]')
# Without a slash behind it, too: "C:a.py" is relative to the current folder of that drive.
_DRIVE = re.compile(r"[A-Za-z]:")
# Escapes of control characters, "%", ".", "/" and "\\": decoded, such a path may leave the folder.
_ESCAPED = re.compile(r"%(?:[01][0-9a-f]|25|2e|2f|5c|7f)", re.IGNORECASE)


class SafePath(str):
    """A path below a project's folder that every platform can hold; ``/`` separates its parts.

    A path from outside (a model's answer, a request, a plan, an archive) becomes a ``SafePath`` once and is
    passed as such. It is accepted as it is or refused, never changed; only a leading ``./`` is dropped.

    Args:
        path: any text. A ``SafePath`` is returned as it is.

    Raises:
        UnsafePathError: with a Chinese sentence that names the broken rule.
    """

    __slots__ = ()

    def __new__(cls, path: str) -> Self:
        """Check ``path``; see the class."""
        if isinstance(path, cls):
            return path
        # Each pass of the loop copies the rest, so a megabyte of "./" would take quadratic time.
        if len(path) > 2 * MAX_PATH_CHARS:
            raise _too_long(path)
        while path.startswith("./"):
            path = path[2:]
        _check_whole(path)
        for name in path.split("/"):
            _check_name(path, name)
        return super().__new__(cls, path)

    @property
    def parts(self) -> tuple[str, ...]:
        """The names between the slashes."""
        return tuple(self.split("/"))


def _check_whole(path: str) -> None:
    if not path:
        raise UnsafePathError("文件名是空的。")
    if len(path) > MAX_PATH_CHARS:
        raise _too_long(path)
    # Windows separates folders by it, on Linux it is part of a name: one archive would be two trees.
    if "\\" in path:
        raise _unsafe(path, "路径里不能有反斜杠“\\”，请用“/”")
    if path.startswith("/"):
        raise _unsafe(path, "不能用绝对路径")
    if _DRIVE.match(path):
        raise _unsafe(path, "不能带盘符")
    # Shells and ``expanduser`` replace it by somebody's home folder.
    if path.startswith("~"):
        raise _unsafe(path, "不能以“~”开头")
    if _ESCAPED.search(path):
        raise _unsafe(path, "路径里不能有“%2e”这样的编码")
    if path.count("/") >= MAX_DEPTH:
        raise _unsafe(path, f"文件夹最多 {MAX_DEPTH} 层")


def _too_long(path: str) -> UnsafePathError:
    return UnsafePathError(f"文件路径有 {len(path)} 个字符，最多 {MAX_PATH_CHARS} 个。")


def _check_name(path: str, name: str) -> None:
    if name in {"", "."}:
        raise _unsafe(path, "路径里有空的一段")
    if name == "..":
        raise _unsafe(path, "不能离开项目文件夹")
    # Format characters (Cf) can show a name in another order, so that "exe" does not appear at its end.
    # The first test is for speed: nearly all names are ASCII.
    if not (name.isascii() and name.isprintable()) and any(
        unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name
    ):
        raise _unsafe(path, "路径里有看不见的控制字符")
    if _FORBIDDEN_CHARS.search(name):
        raise _unsafe(path, '文件名里不能有 < > : " | ? *')
    # Windows drops dots and blanks at the end without an error, so "a.py." would replace "a.py".
    if name[-1] == "." or name != name.strip():
        raise _unsafe(path, "文件名不能以空格开头，也不能以空格或点结尾")
    # Windows ignores the ending and the blanks before it: "nul.txt" and "con .py" are devices, too.
    if name.split(".", maxsplit=1)[0].rstrip(" ").casefold() in _RESERVED:
        raise _unsafe(path, "这是 Windows 保留的名字")
    # NTFS gives ".git" the short name GIT~1; a file in there can make git run a command (CVE-2014-9390).
    if name.casefold() in {".aiflow", ".git", "git~1"}:
        raise _unsafe(path, "这个名字留给系统使用")
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        raise _unsafe(path, f"文件名太长，最多 {MAX_NAME_BYTES} 字节")


def _unsafe(path: str, why: str) -> UnsafePathError:
    # Messages appear on terminals, where control characters of a hostile name would act.
    shown = "".join(char if char.isprintable() else "�" for char in path[:80])
    return UnsafePathError(f"不能使用路径“{shown}”：{why}。")


def fold_path(path: str) -> str:
    """Return the form in which two paths are the same file on a file system that ignores case.

    NTFS, APFS.
    """
    if path.isascii():
        return path.lower()
    # macOS writes accents decomposed into archives; the same name in both spellings is one file there.
    return unicodedata.normalize("NFC", path).casefold()


class PathIndex:
    """The paths of one project; finds in constant time what a further path would collide with.

    Two paths collide where a file system that ignores case cannot hold both: they would be the same file, one
    is a file where the other needs a folder, or their folders differ only in case. Equal paths do not:
    the file is written again.

    Args:
        paths: the first paths; those that are on a disk may already collide with each other.
    """

    def __init__(self, paths: Iterable[str] = ()) -> None:
        # Folded name -> each of its spellings -> a file that has it, as itself or as one of its folders.
        self._files: dict[str, dict[str, str]] = {}
        self._folders: dict[str, dict[str, str]] = {}
        for path in paths:
            self._insert(path)

    def collision(self, path: SafePath) -> str | None:
        """Return a file that cannot be beside ``path``, or None."""
        folded = fold_path(path)
        files = self._files.get(folded, {})
        found = _other(files, path) or _other(self._folders.get(folded, {}), None)
        for folder in () if found else _folders_of(path):
            folded = fold_path(folder)
            found = _other(self._files.get(folded, {}), None) or _other(self._folders.get(folded, {}), folder)
            if found:
                break
        return found

    def add(self, path: SafePath) -> None:
        """Add ``path``, or an equal one again.

        Raises:
            UnsafePathError: when it collides with an earlier path; the index is then unchanged.
        """
        other = self.collision(path)
        if other is not None:
            raise _unsafe(path, f"它和“{other}”在 Windows 上会是同一个文件或文件夹，请换一个名字")
        self._insert(path)

    def _insert(self, path: str) -> None:
        self._files.setdefault(fold_path(path), {})[path] = path
        for folder in _folders_of(path):
            self._folders.setdefault(fold_path(folder), {}).setdefault(folder, path)


def _other(spellings: dict[str, str], own: str | None) -> str | None:
    """Return the file of the first spelling that is not ``own``, or None."""
    return next((file for spelling, file in spellings.items() if spelling != own), None)


def _folders_of(path: str) -> list[str]:
    if "/" not in path:
        return []
    parts = path.split("/")[:-1]
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
