"""The sources of a project as the gates read them, and the shape of a gate."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, Self, runtime_checkable

from aiflow.languages.python.parsed import ParsedFile, ParsedFiles
from aiflow.model.artifacts import Plan, find_main_file
from aiflow.model.findings import Finding


@dataclass(slots=True)
class Sources:
    """A project as gates see it: its paths, and a way to read each.

    Attributes:
        paths: relative, ``/`` between the parts, in the order in which they were written.
        read: returns the bytes of one of ``paths``; called when a gate needs them.
        plan: what was planned, where that is known.
        incomplete: files that were cut off.
        parsed: where what gates make of a file is kept.
    """

    paths: tuple[str, ...]
    read: Callable[[str], bytes]
    plan: Plan | None = None
    incomplete: frozenset[str] = frozenset()
    parsed: ParsedFiles = field(default_factory=ParsedFiles, repr=False)
    path_set: frozenset[str] = field(init=False, repr=False)

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

    def file(self, path: str) -> ParsedFile:
        """Return a file, whatever it holds."""
        return self.parsed.get(path, self.read(path))

    def text(self, path: str) -> str | None:
        """Return a file's text, or None where it is no UTF-8."""
        return self.file(path).text

    def tree(self, path: str) -> ast.Module | None:
        """Return a Python file's syntax tree, or None where it has none (the syntax gate says why)."""
        return self.file(path).tree


@runtime_checkable
class Gate(Protocol):
    """One question to a whole project.

    A plug-in is an instance, or a class without arguments, of this shape.
    """

    name: str

    def check(self, project: Sources) -> Iterable[Finding]:
        """Return what is wrong, in the order in which a person would like to read it."""
        ...
