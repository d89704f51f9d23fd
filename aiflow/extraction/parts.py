"""What an extractor says about a model's text."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileOpened:
    """A file begins. Between this and its ``FileClosed`` no other file has parts."""

    path: str


@dataclass(frozen=True, slots=True, init=False)
class FileText:
    """The next piece of the open file's text."""

    path: str
    text: str

    def __init__(self, path: str, text: str) -> None:
        # There is one for every line: the generated constructor takes twice as long.
        _set_path(self, path)
        _set_text(self, text)


_set_path, _set_text = (vars(FileText)[name].__set__ for name in ("path", "text"))


@dataclass(frozen=True, slots=True)
class FileClosed:
    """The file ends; ``complete`` is False where the text stopped before the file's own end."""

    path: str
    complete: bool


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A file whose path must not be written; its text is swallowed. ``message`` is Chinese and says why."""

    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Text that belongs to no file, a snippet without a name included."""

    text: str


Part = FileOpened | FileText | FileClosed | FileRefused | Prose


def collect(parts: Iterable[Part]) -> dict[str, str]:
    """Return the complete files, path to text; of a path given twice the last complete text.

    Args:
        parts: everything that ``feed`` and ``close`` returned, in order.

    Returns:
        The files in the order in which they were completed first.
    """
    files: dict[str, str] = {}
    text: list[str] = []
    for part in parts:
        match part:
            case FileOpened():
                text = []
            case FileText():
                text.append(part.text)
            case FileClosed(complete=True):
                files[part.path] = "".join(text)
            case _:
                pass
    return files
