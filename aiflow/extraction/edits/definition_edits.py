"""Functions and classes of an answer into the file that has them, by name.

A block that holds some of a file's definitions, with or without its imports, is no new text of the file: the
rest of the file stays. Which lines are a definition's says the caller, who knows the language.
"""

import re
from collections.abc import Callable, Sequence
from textwrap import dedent

from aiflow.extraction.edits.code_tree import key_of
from aiflow.extraction.edits.draft import MAX_EDITS, Draft, RefusedError
from aiflow.extraction.first_lines import name_inside
from aiflow.model.definitions import Definition

Definitions = Callable[[str, str], Sequence[Definition]]

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w{0,80})(?:\s*:[^=\n]{1,80})?\s*=(?!=)")
_WORD = re.compile(r"\w+")
_IMPORTS = ("import ", "from ")
_MUCH_SHORTER = 0.4
# In a shorter file a real change may halve the text, so the length proves nothing there.
_MIN_LINES = 12


class Outline:
    """A piece of source and its definitions.

    Attributes:
        lines: without line ends.
        top: the definitions that are in no other.
        by_name: all of them.
    """

    def __init__(self, path: str, text: str, definitions: Definitions) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")
        found = definitions(path, text)
        self.by_name = {item.name: item for item in found}
        self.top = [item for item in found if "." not in item.name]
        self.classes = [item for item in self.top if item.kind == "class"]
        self._methods: dict[str, list[Definition]] = {}
        self.by_last_name: dict[str, list[Definition]] = {}
        for item in found:
            owner, dot, last = item.name.rpartition(".")
            if dot:
                self._methods.setdefault(owner.partition(".")[0], []).append(item)
                self.by_last_name.setdefault(last, []).append(item)

    def text_of(self, item: Definition) -> list[str]:
        """Return the lines of a definition."""
        return self.lines[item.first_line - 1 : item.last_line]

    def methods(self, item: Definition) -> list[Definition]:
        """Return the methods of a class."""
        return self._methods.get(item.name, [])

    def words(self) -> set[str]:
        """Return the words of the code."""
        return set(_WORD.findall("\n".join(self.lines)))

    def constants(self) -> set[str]:
        """Return the names that lines outside definitions give a value."""
        return {name for line in self.others() if (name := _constant_name(line))}

    def imported(self) -> set[str]:
        """Return the words of the imports."""
        return {word for line in self.lines if line.startswith(_IMPORTS) for word in _WORD.findall(line)}

    def others(self) -> list[str]:
        """Return the lines outside definitions but for blank ones, comments and imports."""
        inside = {number for item in self.top for number in range(item.first_line - 1, item.last_line)}
        lines = [line for at, line in enumerate(self.lines) if at not in inside]
        return [
            line for line in lines if line.strip() and not line.lstrip().startswith(("#", "//", *_IMPORTS))
        ]


def has_target(path: str, text: str, old: Outline, definitions: Definitions) -> bool:
    """Return whether a file has one of the definitions of an answer's text."""
    new = Outline(path, _plain(text), definitions)
    return any(_target(item, old) is not None for item in new.top)


def is_part(path: str, old: str, new: str, definitions: Definitions) -> bool:
    """Return whether ``new`` can only be a part of the file, and not its whole new text.

    Raises:
        RefusedError: it may be either.
    """
    before, after = Outline(path, old, definitions), Outline(path, _plain(new), definitions)
    # Blank lines do not count: models drop and add them freely.
    size = sum(map(bool, map(str.strip, before.lines)))
    is_short = size >= _MIN_LINES and sum(map(bool, map(str.strip, after.lines))) < size * _MUCH_SHORTER
    others, constants = after.others(), before.constants()
    only_constants = all(_constant_name(line) in constants for line in others)
    if not after.top:
        if only_constants and others and (before.top or is_short):
            return True
        # Lines that all set what the file sets may be just those that change, and not the whole file.
        keys = set(map(key_of, map(str.strip, before.lines)))
        is_known = all(key_of(line.strip()) in keys for line in after.lines)
        if before.top or is_short or (is_known and len(after.lines) < len(before.lines)):
            raise RefusedError("partial")
        return False
    known = [item for item in after.top if _target(item, before) is not None or _is_new_method(item, before)]
    # Without the file's own statements (its constants, its call of main) it would no longer run.
    if known and only_constants and len(others) < len(before.others()):
        return True
    # A function that moves into a class keeps its last name and is not lost.
    kept = {item.name.rpartition(".")[2] for item in after.by_name.values()}
    lost = [item for name, item in before.by_name.items() if name.rpartition(".")[2] not in kept]
    words = after.words()
    is_used = any(item.name.rpartition(".")[2] in words for item in lost)
    # New functions around what the file has already, like its call of main, are an excerpt too; unless the
    # rest has moved into another file.
    is_moved = any(item.name in after.imported() for item in lost)
    if (
        any("." not in item.name for item in lost)
        and set(others) <= set(before.lines)
        and is_used
        and not is_moved
    ):
        return True
    # Code that still uses what is missing was left out by mistake or by laziness: no change is meant.
    if lost and (is_used or is_short or not known):
        raise RefusedError("partial")
    return False


