"""The extractor itself: takes deltas, gives lines to the reader at work, returns the parts."""

from collections.abc import Sequence

from aiflow.extraction.blocks import SnippetReader
from aiflow.extraction.fence_syntax import Fence
from aiflow.extraction.file_name_shapes import Name
from aiflow.extraction.parts import Part
from aiflow.extraction.prose import ProseReader, RawReader, ThinkReader
from aiflow.extraction.readers import Output, Reader, Sink
from aiflow.extraction.tagged import OpeningReader

# An unfinished line is looked at whenever it has grown by so many characters: a look for every delta of four
# would cost more than everything else.
_LOOK = 64
# One shared tuple: nearly every delta of a few characters yields nothing.
_NOTHING: tuple[Part, ...] = ()


class FileExtractor:
    """Finds the files in a model's text while it is typed.

    No I/O. The parts, with neighbouring texts joined, do not depend on how the text is split into deltas.
    Time is linear in the text; memory is bounded by a line of 4096 characters, what is undecided (at most 64
    KiB) and the paths seen.

    Args:
        default_path: where given, a program in a block without a name is this file, if no file came before it
            ("main.py" when one program was asked for). By default a block without a name is no file.
    """

    def __init__(self, default_path: str | None = None) -> None:
        self.out = Output()
        self._prose = ProseReader(self, default_path)
        self.reader: Reader = self._prose
        self._text = ""  # the unfinished line, or what is left of it
        self._look_at = _LOOK

    def feed(self, delta: str) -> Sequence[Part]:
        """Take the next piece of the text; return the parts that are certain now.

        Args:
            delta: any length, also empty.

        Returns:
            The parts, in the text's order.
        """
        if "\n" not in delta:
            # Most deltas end here.
            text = self._text = self._text + delta
            if len(text) < self._look_at:
                return _NOTHING
            self._examine()
            return self.out.drain()
        # Not splitlines: a form feed or U+2028 in a program's string is no line end of the file.
        *lines, rest = (self._text + delta).split("\n")
        for text in lines:
            self._line(text + "\n")
        self._text = rest
        self._look_at = _LOOK
        if len(rest) >= _LOOK:
            self._examine()
        return self.out.drain()

    def close(self) -> Sequence[Part]:
        """End the text; return what is left. A file that is still open closes as not complete."""
        rest, self._text = self._text, ""
        if rest:
            self._line(rest)
        self.reader.end()
        # A block with only a name can come before text that another reader ended with.
        self._prose.resolve_announced()
        return self.out.drain()

    def _examine(self) -> None:
        """Show the unfinished line to the reader; what it cannot decide on yet is kept."""
        text = self._text
        while text:
            reader = self.reader
            taken = reader.partial(text)
            # A reader that took nothing but put another one to work has made progress: ask the new one.
            if not taken and reader is self.reader:
                break
            text = text[taken:]
        self._text = text
        self._look_at = len(text) + _LOOK

    def _line(self, line: str) -> None:
        """Pass a line to the current reader, and what that leaves of it to the next one."""
        taken = self.reader.line(line)
        # One line can hold several structures: `</file><file path="b.py">` ends one file and begins the next.
        while taken is not None and taken < len(line):
            line = line[taken:]
            taken = self.reader.line(line)

    # The interface for a reader that takes some lines itself (`edits.reader`).

    @property
    def is_thinking(self) -> bool:
        """Whether the text is what the model thinks aloud."""
        return isinstance(self.reader, ThinkReader)

    @property
    def is_inside(self) -> bool:
        """Whether the next line is one of a block, of JSON or of a file."""
        return not isinstance(self.reader, ProseReader | RawReader | ThinkReader | OpeningReader)

    def interrupt(self) -> Sequence[Part]:
        """Lines come that are not for the extractor: no line before them names a file after them."""
        # Both readers hold lines back, which must come out before the lines that follow.
        if isinstance(self.reader, RawReader | OpeningReader):
            self.reader.end()
        if self.reader is self._prose:
            self._prose.after_file(None)
        return self.out.drain()

    # The interface for the readers (`readers.Host`).

    def to_prose(self, name: Name | None = None) -> None:
        """Put the reader of prose to work."""
        self._prose.after_file(name)
        self.reader = self._prose

    def resume(self) -> None:
        """Go on with prose after thinking."""
        self.reader = self._prose

    def no_json(self) -> None:
        """Go on with prose; what looks like JSON there is prose from now on."""
        self._prose.no_json()
        self.reader = self._prose

    def to_snippet(self, fence: Fence) -> None:
        """Put the reader of a block that is no file to work."""
        self.reader = SnippetReader(self, fence)

    def open(self, path: str, *, announced: bool = False) -> Sink:
        """Begin a file; an announced file that is not this one is resolved first."""
        return self._prose.open(path, announced=announced)

    def announce(self, name: Name, lead: list[str]) -> None:
        """Remember a block that held only a name."""
        self._prose.announce(name, lead)

    def names(self, fence: Fence, last: str) -> bool:
        """Return whether ``fence`` after the line ``last`` begins a named file; then prose is read next."""
        return self._prose.takes_over(fence, last)

    def replay(self, lines: list[str]) -> None:
        """Read lines again with the reader now at work."""
        for line in lines:
            self._line(line)
