"""A file of Python, and what gates make of it by itself: each thing once, however many gates ask for it."""

import ast
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from aiflow.languages.python.facts import FACTS
from aiflow.languages.python.guards import Guarded, walk_guarded
from aiflow.languages.python.subprocess_parser import is_risky, try_parse
from aiflow.languages.sources import SourceFile, Sources

UNPARSABLE: Final = (SyntaxError, ValueError, MemoryError, RecursionError)
# `warnings.catch_warnings` changes the whole process: two threads inside it would restore each other's
# filters.
_WARNINGS_LOCK: Final = Lock()


@contextmanager
def _without_warnings() -> Iterator[None]:
    with _WARNINGS_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def parse(text: str, path: str) -> ast.Module:
    """Parse without letting the parser's warnings out.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: the text cannot be parsed.
    """
    with _without_warnings():
        return ast.parse(text, filename=path)


def compile_quietly(tree: ast.Module, path: str) -> None:
    """Compile what ``parse`` returned, for the errors that only the compiler finds, without its warnings.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: the tree cannot be compiled.
    """
    with _without_warnings():
        compile(tree, path, "exec", dont_inherit=True)


def python_paths(project: Sources) -> list[str]:
    """Return the Python files of a project."""
    return [path for path in project.paths if FACTS.is_source(path)]


def tree_of(file: SourceFile) -> ast.Module | None:
    """Return a file's syntax tree, or None where it has none (the syntax gate says why)."""
    return file.once(_parse)


def nodes_of(file: SourceFile, *kinds: type[ast.AST]) -> tuple[Guarded, ...]:
    """Return the nodes of these kinds with what stands around them, in the order of the text."""
    return file.once(_Nodes).of(kinds)


def _parse(file: SourceFile) -> ast.Module | None:
    text = file.text
    if text is None or (is_risky(text) and try_parse(text) is not None):
        return None
    try:
        return parse(text, file.path)
    except UNPARSABLE:
        return None


class _Nodes:
    """All nodes of a file by their kinds; a dozen gates ask for the same ones."""

    def __init__(self, file: SourceFile) -> None:
        tree = tree_of(file)
        self._by_kind: dict[type[ast.AST], list[tuple[int, Guarded]]] = {}
        for entry in enumerate(walk_guarded(tree) if tree is not None else ()):
            self._by_kind.setdefault(type(entry[1].node), []).append(entry)
        self._of_kinds: dict[tuple[type[ast.AST], ...], tuple[Guarded, ...]] = {}

    def of(self, kinds: tuple[type[ast.AST], ...]) -> tuple[Guarded, ...]:
        if kinds not in self._of_kinds:
            found = sorted(entry for kind in kinds for entry in self._by_kind.get(kind, ()))
            self._of_kinds[kinds] = tuple(here for _, here in found)
        return self._of_kinds[kinds]
