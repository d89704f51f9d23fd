"""Names taken from another file of the project that does not define them."""

import ast
import sys
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

from aiflow.languages.python.gates.circular import find_circular
from aiflow.languages.python.gates.exports import Exports, module_exports
from aiflow.languages.python.gates.misplaced import find_misplaced
from aiflow.languages.python.gates.modules import find_imported, find_module, is_folder
from aiflow.languages.python.gates.scopes import defined_names
from aiflow.languages.python.guards import Guarded
from aiflow.languages.python.parsed import nodes_of, python_paths, tree_of
from aiflow.languages.python.spelling import only_candidate
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, Severity, at

# Made once: `A | B` would be made anew for every node.
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_BINDING = (ast.Name, ast.arg, ast.ImportFrom, *_NAMED)


class CrossNamesGate:
    """``from snake import Snake`` and ``snake.move()``, where ``snake.py`` has no such name."""

    name = "cross_names"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Check every file against the others."""
        given = _given_from_outside(project)
        for path in python_paths(project):
            yield from _File(project, path, given).check()
        yield from find_circular(project)
        yield from find_misplaced(project)


@dataclass(frozen=True, slots=True)
class MissingName:
    """A name that a file takes from another one, which does not define it.

    Attributes:
        target: the other file.
        name: the name.
        node: the import, or the attribute of a module.
        is_caught: the program expects that it may be missing.
    """

    target: str
    name: str
    node: ast.ImportFrom | ast.Attribute
    is_caught: bool = False


@dataclass(frozen=True, slots=True)
class _Bound:
    """A name in a file that means a module of the project."""

    dotted: str
    line: int


class _File:
    def __init__(self, project: Sources, path: str, given: set[str]) -> None:
        self.project = project
        self.path = path
        self.given = given
        self.file = project.file(path)
        self.bound = self._bound_modules()
        self.seen: set[tuple[str, str]] = set()

    def missing(self) -> Iterator[MissingName]:
        for here in nodes_of(self.file, ast.ImportFrom, ast.Attribute):
            if isinstance(here.node, ast.ImportFrom) and not here.platform:
                yield from self._missing_imports(here.node, here)
            elif isinstance(here.node, ast.Attribute) and not here.platform:
                yield from self._missing_attribute(here.node, here)

    def _missing_imports(self, node: ast.ImportFrom, here: Guarded) -> Iterator[MissingName]:
        target = find_imported(self.project, node.level, node.module or "", self.path)
        if target is None:
            return
        exports = module_exports(self.project, target)
        if exports.is_open:
            return
        for alias in node.names:
            if alias.name == "*" or alias.name in exports.names or self._has_submodule(node, alias.name):
                continue
            yield MissingName(target, alias.name, node, here.caught_import or here.caught_call)

    def _has_submodule(self, node: ast.ImportFrom, name: str) -> bool:
        dotted = f"{node.module}.{name}" if node.module else name
        if find_imported(self.project, node.level, dotted, self.path) is not None:
            return True
        return not node.level and is_folder(self.project, dotted, self.path)

    def _bound_modules(self) -> dict[str, _Bound]:
        """Return the names that stand for a module of the project everywhere in the file."""
        found: dict[str, _Bound] = {}
        # A name that is also a variable or a parameter may hold anything; judging it would accuse right
        # programs.
        others = set(self.file.once(bound_otherwise))
        for here in nodes_of(self.file, ast.Import):
            node = here.node
            assert isinstance(node, ast.Import)  # noqa: S101 - asked for; the type checker cannot know
            for alias in node.names:
                top = alias.name.split(".")[0]
                name, dotted = (alias.asname, alias.name) if alias.asname else (top, top)
                if find_module(self.project, dotted, self.path) is None or (
                    name in found and found[name].dotted != dotted
                ):
                    others.add(name)
                else:
                    found[name] = _Bound(dotted, node.lineno)
        return {name: bound for name, bound in found.items() if name not in others}

    def _missing_attribute(self, node: ast.Attribute, here: Guarded) -> Iterator[MissingName]:
        if not isinstance(node.ctx, ast.Load):
            return
        parts: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            parts.insert(0, inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name) or inner.id not in self.bound:
            return
        dotted = self.bound[inner.id].dotted
        *before, name = parts
        for part in before:
            if find_module(self.project, f"{dotted}.{part}", self.path) is None:
                return  # an attribute of an object, not a module: the shorter chain is checked by itself
            dotted = f"{dotted}.{part}"
        target = find_module(self.project, dotted, self.path)
        if target is None or find_module(self.project, f"{dotted}.{name}", self.path):
            return
        exports = module_exports(self.project, target)
        if not (exports.is_open or name in exports.names or name in self.given):
            yield MissingName(target, name, node, here.caught_import or here.caught_call)

    def check(self) -> Iterator[Finding]:
        for found in self.missing():
            target, name, line = found.target, found.name, found.node.lineno
            if (target, name) in self.seen:
                continue
            self.seen.add((target, name))
            text = f"{at(self.path, line)}从 {target} 里用到了 {name}，但 {target} 没有定义它，运行时会出错。"
            text += self._advice(target, name, module_exports(self.project, target))
            # The program survives it, with less function.
            severity: Severity = "warning" if found.is_caught else "error"
            yield Finding(self.path, line, "missing_name", text, severity)

    def _advice(self, target: str, name: str, exports: Exports) -> str:
        stem = target.rsplit("/", 1)[-1].removesuffix(".py")
        # The commonest cause in class: a student's random.py hides the real one.
        if stem in sys.stdlib_module_names or stem == "pygame":
            return f"项目里的 {target} 和 Python 的模块 {stem} 同名，把它挡住了。请给 {target} 换个名字。"
        others = defining_files(self.project, name, {target, self.path})
        if others:
            return f"{'、'.join(others)} 里有 {name}，是不是应该从那里导入？"
        close = only_candidate(name, (entry for entry in exports.names if not entry.startswith("__")))
        if close:
            return f"是不是想用 {close}？"
        return f"请在 {target} 里定义 {name}，或改正这里的名字。"


def find_missing_names(project: Sources, path: str) -> list[MissingName]:
    """Return the names that a file takes from others which do not define them, wherever it uses them."""
    return list(_File(project, path, _given_from_outside(project)).missing())


def defining_files(project: Sources, name: str, without: Container[str]) -> list[str]:
    """Return the files that define ``name`` themselves; an import of it does not count."""
    found = []
    for path in python_paths(project):
        tree = tree_of(project.file(path)) if path not in without else None
        if tree is not None and name in defined_names(tree, top_only=True):
            found.append(path)
    return found


def _binds(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Name):
        return () if isinstance(node.ctx, ast.Load) else (node.id,)
    if isinstance(node, ast.arg):
        return (node.arg,)
    if isinstance(node, _NAMED):
        return (node.name,) if node.name else ()
    if isinstance(node, ast.ImportFrom):
        return [alias.asname or alias.name for alias in node.names]
    return ()


def bound_otherwise(file: SourceFile) -> frozenset[str]:
    """Return the names that a file binds anywhere, but for those of ``import``."""
    return frozenset(name for here in nodes_of(file, *_BINDING) for name in _binds(here.node))


def _attributes_set(file: SourceFile) -> frozenset[str]:
    """Return the attributes that a file sets on something else than ``self``."""
    found: set[str] = set()
    for here in nodes_of(file, ast.Attribute):
        node = here.node
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            owner = node.value.id if isinstance(node.value, ast.Name) else "self"
            found |= set() if owner in {"self", "cls"} else {node.attr}
    return frozenset(found)


def _given_from_outside(project: Sources) -> set[str]:
    """Return attributes that some file sets on something: ``settings.volume = 3`` makes the name exist."""
    found: set[str] = set()
    for path in python_paths(project):
        found |= project.file(path).once(_attributes_set)
    return found
