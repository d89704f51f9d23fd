"""What gates share: the finding, the sources of a project, and the shape of a gate."""

import ast
import warnings
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal, Protocol, Self, runtime_checkable

from aiflow.artifacts import Plan, find_main_file
from aiflow.gates.guards import Guarded, walk_guarded
from aiflow.gates.isolation import is_risky, try_parse

Severity = Literal["error", "warning", "info"]

# Parsed trees take some fifty times their source: a usual project is kept whole, a huge one is parsed again.
_KEPT_SOURCE_CHARS = 1_000_000
# `warnings.catch_warnings` changes the whole process: two threads inside it would restore each other's filters.
_WARNINGS_LOCK = Lock()

UNPARSABLE = (SyntaxError, ValueError, MemoryError, RecursionError)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a gate found.

    Attributes:
        path: the file, or None where the project as a whole is meant.
        line: counted from 1, or None.
        rule: a stable word for programs (``syntax``, ``undefined_name``, ``dependency`` …).
        message: Chinese: where, what, why it matters, what to do.
        severity: an ``error`` breaks the program; a ``warning`` may; ``info`` is advice.
    """

    path: str | None
    line: int | None
    rule: str
    message: str
    severity: Severity = "error"


def at(path: str, line: int | None = None) -> str:
    """Return how a message begins: the file, and the line where there is one."""
    return f"{path} 第 {line} 行：" if line else f"{path}："


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


@dataclass(slots=True)
class Sources:
    """A project as gates see it: its paths, and a way to read each.

    Attributes:
        paths: relative, ``/`` between the parts, in the order in which they were written.
        read: returns the bytes of one of ``paths``; called when a gate needs them.
        plan: what was planned, where that is known.
        incomplete: files that were cut off.
    """

    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    plan: Plan | None = None
    incomplete: frozenset[str] = frozenset()
    path_set: frozenset[str] = field(init=False, repr=False)
    _trees: OrderedDict[str, tuple[int, ast.Module | None]] = field(default_factory=OrderedDict, repr=False)
    _guarded: dict[str, tuple[Guarded, ...]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.path_set = frozenset(self.paths)

    @classmethod
    def of(
        cls,
        files: Mapping[str, str | bytes],
        *,
        plan: Plan | None = None,
        incomplete: Iterable[str] = (),
    ) -> Self:
        """Return the sources of files that are in memory."""

        def read(path: str) -> bytes:
            held = files[path]
            return held.encode("utf-8", "surrogatepass") if isinstance(held, str) else held

        return cls(tuple(files), read, plan, frozenset(incomplete))

    @classmethod
    def in_folder(
        cls,
        root: Path,
        paths: Iterable[str],
        *,
        plan: Plan | None = None,
        incomplete: Iterable[str] = (),
    ) -> Self:
        """Return the sources of files below ``root``; each is read when a gate needs it."""
        return cls(tuple(paths), lambda path: (root / path).read_bytes(), plan, frozenset(incomplete))

    @property
    def python_paths(self) -> list[str]:
        """The Python files."""
        return [path for path in self.paths if path.lower().endswith((".py", ".pyw"))]

    @property
    def main_file(self) -> str | None:
        """The program to start: the plan's where it was written, else the one that looks like it."""
        if self.plan is not None and self.plan.main_file in self.python_paths:
            return self.plan.main_file
        return find_main_file(list(self.paths))

    def size(self) -> int:
        """Return how many bytes the files have together."""
        return sum(len(self.read(path)) for path in self.paths)

    def text(self, path: str) -> str | None:
        """Return a file's text, or None where it is no UTF-8."""
        try:
            return self.read(path).decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    def tree(self, path: str) -> ast.Module | None:
        """Return a Python file's syntax tree, or None where it has none (the syntax gate says why)."""
        if path in self._trees:
            self._trees.move_to_end(path)
            return self._trees[path][1]
        text = self.text(path)
        self._trees[path] = (len(text or ""), None if text is None else _parse_or_none(text, path))
        while len(self._trees) > 1 and sum(size for size, _ in self._trees.values()) > _KEPT_SOURCE_CHARS:
            self._guarded.pop(self._trees.popitem(last=False)[0], None)
        return self._trees[path][1]

    def guarded(self, path: str) -> tuple[Guarded, ...]:
        """Return every node of a Python file with what stands around it; nothing where it has no tree.

        Several gates read it, and it costs more than the parsing.
        """
        tree = self.tree(path)
        if path not in self._guarded:
            self._guarded[path] = () if tree is None else tuple(walk_guarded(tree))
        return self._guarded[path]


def _parse_or_none(text: str, path: str) -> ast.Module | None:
    if is_risky(text) and try_parse(text) is not None:
        return None
    try:
        return parse(text, path)
    except UNPARSABLE:
        return None


@runtime_checkable
class Gate(Protocol):
    """One question to a whole project. A plug-in is an instance, or a class without arguments, of this shape."""

    name: str

    def check(self, project: Sources) -> Iterable[Finding]:
        """Return what is wrong, in the order in which a person would like to read it."""
        ...