def put_definitions(draft: Draft, path: str, text: str, definitions: Definitions) -> bool:
    """Put an answer's definitions in the place of those of the same name; return whether anything changed.

    Raises:
        RefusedError: there is code in it that has no clear place.
    """
    # The original and not the current lines: `Draft.splice` counts in the numbers of the original.
    old = Outline(path, "\n".join(draft.original), definitions)
    new = Outline(path, _plain(text), definitions)
    if not new.top and not new.others():
        raise RefusedError("unplaced")
    plan = _Plan(draft)
    plan.add_others(old, new)
    place = max((item.last_line for item in old.top), default=None)
    for item in new.top:
        target = _target(item, old)
        if target is None and _is_new_method(item, old):
            owner = old.classes[0]
            plan.insert(owner.last_line, ["", *_indented(new.text_of(item), _body_margin(owner, old))])
            continue
        if target is None:
            # With several classes in the file nothing tells which one a new method is for.
            if place is None or _is_method(item):
                raise RefusedError("unplaced")
            plan.insert(place, ["", "", *new.text_of(item)])
            continue
        # A new function follows its neighbour in the answer; the end of a method would be inside a class.
        if "." not in target.name:
            place = target.last_line
        if item.kind == "class" and _is_piece(item, target, old, new):
            plan.add_methods(item, target, old, new)
        else:
            plan.put(target, old, new.text_of(item))
    return plan.carry_out()


def _plain(text: str) -> str:
    """Return an answer's code at the margin, and without a comment that only names the file."""
    text = text.replace("\r\n", "\n")
    # `dedent` finds no common margin where some lines have tabs and others have spaces.
    lines = dedent(text.replace("\t", "    ") if text[:1] in " \t" else text).split("\n")
    for at, line in enumerate(lines):
        if line.strip() and not (line.lstrip()[:1] in "#/" and name_inside(line, "")):
            return "\n".join(lines[at:])
    return ""


def _target(item: Definition, old: Outline) -> Definition | None:
    """Return the definition that ``item`` replaces: of the same name, or the only method of that name."""
    found = old.by_name.get(item.name)
    if found is not None or item.kind == "class":
        return found
    # Models write a method without its class; an `update` of two classes may be either.
    methods = old.by_last_name.get(item.name, [])
    return methods[0] if len(methods) == 1 else None


def _is_piece(item: Definition, target: Definition, old: Outline, new: Outline) -> bool:
    """Return whether a class in the answer has only some of its methods.

    Raises:
        RefusedError: methods are missing, and nothing tells whether they are to go.
    """
    mine = {other.name for other in new.methods(item)}
    lost = [other.name.rpartition(".")[2] for other in old.methods(target) if other.name not in mine]
    if not lost:
        return False
    # No rewrite drops the constructor or a method that it still calls: such a class is an excerpt.
    if "__init__" in lost or not new.words().isdisjoint(lost):
        return True
    raise RefusedError("partial")


