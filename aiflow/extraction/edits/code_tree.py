"""A source text as a tree by its indentation, whatever its language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aiflow.extraction.edits.draft import RefusedError

# A closing bracket and an `else` have their opener's indentation, but end the same node.
CLOSERS = (")", "]", "}", "</", "else", "elif ", "except", "finally", "case ")
# Minified scripts have lines of many thousand characters, so repetitions of names below are bounded.
_DEFINITION = re.compile(
    r"(?:export\s+|default\s+|async\s+|public\s+|private\s+|static\s+)*(?:def|class|function|func|fn)\s+(\w+)"
)
_TARGET = re.compile(
    r"(?:const\s+|let\s+|var\s+)?([\w.]{1,100}(?:\[[^\]]{0,60}\])?)\s*(?::[^=()]{1,60})?=(?!=)"
)
IMPORTS = ("import ", "from ")
_BRANCHES = ("else:", "try:", "finally:", "default:", "except:")
# No line of a program is a lone NUL, so none is taken for a mark.
MARK = "\0"
"""A line that stands for left-out code."""
_FIELD = re.compile(r"[\"']?([\w-]{1,100})[\"']?:\s")
_TAG = re.compile(r"<[A-Za-z][\w-]{0,40}(?:\s[^<>]{0,200})?>")
_CALL = re.compile(r"([\w.]{1,100})\(")


@dataclass(slots=True)
class Node:
    """A line with the lines below it that are indented more.

    Attributes:
        begin: its first line, with the comments and decorators directly above.
        head: the line itself.
        end: the line after its last one.
        text: the line, without blanks around it.
        is_mark: whether it stands for left-out code.
        is_block: whether lines belong to it.
    """

    begin: int
    head: int
    end: int
    text: str
    is_mark: bool = False

    @property
    def is_block(self) -> bool:
        """Whether there are lines below its own."""
        return self.end > self.head + 1

    @property
    def key(self) -> str:
        """The name that it defines, sets or calls, or else its first word."""
        return key_of(self.text)

    @property
    def is_remark(self) -> bool:
        """Whether it is a comment or a docstring."""
        return self.text.startswith(("#", "//", "/*", "<!--", '"""', "'''"))

    @property
    def is_definition(self) -> bool:
        """Whether it defines a function or a class."""
        return _DEFINITION.match(self.text) is not None


@dataclass(frozen=True, slots=True)
class Range:
    """Lines of a text, from ``first`` on and up to ``last``."""

    lines: Sequence[str]
    first: int
    last: int


def key_of(text: str) -> str:
    """Return what a line defines, sets or calls, or else its first word; ``=`` ends what is set."""
    found = _DEFINITION.match(text)
    if found:
        return f"def {found[1]}"
    found = _TARGET.match(text) or _FIELD.match(text)
    # `else: return` has the form of a field of a dictionary or of a style sheet.
    if found and not text.startswith(_BRANCHES):
        return f"{found[1]} ="
    found = _TAG.match(text)
    if found:
        return f"{found[0]} ="
    # All imports have the same first word: only the whole line tells them apart.
    if text.startswith(IMPORTS):
        return text
    found = _CALL.match(text)
    return f"{found[1]}(" if found else text.partition(" ")[0]


def nodes_of(text: Range) -> list[Node]:
    """Return the nodes of a piece of text that are in no other node.

    Raises:
        RefusedError: a line belongs to one that is not there.
    """
    filled = [at for at in range(text.first, text.last) if text.lines[at].strip(" \t\r")]
    if not filled:
        return []
    widths = {at: width_at(text.lines[at]) for at in filled}
    for at, after in pairwise(filled):
        if text.lines[at].strip() == MARK and widths[after] > widths[at]:
            widths[at] = widths[after]  # a mark has no lines of its own below it
    level = min(widths.values())
    nodes: list[Node] = []
    begin: int | None = None
    for place, at in enumerate(filled):
        line = text.lines[at].strip()
        is_mark = line == MARK
        joins = nodes and begin is None and not nodes[-1].is_mark and (not is_mark or widths[at] > level)
        if joins and (widths[at] > level or line.startswith(CLOSERS)):
            nodes[-1].end = at + 1
            continue
        # A definition keeps its decorators wherever it is put; a shebang belongs to no definition.
        if not is_mark and line[:1] in "#@" and not line.startswith("#!"):
            follows = filled[place + 1] if place + 1 < len(filled) else -1
            if follows == at + 1 and text.lines[follows].strip() != MARK and widths[follows] == level:
                begin = at if begin is None else begin
                continue
        if widths[at] > level and not is_mark:
            # The line above it, with less indentation, was left out: nothing says whose body this is.
            raise RefusedError("elided")
        nodes.append(Node(at if begin is None else begin, at, at + 1, line, is_mark))
        begin = None
    return nodes


def width_at(line: str) -> int:
    """Return the columns of a line's indentation."""
    # Answers have spaces where files have tabs: columns make the two comparable.
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4))
