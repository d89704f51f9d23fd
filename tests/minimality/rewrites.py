"""Rewrites of a program as models make them: other comments, blank lines and quotes everywhere."""

import ast
import copy
import io
import tokenize
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Edit(NamedTuple):
    """One changed statement of a function.

    Attributes:
        function: its name.
        first, last: the lines of the statement, from 1.
        tree: of the changed program.
        statement: the changed statement.
    """

    function: str
    first: int
    last: int
    tree: ast.Module
    statement: str


def edits(source: str) -> Iterator[Edit]:
    """Yield a changed statement for every function: the one in its middle."""
    count = sum(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(source)))
    for number in range(count):
        tree = ast.parse(source)
        function = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)][number]
        leaves = list(_leaves(function))
        body, at = leaves[len(leaves) // 2]
        old = body[at]
        changed = _Changer().visit(copy.deepcopy(old))
        if ast.dump(changed) == ast.dump(old):
            changed = ast.parse("print('changed')").body[0]
        body[at] = changed
        yield Edit(function.name, old.lineno, old.end_lineno or old.lineno, tree, ast.unparse(changed))


def _leaves(node: ast.AST) -> Iterator[tuple[list[ast.stmt], int]]:
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        for at, inner in enumerate(getattr(node, name, [])):
            if hasattr(inner, "body") or hasattr(inner, "cases"):
                yield from _leaves(inner)
            else:
                yield getattr(node, name), at


class _Changer(ast.NodeTransformer):
    """Changes the first number, text or truth value of a statement."""

    def __init__(self) -> None:
        self._done = False

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if self._done or isinstance(node.value, bool | None.__class__):
            return node
        self._done = True
        if isinstance(node.value, str):
            return ast.Constant(f"{node.value}!")
        return ast.Constant(node.value + 1) if isinstance(node.value, int | float) else ast.Constant(0)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        return node  # its texts have no places of their own before Python 3.12


def unparsed(_source: str, edit: Edit) -> str:
    """Write the whole program anew: no comments, Python's own quotes and line breaks."""
    return ast.unparse(edit.tree) + "\n"


def retouched(source: str, edit: Edit) -> str:
    """Keep the line breaks inside statements; change each comment, each text's quotes, every blank line."""
    lines = source.splitlines(keepends=True)
    start = lines[edit.first - 1]
    indent = start[: len(start) - len(start.lstrip())]
    new = [f"{indent}{line}\n" for line in edit.statement.splitlines()]
    text = "".join(lines[: edit.first - 1] + new + lines[edit.last :])
    found: list[str] = []
    row = column = 0
    out = io.StringIO()
    kept = text.splitlines(keepends=True)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        (first, begin), (last, end) = token.start, token.end
        if token.type in {tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING}:
            continue
        if first != row:
            row, column = first, 0
        gap = kept[first - 1][column:begin]
        if token.type == tokenize.NL and not kept[first - 1].strip():
            row, column = last, end
            continue  # no blank line stays
        out.write(gap)
        out.write(_retouched(token, len(found)))
        found.append(token.string)
        row, column = last, end
        if token.type == tokenize.NEWLINE and len(found) % 3 == 0:
            out.write("\n  \n")
    return out.getvalue()


def _retouched(token: tokenize.TokenInfo, number: int) -> str:
    text = token.string
    if token.type == tokenize.COMMENT:
        return f"#注释 {number}"
    if token.type == tokenize.STRING and text.startswith('"') and not text.startswith('"""'):
        return repr(ast.literal_eval(text))
    return text


REWRITES: tuple[Callable[[str, Edit], str], ...] = (unparsed, retouched)
