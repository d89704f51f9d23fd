"""Outline of Markdown that a model or a person wrote: what each source line is.

The text may be anything. markdown-it finds the headings and the code blocks (only its block rules that run
in linear time are enabled, and no inline rule). Marks that models use and CommonMark does not know (``•``,
``1、``, a bold line as a heading) are read by plain string methods: a regular expression that backtracks
would let a text of a few kilobytes stop the server.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import takewhile

from markdown_it import MarkdownIt

BOLD_LEVEL = 7
"""The level of a bold line that serves as a heading: below all real ones."""
_NESTED = 2  # columns of indentation from which a list item is below the one before it
# A longer item is a sentence that happens to contain the words of a title.
_LONGEST_BULLET_HEADING = 12
_BULLETS = frozenset("-*+•")
_CIRCLED_DIGITS = frozenset(map(chr, range(ord("①"), ord("⑳") + 1)))
_CHECKBOXES = ("[ ]", "[x]", "[X]")
# Nine digits are CommonMark's limit for the number of a list item.
_NUMBER = re.compile(r"\d{1,9}")
_INLINE_MARKS = str.maketrans("", "", "*_`#")

# Without "code", an indented line is what it would be without its indentation: models indent carelessly.
_PARSER = (
    MarkdownIt("zero")
    .enable(["heading", "lheading", "list", "fence", "hr"])
    .disable(["inline", "text_join"], ignoreInvalid=True)
)


class Kind(Enum):
    """The kind of a line. A table row and a blank line are text."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    UNDERLINE = "underline"
    """What follows the first line of a heading that is underlined."""
    RULE = "rule"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Line:
    """One source line.

    Attributes:
        source: the line as it is, without its line end.
        kind: what it is.
        text: the words of a heading or a list item; otherwise the line without surrounding blanks.
        level: of a heading, 1 to 6, or `BOLD_LEVEL`; 0 for other lines.
        indent: the columns before the first character.
    """

    source: str
    kind: Kind
    text: str
    level: int = 0
    indent: int = 0


Matcher = Callable[[str], object]
"""Accepts the title of the wanted section: its result is true."""


class Outline:
    """A Markdown text as a list of lines.

    Args:
        text: Markdown, or any other text.
    """

    def __init__(self, text: str) -> None:
        # For the parser, a lone carriage return ends a line, too; both have to count the same lines.
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[Line]:
        """The lines, in the order of the text."""
        # ``splitlines`` would also divide at a form feed or at U+2028, where the parser does not.
        sources = self._text.split("\n")
        headings: dict[int, tuple[int, str]] = {}
        kinds: dict[int, Kind] = {}
        tokens = _PARSER.parse(self._text)
        for at, token in enumerate(tokens):
            first, after = token.map or (0, 0)
            if token.type == "heading_open":
                # The next token has the words without the ``##`` that may also close a heading.
                headings[first] = (int(token.tag[1:]), tokens[at + 1].content)
                kinds.update(dict.fromkeys(range(first + 1, after), Kind.UNDERLINE))
            elif token.type in {"fence", "hr"}:
                kind = Kind.CODE if token.type == "fence" else Kind.RULE
                kinds.update(dict.fromkeys(range(first, after), kind))
        return [
            _line(source, kinds.get(number), headings.get(number)) for number, source in enumerate(sources)
        ]

    def section(self, is_title: Matcher) -> tuple[int, int] | None:
        """Return the range of the lines below the first heading that ``is_title`` accepts.

        The document's own title ("需求说明") is not a section.

        Returns:
            The number of the first line and the number after the last one, or None without such a heading.
        """
        start, level = None, 0
        for number, line in enumerate(self.lines):
            if line.kind is not Kind.HEADING:
                continue
            if start is None:
                if line.level > 1 and is_title(line.text):
                    start, level = self.after_heading(number), line.level
            elif line.level <= level:
                return start, number
        return None if start is None else (start, len(self.lines))

    def after_heading(self, number: int) -> int:
        """Return the number of the first line after the heading that begins on line ``number``."""
        rest = self.lines[number + 1 :]
        return number + 1 + sum(1 for _ in takewhile(lambda line: line.kind is Kind.UNDERLINE, rest))

    def items_under(self, is_title: Matcher) -> list[str]:
        """Return the list items, or else the table rows, of the section that ``is_title`` accepts."""
        span = self.section(is_title)
        if span is None:
            # Some models write the whole answer as one nested list, without any heading.
            return self._items_in_item(is_title)
        section = self.lines[slice(*span)]
        items = [line for line in section if line.kind is Kind.ITEM]
        # Items further inside explain the one above; read alone, they would be features of their own.
        outermost = min((line.indent for line in items), default=0) + _NESTED
        return [line.text for line in items if line.indent < outermost] or list(_table_rows(section))

    def _items_in_item(self, is_title: Matcher) -> list[str]:
        """Return the items below an item that serves as a heading, like "3. 功能："."""
        found: list[str] = []
        indent: int | None = None
        for line in self.lines:
            # A blank line between two items has no indentation and would end the list.
            if line.kind is Kind.CODE or not line.text:
                continue
            if indent is None:
                words = plain(line.text)
                if line.kind is Kind.ITEM and len(words) <= _LONGEST_BULLET_HEADING and is_title(words):
                    indent = line.indent
            elif line.indent <= indent:
                break
            elif line.kind is Kind.ITEM:
                found.append(line.text)
        return found


