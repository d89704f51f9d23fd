"""The names that a module defines at its top level, read from its text: nothing is imported, nothing runs."""

import ast
import importlib
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from aiflow.languages.python.ast_walk import walk
from aiflow.languages.python.gates.modules import find_module, find_relative
from aiflow.languages.python.parsed import UNPARSABLE, parse, tree_of
from aiflow.languages.sources import SourceFile, Sources

# Extension modules of the standard library that beginners import with a star; importing them does nothing
# else.
SAFE_TO_IMPORT = frozenset({"math", "cmath", "time", "itertools", "_random", "array", "errno"})
_MAX_DEPTH = 8
# Modules of the standard library that `from pygame import *` does not bring.
_FROM_PYGAME = {"time", "math", "sys", "os", "warnings", "platform", "types", "abc"}
_NOT_FROM_PYGAME = sys.stdlib_module_names - _FROM_PYGAME


@dataclass(slots=True)
class Exports:
    """The names that a module has.

    Attributes:
        names: all that its top level binds.
        star: those that ``import *`` brings.
        packages: third-party packages that ``import *`` was used on; what they bring is only guessed.
        is_open: it has names that its text does not show (``__getattr__``, ``exec``, an unknown star).
    """

    names: set[str] = field(default_factory=set)
    star: set[str] = field(default_factory=set)
    is_open: bool = False
    packages: set[str] = field(default_factory=set)

    def may_define(self, name: str) -> bool:
        """Return whether ``import *`` may bring ``name``."""
        if self.is_open or name in self.star:
            return True
        if self.packages <= {"pygame.locals", "pygame.constants"}:
            return bool(self.packages) and name[:1].isupper()  # constants, Rect, Color
        return name not in _NOT_FROM_PYGAME or self.packages != {"pygame"}


def module_exports(project: Sources, path: str, seen: frozenset[str] = frozenset()) -> Exports:
    """Return what the project's file ``path`` has; an unreadable one is open: nothing is known about it."""
    top = project.file(path).once(read_top)
    # Two files may star-import each other; what cannot be known is not reported.
    if top is None or path in seen or len(seen) > _MAX_DEPTH:
        return Exports(is_open=True)
    found = Exports(set(top.names), set(), top.is_open)
    stars = Exports()
    for star in top.stars:
        theirs = _star_of(project, path, star, seen | {path})
        stars.star |= theirs.star
        found.is_open |= bool(theirs.packages)
        found.is_open |= theirs.is_open
    found.names |= stars.star
    found.star = top.public(stars.star)
    return found


