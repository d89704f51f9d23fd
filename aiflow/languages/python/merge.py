"""Merging a rewritten file into the one that it rewrites, statement by statement.

A model that rewrites a file drops comments and changes quotes and blank lines everywhere. Here a statement
with an equal syntax tree keeps its bytes, with the comments around it; new and changed ones are spliced in,
as deep inside functions and loops as they are. The result is a program with the model's syntax tree, or the
model's text as it is.
"""

import tokenize
from collections import defaultdict
from collections.abc import Hashable

from aiflow.languages.line_merge import (
    BOM,
    finish,
    gaps,
    line_end,
    merge_lines,
    shared_separators,
    texts,
    with_line_ends_of,
)
from aiflow.languages.python.long_statements import merge_statement
from aiflow.languages.python.parsed import UNPARSABLE
from aiflow.languages.python.statements import Block, Defining, Keys, Section, Source, Unit
from aiflow.languages.python.subprocess_parser import is_risky
from aiflow.model.line_diff import matching_runs


def merge_python(old: str, new: str) -> str:
    """Return a text with the syntax tree of ``new`` and as many lines of ``old`` as possible.

    A comment directly above a changed statement is the model's. Where only comments differ, they are the
    model's everywhere.

    Args:
        old: the file as it is.
        new: the file as a model wrote it.

    Returns:
        ``new`` with the line ends of ``old`` where one of the two is no program, or too large to be read in
        this process.
    """
    if not old or not new.strip():
        return new
    if old == new or is_risky(old) or is_risky(new):
        return with_line_ends_of(old, new)
    keys = Keys()
    try:
        after = Source(new.removeprefix(BOM), keys)
        merged = _merged(old, after, keys)
        if keys.of(Source(merged.removeprefix(BOM), keys).tree) == keys.of(after.tree):
            return merged
    except UNPARSABLE:
        pass  # the model's text is none, or too deep for Python's parser or for this module
    return with_line_ends_of(old, new)


def _merged(old: str, after: Source, keys: Keys) -> str:
    try:
        before = Source(old.removeprefix(BOM), keys)
    except UNPARSABLE:
        # A person's slip of the pen, which the model corrects: the lines are all that can be compared.
        return merge_lines(old, "".join(after.lines))
    follows_comments = keys.of(before.tree) == keys.of(after.tree)
    if follows_comments and list(before.comments.values()) == list(after.comments.values()):
        return old
    return finish(_Merge(before, after, line_end(old), follows_comments=follows_comments).lines(), old)