def plain(text: str) -> str:
    """Return the words of ``text`` without the marks for bold, code and headings."""
    return text.translate(_INLINE_MARKS).strip(" ：:")


def item_words(line: str) -> str | None:
    """Return the words of a list item, or None for a line that is none.

    Args:
        line: one line; it may begin with any mark that models use for a list.
    """
    text = line.strip()
    rest = ""
    if text[:1] in _BULLETS:
        # Without a blank behind the mark, "-5" and "*重要*" would be items.
        rest = text[1:] if text[1:2].isspace() else ""
    elif text[:1] in _CIRCLED_DIGITS:
        rest = text[1:]
    elif text[:1] in {"(", "（"}:
        number = _NUMBER.match(text, 1)
        rest = text[number.end() + 1 :] if number and text[number.end() :][:1] in {")", "）"} else ""
    elif number := _NUMBER.match(text):
        mark, after = text[number.end() : number.end() + 1], text[number.end() + 1 :]
        # "3.5 秒" is no item, so an ASCII mark needs a blank; Chinese ones are written without.
        if mark in {"、", "．"} or (mark in {".", ")"} and after[:1].isspace()):
            rest = after
    rest = rest.strip()
    if rest.startswith(_CHECKBOXES) and rest[3:4].isspace():
        rest = rest[3:].strip()
    return rest or None


def bold_words(line: str) -> str | None:
    """Return the words of a line that is bold from its beginning to its end, or None."""
    text = line.strip().rstrip("：:").rstrip()
    # "**a** 和 **b**" begins and ends with the marks as well, but is a sentence.
    words = text[2:-2]
    return words.strip() if words and text[:2] == text[-2:] == "**" and "**" not in words else None


def is_table_row(line: str) -> bool:
    """Return whether ``line`` is a row of a table, its head and its rule included."""
    return line.lstrip().startswith("|")


def _line(source: str, kind: Kind | None, heading: tuple[int, str] | None) -> Line:
    text = source.strip()
    # Four columns are CommonMark's tab stop; models mix tabs and blanks in one list.
    indent = len((source[: len(source) - len(source.lstrip())]).expandtabs(4))
    if heading is not None:
        return Line(source, Kind.HEADING, " ".join(heading[1].split()), heading[0], indent)
    if kind is not None:
        return Line(source, kind, text, indent=indent)
    words = bold_words(text)
    if words is not None:
        return Line(source, Kind.HEADING, words, BOLD_LEVEL, indent)
    words = item_words(text)
    return Line(source, Kind.TEXT if words is None else Kind.ITEM, words or text, indent=indent)


def _table_rows(lines: list[Line]) -> Iterator[str]:
    """Yield the rows of a table, without its head and without cells that only count the rows."""
    rows = [line.source for line in lines if line.kind is Kind.TEXT and is_table_row(line.source)]
    for row in rows[2:]:
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        text = "：".join(cell for cell in cells if cell and not cell.isdigit())
        if text:
            yield text