def star_exports(project: Sources, path: str, tree: ast.Module) -> Exports:
    """Return what all star imports of a file bring together."""
    found = Exports()
    for node in walk(tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            theirs = _star_of(project, path, node, frozenset({path}))
            found.star |= theirs.star
            found.packages |= theirs.packages
            found.is_open |= theirs.is_open
    return found


def _star_of(project: Sources, path: str, node: ast.ImportFrom, seen: frozenset[str]) -> Exports:
    if node.level:
        target = find_relative(project, node.level, node.module or "", path)
        return module_exports(project, target, seen) if target else Exports(is_open=True)
    name = node.module or ""
    target = find_module(project, name, path)
    if target and target != path:
        return module_exports(project, target, seen)
    if name.split(".")[0] in sys.stdlib_module_names:
        names = stdlib_star(name)
        return Exports(is_open=True) if names is None else Exports(star=set(names))
    return Exports(packages={name})


@lru_cache(maxsize=64)
def stdlib_star(name: str) -> frozenset[str] | None:
    """Return the names that ``from name import *`` binds for a standard module; None where unknown."""
    if name in SAFE_TO_IMPORT:
        return frozenset(entry for entry in dir(importlib.import_module(name)) if not entry.startswith("_"))
    base = Path(sysconfig.get_paths()["stdlib"], *name.split("."))
    for file in (base.with_suffix(".py"), base / "__init__.py"):
        if file.is_file():
            top = read_module(file)
            return None if top is None else _stdlib_names(name, top)
    return None


def read_module(file: Path) -> "Top | None":
    """Return the top level of a module that is installed here, or None where it cannot be read."""
    try:
        return Top(parse(file.read_text(encoding="utf-8"), file.name))
    except (*UNPARSABLE, OSError):
        return None


def _stdlib_names(name: str, top: "Top") -> frozenset[str] | None:
    found: set[str] = set()
    for star in top.stars:
        module = star.module or ""
        full = f"{name.rsplit('.', star.level)[0]}.{module}" if star.level > 1 else module
        full = f"{name}.{module}" if star.level == 1 else full
        theirs = stdlib_star(full) if full else None
        if theirs is None and full.startswith("_"):
            continue  # a private C half; its names stand in `__all__`
        if theirs is None:
            return None
        found |= theirs
    public = top.public(found)
    if top.has_dynamic_all:
        # `turtle` builds its `__all__` out of lists of names, and makes the functions with `exec`.
        public |= top.strings
        public -= top.modules
    return frozenset(public)


def read_top(file: SourceFile) -> "Top | None":
    """Return a file's top level, or None where it has no tree."""
    tree = tree_of(file)
    return None if tree is None else Top(tree)


def bound_by_statement(file: SourceFile) -> list[tuple[set[str], bool]]:
    """Return of each statement of the top level the names that it binds, and whether it may bind others."""
    tree = tree_of(file)
    tops = [Top(ast.Module([node], [])) for node in (tree.body if tree is not None else ())]
    return [(top.names, top.is_open or bool(top.stars)) for top in tops]


class Top:
    """The top level of a module: branches, loops and ``try`` included, functions and classes not."""

    def __init__(self, tree: ast.Module) -> None:
        self.names: set[str] = {"__name__", "__file__", "__doc__", "__dict__", "__all__", "__spec__",
                                "__package__", "__loader__", "__path__", "__builtins__",
                                "__annotations__"}  # fmt: skip
        self.stars: list[ast.ImportFrom] = []
        self.modules: set[str] = set()
        self.strings: set[str] = set()
        self.listed: set[str] | None = None
        self.has_dynamic_all = False
        self.is_open = False
        for node in _top_nodes(tree):
            self._read(node)
        self._read_globals(tree)

    def public(self, from_stars: set[str]) -> set[str]:
        """Return what ``import *`` brings, given what the module's own stars bring."""
        if self.listed is not None and not self.has_dynamic_all:
            return set(self.listed)
        return {name for name in self.names | from_stars if not name.startswith("_")}

    def _read(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self.names.add(node.name)
            self.is_open |= node.name == "__getattr__"
        elif isinstance(node, ast.Import):
            bound = {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            self.names |= bound
            self.modules |= bound
        elif isinstance(node, ast.ImportFrom):
            if node.names[0].name == "*":
                self.stars.append(node)
            else:
                self.names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self.names.add(node.id)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            self.names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self.names.add(node.rest)
        elif isinstance(node, ast.Call):
            self._read_call(node)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            self._read_assignment(node)

    def _read_call(self, node: ast.Call) -> None:
        called = node.func
        if isinstance(called, ast.Attribute) and getattr(called.value, "id", "") == "__all__":
            self.has_dynamic_all = True  # __all__.extend(…)
        # Each of these can bind names that no one sees in the text.
        if isinstance(called, ast.Name) and called.id in {"exec", "globals", "vars", "locals", "setattr"}:
            self.is_open = True

    def _read_assignment(self, node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        values = _string_list(node.value)
        if values is not None:
            self.strings |= values
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            if values is None:
                self.has_dynamic_all = True
            else:
                self.listed = values | (self.listed or set() if isinstance(node, ast.AugAssign) else set())

    def _read_globals(self, tree: ast.Module) -> None:
        # A function may bind the module's names: `global score` and an assignment.
        for node in walk(tree):
            if isinstance(node, ast.Global):
                self.names |= set(node.names)


def _string_list(node: ast.expr | None) -> set[str] | None:
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return None
    values = {
        item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)
    }
    return values if len(values) == len(node.elts) or values else (set() if not node.elts else None)


def _top_nodes(tree: ast.Module) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(reversed(tree.body))
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            # Its own scope, but for what a walrus binds outside it.
            stack.extend(inner.target for inner in walk(node) if isinstance(inner, ast.NamedExpr))
            continue
        stack.extend(ast.iter_child_nodes(node))
