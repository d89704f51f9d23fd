"""The parts that an extractor finds in a model's text."""

from collections.abc import Iterable
from dataclasses import dataclass

from aiflow.model.paths import SafePath


@dataclass(frozen=True, slots=True)
class FileOpened:
    """A file begins. Between this and its ``FileClosed`` no other file has parts."""

    path: SafePath


@dataclass(slots=True)
class FileText:
    """The next piece of the open file's text.

    One for every line, so not frozen: that doubles what making it costs.
    """

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class FileClosed:
    """The file ends; ``complete`` is False where the text stopped before the file's own end."""

    path: str
    complete: bool


@dataclass(frozen=True, slots=True)
class FileRefused:
    """A file whose path must not be written; its text is swallowed. ``reason`` is a Chinese sentence."""

    path: str
    reason: str


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
