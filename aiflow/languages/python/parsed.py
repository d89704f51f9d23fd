"""A file of Python, and what gates make of it by itself: each thing once, however many gates ask for it."""

import ast
import warnings
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, Final, TypeVar, cast

from aiflow.languages.python.guards import Guarded, walk_guarded
from aiflow.languages.python.subprocess_parser import is_risky, try_parse

# Parsed trees take some fifty times their source: a usual project is kept whole, a huge one is parsed again.
KEPT_CHARS: Final = 1_000_000
UNPARSABLE: Final = (SyntaxError, ValueError, MemoryError, RecursionError)
# `warnings.catch_warnings` changes the whole process: two threads inside it would restore each other's
# filters.
_WARNINGS_LOCK: Final = Lock()
_T = TypeVar("_T")


def parse(text: str, path: str) -> ast.Module:
    """Parse without letting the parser's warnings out.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: as ``ast.parse`` does.
    """
    with _WARNINGS_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, filename=path)


def compile_quietly(tree: ast.Module, path: str) -> None:
    """Compile what ``parse`` returned, for the errors that only the compiler finds, without its warnings.

    Raises:
        SyntaxError, ValueError, MemoryError, RecursionError: as ``compile`` does.
    """
    with _WARNINGS_LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(tree, path, "exec", dont_inherit=True)


class ParsedFile:
    """One file. What is asked of it is kept with it, so nobody changes what he is given.

    Args:
        path: in the project.
        data: its bytes.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self._made: dict[Callable[[ParsedFile], Any], Any] = {}
        self._of_kinds: dict[tuple[type[ast.AST], ...], tuple[Guarded, ...]] = {}

    def once(self, make: Callable[["ParsedFile"], _T]) -> _T:
        """Return ``make(self)``, called at the first time only; ``make`` depends on nothing but the file."""
        if make not in self._made:
            self._made[make] = make(self)
        return cast("_T", self._made[make])

    @property
    def text(self) -> str | None:
        """Its text, or None where it is no UTF-8."""
        return self.once(_decode)

    @property
    def tree(self) -> ast.Module | None:
        """Its syntax tree, or None where it has none (the syntax gate says why)."""
        return self.once(_parse)

    @property
    def guarded(self) -> tuple[Guarded, ...]:
        """Every node with what stands around it; nothing where there is no tree."""
        return self.once(_guard)

    def nodes(self, *kinds: type[ast.AST]) -> tuple[Guarded, ...]:
        """Return those of ``guarded`` that are of one of ``kinds``, in the order of the text."""
        if kinds not in self._of_kinds:
            sorted_out = self.once(_sort_out)
            found = sorted(entry for kind in kinds for entry in sorted_out.get(kind, ()))
            self._of_kinds[kinds] = tuple(here for _, here in found)
        return self._of_kinds[kinds]


def _decode(file: ParsedFile) -> str | None:
    try:
        return file.data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _parse(file: ParsedFile) -> ast.Module | None:
    text = file.text
    if text is None or (is_risky(text) and try_parse(text) is not None):
        return None
    try:
        return parse(text, file.path)
    except UNPARSABLE:
        return None


def _guard(file: ParsedFile) -> tuple[Guarded, ...]:
    return () if file.tree is None else tuple(walk_guarded(file.tree))


def _sort_out(file: ParsedFile) -> dict[type[ast.AST], list[tuple[int, Guarded]]]:
    """Return kind → its nodes, each with its place in the text."""
    found: dict[type[ast.AST], list[tuple[int, Guarded]]] = {}
    for entry in enumerate(file.guarded):
        found.setdefault(type(entry[1].node), []).append(entry)
    return found


class ParsedFiles:
    """The files that were asked for last, as many as fit.

    Args:
        kept_chars: how much source is kept; the last file always is.
    """

    def __init__(self, kept_chars: int = KEPT_CHARS) -> None:
        self._kept_chars = kept_chars
        self._files: OrderedDict[tuple[str, bytes], ParsedFile] = OrderedDict()
        self._size = 0

    def get(self, path: str, data: bytes) -> ParsedFile:
        """Return the file of this name with this content."""
        key = (path, data)
        if key in self._files:
            self._files.move_to_end(key)
            return self._files[key]
        self._size += len(data)
        while self._files and self._size > self._kept_chars:
            self._size -= len(self._files.popitem(last=False)[1].data)
        self._files[key] = ParsedFile(path, data)
        return self._files[key]
