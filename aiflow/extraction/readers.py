"""The interface of the readers, their common output, and how one reader follows another.

The text is read line by line, by one reader at a time. A reader gets whole lines (`line`) and, while a line
is still incomplete, its beginning (`partial`). It returns how many characters it consumed, and may make
another reader the current one before it returns; that one gets the rest. A decision depends on the text only,
never on where a delta ended: `partial` consumes only text that `line` would treat in the same way.
"""

from collections.abc import Callable
from typing import Protocol

from aiflow.exceptions import UnsafePathError
from aiflow.extraction.fence_syntax import Fence
from aiflow.extraction.file_name_shapes import Name
from aiflow.extraction.parts import FileClosed, FileOpened, FileRefused, FileText, Part, Prose
from aiflow.model.paths import PathIndex, SafePath


class Output:
    """The parts of one `feed`, neighbouring texts joined."""

    def __init__(self) -> None:
        self._parts: list[Part] = []
        self._texts: list[str] = []
        self._path: str | None = None
        self._index = PathIndex()

    def prose(self, text: str) -> None:
        """Add text of no file; no file is open."""
        if text:
            self._texts.append(text)

    def _flush(self) -> None:
        if self._texts:
            text = "".join(self._texts)
            self._parts.append(Prose(text) if self._path is None else FileText(self._path, text))
            self._texts.clear()

    def drain(self) -> list[Part]:
        """Return the parts that were added since the last call."""
        texts = self._texts
        if not texts:
            parts, self._parts = self._parts, []
            return parts
        if not self._parts:
            # Nearly always: a line of the open file.
            text = texts[0] if len(texts) == 1 else "".join(texts)
            texts.clear()
            return [Prose(text) if self._path is None else FileText(self._path, text)]
        self._flush()
        parts, self._parts = self._parts, []
        return parts

    def open(self, path: str) -> "Sink":
        """Begin a file, or refuse it and say why."""
        self._flush()
        try:
            safe = SafePath(path)
            # Names that differ in case only are one file on Windows and macOS: the second would replace the
            # first.
            self._index.add(safe)
        except UnsafePathError as error:
            self._parts.append(FileRefused(path, error.message))
            # Its reader goes on as usual: the text of a refused file must not come out as prose.
            return Sink(self, path, lambda _: None, refused=True)
        self._parts.append(FileOpened(safe))
        self._path = safe
        # The list's own method saves a call per line; therefore `_texts` is cleared and never replaced.
        return Sink(self, safe, self._texts.append, refused=False)

    def closed(self, path: str, *, complete: bool) -> None:
        """End a file."""
        self._flush()
        self._path = None
        self._parts.append(FileClosed(path, complete))


class Sink:
    """Where the text of one file goes; nowhere if its path was refused.

    Attributes:
        path: of the file.
        text: adds text that is not empty to the file.
    """

    __slots__ = ("_closed", "_out", "_refused", "path", "text")

    def __init__(self, out: Output, path: str, text: Callable[[str], None], *, refused: bool) -> None:
        self._out = out
        self._closed = False
        self._refused = refused
        self.path = path
        self.text = text

    def close(self, *, complete: bool) -> None:
        """End the file; a second call does nothing."""
        if not self._closed and not self._refused:
            self._out.closed(self.path, complete=complete)
        self._closed = True


class Reader(Protocol):
    """One way of reading the text."""

    def line(self, line: str) -> int | None:
        """Read a whole line with its line end (the last may have none).

        Returns:
            How many characters were consumed, if not all; the current reader gets the rest.
        """
        ...

    def partial(self, text: str) -> int:
        """Read the beginning of an incomplete line; return how many characters were consumed."""
        ...

    def end(self) -> None:
        """The text is over."""
        ...


class Host(Protocol):
    """The interface that the extractor offers its readers."""

    out: Output
    reader: Reader

    def to_prose(self, name: Name | None = None) -> None:
        """Put the reader of prose to work; ``name`` is what the line just read names the next block."""
        ...

    def resume(self) -> None:
        """Go on with prose after thinking, as if it had not been there."""
        ...

    def no_json(self) -> None:
        """Go on with prose; what looks like JSON there is prose from now on."""
        ...

    def to_snippet(self, fence: Fence) -> None:
        """Put the reader of a block that is no file to work."""
        ...

    def open(self, path: str, *, announced: bool = False) -> Sink:
        """Begin a file; an announced file that is not this one is resolved first."""
        ...

    def announce(self, name: Name, lead: list[str]) -> None:
        """A block held a name and nothing else: ``lead`` is the file's text if no other block follows."""
        ...

    def names(self, fence: Fence, last: str) -> bool:
        """Return whether ``fence`` after the line ``last`` begins a named file; then prose is read next."""
        ...

    def replay(self, lines: list[str]) -> None:
        """Read lines again that were held back, with the reader now at work."""
        ...
