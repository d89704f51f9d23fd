"""A file while edits are applied to it: every line knows where it was at the beginning."""

from collections.abc import Sequence

from aiflow.extraction.edits.elision import OwnMarks, is_elision, is_stub, split_elision
from aiflow.extraction.edits.matching import Haystack, Occurrence
from aiflow.extraction.edits.replacing import (
    OutdentedError,
    indent_style,
    replacement,
    restyle,
    space_unit,
)

# Each search reads the file once; an answer with more edits of one file is requested as the whole file.
MAX_EDITS = 200
_NEW = -1
_MAX_ANCHORS = 8
# A line as short as `x = 0` stands in many files by chance and proves nothing.
_MIN_SIGNS = 10
_EMPTY_STATEMENTS = (
    "return",
    "pass",
    "break",
    "continue",
    "else",
    "try",
    "finally",
    "except",
    "end",
    "import",
)


class RefusedError(ValueError):
    """An edit cannot be applied without guessing.

    Attributes:
        reason: a word of `apply.REASONS`.
        path: the file to request, where that is another than the edit names.
    """

    def __init__(self, reason: str, path: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path


class Draft:
    """The lines of one file.

    Attributes:
        original: the file's lines as they were, without line ends.
        style: the blanks of one level, as `indent_style` returns them.

    Args:
        text: the file.
    """

    def __init__(self, text: str) -> None:
        # Editors on Windows write a byte order mark, which would hide the first line from a search.
        self._bom = text[:1] == "\ufeff"
        lines = text.removeprefix("\ufeff").split("\n")
        ended = lines[-1] == ""
        if ended:
            lines.pop()
        self._ended = ended or not lines
        self._ends = ["\r\n" if line.endswith("\r") else "\n" for line in lines]
        # The majority decides: one stray CR must not give a Unix file Windows line ends.
        self._end = "\r\n" if self._ends.count("\r\n") * 2 > len(self._ends) else "\n"
        self.original = [line.removesuffix("\r") for line in lines]
        self.lines = list(self.original)
        self._origins = list(range(len(lines)))
        self.style = indent_style(self.original)
        self._haystack = Haystack(self.original)

    def text(self) -> str:
        """Return the file as it is now; new lines have its line end."""
        # A mixed file keeps each line's own end: a diff of a program must not show lines nobody touched.
        ends = [self._end if origin == _NEW else self._ends[origin] for origin in self._origins]
        if ends and not self._ended:
            ends[-1] = ""
        parts = [line + end for line, end in zip(self.lines, ends, strict=True)]
        return ("\ufeff" if self._bom else "") + "".join(parts)

    def replace(
        self, search: Sequence[str], new: Sequence[str], region: tuple[int, int] | None = None
    ) -> bool:
        """Replace the one place where ``search`` stands; return whether anything was still to be done.

        Args:
            search: the lines to find.
            new: the lines to put there.
            region: the range of original lines that counts where the text stands at several places.

        Raises:
            RefusedError: there is no such place, or more than one.
        """
        # The original decides what is unique: a text that an earlier edit wrote twice was still meant once.
        places = self._haystack.find(search)
        # Anchors are often wrong, so they only choose between several places.
        if len(places) > 1 and region is not None:
            places = self._haystack.find(search, *region)
        if len(places) > 1:
            raise RefusedError("ambiguous")
        start = self._now(places[0]) if places else None
        if start is None:
            # Blocks build on one another: this one may change what the last one wrote.
            places = Haystack(self.lines).find(search)
            if len(places) > 1:
                raise RefusedError("ambiguous")
            if not places:
                # An answer that repeats an edit, or is applied a second time, is no error.
                if self._is_applied(search, new):
                    return False
                raise RefusedError("not_found")
            start = places[0].start
        place = places[0]
        kept = _without_blank(new, place.skipped, len(search) - place.skipped - len(place.lines))
        # An insertion finds its neighbour again when it is already there, and would then be made twice.
        if self._has(place, start, kept):
            return False
        self._put(place, start, kept)
        return True

    def rewrite(self, text: str) -> None:
        """Take a whole new text; a new file keeps the answer's line ends."""
        bom, lines = self._bom, text.removeprefix("\ufeff").split("\n")
        self._ended = lines[-1] == "" or not self.original
        if lines[-1] == "":
            lines.pop()
        if not self.original and lines:
            self._end = "\r\n" if lines[0].endswith("\r") else "\n"
        self.lines = [line.removesuffix("\r") for line in lines]
        self._origins = [_NEW] * len(lines)
        self._bom = bom

    def set_lines(self, lines: Sequence[str]) -> bool:
        """Take other lines; return whether they are other ones."""
        changed = list(lines) != self.lines
        self._splice(0, len(self.lines), lines)
        return changed

    def has(self, search: Sequence[str]) -> bool:
        """Return whether the original text has ``search`` somewhere."""
        return bool(self._haystack.find(search))

    def is_same(self, lines: Sequence[str]) -> bool:
        """Return whether the file consists of ``lines``, blanks at their ends aside."""
        return [line.rstrip() for line in lines] == [line.rstrip() for line in self.lines]

    def append(self, new: Sequence[str]) -> bool:
        """Put lines at the end of the file; return whether they were not there yet."""
        count = len(new)
        if [line.rstrip() for line in self.lines[-count:]] == [line.rstrip() for line in new]:
            return False
        self._splice(len(self.lines), len(self.lines), [restyle(line, self.style) for line in new])
        return True

    def splice(self, start: int, end: int, new: Sequence[str]) -> None:
        """Replace the original lines ``start`` to ``end``; none of them has been changed yet.

        Raises:
            RefusedError: another edit has changed them.
        """
        at = self._index(start, end)
        if at is None:
            raise RefusedError("overlap")
        unit = space_unit(new)
        self._splice(at, at + end - start, [restyle(line, self.style, unit) for line in new])

    def find_anchor(self, anchors: Sequence[str]) -> tuple[int, int] | None:
        """Return the range of the original lines that the anchors lead to, or None without a clear one."""
        first, last = 0, len(self.original)
        for anchor in anchors[:_MAX_ANCHORS]:
            places = self._haystack.find([anchor], first, last)
            # A wrong anchor is no reason to refuse: the text to find may be unique without the anchor.
            if len(places) != 1:
                return None
            first = places[0].start
            last = self._block_end(first, last)
        return first, last

    def placeholder(self) -> str | None:
        """Return a new line that only stands for left-out code, or None."""
        # A rewritten file repeats its own dots as new lines; only the lines around them tell.
        own = OwnMarks(self.original)
        for at, line in enumerate(self.lines):
            if self._origins[at] != _NEW or not (is_elision(line) or split_elision(line)[1]):
                continue
            if not is_stub(self.lines, at) and not own.has(self.lines, at):
                return line
        return None

    def _block_end(self, first: int, last: int) -> int:
        """Return where the lines end that are indented more than line ``first``."""
        margin = len(self.original[first]) - len(self.original[first].lstrip())
        for at in range(first + 1, last):
            line = self.original[at]
            if line.strip() and len(line) - len(line.lstrip()) <= margin:
                return at
        return last

    def _index(self, start: int, end: int) -> int | None:
        """Return where the original lines ``start`` to ``end`` are now, or None if another edit took some."""
        # An insertion has no line of its own: the line before it leads to the place.
        if start == end:
            before = self._origins.index(start - 1) + 1 if start - 1 in self._origins else 0
            return before if start == 0 or before else None
        try:
            at = self._origins.index(start)
        except ValueError:
            return None
        return at if self._origins[at : at + end - start] == list(range(start, end)) else None

    def _now(self, place: Occurrence) -> int | None:
        return self._index(place.start, place.start + len(place.lines))

    def _put(self, place: Occurrence, start: int, new: Sequence[str]) -> None:
        end = start + len(place.lines)
        try:
            lines = replacement(place, self.lines[start:end], new, self.style)
        except OutdentedError:
            raise RefusedError("indentation") from None
        self._splice(start, end, lines)

    def _splice(self, start: int, end: int, new: Sequence[str]) -> None:
        """Replace lines; those at both ends that stay the same keep their line ends."""
        old = self.lines[start:end]
        first = 0
        while first < min(len(old), len(new)) and old[first] == new[first]:
            first += 1
        last = 0
        while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
            last += 1
        middle = list(new[first : len(new) - last])
        self.lines[start + first : end - last] = middle
        self._origins[start + first : end - last] = [_NEW] * len(middle)

    def _has(self, place: Occurrence, start: int, new: Sequence[str]) -> bool:
        """Return whether the file already has what an edit adds around the text that it finds."""
        search = [line.strip() for line in place.lines]
        wanted = [line.strip() for line in new]
        if wanted == search:
            return [line.rstrip() for line in new] == [line.rstrip() for line in place.lines]
        for before in range(len(wanted) - len(search) + 1):
            if wanted[before : before + len(search)] != search or start < before:
                continue
            there = self.lines[start - before : start - before + len(wanted)]
            if [line.strip() for line in there] == wanted:
                return True
        return False

    def _is_applied(self, search: Sequence[str], new: Sequence[str]) -> bool:
        """Return whether the new text stands in the file, at one place and with enough to tell that it does.

        A deletion that finds nothing may as well be meant for another text, so it is none.
        """
        lines = [line.strip() for line in new if line.strip()]
        if not lines or len(Haystack(self.lines).find(new)) != 1:
            return False
        own = [line for line in lines if line not in {text.strip() for text in search}]
        signs = [
            line for line in own if not line.lower().startswith(_EMPTY_STATEMENTS) and len(line) >= _MIN_SIGNS
        ]
        return bool(signs) or (len(lines) > 1 and bool(own))


def _without_blank(lines: Sequence[str], first: int, last: int) -> Sequence[str]:
    """Return the lines without so many blank ones at the beginning and at the end, where they are blank."""
    start, end = 0, len(lines)
    while start < min(first, end) and not lines[start].strip():
        start += 1
    while end > max(start, len(lines) - last) and not lines[end - 1].strip():
        end -= 1
    return lines[start:end]
