"""One block with a text to find and the text that replaces it."""

from dataclasses import dataclass, field

from aiflow.extraction.edits.diffs import EditHost
from aiflow.extraction.edits.markers import Opening, find_opening, is_closing, is_divider
from aiflow.extraction.edits.parts import BlockEdit, EditRefused
from aiflow.extraction.fence_syntax import columns, dedent, find_fence

_ROO_HEAD = (":start_line:", ":end_line:")


@dataclass(slots=True)
class BlockReader:
    """Reads from after the first marker to the last one.

    Attributes:
        host: takes the edit.
        opening: the first marker.
        path: the file, as far as the text says.
        is_fenced: whether the block is in a fence or a file, which may end before it does.
    """

    host: EditHost
    opening: Opening
    path: str | None
    is_fenced: bool
    _lines: list[str] = field(default_factory=list)
    _typing: bool = False

    def line(self, line: str) -> list[str] | None:
        """Read a line.

        Returns:
            None while the block goes on; when it has ended, the lines to read again: those that a block
            without its end has swallowed.
        """
        if self._typing and is_closing(line):
            self._finish()
            return []
        # The first block has lost its end: the next block, which is complete, must not be lost with it.
        if find_opening(line) is not None and (self._typing or self._lines):
            return [*self._broken(), line]
        if self._typing:
            self.host.typed(self.path, line)
        elif is_divider(line, self.opening.run):
            self._typing = True
        self._lines.append(line)
        return None

    def end(self) -> list[str]:
        """Return the lines to read again: the text is over before the block."""
        return self._broken()

    def _dividers(self) -> list[int]:
        """Return the numbers of the lines that may stand between the two texts.

        A row of the markers' own length decides; any other counts only if there is none such.
        """
        found = [at for at, line in enumerate(self._lines) if is_divider(line, self.opening.run)]
        exact = [at for at in found if self._lines[at].strip(" \t\r\n").count("=") == self.opening.run]
        return exact or found

    def _finish(self) -> None:
        dividers = self._dividers()
        # A row of equal signs may underline a heading of the file, so either row may be the divider.
        if len(dividers) > 1:
            self.host.emit(EditRefused(self.path, "ambiguous_block"))
            return
        lines = self._plain_lines()
        search, replace = lines[: dividers[0]], lines[dividers[0] + 1 :]
        # A merge conflict in git's diff3 style has the common ancestor between the two sides.
        base = next((at for at, line in enumerate(search) if line.startswith("|||||||")), len(search))
        search = search[:base]
        # Roo Code's models write line numbers before the text; they are often wrong, so nothing reads them.
        if search and search[0].strip().startswith(_ROO_HEAD):
            head = next((at for at, line in enumerate(search) if line.strip().strip("-") == ""), -1)
            search = search[head + 1 :]
        # Some models fence each side; in a Markdown file such a fence has no language and is text.
        if _is_fenced(search) and _is_fenced(replace):
            search, replace = search[1:-1], replace[1:-1]
        self.host.emit(BlockEdit(self.path, "".join(search), "".join(replace)))

    def _plain_lines(self) -> list[str]:
        """Return the lines without the indentation of the markers, if all of them have it."""
        width = columns(self.opening.indent)
        # Models put the divider at the margin even where the other markers are indented.
        if width and all(
            _width(line) >= width for line in self._lines if line.strip() and "=" * 5 not in line
        ):
            return [dedent(line, width) for line in self._lines]
        return self._lines

    def _broken(self) -> list[str]:
        """Refuse the block; what comes after the end of its fence, or after another one, is no part of it."""
        self.host.emit(EditRefused(self.path, "incomplete"))
        for at, line in enumerate(self._lines):
            fence = find_fence(line)
            if fence is not None and not (self.is_fenced and fence.info):
                return self._lines[at:]
        return []


def _is_fenced(lines: list[str]) -> bool:
    """Return whether the lines are a fence and what is in it."""
    first, last = (find_fence(lines[0]), find_fence(lines[-1])) if len(lines) > 1 else (None, None)
    return first is not None and last is not None and bool(first.info) and last.closes(first)


def _width(line: str) -> int:
    return columns(line[: len(line) - len(line.lstrip(" \t"))])
