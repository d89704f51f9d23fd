"""A file as blocks of statements with the lines that each of them has: what merging and outlines work on.

Lines are counted from 0 here, and an ``end`` is the first line after something, as in slices.
"""

import ast
import io
import tokenize
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

from aiflow.languages.python.parsed import parse

Defining = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_BODIES: Final = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


class Keys:
    """Gives equal syntax trees equal numbers, whatever their quotes, brackets and line breaks are."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[ast.AST, int] = {}

    def of(self, node: ast.AST) -> int:
        """Return the number of a tree."""
        # Each level of a merge asks for the same trees: without this, nested blocks cost the square of their
        # depth.
        if node not in self._known:
            self._known[node] = self._number(node, node._fields)
        return self._known[node]

    def of_header(self, node: ast.AST) -> int:
        """Return the number of a statement without the blocks in it."""
        return self._number(node, tuple(name for name in node._fields if name not in _BODIES))

    def _number(self, node: ast.AST, names: tuple[str, ...]) -> int:
        found = (type(node).__name__, *(self._value(getattr(node, name, None)) for name in names))
        return self._numbers.setdefault(found, len(self._numbers))

    def _value(self, value: object) -> Hashable:
        if isinstance(value, ast.AST):
            return self.of(value)
        if isinstance(value, list):
            return ("", *(self._value(item) for item in value))
        # 1, 1.0 and True are equal, and so are 0.0 and -0.0; as programs they are not.
        return type(value).__name__, repr(value)


@dataclass(slots=True)
class Unit:
    """A statement, or those that share a line (``a = 1; b = 2``) and can only be replaced together."""

    key: tuple[int, ...]
    first: int
    end: int
    node: ast.stmt | None


class Section(NamedTuple):
    """A header and the block under it: ``if x:``, ``else:``; one of the same ``kind`` may replace it."""

    kind: str
    key: Hashable
    first: int
    block: "Block"


@dataclass(slots=True)
class Block:
    """The statements of a body and the lines between ``first`` and ``end`` that it has to itself."""

    source: "Source"
    first: int
    end: int
    units: list[Unit] = field(default_factory=list)

    @property
    def indent(self) -> str:
        """The white space before its statements."""
        return self.source.indent(self.units[0].first) if self.units else ""

    def comment_start(self, number: int) -> int:
        """Return the first line of the comment directly above a statement; its own where it has none.

        The number after the last statement stands for the end of the block.
        """
        if number == len(self.units):
            return self.end
        after = self._after(number)
        at = self.units[number].first
        while at > after and self.source.is_comment(at - 1):
            at -= 1
        # The comment at the top of a file (interpreter, encoding, author) is about the file.
        return self.units[number].first if at == 0 else at

    def separator(self, number: int) -> list[str]:
        """Return the lines above that comment, back to the statement before: blank ones and free comments."""
        return self.source.lines[self._after(number) : self.comment_start(number)]

    def _after(self, number: int) -> int:
        return self.units[number - 1].end if number else self.first


class Source:
    """A parsed text.

    Args:
        text: without a byte order mark.
        keys: shared by the texts that are compared.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: the text cannot be parsed.
    """

    def __init__(self, text: str, keys: Keys) -> None:
        # Exactly the line ends of Python's tokenizer; str.splitlines knows a dozen more.
        self.lines = list(io.StringIO(text, newline=""))
        self.tree = parse(text, "<text>")
        self._keys = keys

    @cached_property
    def block(self) -> Block:
        """The top level."""
        return Block(self, 0, len(self.lines), self._units(self.tree.body))

    @cached_property
    def string_lines(self) -> frozenset[int]:
        """The lines that begin inside a string: their indentation is text."""
        return frozenset(
            line
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Constant | ast.JoinedStr)
            for line in range(node.lineno, node.end_lineno or node.lineno)
        )

    @cached_property
    def comments(self) -> dict[int, str]:
        """The comments by their lines."""
        tokens = tokenize.generate_tokens(io.StringIO("".join(self.lines)).readline)
        return {
            token.start[0] - 1: token.string.rstrip() for token in tokens if token.type == tokenize.COMMENT
        }

    def comments_in(self, first: int, end: int) -> list[str]:
        """Return the comments of some lines."""
        return [self.comments[line] for line in range(first, end) if line in self.comments]

    def subject(self, unit: Unit) -> Hashable:
        """Return what a simple statement is about: the name that it binds or calls."""
        node = unit.node.value if isinstance(unit.node, ast.Expr) else unit.node
        about = [*getattr(node, "targets", []), getattr(node, "target", None), getattr(node, "func", None)]
        return type(node).__name__, *(self._keys.of(part) for part in about if part is not None)

    def is_statement(self, text: str, node: ast.stmt) -> bool:
        """Return whether a text is this statement.

        Raises:
            SyntaxError, ValueError, MemoryError, RecursionError: the text cannot be parsed.
        """
        body = parse(f"if 1:\n{text}" if text[:1].isspace() else text, "<text>").body
        if text[:1].isspace() and isinstance(body[0], ast.If):
            body = body[0].body
        return len(body) == 1 and self._keys.of(body[0]) == self._keys.of(node)

    def indent(self, line: int) -> str:
        """Return the white space at the beginning of a line."""
        text = self.lines[line]
        return text[: len(text) - len(text.lstrip())]

    def is_comment(self, line: int) -> bool:
        """Return whether a line between statements is a comment, and not the mark of a notebook's cell."""
        text = self.lines[line].lstrip()
        return text.startswith("#") and not text.startswith("# %%")

    def sections(self, unit: Unit) -> list[Section]:
        """Return the headers of a statement with their blocks; none where a block shares a header's line."""
        parts = list(self._parts(unit)) if unit.node is not None else []
        found: list[Section] = []
        end = unit.end
        for kind, key, first, body in reversed(parts):
            below = _first_line(body[0]) if body else end
            header_end = self._code_end(below)
            start = header_end - 1 if first is None else first
            # `else: x = 1` on one line, `else` behind a backslash: such a statement is replaced whole.
            is_sound = start < header_end <= below and header_end <= end
            if not is_sound or (first is None and not self.lines[start].lstrip().startswith(kind)):
                return []
            found.append(Section(kind, key, start, Block(self, header_end, end, self._units(body))))
            end = start
        return found[::-1]

    def _code_end(self, line: int) -> int:
        """Return the end of the code above ``line``."""
        while line and (not self.lines[line - 1].strip() or self.lines[line - 1].lstrip().startswith("#")):
            line -= 1
        return line

    def _units(self, body: list[ast.stmt]) -> list[Unit]:
        units: list[Unit] = []
        for node in body:
            first, end, key = _first_line(node), node.end_lineno or node.lineno, self._keys.of(node)
            # A line can only be kept or replaced whole.
            if units and first < units[-1].end:
                units[-1] = Unit((*units[-1].key, key), units[-1].first, end, None)
            else:
                units.append(Unit((key,), first, end, node))
        for unit in units:
            # `# end of the loop` under a loop's last line goes with the loop.
            if getattr(unit.node, "body", None):
                unit.end = self._with_inner_comments(unit)
        return units

    def _with_inner_comments(self, unit: Unit) -> int:
        """Return the end of a statement with the comments below its last line that are indented deeper."""
        end, own = unit.end, len(self.indent(unit.first).expandtabs())
        for line in range(unit.end, len(self.lines)):
            text = self.lines[line].strip()
            if text and not text.startswith("#"):
                break
            if text and len(self.indent(line).expandtabs()) > own:
                end = line + 1
        return end

    def _parts(self, unit: Unit) -> Iterator[tuple[str, Hashable, int | None, list[ast.stmt]]]:
        """Yield kind, key, first line of the header (None: the line above the body), and body."""
        node = unit.node
        header = self._keys.of_header
        if isinstance(node, ast.If):
            yield from self._branches(node, unit.first)
        elif isinstance(node, ast.Match):
            yield "match", header(node), unit.first, []
            for case in node.cases:
                yield "case", header(case), case.pattern.lineno - 1, case.body
        elif node is not None and hasattr(node, "body"):
            yield type(node).__name__.removeprefix("Async"), header(node), unit.first, node.body
            for handler in getattr(node, "handlers", []):
                yield "except", header(handler), handler.lineno - 1, handler.body
            for word, body in (
                ("else", getattr(node, "orelse", [])),
                ("finally", getattr(node, "finalbody", [])),
            ):
                if body:
                    yield word, "", None, body

    def _branches(
        self, node: ast.If, first: int
    ) -> Iterator[tuple[str, Hashable, int | None, list[ast.stmt]]]:
        word = "if"
        while True:
            yield "if", (word, self._keys.of_header(node)), first, node.body
            inner = node.orelse[0] if len(node.orelse) == 1 else None
            # The tree is the same for `elif` and for an `if` inside `else`; only the text tells them apart.
            if not (isinstance(inner, ast.If) and self.lines[inner.lineno - 1].lstrip().startswith("elif")):
                break
            node, first, word = inner, inner.lineno - 1, "elif"
        if node.orelse:
            yield "else", "", None, node.orelse


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)]) - 1
