"""Merging a rewritten text into the one that it rewrites, line by line, for files without a syntax tree.

A model that rewrites a file changes blank lines, trailing blanks and line ends everywhere. What it did not
mean to change keeps its bytes, so that a person sees the change and nothing else.
"""

import io
from collections.abc import Iterable, Iterator, Sequence

from aiflow.model.line_diff import matching_runs

BOM = "\ufeff"
_ENDS = ("\r\n", "\n", "\r")


def merge_lines(old: str, new: str) -> str:
    """Return ``new`` with the lines of ``old`` wherever only blank lines and trailing blanks differ."""
    before, after = _Lines(old.removeprefix(BOM)), _Lines(new.removeprefix(BOM))
    if before.keys == after.keys:
        return old
    if not before.keys or not after.keys:
        return new
    merged: list[str] = []
    for anchor, first, after_anchor, to in gaps(
        matching_runs(before.keys, after.keys), before.end, after.end
    ):
        between = shared_separators(
            [before.separator(at) for at in range(anchor, first + 1)],
            [after.separator(at) for at in range(after_anchor, to + 1)],
        )
        for at, separator in enumerate(between, start=after_anchor):
            merged += after.separator(at) if separator is None else separator
            if at < to:
                merged.append(after.lines[at])
        if first < before.end:
            merged.append(before.lines[first])
    return finish(merged, old)


def gaps(
    runs: Iterable[tuple[int, int, int]], old_end: int, new_end: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield what lies before each common element and before the end: old from, to, new from, to."""
    at = to = 0
    for first, second, count in [*runs, (old_end, new_end, 1)]:
        for step in range(count):
            yield at, first + step, to, second + step
            at, to = first + step + 1, second + step + 1


def shared_separators(old: Sequence[list[str]], new: Sequence[list[str]]) -> list[list[str] | None]:
    """Return for each new separator between two common elements the old one that takes its place, or None.

    Args:
        old: the lines before each old element after the first common one, and before the second.
        new: likewise.
    """
    found: list[list[str] | None] = [None] * len(new)
    if len(old) > 1 and len(new) > 1:
        found[0], found[-1] = old[0], old[-1]
    elif len(new) == 1:
        # Elements were removed. Free comments are a person's and stay; of the blank lines the larger gap.
        noted = [lines for lines in old if texts(lines)]
        found[0] = [line for lines in noted for line in lines] or max(reversed(old), key=len)
    else:
        # Elements were added: the gap with the same comments is the old one, else the largest.
        wanted = texts(old[0])
        best = max(range(len(new)), key=lambda at: (texts(new[at]) == wanted, len(new[at]), at))
        found[best] = old[0]
    return found


def texts(lines: list[str]) -> list[str]:
    """Return the lines that are not blank, without the white space around them."""
    return [line.strip() for line in lines if line.strip()]


def line_end(text: str) -> str:
    """Return the line end that most lines of a text have."""
    crlf = text.count("\r\n")
    counts = {"\r\n": crlf, "\n": text.count("\n") - crlf, "\r": text.count("\r") - crlf}
    return max(_ENDS, key=lambda end: (counts[end], end == "\n"))


def with_line_ends_of(old: str, new: str) -> str:
    """Return ``new`` with byte order mark, line ends and last line end of ``old``."""
    return finish(list(io.StringIO(new.removeprefix(BOM), newline="")), old)


def finish(lines: list[str], old: str) -> str:
    """Join lines to a text that begins and ends as ``old`` does; those without its line ends get them."""
    end = line_end(old)
    has_end = old.endswith(("\n", "\r")) or not old
    mark = BOM if old.startswith(BOM) else ""
    # A file with mixed line ends keeps each of them; a difference in them alone would be shown as a change.
    ours = set(io.StringIO(old, newline="")) if "\r" in old else frozenset[str]()
    joined = mark + "".join(line if line in ours else line.rstrip("\r\n") + end for line in lines)
    return joined if has_end or not joined.endswith(end) else joined.removesuffix(end)


class _Lines:
    """The lines of a text that are not blank, and the blank ones between them."""

    def __init__(self, text: str) -> None:
        self.lines: list[str] = []
        self._blank: list[list[str]] = [[]]
        for line in io.StringIO(text, newline=""):
            if line.strip():
                self.lines.append(line)
                self._blank.append([])
            else:
                self._blank[-1].append(line)
        self.keys = [line.rstrip() for line in self.lines]
        self.end = len(self.lines)

    def separator(self, number: int) -> list[str]:
        return self._blank[number]
