"""Finds constructs in the source files that a request forbids or requires."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any


def constructs(root: Path) -> Iterator[str]:
    """Yield the constructs of a project's Python files.

    ``import:NAME``, ``call:NAME`` (the last part of what is called), and the kind of each node in small
    letters: ``for``, ``while``, ``lambda``, ``listcomp``, ``classdef``; ``recursion`` for a function that
    calls itself.
    """
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0].startswith(("_aiflow", "tests")):
            continue
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            yield from _of(node)


def _of(node: ast.AST) -> Iterator[str]:
    yield type(node).__name__.lower()
    if isinstance(node, ast.Import):
        yield from (f"import:{alias.name.split('.')[0]}" for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield f"import:{(node.module or '').split('.')[0]}"
    elif isinstance(node, ast.Call):
        yield f"call:{_called(node)}"
    elif isinstance(node, ast.FunctionDef):
        calls = (inner for inner in ast.walk(node) if isinstance(inner, ast.Call))
        if any(_called(inner) == node.name for inner in calls):
            yield "recursion"


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def check_constructs(check: Mapping[str, Any]) -> list[str]:
    """Return which forbidden constructs a project has, and which required ones it lacks."""
    found = set(constructs(Path()))
    names: Sequence[str] = check.get("names", ())
    required: Iterable[str | Sequence[str]] = check.get("required", ())
    wrong = [
        f"用了不许用的 {name.removeprefix('call:').removeprefix('import:')}"
        for name in names
        if name in found
    ]
    for one in required:
        choices = [one] if isinstance(one, str) else list(one)
        if found.isdisjoint(choices):
            wrong.append(f"没有用 {'或'.join(choices)}")
    return wrong
