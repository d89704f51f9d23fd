"""Where a text stands in a file: exactly, or but for blanks, indentation or the width of its punctuation.

Each step must find exactly one place. A search works on joined strings, so that its time is in proportion to
the file and not to its square.
"""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_TAB_WIDTHS = (4, 8, 2)
_FOLDS = str.maketrans(
    {
        "“": '"', "”": '"', "„": '"', "‟": '"', "«": '"', "»": '"',
        "「": '"', "」": '"', "『": '"', "』": '"',
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "´": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-",
        "。": ".", "、": ",", "·": ".", "・": ".", "【": "[", "】": "]", "〔": "[", "〕": "]",
        "《": "<", "》": ">", "〈": "<", "〉": ">", "～": "~", "〜": "~",
        # Zero-width characters come along with texts that were copied from web pages.
        "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Where a text stands.

    Attributes:
        start: the number of the first line, from 0.
        lines: the lines of the text that were found: without outer blank lines where only so it stands there.
        skipped: how many blank lines at the beginning of the text were left out.
        step: 0 exact, 1 but for trailing blanks, 2 with another indentation, 3 with folded punctuation.
        tab_width: the columns of a tab by which the indentation fits.
    """

    start: int
    lines: tuple[str, ...]
    skipped: int
    step: int
    tab_width: int = 4


class Haystack:
    """The lines of a file, to be searched.

    Args:
        lines: without line ends.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._joined: dict[tuple[int, int], tuple[str, list[int]]] = {}

    def find(self, search: Sequence[str], first: int = 0, last: int | None = None) -> list[Occurrence]:
        """Return the places of ``search`` by the first step that finds any, two at most.

        Args:
            search: lines without line ends.
            first: the number of the first line that counts.
            last: the number after the last one; all by default.
        """
        last = len(self.lines) if last is None else last
        trimmed, skipped = _trim(search)
        if not trimmed:
            return []
        whole = (tuple(search), 0)
        # With its outer blank lines a text may be unique where the lines between them stand twice.
        exact = [whole] if len(trimmed) == len(search) else [whole, (trimmed, skipped)]
        for step in (0, 1):
            for lines, left_out in exact:
                places = self._places(lines, step, 0, first, last)
                if places:
                    return [Occurrence(start, lines, left_out, step) for start in places]
        for step in (2, 3):
            # Models write spaces where a file has tabs; how wide the tabs were meant is not said anywhere.
            found: dict[int, Occurrence] = {}
            for width in _TAB_WIDTHS:
                for start in self._places(trimmed, step, width, first, last):
                    found.setdefault(start, Occurrence(start, trimmed, skipped, step, width))
            if found:
                return list(found.values())
        return []

    def _places(self, search: tuple[str, ...], step: int, width: int, first: int, last: int) -> list[int]:
        """Return the first two places by one step."""
        key = (step, width)
        if key not in self._joined:
            encoded = _encode(self.lines, step, width)
            starts = [0]
            for line in encoded:
                starts.append(starts[-1] + len(line))
            self._joined[key] = "".join(encoded), starts
        text, starts = self._joined[key]
        # The first line's own indentation is free: what counts is how the others differ from it.
        wanted = "".join(_encode(search, step, width)).partition("\0")[2]
        found: list[int] = []
        at = text.find("\0" + wanted, starts[first], starts[last])
        # Two places are ambiguous already: a file of equal lines must not fill a long list.
        while at >= 0 and len(found) < 2:
            number = bisect_left(starts, at + 1) - 1
            found.append(number)
            at = text.find("\0" + wanted, starts[number + 1], starts[last])
        return found


def fold(text: str) -> str:
    """Return ``text`` with plain letters, punctuation and quotes for full-width ones, to compare it."""
    # Nearly all lines of programs are ASCII, and the check is much cheaper than normalizing.
    if text.isascii():
        return text
    # NFKC makes "。" of its half-width form, so the table is needed after NFKC as well.
    return unicodedata.normalize("NFKC", text.translate(_FOLDS)).translate(_FOLDS)


def width_of(line: str, tab_width: int) -> int:
    """Return the columns of a line's indentation."""
    return len(indent_of(line).expandtabs(tab_width))


def indent_of(line: str) -> str:
    """Return the blanks that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t\u3000"))]


def _trim(lines: Sequence[str]) -> tuple[tuple[str, ...], int]:
    """Return the lines without blank ones at both ends, and how many were left out at the beginning."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return tuple(lines[first:last]), first


def _encode(lines: Sequence[str], step: int, width: int) -> list[str]:
    """Return each line as a string that is equal where this step takes lines for equal.

    It is the indentation, a NUL and the text; the indentation is that relative to the line before, so that a
    block is found with any.
    """
    if step < 2:
        text_of: Callable[[str], str] = str if step == 0 else str.rstrip
        # A NUL in a file would look like the sign between indentation and text.
        return ["\0" + text_of(line).replace("\0", "\1") + "\n" for line in lines]
    encoded: list[str] = []
    before = 0
    for line in lines:
        text = line.strip()
        if not text:
            encoded.append("\0\n")
            continue
        # The ideographic space takes two columns; Chinese input methods write it where a blank is meant.
        columns = width_of(line.replace("\u3000", "  "), width)
        text = (fold(text) if step == 3 else text).replace("\0", "\1")
        encoded.append(f"{columns - before}\0{text}\n")
        before = columns
    return encoded
