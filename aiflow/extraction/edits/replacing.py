"""The lines that replace others: in the file's own indentation, and with its bytes where nothing changes."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from aiflow.extraction.edits.matching import Occurrence, fold, indent_of, width_of

_FOLDED = 3
_MAX_COMPARED = 400  # lines; difflib takes quadratic time and more on equal lines
# Four comes before two: the widths of a file with four are multiples of two as well.
_UNITS = (4, 2, 3, 8)


class OutdentedError(ValueError):
    """A new line would begin left of the file's margin."""


def replacement(place: Occurrence, old: Sequence[str], new: Sequence[str], style: str) -> list[str]:
    """Return the new lines as they belong into the file.

    Args:
        place: where the search text was found.
        old: the file's lines there.
        new: the lines of the answer that replace the search text.
        style: how the file indents, as `indent_style` returned it.

    Raises:
        OutdentedError: a line is indented less than the search text and would leave the margin.
    """
    search = place.lines
    result: list[str] = []
    for tag, i1, i2, j1, j2 in _compare([line.rstrip() for line in search], [line.rstrip() for line in new]):
        if tag == "equal":
            # The file's bytes, not the answer's: a folded or trimmed copy would change lines unasked.
            result.extend(old[i1:i2])
            continue
        for offset, line in enumerate(new[j1:j2]):
            moved = _moved(line, place, old, style)
            if place.step == _FOLDED and i2 - i1 == j2 - j1:
                moved = _keep_ends(moved, search[i1 + offset], line, old[i1 + offset])
            result.append(moved)
    return result


def indent_style(lines: Sequence[str]) -> str:
    """Return the blanks of one level: a tab, some spaces, or nothing where the file has no indentation."""
    tabs = sum(line[:1] == "\t" for line in lines)
    widths = [len(line) - len(line.lstrip(" ")) for line in lines if line[:1] == " " and line.strip()]
    if tabs > len(widths):
        return "\t"
    if not widths:
        return ""
    return " " * next((unit for unit in _UNITS if all(width % unit == 0 for width in widths)), min(widths))


def restyle(line: str, style: str, unit: int = 4) -> str:
    """Return a new line with its indentation in the file's style; mixed tabs and spaces do not run."""
    indent = indent_of(line)
    if not style or not line.strip() or set(indent) <= set(style):
        return line
    rest = line[len(indent) :]
    if style == "\t":
        columns = len(indent.expandtabs(unit))
        return "\t" * (columns // unit) + " " * (columns % unit) + rest
    return indent.replace("\t", style).replace("\u3000", "  ") + rest


def space_unit(lines: Sequence[str]) -> int:
    """Return how many spaces one level has in the lines of an answer."""
    widths = [len(line) - len(line.lstrip(" ")) for line in lines if line[:1] == " " and line.strip()]
    return next((unit for unit in _UNITS if widths and all(width % unit == 0 for width in widths)), 4)


def _moved(line: str, place: Occurrence, old: Sequence[str], style: str) -> str:
    """Return a line with the indentation that the search text has in the file."""
    if not line.strip():
        return line.strip(" \t\u3000")
    at = next(number for number, text in enumerate(place.lines) if text.strip())
    theirs, ours = indent_of(place.lines[at]), indent_of(old[at])
    indent, rest = indent_of(line), line[len(indent_of(line)) :]
    if theirs == ours:
        return restyle(line, style, place.tab_width)
    # The same beginning needs no guess about the width of a tab.
    if indent.startswith(theirs):
        return restyle(ours + restyle(indent[len(theirs) :] + rest, style, place.tab_width), style)
    width = place.tab_width
    columns = width_of(line, width) - width_of(place.lines[at], width) + width_of(old[at], width)
    if columns < 0:
        raise OutdentedError
    return restyle(" " * columns + rest, style, width)


def _compare(a: Sequence[str], b: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Return how ``b`` differs from ``a``, as difflib does; long texts only by their common ends."""
    if len(a) <= _MAX_COMPARED and len(b) <= _MAX_COMPARED:
        # With autojunk difflib ignores frequent lines of a text above 200 lines, such as a lone bracket.
        return list(SequenceMatcher(None, a, b, autojunk=False).get_opcodes())
    first = 0
    while first < min(len(a), len(b)) and a[first] == b[first]:
        first += 1
    last = 0
    while last < min(len(a), len(b)) - first and a[-1 - last] == b[-1 - last]:
        last += 1
    return [
        ("equal", 0, first, 0, first),
        ("replace", first, len(a) - last, first, len(b) - last),
        ("equal", len(a) - last, len(a), len(b) - last, len(b)),
    ]


def _keep_ends(moved: str, search: str, new: str, old: str) -> str:
    """Return a changed line with the file's own punctuation where the change left it alone."""
    search, new, old_text = search.strip(), new.strip(), old.strip()
    # Folding makes three dots of "…": then the positions in the two lines do not correspond.
    if len(search) != len(old_text) or fold(search) != fold(old_text):
        return moved
    limit = min(len(search), len(new))
    first = next((at for at in range(limit) if search[at] != new[at]), limit)
    rest = limit - first
    last = next((at for at in range(rest) if search[-1 - at] != new[-1 - at]), rest)
    text = old_text[:first] + new[first : len(new) - last] + old_text[len(old_text) - last :]
    return indent_of(moved) + text
