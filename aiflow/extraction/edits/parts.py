"""The parts that an edit reader finds in a model's text: prose, what is being typed, and finished edits."""

from dataclasses import dataclass
from typing import Literal

from aiflow.extraction.parts import Prose

Operation = Literal[" ", "-", "+", "?"]
"""Of a line in a hunk: kept, removed, added, or kept and written without its mark."""


@dataclass(frozen=True, slots=True)
class EditOpened:
    """An edit begins; ``path`` is None where the text has not named a file."""

    path: str | None


# One for every line, so not frozen: that doubles what making it costs.
@dataclass(slots=True)
class EditText:
    """The next piece of the new text that is being typed."""

    path: str | None
    text: str


@dataclass(frozen=True, slots=True)
class WholeFile:
    """The whole text of a file, new or not."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class DefinitionEdit:
    """Functions or classes in a block without a file's name.

    Attributes:
        path: the file that the sentences before it mention, where they mention one.
        name: of the first definition in it; empty where none is seen.
        text: the code.
    """

    path: str | None
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class BlockEdit:
    """A text to find, and the text that replaces it."""

    path: str | None
    search: str
    replace: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """A piece of a diff.

    Attributes:
        lines: each with its operation, without line ends.
        anchors: lines that come somewhere before it (``@@ def move``).
        at_end: whether it is the end of the file.
    """

    lines: tuple[tuple[Operation, str], ...]
    anchors: tuple[str, ...] = ()
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class PatchEdit:
    """The hunks of one file; ``moved_to`` is its new path where the patch renames it."""

    path: str | None
    hunks: tuple[Hunk, ...]
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class ElidedFile:
    """A file's text in which comments stand for code that stays ("# ... existing code ...")."""

    path: str | None
    text: str


@dataclass(frozen=True, slots=True)
class DeletedFile:
    """A file that is to be deleted."""

    path: str


@dataclass(frozen=True, slots=True)
class EditRefused:
    """An edit that cannot be used.

    Attributes:
        path: of the file, where one is known.
        reason: a stable word of `apply.REASONS`.
        message: a Chinese sentence, where the reason alone does not say it.
    """

    path: str | None
    reason: str
    message: str = ""


Edit = WholeFile | DefinitionEdit | BlockEdit | PatchEdit | ElidedFile | DeletedFile | EditRefused
EditPart = Prose | EditOpened | EditText | Edit
EDITS = (WholeFile, DefinitionEdit, BlockEdit, PatchEdit, ElidedFile, DeletedFile, EditRefused)


def lines_of(text: str) -> list[str]:
    """Return the lines of an answer's text, without line ends."""
    # The line ends of an answer say nothing of the file's: `Draft` writes the file's own.
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def sides_of(hunk: Hunk, kept: str = "") -> tuple[list[str], list[str]]:
    """Return the old and the new lines of a hunk, ``kept`` before its kept lines that have a mark."""
    lines = [(op, kept + text if op == " " and text else text) for op, text in hunk.lines]
    return [text for op, text in lines if op != "+"], [text for op, text in lines if op != "-"]
