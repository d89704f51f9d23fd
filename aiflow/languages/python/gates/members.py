"""Attributes that a module of the library, or an object of the project, does not have."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from aiflow.languages.python.gates.classes import Classes
from aiflow.languages.python.gates.cross_names import bound_otherwise
from aiflow.languages.python.gates.library import members
from aiflow.languages.python.gates.modules import find_module
from aiflow.languages.python.guards import Guarded
from aiflow.languages.python.parsed import nodes_of, python_paths
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, at

# Importing the package does not load these, and programs forget to import them.
_SUBMODULES = {
    "tkinter": {"messagebox", "filedialog", "simpledialog", "colorchooser", "ttk", "scrolledtext"},
    "urllib": {"request", "parse", "error"},
    "concurrent": {"futures"},
    "xml": {"etree", "dom", "sax"},
}


@dataclass(frozen=True, slots=True)
class MissingMember:
    """A name that a module or an object does not have.

    Attributes:
        node: the attribute, or the import of it.
        name: the name.
        owner: of what: ``random``, ``Snake``.
        names: what it has.
        is_class: the owner is a class of the project.
    """

    node: ast.Attribute | ast.ImportFrom
    name: str
    owner: str
    names: frozenset[str]
    is_class: bool = False


class MembersGate:
    """Attributes of imported modules whose names are known, and of objects of the project's classes."""

    name = "members"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Yield each missing name once a file."""
        for path in python_paths(project):
            for module, line in lost_modules(project, path):
                text = f"{at(path, line)}用到了 {module}，可是没有导入它，运行到这里可能出错。"
                yield Finding(path, line, "missing_member", f"{text}请在文件开头加一行 import {module}。")
            seen: set[tuple[str, str]] = set()
            for found in find_missing_members(project, path):
                if (found.owner, found.name) not in seen:
                    seen.add((found.owner, found.name))
                    yield _finding(path, found)


def _finding(path: str, found: MissingMember) -> Finding:
    line = found.node.lineno
    what = "类" if found.is_class else "模块"
    text = f"{at(path, line)}{what} {found.owner} 里没有 {found.name}，运行到这里就会出错。"
    methods = sorted(name for name in found.names if not name.startswith("_"))[:8]
    if found.is_class and methods:
        text += f"请在 {found.owner} 里补上 {found.name}，或者改用它已有的：{'、'.join(methods)}。"
    else:
        text += "请检查名字有没有写错，或者换一种写法。"
    return Finding(path, line, "missing_member", text)


def find_missing_members(project: Sources, path: str) -> Iterator[MissingMember]:
    """Yield every use of a name in a file that its owner does not have."""
    yield from _Modules(project, path).missing()
    for lookup in project_classes(project).missing(path):
        yield MissingMember(lookup.node, lookup.node.attr, lookup.owner, lookup.names, is_class=True)


def project_classes(project: Sources) -> Classes:
    """Return the classes of a project; what each file says about them is read once."""
    return Classes(project)


class _Modules:
    """The library's modules that a file imports."""

    def __init__(self, project: Sources, path: str) -> None:
        self._project = project
        self._path = path
        self._file = project.file(path)
        others = self._file.once(bound_otherwise)
        self._bound: dict[str, str] = {}
        for alias, _ in _imported_modules(self._file):
            name, dotted = (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
            if name not in others and find_module(project, dotted.split(".")[0], path) is None:
                # Two modules under one name, for instance in the branches of a `try`: nothing is known.
                self._bound[name] = dotted if self._bound.get(name, dotted) == dotted else ""

    def missing(self) -> Iterator[MissingMember]:
        for here in nodes_of(self._file, ast.ImportFrom, ast.Attribute):
            if here.platform:
                continue
            if isinstance(here.node, ast.ImportFrom) and not here.caught_import:
                yield from self._from(here.node)
            elif isinstance(here.node, ast.Attribute) and not here.caught_call:
                yield from self._attribute(here.node)

    def _from(self, node: ast.ImportFrom) -> Iterator[MissingMember]:
        module = node.module or ""
        if node.level or not module or find_module(self._project, module.split(".")[0], self._path):
            return
        known = members(module)
        for alias in node.names if known is not None else ():
            if alias.name != "*" and alias.name not in known:  # type: ignore[operator]  # not None here
                yield MissingMember(node, alias.name, module, known or frozenset())

    def _attribute(self, node: ast.Attribute) -> Iterator[MissingMember]:
        if not isinstance(node.ctx, ast.Load):
            return
        dotted = self._module(node.value)
        known = members(dotted) if dotted else None
        if dotted and known is not None and node.attr not in known and not node.attr.startswith("__"):
            yield MissingMember(node, node.attr, dotted, known)

    def _module(self, node: ast.expr) -> str | None:
        """Return the module that an expression is, None for anything else."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
            node = node.value
        dotted = self._bound.get(node.id) if isinstance(node, ast.Name) else None
        for part in parts if dotted else ():
            dotted = f"{dotted}.{part}"
        # A class of a module has attributes of its own, which are not followed.
        return dotted if dotted and (not parts or _is_module(dotted)) else None


def _is_module(dotted: str) -> bool:
    package, _, name = dotted.rpartition(".")
    return package == "pygame" and name.islower() and members(dotted) is not None


def _imported_modules(file: SourceFile) -> Iterator[tuple[ast.alias, Guarded]]:
    for here in nodes_of(file, ast.Import):
        if isinstance(here.node, ast.Import):
            for alias in here.node.names:
                yield alias, here


def _loaded_modules(file: SourceFile) -> frozenset[str]:
    """Return the modules that a file's imports load, as far as they are submodules of the table."""
    found = {alias.name for alias, _ in _imported_modules(file)}
    for here in nodes_of(file, ast.ImportFrom):
        node = here.node
        if isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module in _SUBMODULES}
    return frozenset(found)


def lost_modules(project: Sources, path: str) -> list[tuple[str, int]]:
    """Return the submodules that a file uses and no file imports, each with the first line."""
    file = project.file(path)
    names = {alias.asname or alias.name: alias.name for alias, _ in _imported_modules(file)}
    if not names.keys() & _SUBMODULES.keys() and not set(names.values()) & _SUBMODULES.keys():
        return []
    # One import anywhere loads it for the whole program.
    loaded = {
        module for other in python_paths(project) for module in project.file(other).once(_loaded_modules)
    }
    found: dict[str, int] = {}
    for here in nodes_of(file, ast.Attribute):
        node = here.node
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and not here.caught_call:
            package = names.get(node.value.id, "")
            if node.attr in _SUBMODULES.get(package, ()):
                module = f"{package}.{node.attr}"
                if not any(f"{name}.".startswith(f"{module}.") for name in loaded):
                    found.setdefault(module, node.lineno)
    return list(found.items())