class _Merge:
    """Two texts while they are merged.

    Args:
        old: the file as it is.
        new: as the model wrote it.
        end: the line end of new lines.
        follows_comments: where statements are equal and their comments differ, the new ones count.
    """

    def __init__(self, old: Source, new: Source, end: str, *, follows_comments: bool) -> None:
        self._old = old
        self._new = new
        self._end = end
        self._follows_comments = follows_comments

    def lines(self) -> list[str]:
        """Return the merged lines."""
        return self._block(self._old.block, self._new.block)

    def _block(self, old: Block, new: Block) -> list[str]:
        merged: list[str] = []
        partners, in_order = match(old, new)
        runs = [(partners[number], number, 1) for number in in_order]
        taken = set(partners.values())
        for i, first, j, to in gaps(runs, len(old.units), len(new.units)):
            separators = shared_separators(
                [old.separator(number) for number in range(i, first + 1)],
                [new.separator(number) for number in range(j, to + 1)],
            )
            gone = [number for number in range(i, first) if number not in taken]
            for number, ours in enumerate(separators, start=j):
                theirs = new.separator(number)
                # Free comments belong to the place, so the old ones stay where the statements around them
                # do.
                if ours is not None and not (self._follows_comments and texts(ours) != texts(theirs)):
                    merged += ours
                else:
                    start = new.comment_start(number)
                    merged += self._reindented(old, new, start - len(theirs), start)
                if number in partners:
                    merged += self._unit(old, partners[number], new, number)
                elif number < len(new.units):
                    start = new.comment_start(number)
                    merged += self._reindented(old, new, start, new.units[number].first)
                    merged += self._new_unit(old, gone, new, new.units[number])
        return merged

    def _new_unit(self, old: Block, gone: list[int], new: Block, unit: Unit) -> list[str]:
        """Return the lines of a statement without a partner; it may have been put around old ones."""
        lines: list[str] = []
        for section in self._new.sections(unit):
            lines += self._reindented(old, new, section.first, section.block.first)
            inner = self._moved_inside(old, gone, new, section.block)
            lines += inner or self._reindented(old, new, section.block.first, section.block.end)
        return lines or self._reindented(old, new, unit.first, unit.end)

    def _moved_inside(self, old: Block, gone: list[int], new: Block, block: Block) -> list[str]:
        """Return a new block merged with old statements of the block around it; nothing where none fits."""
        wanted = {unit.key for unit in block.units}
        is_shared = any(old.units[number].key in wanted for number in gone)
        if not is_shared or not block.indent.startswith(new.indent):
            return []
        first, units = old.comment_start(gone[0]), old.units[gone[0] : gone[-1] + 1]
        # The lines inside a text cannot be moved to the right.
        if not self._old.string_lines.isdisjoint(range(first, units[-1].end)) or (
            not self._new.string_lines.isdisjoint(range(block.first, block.end))
        ):
            return []
        indent, before = old.indent + block.indent[len(new.indent) :], old.indent
        lines = self._block(Block(self._old, first, units[-1].end, units), block)
        return [
            indent + line[len(before) :] if line.strip() and line.startswith(before) else line
            for line in lines
        ]

    def _unit(self, old: Block, partner: int, new: Block, number: int) -> list[str]:
        """Return the lines of a new statement, with the comment directly above it."""
        theirs = new.units[number]
        above = self._reindented(old, new, new.comment_start(number), theirs.first)
        ours = old.units[partner]
        above_ours = self._old.lines[old.comment_start(partner) : ours.first]
        is_equal = ours.key == theirs.key
        if is_equal and not self._comments_differ(ours.first, ours.end, theirs.first, theirs.end):
            lines = self._old.lines[ours.first : ours.end]
        else:
            mine, wanted = self._old.sections(ours), self._new.sections(theirs)
            # Only what is inside differs: the header keeps its bytes, and so does every statement that is
            # equal.
            if mine and wanted and mine[0].kind == wanted[0].kind:
                is_equal = mine[0].key == wanted[0].key
                lines = self._sections(old, mine, new, wanted)
            else:
                lines = self._long_statement(old, ours, new, theirs)
        if is_equal and not (self._follows_comments and texts(above) != texts(above_ours)):
            above = above_ours
        return above + lines

    def _sections(self, old: Block, mine: list[Section], new: Block, wanted: list[Section]) -> list[str]:
        lines: list[str] = []
        for section, partner in zip(wanted, _partner_sections(mine, wanted), strict=True):
            if partner is None:
                lines += self._reindented(old, new, section.first, section.block.end)
                continue
            ours, theirs = (partner.first, partner.block.first), (section.first, section.block.first)
            if partner.key == section.key and not self._comments_differ(*ours, *theirs):
                lines += self._old.lines[slice(*ours)]
            else:
                lines += self._reindented(old, new, *theirs)
            lines += self._block(partner.block, section.block)
        return lines

    def _long_statement(self, old: Block, ours: Unit, new: Block, theirs: Unit) -> list[str]:
        lines = self._reindented(old, new, theirs.first, theirs.end)
        if len(lines) == 1 or ours.end - ours.first == 1 or theirs.node is None or self._new.sections(theirs):
            return lines
        try:
            merged = merge_statement(
                self._old.lines[ours.first : ours.end], lines, follows_comments=self._follows_comments
            )
            is_same = self._new.is_statement("".join(merged), theirs.node)
        except (*UNPARSABLE, tokenize.TokenError):
            return lines
        return merged if is_same else lines

    def _comments_differ(self, first: int, end: int, new_first: int, new_end: int) -> bool:
        return self._follows_comments and (
            self._old.comments_in(first, end) != self._new.comments_in(new_first, new_end)
        )

    def _reindented(self, old: Block, new: Block, first: int, end: int) -> list[str]:
        """Return lines of the new text as they stand in a block of the old one."""
        theirs, ours = new.indent, old.indent
        found: list[str] = []
        for line in range(first, end):
            text = self._new.lines[line].rstrip("\r\n")
            if line not in self._new.string_lines:
                if not text.strip():
                    text = ""
                elif text.startswith(theirs):
                    text = ours + text[len(theirs) :]
            found.append(text + self._end)
        return found


