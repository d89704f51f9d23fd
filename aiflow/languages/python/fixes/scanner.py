"""Splitting a text into code, strings and comments, also where Python's own tokenizer would give up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

_BEGIN: Final = re.compile(r"#|'''|\"\"\"|'|\"")
# After a backslash nothing ends a string, not even in a raw one.
_ENDS: Final = {
    quote: re.compile(rf"\\(?:\r\n|.)|{quote}" + ("" if len(quote) == 3 else r"|\r|\n"), re.DOTALL)
    for quote in ("'''", '"""', "'", '"')
}
_LINE_END: Final = re.compile(r"\r|\n")
_MARKS: Final = re.compile(r"[()\[\]{}]|\\(?:\r\n|\r|\n)|\r\n|\r|\n|;|:")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    Attributes:
        kind: code, a string with its quotes, or a comment with its mark.
        start: its offset.
        end: the offset after it.
        is_open: a string that nothing ends: at the end of its line, or of the text.
    """

    kind: Literal["code", "string", "comment"]
    start: int
    end: int
    is_open: bool = False


def pieces(text: str) -> Iterator[Piece]:
    """Yield the parts of a text in their order; together they are the text."""
    at = 0
    while (found := _BEGIN.search(text, at)) is not None:
        if found.start() > at:
            yield Piece("code", at, found.start())
        if found.group() == "#":
            end = _LINE_END.search(text, found.end())
            at = end.start() if end else len(text)
            yield Piece("comment", found.start(), at)
            continue
        at, is_open = _string_end(text, found.group(), found.end())
        yield Piece("string", found.start(), at, is_open)
    if at < len(text):
        yield Piece("code", at, len(text))


def _string_end(text: str, quote: str, at: int) -> tuple[int, bool]:
    """Return where a string ends, and whether its quotes are missing there."""
    for found in _ENDS[quote].finditer(text, at):
        if found.group() == quote:
            return found.end(), False
        if not found.group().startswith("\\"):
            return found.start(), True
    return len(text), True


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of one logical line: its offsets, without a comment and blanks after it."""

    start: int
    end: int


def statements(text: str) -> Iterator[Statement]:
    """Yield the statements of a text; what stands behind a colon on the same line is one of its own."""
    depth, start, end = 0, 0, 0
    for piece in pieces(text):
        if piece.kind == "comment":
            continue
        if piece.kind == "string":
            end = piece.end
            continue
        at = piece.start
        for mark in _MARKS.finditer(text, piece.start, piece.end):
            end = _after(text, at, mark.start(), end)
            at = mark.end()
            found = mark.group()
            if found in "([{":
                depth, end = depth + 1, mark.end()
            elif found in ")]}":
                depth, end = max(0, depth - 1), mark.end()
            elif depth or found.startswith("\\"):
                continue
            else:
                if text[start:end].strip():
                    yield _statement(text, start, end)
                start = end = mark.end()
        end = _after(text, at, piece.end, end)
    if text[start:end].strip():
        yield _statement(text, start, end)


def _after(text: str, start: int, stop: int, end: int) -> int:
    """Return the end of the words between two offsets, ``end`` where there are none."""
    words = text[start:stop].rstrip()
    return start + len(words) if words else end


def _statement(text: str, start: int, end: int) -> Statement:
    held = text[start:end]
    return Statement(start + len(held) - len(held.lstrip()), end)
