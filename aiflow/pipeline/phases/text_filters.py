"""Filters of an answer's text: each gets it piece by piece, and may hold an end back until it is certain."""

from collections.abc import Iterator
from typing import Protocol

# How much of the text so far is searched for a repetition when an answer goes on.
_OVERLAP_CHARS = 400


class TextFilter(Protocol):
    """One step of an answer's text on its way to the page and the disk."""

    def feed(self, text: str) -> str:
        """Add ``text``; return what is certain now."""

    def close(self) -> str:
        """Return what was held back."""


class Chain:
    """Several filters, one after the other.

    Args:
        filters: in their order.
    """

    def __init__(self, *filters: TextFilter) -> None:
        self._filters = filters

    def feed(self, text: str) -> str:
        """Add ``text``; return what is certain now."""
        for one in self._filters:
            text = one.feed(text)
        return text

    def close(self) -> str:
        """Return what was held back."""
        rest = ""
        for one in self._filters:
            rest = one.feed(rest) + one.close()
        return rest


class Surrogates:
    """Joins characters that a service cut in two: one half of a surrogate pair in one piece, one in the next.

    What stays half a character becomes U+FFFD: it could be neither shown nor saved.
    """

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Return what is whole of ``text`` and what was held back."""
        if self._half:
            text, self._half = self._half + text, ""
        # Nearly every piece; encoding each would double the cost of an answer.
        if text.isascii() or not any("\ud800" <= char <= "\udfff" for char in text):
            return text
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

    def close(self) -> str:
        """Return the replacement of a half that got no other half."""
        half, self._half = self._half, ""
        return "\ufffd" if half else ""


class Overlap:
    """Joins an answer that goes on to what was written: what it repeats is left out.

    Args:
        written: what is there already.
    """

    def __init__(self, written: str) -> None:
        self._tail = written[-_OVERLAP_CHARS:]
        self._start: str | None = ""

    def feed(self, text: str) -> str:
        """Return what of ``text`` is new; the beginning is held back until that is certain."""
        if self._start is None:
            return text
        self._start += text
        if len(self._start) < _OVERLAP_CHARS:
            return ""
        return self.close()

    def close(self) -> str:
        """Return what was held back, without what it repeats."""
        start, self._start = self._start or "", None
        for candidate in self._candidates(start):
            # Below 8 characters a match is chance, such as an indentation.
            longest = min(len(candidate), len(self._tail))
            found = [size for size in range(8, longest + 1) if self._tail.endswith(candidate[:size])]
            # Text that occurs more than once is a row of a map or a table: written again, not repeated.
            if len(found) == 1 and self._tail.count(candidate[: found[0]]) == 1:
                return candidate[found[0] :]
        return start

    @staticmethod
    def _candidates(start: str) -> Iterator[str]:
        yield start
        # Some models open a new fence before they go on inside a file.
        first, newline, rest = start.partition("\n")
        if newline and first.lstrip().startswith("```"):
            yield rest
