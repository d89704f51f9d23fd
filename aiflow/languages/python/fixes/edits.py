"""Changing a text at the places that its syntax tree names, and nowhere else."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_LINE_END: Final = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Other text for what stands between two offsets; an insertion where they are equal."""

    start: int
    end: int
    text: str


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return ``text`` with edits that do not overlap."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


class Text:
    """A text with the offsets of the lines and columns that a syntax tree counts in.

    Attributes:
        text: the text.
        starts: the offset of each line, and of the end.
        newline: how its lines end.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        ends = [found.end() for found in _LINE_END.finditer(text)]
        self.starts = [0, *ends] if not ends or ends[-1] < len(text) else [0, *ends[:-1]]
        self.starts.append(len(text))
        first = _LINE_END.search(text)
        self.newline = first.group() if first else "\n"

    @property
    def count(self) -> int:
        """How many lines it has."""
        return len(self.starts) - 1

    def line(self, number: int) -> str:
        """Return a line, from 1, with its end."""
        return self.text[self.starts[number - 1] : self.starts[number]]

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a column, which syntax trees count in bytes of UTF-8."""
        shown = self.line(line)
        if not shown.isascii():
            column = len(shown.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))
        return self.starts[line - 1] + column

    def span(self, node: ast.expr | ast.stmt | ast.alias) -> tuple[int, int]:
        """Return where a node begins and ends."""
        last = node.end_lineno or node.lineno
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(last, node.end_col_offset or node.col_offset),
        )

    def insert_line(self, after: int, line: str) -> Edit:
        """Return the edit that adds a line after another one; 0 is before the first."""
        place = self.starts[after]
        if after and not self.line(after).endswith(("\n", "\r")):
            return Edit(place, place, self.newline + line)
        return Edit(place, place, line + self.newline)

    def indent(self, line: int) -> str:
        """Return the blanks at the beginning of a line."""
        shown = self.line(line)
        return shown[: len(shown) - len(shown.lstrip(" \t\f"))]