def _partner_sections(mine: list[Section], wanted: list[Section]) -> list[Section | None]:
    """Return for each new header the old one that it comes from: an equal one, else one of its kind."""
    found: dict[int, Section] = {}
    for name_of in (lambda section: (section.kind, section.key), lambda section: section.kind):
        taken = {section.first for section in found.values()}
        free: defaultdict[Hashable, list[Section]] = defaultdict(list)
        for section in reversed(mine):
            if section.first not in taken:
                free[name_of(section)].append(section)
        for number, section in enumerate(wanted):
            if number not in found and free[name_of(section)]:
                found[number] = free[name_of(section)].pop()
    return [found.get(number) for number in range(len(wanted))]


# So many changed statements of a gap are compared with each other; more are another program.
_CANDIDATES = 30


def match(old: Block, new: Block) -> tuple[dict[int, int], list[int]]:
    """Find the old statement that each new one comes from.

    Returns:
        New number → old number, and those new numbers whose old ones stand in the same order.
    """
    runs = list(matching_runs([unit.key for unit in old.units], [unit.key for unit in new.units]))
    partners = {second + step: first + step for first, second, count in runs for step in range(count)}
    in_order = list(partners)
    # In this order: moved statements, definitions changed under their names, renamed ones.
    for name_of in (_key, _name, _bodies):
        taken = set(partners.values())
        free: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number in range(len(old.units) - 1, -1, -1):
            name = None if number in taken else name_of(old, old.units[number])
            if name is not None:
                free[name].append(number)
        for number, unit in enumerate(new.units):
            if number not in partners and free and (name := name_of(new, unit)) in free and free[name]:
                partners[number] = free[name].pop()
    in_order = _longest_order(partners, in_order, len(old.units))
    for i, first, j, to in list(
        gaps([(partners[n], n, 1) for n in in_order], len(old.units), len(new.units))
    ):
        _pair_similar(old, range(i, first), new, range(j, to), partners)
    return partners, _longest_order(partners, in_order, len(old.units))


def _key(_block: Block, unit: Unit) -> Hashable:
    return unit.key


def _name(_block: Block, unit: Unit) -> Hashable:
    return (type(unit.node), unit.node.name) if isinstance(unit.node, Defining) else None


def _bodies(block: Block, unit: Unit) -> Hashable:
    """Return what stands under the headers of a statement: a renamed function still has it."""
    sections = block.source.sections(unit)
    return (
        tuple((section.kind, *(inner.key for inner in section.block.units)) for section in sections) or None
    )


def _longest_order(partners: dict[int, int], fixed: list[int], old_end: int) -> list[int]:
    """Return the new numbers in ``fixed``, and those others whose partners fit between theirs."""
    kept = set(fixed)
    limits = [partners[number] for number in fixed] + [old_end]
    found: list[int] = []
    at, passed = -1, 0
    for number in sorted(partners):
        if number in kept:
            passed += 1
        elif not at < partners[number] < limits[passed]:
            continue
        at = partners[number]
        found.append(number)
    return found


def _pair_similar(old: Block, ours: range, new: Block, theirs: range, partners: dict[int, int]) -> None:
    """Pair changed statements of one gap that share a header or a statement, in their order."""
    taken = set(partners.values())
    free = [number for number in ours if number not in taken]
    for number in theirs:
        if number in partners or not free:
            continue
        wanted = _content(new, new.units[number])
        # The most alike one before it in the gap, not the next one: a statement may have been inserted
        # above.
        shared = [len(wanted & _content(old, old.units[other])) for other in free[:_CANDIDATES]]
        best = max(range(len(shared)), key=lambda at: (shared[at], -at))
        if shared[best]:
            partners[number] = free[best]
            del free[: best + 1]


def _content(block: Block, unit: Unit) -> set[Hashable]:
    sections = block.source.sections(unit)
    if not sections:
        return {block.source.subject(unit)}
    headers: set[Hashable] = {(section.kind, section.key) for section in sections}
    kind = sections[0].kind
    return headers | {(kind, inner.key) for section in sections for inner in section.block.units}
