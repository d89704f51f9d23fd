"""The difference of two texts by lines: counted, as hunks, and one hunk applied.

Texts of a megabyte come from models and archives. ``difflib`` needs quadratic time for a text of equal lines,
so the search here first divides the texts at lines that both have exactly once, and gives up the minimal
answer, never the true one, when its budget of steps is used up.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from pydantic import BaseModel, ConfigDict, Field

from aiflow.exceptions import ConflictError

# As many as ``diff -u`` and git give.
_CONTEXT = 3
# Beside one step a line: some tenths of a second. What is left when they are spent counts as replaced from
# its first to its last line.
_STEPS = 100_000
NO_NEWLINE = "\\ No newline at end of file"

Block = tuple[int, int, int, int]
Run = tuple[int, int, int]  # so many lines stay, from here in the old text and from there in the new one


class Hunk(BaseModel):
    """A changed place with the lines around it, as in a unified diff.

    Attributes:
        id: counts the hunks of a file, from 1.
        old_start: its first line in the old text, from 1; the line before it where it has none.
        lines: each with `` ``, ``-`` or ``+`` before it and without its line end. A line that begins with a
            backslash says that the one above ends the text without a line end.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int = 1
    old_start: int = Field(ge=0)
    old_lines: int = Field(ge=0)
    new_start: int = Field(ge=0)
    new_lines: int = Field(ge=0)
    lines: list[str]


def count_lines(old: str, new: str) -> tuple[int, int]:
    """Return how many lines ``new`` has more, and how many of ``old`` it has no more."""
    blocks = list(_changed_blocks(_split(old), _split(new)))
    return sum(d - c for _, _, c, d in blocks), sum(b - a for a, b, _, _ in blocks)


def hunks(old: str, new: str) -> list[Hunk]:
    """Return the changed places of ``old``, in their order."""
    before, after = _split(old), _split(new)
    groups: list[list[Block]] = []
    for block in _changed_blocks(before, after):
        # Nearer than this, two hunks would show some of the same lines, or lines without a gap between them.
        if groups and block[0] - groups[-1][-1][1] <= 2 * _CONTEXT:
            groups[-1].append(block)
        else:
            groups.append([block])
    return [_hunk(number, group, before, after) for number, group in enumerate(groups, start=1)]


def apply_hunk(text: str, hunk: Hunk) -> str:
    """Return ``text`` with one hunk applied.

    The old lines are looked for where the hunk says, else in the one place that has them: other hunks of the
    same comparison may have moved them.

    Raises:
        ConflictError: they are nowhere, or in several places.
    """
    lines = _split(text)
    old, new = _side(hunk, "-"), _side(hunk, "+")
    first = hunk.old_start - 1 if old else hunk.old_start
    # A slice beyond the end is empty and equals the old side of an insertion, hence the second test.
    if lines[first : first + len(old)] != old or first > len(lines):
        first = _only_place(lines, old)
    return "".join([*lines[:first], *new, *lines[first + len(old) :]])


def _split(text: str) -> list[str]:
    """Return the lines with their ends; only a line feed ends one, so that a form feed stays text."""
    # ``splitlines`` also divides at U+2028 and others; the line numbers would not be those of an editor.
    lines = [f"{line}\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _hunk(number: int, group: list[Block], before: list[str], after: list[str]) -> Hunk:
    start = max(0, group[0][0] - _CONTEXT)
    end = min(len(before), group[-1][1] + _CONTEXT)
    lines: list[str] = []
    at = start
    for a, b, c, d in group:
        lines += _marked(" ", before[at:a]) + _marked("-", before[a:b]) + _marked("+", after[c:d])
        at = b
    lines += _marked(" ", before[at:end])
    new_start = group[0][2] - (group[0][0] - start)
    new_end = group[-1][3] + (end - group[-1][1])
    return Hunk(
        id=number,
        # Lines count from 1, but the unified format gives a side without lines the number before it.
        old_start=start + (end > start),
        old_lines=end - start,
        new_start=new_start + (new_end > new_start),
        new_lines=new_end - new_start,
        lines=lines,
    )


def _marked(mark: str, lines: Sequence[str]) -> list[str]:
    found = []
    for line in lines:
        found.append(mark + line.removesuffix("\n"))
        if not line.endswith("\n"):
            # Without this line, a text would get a line end at its end when the hunk is applied.
            found.append(NO_NEWLINE)
    return found


def _side(hunk: Hunk, mark: str) -> list[str]:
    """Return the lines of the old (``-``) or the new (``+``) side of a hunk."""
    found: list[str] = []
    is_ours = False
    for line in hunk.lines:
        # The backslash belongs to the line above, which may be one of the other side only.
        if line.startswith("\\"):
            if is_ours:
                found[-1] = found[-1].removesuffix("\n")
            continue
        is_ours = line[:1] in {mark, " "}
        if is_ours:
            found.append(f"{line[1:]}\n")
    return found


def _only_place(lines: list[str], old: list[str]) -> int:
    # The rarest line of the hunk is looked up, not each place compared: a text of equal lines stays cheap.
    counts = Counter(lines)
    rarest = min(range(len(old)), key=lambda at: counts[old[at]], default=None)
    if rarest is not None and counts[old[rarest]] == 1:
        first = lines.index(old[rarest]) - rarest
        if first >= 0 and lines[first : first + len(old)] == old:
            return first
    raise ConflictError("这一处已经和比较的时候不一样了，不能直接用。请重新比较一次。", reason="changed")


def _changed_blocks(old: list[str], new: list[str]) -> Iterator[Block]:
    """Yield (a, b, c, d): lines a to b of the old text became lines c to d of the new one."""
    at = to = 0
    # Without the empty run at the end, a change of the last lines would be missing.
    for a, c, count in [*matching_runs(old, new), (len(old), len(new), 0)]:
        if (a, c) != (at, to):
            yield at, a, to, c
        at, to = a + count, c + count


def matching_runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Run]:
    """Yield the lines, or whatever the elements are, that stay, in their order."""
    # One budget for all gaps: a text with many of them must not take longer than one with a single gap.
    budget = _Budget(_STEPS + len(old) + len(new))
    at = to = 0
    for a, c in [*_anchors(old, new), (len(old), len(new))]:
        yield from _gap(old, new, (at, a, to, c), budget)
        if a < len(old):
            yield a, c, 1
        at, to = a + 1, c + 1


