"""The syntax of a line of backticks or tildes (CommonMark 0.31, section 4.5)."""

import re
from dataclasses import dataclass

# No naming line, fence or tag is longer; a longer line is text and streams through.
MAX_LINE = 4096
# CommonMark 0.31, section 2.2: a tab goes to the next multiple of four columns.
_TAB_WIDTH = 4
# Backticks after the run make inline code, not a fence. Tildes have no such use.
_FENCE = re.compile(r"^(?P<indent>[ \t]*)(?P<run>`{3,}(?=[^`]*$)|~{3,})(?P<info>[^\n]*)\n?$")


@dataclass(frozen=True, slots=True)
class Fence:
    """A line of backticks or tildes."""

    indent: int
    char: str
    length: int
    info: str

    def closes(self, opening: "Fence") -> bool:
        """Return whether this fence can end the block that ``opening`` begins."""
        return not self.info and self.char == opening.char and self.length >= opening.length


def find_fence(line: str) -> Fence | None:
    """Return the fence that ``line`` is, opening or closing, or None."""
    # Every line of every answer comes here, and `in` is far cheaper than the pattern.
    if len(line) > MAX_LINE or ("```" not in line and "~~~" not in line):
        return None
    match = _FENCE.match(line)
    if not match:
        return None
    return Fence(columns(match["indent"]), match["run"][0], len(match["run"]), match["info"].strip())


def columns(blanks: str) -> int:
    """Return how wide leading blanks are."""
    return len(blanks.expandtabs(_TAB_WIDTH))


def dedent(line: str, width: int) -> str:
    """Return ``line`` without up to ``width`` columns of leading blanks."""
    taken = 0
    for at, char in enumerate(line):
        if taken >= width or char not in " \t":
            return line[at:]
        taken += _TAB_WIDTH - taken % _TAB_WIDTH if char == "\t" else 1
    return ""