class _Plan:
    """The lines to insert and to replace, by the numbers of the original lines."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._inserts: list[tuple[int, list[str]]] = []
        self._puts: list[tuple[int, int, list[str]]] = []

    def insert(self, place: int, lines: Sequence[str]) -> None:
        """Insert lines after the line with this number, counted from 1."""
        self._inserts.append((place, list(lines)))

    def put(self, target: Definition, old: Outline, new: Sequence[str]) -> None:
        """Replace one definition; its indentation is that of the old one."""
        there = old.text_of(target)
        ours, mine = _margin(there), _margin(new)
        moved = [ours + line.removeprefix(mine) if line.strip() else "" for line in new]
        # An unchanged definition is no edit: another edit of its lines would be refused as an overlap.
        if [line.rstrip() for line in moved] != [line.rstrip() for line in there]:
            self._puts.append((target.first_line - 1, target.last_line, moved))

    def add_methods(self, item: Definition, target: Definition, old: Outline, new: Outline) -> None:
        """Replace or insert the methods of a class that the answer has.

        Raises:
            RefusedError: the class has other lines that the file does not have.
        """
        inside = {at for other in new.methods(item) for at in range(other.first_line - 1, other.last_line)}
        known = set(map(str.strip, old.text_of(target)))
        for at in range(item.first_line - 1, item.last_line):
            if at not in inside and new.lines[at].strip() and new.lines[at].strip() not in known:
                raise RefusedError("unplaced")
        place = target.last_line
        for other in new.methods(item):
            there = old.by_name.get(other.name)
            if there is None:
                self.insert(place, ["", *new.text_of(other)])
            else:
                place = there.last_line
                self.put(there, old, new.text_of(other))

    def add_others(self, old: Outline, new: Outline) -> None:
        """Put imports and constants of the answer where the file has theirs.

        Raises:
            RefusedError: other code has no clear place.
        """
        known = set(map(str.rstrip, old.lines))
        inside = {number for item in new.top for number in range(item.first_line - 1, item.last_line)}
        tops = {number for item in old.top for number in range(item.first_line - 1, item.last_line)}
        imports = [at for at, line in enumerate(old.lines) if line.startswith(_IMPORTS) and at not in tops]
        places: dict[str, list[int]] = {}
        for at, line in enumerate(old.lines):
            if at not in tops and (name := _constant_name(line)):
                places.setdefault(name, []).append(at)
        for at, line in enumerate(new.lines):
            text = line.rstrip()
            if at in inside or not text or text.lstrip()[:1] in "#/" or text in known:
                continue
            # An import over several lines would come into the file without its end.
            if text.startswith(_IMPORTS) and text[-1] not in "(\\" and imports:
                self.insert(imports[-1] + 1, [text])
            else:
                place = _constant(text, old, places)
                self._puts.append((place, place + 1, [text]))

    def carry_out(self) -> bool:
        """Change the draft; return whether there was anything to do.

        Raises:
            RefusedError: another edit has changed the same lines, or there are too many.
        """
        if len(self._inserts) + len(self._puts) > MAX_EDITS:
            raise RefusedError("too_many")
        # Insertions first, the last one before the others: each finds its line where the file has it.
        for place, lines in reversed(self._inserts):
            self._draft.splice(place, place, lines)
        for start, end, lines in self._puts:
            self._draft.splice(start, end, lines)
        return bool(self._inserts or self._puts)


def _margin(lines: Sequence[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return first[: len(first) - len(first.lstrip())]


def _is_method(item: Definition) -> bool:
    return re.search(r"\(\s{0,20}(?:self|cls)\b", item.signature) is not None


def _is_new_method(item: Definition, old: Outline) -> bool:
    """Return whether a new definition can only be a method of the file's only class."""
    return _is_method(item) and len(old.classes) == 1 and not _target(item, old)


def _body_margin(owner: Definition, old: Outline) -> str:
    methods = old.methods(owner)
    return _margin(old.text_of(methods[0] if methods else owner)) or "    "


def _indented(lines: Sequence[str], margin: str) -> list[str]:
    return [margin + line if line.strip() else "" for line in lines]


def _constant_name(line: str) -> str:
    """Return the name that a line at the margin gives a value, or nothing."""
    found = _ASSIGNMENT.match(line)
    return found[1] if found else ""


def _constant(text: str, old: Outline, places: dict[str, list[int]]) -> int:
    """Return the number of the one line that gives the same name its value.

    Raises:
        RefusedError: there is no such line, or the value takes several.
    """
    found = places.get(_constant_name(text), [])
    if len(found) != 1 or not _is_closed(text) or not _is_closed(old.lines[found[0]]):
        raise RefusedError("unplaced")
    return found[0]


def _is_closed(line: str) -> bool:
    # Brackets in strings count as well: in most cases the edit is refused and the whole file requested.
    return all(line.count(a) == line.count(b) for a, b in ("()", "[]", "{}")) and line[-1:] not in ("\\", ":")
