"""Mutants: copies of a program with one small mistake each, to measure whether tests notice it.

A mutant changes what the program computes. Places whose change no test should notice are left out: what a
picture looks like, the guard of the main file, annotations and documentation.
"""

import ast
import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Final

from aiflow.languages.base import Mutant
from aiflow.languages.python.ast_walk import called_name, inner_nodes
from aiflow.languages.python.facts import FACTS
from aiflow.languages.python.parsed import UNPARSABLE, parse, tree_of
from aiflow.languages.sources import SourceFile

_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.FloorDiv,
}  # fmt: skip
# Calls, and modules of calls, that concern the picture and the pace only.
_LOOKS: Final = frozenset(
    {"draw", "font", "blit", "fill", "render", "set_caption", "set_mode", "tick", "Color", "SysFont", "Font",
     "flip", "sleep", "delay", "wait", "figure", "title", "xlabel", "ylabel", "grid", "legend"}
)  # fmt: skip
_DRAWING: Final = ("draw", "render", "paint")
_MAX_COLOUR: Final = 255
# Larger numbers are sizes of a picture: one more makes no difference that a test should notice.
_MAX_NUMBER: Final = 200


@dataclass(frozen=True, slots=True)
class _Mutation:
    """A place where a program can be changed: the node, and what makes the changed source of it."""

    path: str
    node: ast.expr | ast.stmt
    operator: str
    change: Callable[[], str]


def mutants(files: Mapping[str, str], count: int, seed: int = 0) -> list[Mutant]:
    """Return mutants of a program, the same ones for the same files, count and seed.

    They are spread over the operators, and over the lines of the program.

    Args:
        files: the program's texts by path; its tests are not among them.
        count: how many at most.
        seed: selects among the places.
    """
    chosen: list[Mutant] = []
    used: set[tuple[str, int]] = set()
    files = {path: text.removeprefix("\ufeff") for path, text in files.items()}
    for place in _shuffled(files, seed):
        if len(chosen) == count:
            break
        at = (place.path, place.node.lineno)
        # One mutant a line: two mistakes in one line are nearly always noticed by the same test.
        if at in used:
            continue
        text = _changed(files[place.path], place)
        if text is not None:
            used.add(at)
            chosen.append(Mutant(place.path, place.node.lineno, place.operator, text))
    return chosen


def _shuffled(files: Mapping[str, str], seed: int) -> Iterator[_Mutation]:
    """Yield the places in a random order, the operators taking turns."""
    by_operator: defaultdict[str, list[_Mutation]] = defaultdict(list)
    for path in sorted(files):
        if FACTS.is_source(path):
            tree = tree_of(SourceFile(path, files[path].encode("utf-8", "replace")))
            for place in _places(path, tree) if tree is not None else ():
                by_operator[place.operator].append(place)
    choice = random.Random(seed)  # noqa: S311  # reproducible on purpose
    piles = [by_operator[name] for name in sorted(by_operator)]
    for pile in piles:
        choice.shuffle(pile)
    for index in range(max(map(len, piles), default=0)):
        yield from (pile[index] for pile in piles if index < len(pile))


def _places(path: str, tree: ast.Module) -> Iterator[_Mutation]:
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        if _is_left_out(node):
            continue
        if isinstance(node, ast.expr | ast.stmt):
            for operator, change in _changes(node):
                yield _Mutation(path, node, operator, change)
        stack.extend(inner for inner in inner_nodes(node) if not _is_annotation(node, inner))


def _is_left_out(node: ast.AST) -> bool:
    """Return whether no test should notice a change in what a node holds."""
    if isinstance(node, ast.If):
        return "__name__" in {getattr(inner, "id", "") for inner in ast.walk(node.test)} and not node.orelse
    if isinstance(node, ast.FunctionDef):
        return node.name.lstrip("_").startswith(_DRAWING)
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Call) or _is_left_out(node.value)
    if isinstance(node, ast.Call):
        function = node.func
        owner = getattr(getattr(function, "value", None), "attr", getattr(function, "attr", ""))
        return called_name(node) in _LOOKS or owner in _LOOKS
    if isinstance(node, ast.Tuple):
        numbers = [getattr(item, "value", None) for item in node.elts]
        return len(numbers) in {3, 4} and all(
            type(value) is int and 0 <= value <= _MAX_COLOUR for value in numbers
        )
    # Before Python 3.12, what stands in an f-string does not know its place in the file.
    return isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom)


def _is_annotation(node: ast.AST, inner: ast.AST) -> bool:
    return inner in (getattr(node, "annotation", None), getattr(node, "returns", None)) or (
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and inner in node.decorator_list
    )


def _changes(node: ast.expr | ast.stmt) -> Iterator[tuple[str, Callable[[], str]]]:
    match node:
        case ast.Compare(ops=[first, *rest]) if type(first) in _COMPARISONS:
            yield "compare", _with(node, ops=[_COMPARISONS[type(first)](), *rest])
        case ast.BinOp(op=op) if type(op) in _ARITHMETIC and not _is_text(node):
            yield "arithmetic", _with(node, op=_ARITHMETIC[type(op)]())
        case ast.AugAssign(op=op) if type(op) in _ARITHMETIC:
            yield "arithmetic", _with(node, op=_ARITHMETIC[type(op)]())
        case ast.BoolOp(op=op):
            yield "boolean", _with(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "boolean", lambda: ast.unparse(operand)
        case ast.Constant(value=bool() as truth):
            yield "boolean", lambda: repr(not truth)
        case ast.Constant(value=int() as number) if number < _MAX_NUMBER:
            yield "constant", lambda: repr(number + 1)
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield "return", lambda: "return None"
        case ast.Expr(value=ast.Call()) | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield "removed", lambda: "pass"
        case _:
            return


def _with(node: ast.expr | ast.stmt, **fields: object) -> Callable[[], str]:
    def change() -> str:
        changed = copy(node)
        for name, value in fields.items():
            setattr(changed, name, value)
        return ast.unparse(changed)

    return change


def _is_text(node: ast.BinOp) -> bool:
    """Return whether two texts are joined, or one is formatted: a minus would only raise an error."""
    return any(
        isinstance(side, ast.JoinedStr) or isinstance(getattr(side, "value", None), str)
        for side in (node.left, node.right)
    )


def _changed(text: str, place: _Mutation) -> str | None:
    """Return the text with a place changed; None where that gives no program."""
    node = place.node
    lines = text.encode("utf-8", "replace").splitlines(keepends=True)
    try:
        code = place.change().encode("utf-8", "replace")
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        before = b"".join(lines[:first]) + lines[first][: node.col_offset]
        after = lines[last][node.end_col_offset :] + b"".join(lines[last + 1 :])
        changed = (before + code + after).decode("utf-8", "replace")
        parse(changed, place.path)
    except (*UNPARSABLE, IndexError):
        return None
    return changed if changed != text else None
