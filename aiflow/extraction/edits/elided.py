"""A file's text with marks for left-out code, completed from the file as it is.

Both texts are read as trees by their indentation. A mark stands for the old nodes between the nodes on both
sides of it, so those must be found in the file: by their first line, or by the name that they define. A new
line beside a mark may have been inserted or may replace the next one; it counts as inserted if no line there
resembles it. All else is refused.
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from aiflow.extraction.edits.code_tree import CLOSERS, IMPORTS, MARK, Node, Range, nodes_of, width_at
from aiflow.extraction.edits.draft import Draft, RefusedError
from aiflow.extraction.edits.elision import OwnMarks, is_elision, is_stub, split_elision
from aiflow.extraction.edits.replacing import restyle, space_unit

_MAX_DEPTH = 40
_MAX_COMPARED = 300
_SIMILAR = 0.6
_LONGEST_COMPARED = 120


def has_marks(text: str, old: str) -> bool:
    """Return whether a text has marks for left-out code that are not lines of the old one."""
    lines = text.replace("\r\n", "\n").split("\n")
    return _marked_lines(lines, OwnMarks(old.split("\n"))) != lines


def merge_elided(draft: Draft, text: str) -> bool:
    """Complete a text; return whether anything changed.

    Raises:
        RefusedError: a mark has no clear place.
    """
    if draft.lines != draft.original:
        raise RefusedError("overlap")
    lines = _marked_lines(text.replace("\r\n", "\n").split("\n"), OwnMarks(draft.original))
    old, new = Range(draft.original, 0, len(draft.original)), Range(lines, 0, len(lines))
    nodes = [node for node in nodes_of(new) if not node.is_mark]
    if not nodes:
        raise RefusedError("elided")
    tops = {node.key for node in nodes_of(old)}
    if all(node.is_definition and node.key not in tops for node in nodes):
        result = _merge_methods(old, new, nodes)
    elif all(node.is_definition for node in nodes):
        # Definitions alone are no text of a file: what is around them stays, with or without a mark.
        result = _merge(old, _between_marks(lines, nodes, ""), 0)
    else:
        result = _merge(old, new, 0)
    unit = space_unit(lines)
    known = set(draft.original)
    result = [line if line in known else restyle(line, draft.style, unit) for line in result]
    return draft.set_lines(result)


def _marked_lines(lines: list[str], own: OwnMarks) -> list[str]:
    """Return the lines with each mark alone on its line, and no line of the file taken for one."""
    result: list[str] = []
    is_body_left_out = False
    for at, line in enumerate(lines):
        indent = line[: len(line) - len(line.lstrip())]
        code, is_marked = split_elision(line)
        if is_body_left_out and line.strip() in {"", "pass", "..."}:
            continue  # the body of "def draw(self):  # unchanged"
        is_body_left_out = False
        is_mark = is_elision(line) and not is_stub(lines, at)
        if own.has(lines, at):
            result.append(line)
        elif is_mark or (is_marked and code.strip() in {"pass", "..."}):
            result.append(indent + MARK)
        elif is_marked and code.removesuffix("...").rstrip().endswith((":", "{")):
            result += [code.removesuffix("...").rstrip(), indent + "    " + MARK]
            is_body_left_out = True
        else:
            result.append(code)
    return result


class _Scope:
    """The old and the new nodes of one block, and which of them belong together."""

    def __init__(self, old: Range, new: Range) -> None:
        self.old_text, self.new_text = old, new
        self.old, self.new = nodes_of(old), nodes_of(new)
        self._by_text = _index(node.text for node in self.old)
        self._by_key = _index(node.key for node in self.old)
        self._new_keys = _index(node.key for node in self.new)

    def match(self, node: Node) -> int | None:
        """Return the number of the old node that a new one is, or None for a new one.

        Raises:
            RefusedError: it may be more than one.
        """
        found = self._by_text.get(node.text, [])
        if not found and (node.is_definition or node.key.endswith(" =")):
            found = self._by_key.get(node.key, [])
        if len(found) > 1:
            raise RefusedError("elided")
        return found[0] if found else None

    def resembles(self, nodes: Sequence[Node], first: int, last: int) -> bool:
        """Return whether one of the nodes may be a changed form of an old one in the range."""
        if len(nodes) * (last - first) > _MAX_COMPARED:
            return any(not node.is_definition for node in nodes)
        return any(_are_similar(node, old) for node in nodes for old in self.old[first:last])


def _index(names: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, name in enumerate(names):
        found.setdefault(name, []).append(at)
    return found


def _are_similar(new: Node, old: Node) -> bool:
    if new.is_definition or old.is_definition or new.text.startswith(IMPORTS):
        return new.key == old.key
    if new.key == old.key or new.key.endswith(" =") or old.key.endswith(" ="):
        return new.key == old.key
    a, b = new.text[:_LONGEST_COMPARED], old.text[:_LONGEST_COMPARED]
    return SequenceMatcher(None, a, b, autojunk=False).ratio() > _SIMILAR


def _merge(old: Range, new: Range, depth: int) -> list[str]:
    """Return the new lines of a block with what its marks stand for.

    Raises:
        RefusedError: that is not clear.
    """
    if depth > _MAX_DEPTH:
        raise RefusedError("elided")
    scope = _Scope(old, new)
    levels = {width_at(new.lines[node.head]) for node in scope.new if not node.is_mark}
    if levels and scope.old and levels != {width_at(old.lines[scope.old[0].head])}:
        # Lines of a body whose header was left out with the code above it.
        raise RefusedError("elided")
    if not any(node.is_mark for node in scope.new):
        return _merge_in_place(scope, depth)
    _drop_closers(scope)
    result: list[str] = []
    at = 0  # the first old node that is not used yet
    segments = _segments(scope.new)
    for number, segment in enumerate(segments):
        is_first, is_last = number == 0, number == len(segments) - 1
        if not segment:
            continue
        first, last = _span(scope, segment, at, is_first=is_first, is_last=is_last)
        if first < at or last < first:
            raise RefusedError("elided")
        _check_lost(scope, segment, first, last)
        result += _old_lines(scope, at, first)
        result += _segment_lines(scope, segment, depth, is_start=is_first)
        at = last
    if not segments[-1]:
        result += _old_lines(scope, at, len(scope.old))
    return result + _tail(scope)


def _drop_closers(scope: _Scope) -> None:
    """Drop the lines after the last mark that close what the mark stands for, like ``</body>``.

    Raises:
        RefusedError: the old block does not end so, or such lines follow another mark.
    """
    closing = [
        number
        for number, node in enumerate(scope.new)
        if number and scope.new[number - 1].is_mark and node.text.startswith(CLOSERS)
    ]
    if not closing:
        return
    node = scope.new[closing[0]]
    lines, old = _filled(scope.new_text.lines[node.begin : node.end]), scope.old_text
    if closing[0] != len(scope.new) - 1 or _filled(old.lines[old.first : old.last])[-len(lines) :] != lines:
        raise RefusedError("elided")
    scope.new.pop()


def _filled(lines: Sequence[str]) -> list[str]:
    return [line.strip() for line in lines if line.strip()]


def _segments(nodes: Sequence[Node]) -> list[list[Node]]:
    found: list[list[Node]] = [[]]
    for node in nodes:
        if node.is_mark:
            found.append([])
        else:
            found[-1].append(node)
    return found


def _span(
    scope: _Scope, segment: Sequence[Node], at: int, *, is_first: bool, is_last: bool
) -> tuple[int, int]:
    """Return which old nodes the nodes between two marks stand for."""
    count = len(scope.old)
    matches = [scope.match(node) for node in segment]
    known = [number for number, match in enumerate(matches) if match is not None]
    if not known:
        # New lines alone: only the beginning and the end of a block are clear places.
        # A line that resembles one there may be its changed form; kept beside it, both would run.
        if scope.resembles(segment, at, count) or (is_first and is_last):
            raise RefusedError("elided")
        if is_first:
            return 0, 0
        if is_last:
            return count, count
        raise RefusedError("elided")
    first, last = matches[known[0]] or 0, (matches[known[-1]] or 0) + 1
    if is_first:
        # A docstring or a comment before the first line that the answer repeats stays.
        first = first if all(node.is_remark for node in scope.old[:first]) else 0
    elif scope.resembles(segment[: known[0]], at, first):
        raise RefusedError("elided")
    if is_last:
        last = count
    elif scope.resembles(segment[known[-1] + 1 :], last, count):
        raise RefusedError("elided")
    return first, last


def _check_lost(scope: _Scope, segment: Sequence[Node], first: int, last: int) -> None:
    """Refuse a piece between marks that would silently drop a definition, or lines at its own ends."""
    matches = {match for node in segment if (match := scope.match(node)) is not None}
    lost = [number for number in range(first, last) if number not in matches]
    if not lost:
        return
    if any(scope.old[number].is_block for number in lost):
        raise RefusedError("elided")
    if lost[0] == first == 0 or lost[-1] == last - 1:
        raise RefusedError("elided")


def _old_lines(scope: _Scope, first: int, last: int) -> list[str]:
    """Return the old nodes with the blank lines before each."""
    if first >= last:
        return []
    start = scope.old[first - 1].end if first else scope.old_text.first
    return list(scope.old_text.lines[start : scope.old[last - 1].end])


def _segment_lines(scope: _Scope, segment: Sequence[Node], depth: int, *, is_start: bool) -> list[str]:
    result: list[str] = []
    before = segment[0].begin
    for number, node in enumerate(segment):
        match = scope.match(node)
        if match is not None:
            result += _blanks_before(scope, match)
        elif number == 0 and not is_start:
            start = _previous_end(scope, node)
            result += [""] * _blank_count(scope.new_text.lines, start, before)
        else:
            result += [""] * _blank_count(scope.new_text.lines, before, node.begin)
        result += _node_lines(scope, node, match, depth)
        before = node.end
    return result


def _previous_end(scope: _Scope, node: Node) -> int:
    ends = [other.end for other in scope.new if other.end <= node.begin]
    return ends[-1] if ends else scope.new_text.first


def _blank_count(lines: Sequence[str], first: int, last: int) -> int:
    return sum(not lines[at].strip() for at in range(first, last))


def _blanks_before(scope: _Scope, number: int) -> list[str]:
    start = scope.old[number - 1].end if number else scope.old_text.first
    return [""] * _blank_count(scope.old_text.lines, start, scope.old[number].begin)


def _node_lines(scope: _Scope, node: Node, match: int | None, depth: int) -> list[str]:
    """Return one new node, completed from the old one where a mark is in it."""
    lines = scope.new_text.lines
    if match is not None and _branches(lines, node) < _branches(scope.old_text.lines, scope.old[match]):
        raise RefusedError("elided")  # an "else" may be what the mark after the "if" stands for
    if not any(lines[at].strip() == MARK for at in range(node.begin, node.end)):
        return list(lines[node.begin : node.end])
    if match is None:
        raise RefusedError("elided")
    there = scope.old[match]
    old_lines = scope.old_text.lines
    head = list(lines[node.begin : node.head + 1])
    if node.begin == node.head:
        head = [*old_lines[there.begin : there.head], *head]  # decorators that were left out
    old_end, new_end = _body_end(old_lines, there), _body_end(lines, node)
    if (old_end < there.end) != (new_end < node.end):
        raise RefusedError("elided")
    body = _merge(Range(old_lines, there.head + 1, old_end), Range(lines, node.head + 1, new_end), depth + 1)
    return [*head, *body, *lines[new_end : node.end]]


def _branches(lines: Sequence[str], node: Node) -> int:
    """Return how many bodies a node has beside its first one."""
    level = width_at(lines[node.head])
    inside = (lines[at] for at in range(node.head + 1, node.end) if lines[at].strip())
    return sum(width_at(line) <= level and line.strip()[:1] not in ")]}<" for line in inside)


def _body_end(lines: Sequence[str], node: Node) -> int:
    """Return where the lines end that are indented more than the node's own; a bracket may close it.

    Raises:
        RefusedError: it has more than one body, like an ``if`` with an ``else``.
    """
    level = width_at(lines[node.head])
    outer = [
        at for at in range(node.head + 1, node.end) if lines[at].strip() and width_at(lines[at]) <= level
    ]
    if not outer:
        return node.end
    if outer != [node.end - 1] or lines[outer[0]].strip()[:1] not in ")]}<":
        raise RefusedError("elided")
    return outer[0]


def _tail(scope: _Scope) -> list[str]:
    end = scope.old[-1].end if scope.old else scope.old_text.first
    return list(scope.old_text.lines[end : scope.old_text.last])


def _merge_in_place(scope: _Scope, depth: int) -> list[str]:
    """Return the old block with the nodes that the answer has; no mark stands between them."""
    matches = [scope.match(node) for node in scope.new]
    known = {match for match in matches if match is not None}
    if len(known) == len(scope.old):
        return _segment_lines(scope, scope.new, depth, is_start=True) + _tail(scope)
    if not all(
        node.is_definition or match is not None for node, match in zip(scope.new, matches, strict=True)
    ):
        raise RefusedError("elided")
    by_old = {match: node for node, match in zip(scope.new, matches, strict=True) if match is not None}
    if len(by_old) < len(scope.new):
        raise RefusedError("elided")
    result: list[str] = []
    for number in range(len(scope.old)):
        if number in by_old:
            result += _blanks_before(scope, number)
            result += _node_lines(scope, by_old[number], number, depth)
        else:
            result += _old_lines(scope, number, number + 1)
    return result + _tail(scope)


def _merge_methods(old: Range, new: Range, nodes: Sequence[Node]) -> list[str]:
    """Return the file with methods that the answer gives without their class."""
    keys = {node.key for node in nodes}
    found = [
        (top, inner)
        for top in nodes_of(old)
        if top.is_block
        for inner in nodes_of(Range(old.lines, top.head + 1, top.end))
        if inner.key in keys
    ]
    if len(found) != len(nodes) or len({id(top) for top, _ in found}) != 1:
        raise RefusedError("elided")
    top = found[0][0]
    body = Range(old.lines, top.head + 1, top.end)
    line = old.lines[found[0][1].head]
    indent = line[: len(line) - len(line.lstrip())]
    margin = width_at(new.lines[nodes[0].head])
    moved = [indent + line[margin:] if line.strip(" \t\r") else line for line in new.lines]
    text = _between_marks(moved, nodes, indent)
    return [*old.lines[: body.first], *_merge(body, text, 1), *old.lines[body.last :]]


def _between_marks(lines: Sequence[str], nodes: Sequence[Node], indent: str) -> Range:
    """Return the nodes with a mark before, between and behind them."""
    result = [indent + MARK]
    for node in nodes:
        result += [*lines[node.begin : node.end], indent + MARK]
    return Range(result, 0, len(result))