def _gap(old: Sequence[Hashable], new: Sequence[Hashable], block: Block, budget: "_Budget") -> Iterator[Run]:
    """Yield the lines of a block that stay: at its ends, and on a shortest path between them."""
    a, b, c, d = block
    size = min(b - a, d - c)
    # Most changes are small. The equal lines at both ends cost one comparison each and no search.
    head = next((at for at in range(size) if old[a + at] != new[c + at]), size)
    # The end gets only the lines that the beginning leaves, or one line would be matched twice.
    rest = size - head
    tail = next((at for at in range(rest) if old[b - 1 - at] != new[d - 1 - at]), rest)
    yield a, c, head
    before, after = old[a + head : b - tail], new[c + head : d - tail]
    if before and after:
        for x, y in _shortest_path(before, after, budget):
            yield a + head + x, c + head + y, 1
    yield b - tail, d - tail, tail


class _Budget:
    """The steps that a comparison may still make."""

    def __init__(self, steps: int) -> None:
        self._steps = steps

    def spend(self, steps: int) -> bool:
        """Return whether there are as many left."""
        self._steps -= steps
        return self._steps >= 0


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Return pairs of lines that each text has exactly once, in one order (patience diff)."""
    # A blank line or a brace fits in many places; a line that both texts have once marks one place.
    counts, others = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if others[line] == 1}
    pairs = [(at, places[line]) for at, line in enumerate(old) if counts[line] == 1 and line in places]
    # The longest rising run of places: each pair remembers the one below it in the pile to its left.
    tops: list[int] = []
    piles: list[int] = []
    below: list[int] = []
    for index, (_, place) in enumerate(pairs):
        pile = bisect_left(tops, place)
        below.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [place]
        piles[pile : pile + 1] = [index]
    found = []
    index = piles[-1] if piles else -1
    while index >= 0:
        found.append(pairs[index])
        index = below[index]
    return found[::-1]


def _shortest_path(
    old: Sequence[Hashable], new: Sequence[Hashable], budget: _Budget
) -> list[tuple[int, int]]:
    """Return the pairs on a shortest edit path (Myers, 1986); none where the budget does not suffice."""
    # The algorithm starts with a step down from diagonal 1, so that the first one needs no case of its own.
    furthest = {1: 0}
    steps: list[dict[int, int]] = []
    for edits in range(len(old) + len(new) + 1):
        # The way back needs the state before each step. The budget limits the memory of these copies as well.
        steps.append(dict(furthest))
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            first = x = furthest[k + 1] if down else furthest[k - 1] + 1
            while x < len(old) and x - k < len(new) and old[x] == new[x - k]:
                x += 1
            furthest[k] = x
            if x >= len(old) and x - k >= len(new):
                return _walk_back(steps, len(old), len(new))
            # Equal lines count, too: in similar texts the loop above does most of the work.
            if not budget.spend(1 + x - first):
                return []
    return []


def _walk_back(steps: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    found = []
    for edits in range(len(steps) - 1, -1, -1):
        furthest, k = steps[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        k_before = k + 1 if down else k - 1
        x_before = furthest[k_before]
        y_before = x_before - k_before
        # The start lies at y = -1, where there is no line.
        while x > max(x_before, 0) and y > max(y_before, 0):
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = x_before, y_before
    return found[::-1]
