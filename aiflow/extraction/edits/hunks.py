"""The pieces of a diff, line by line, as unified diffs and ``apply_patch`` have them in common."""

from dataclasses import dataclass, field

from aiflow.extraction.edits.elision import is_elision
from aiflow.extraction.edits.parts import Hunk, Operation

_OPERATIONS: dict[str, Operation] = {" ": " ", "-": "-", "+": "+"}


@dataclass(slots=True)
class HunkList:
    """The hunks of one file while they are read.

    Attributes:
        hunks: those that are finished.
    """

    hunks: list[Hunk] = field(default_factory=list)
    _lines: list[tuple[Operation, str]] = field(default_factory=list)
    _anchors: list[str] = field(default_factory=list)

    def begin(self, anchor: str = "") -> None:
        """Begin a hunk; anchors in a row belong to the same one."""
        if self._lines:
            self._finish()
            self._anchors = []
        if anchor:
            self._anchors.append(anchor)

    def add(self, line: str) -> None:
        """Add a line; one without a mark is a kept one."""
        line = line.rstrip("\r\n")
        # Models strip the blank that is all of an empty kept line.
        operation = _OPERATIONS.get(line[:1], "?") if line else " "
        text = line if operation == "?" else line[1:]
        if operation in {" ", "?"} and is_elision(text):
            # "..." between two places of a file.
            self.begin()
            return
        self._lines.append((operation, text))

    def end_of_file(self) -> None:
        """The hunk is the end of the file."""
        self._finish(at_end=True)

    def close(self) -> tuple[Hunk, ...]:
        """Return all hunks."""
        self._finish()
        return tuple(self.hunks)

    def added_text(self) -> str:
        """Return the lines of a file that the diff creates."""
        lines = [line for hunk in self.close() for line in hunk.lines]
        # Models forget plus signs in a new file: a line without one is part of the file, too.
        return "".join(text + "\n" for operation, text in lines if operation != "-")

    def _finish(self, *, at_end: bool = False) -> None:
        while self._lines and self._lines[-1] == (" ", ""):
            self._lines.pop()  # blank lines after the last one belong to the text around the diff
        if any(operation in {"-", "+"} for operation, _ in self._lines):
            self.hunks.append(Hunk(tuple(self._lines), tuple(self._anchors), at_end))
        self._lines = []


def is_diff_body(text: str) -> bool:
    """Return whether every line has the mark of a diff, and some are removed and some added."""
    signs = {line[:1] for line in text.split("\n") if line.strip()}
    # Both signs are required: a Markdown list has lines with one of them.
    return {"-", "+"} <= signs <= {"-", "+", " "}
