"""The functions, classes and methods of a file, with the lines that belong to each."""

import ast
import io
from collections.abc import Iterator
from typing import Final, Literal

from aiflow.languages.python.parsed import UNPARSABLE, parse
from aiflow.languages.python.subprocess_parser import is_risky, try_parse
from aiflow.model.definitions import Definition

# A default value may be a table of pages; an outline has a line for each definition.
_SIGNATURE_CHARS: Final = 200
_BRANCHES: Final = ("body", "orelse", "handlers", "finalbody")


def find_definitions(text: str) -> list[Definition]:
    """Return what a text defines at its top level and in its classes, in its order.

    Functions inside functions belong to those: they cannot be replaced without them.

    Returns:
        Nothing for a text that cannot be parsed.
    """
    text = text.removeprefix("\ufeff")
    if is_risky(text) and try_parse(text) is not None:
        return []
    try:
        return list(_in_body(parse(text, "<text>").body, "", list(io.StringIO(text, newline=""))))
    except UNPARSABLE:
        return []


def _in_body(body: list[ast.stmt], owner: str, lines: list[str]) -> Iterator[Definition]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _definition(node, "method" if owner else "function", owner, lines)
        elif isinstance(node, ast.ClassDef):
            yield _definition(node, "class", owner, lines)
            yield from _in_body(node.body, f"{owner}{node.name}.", lines)
        else:
            # `try: import … except ImportError: def …` and `if` define names of the same level.
            for name in _BRANCHES:
                yield from _in_body(getattr(node, name, []), owner, lines)


def _definition(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
    kind: Literal["function", "class", "method"],
    owner: str,
    lines: list[str],
) -> Definition:
    first = min([node.lineno, *(item.lineno for item in node.decorator_list)])
    while first > 1 and lines[first - 2].lstrip().startswith("#"):
        first -= 1
    signature = _signature(node)
    return Definition(
        owner + node.name, kind, signature[:_SIGNATURE_CHARS], first, node.end_lineno or node.lineno
    )


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> str:
    if isinstance(node, ast.ClassDef):
        given = ", ".join(ast.unparse(part) for part in (*node.bases, *node.keywords))
        return f"class {node.name}({given})" if given else f"class {node.name}"
    word = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{word} {node.name}({ast.unparse(node.args)}){returned}"
