"""Imports that nothing uses; a library that is imported for nothing must be installed all the same."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from pyflakes import messages

from aiflow.languages.python.gates.modules import find_imported, find_module
from aiflow.languages.python.gates.names import pyflakes_messages
from aiflow.languages.python.guards import asks_for_editors
from aiflow.languages.python.parsed import nodes_of, python_paths, tree_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, at

# Importing these does something by itself.
_FOR_EFFECT = frozenset(
    {"readline", "this", "antigravity", "rlcompleter", "faulthandler", "site", "__future__"}
)


@dataclass(frozen=True, slots=True)
class UnusedImport:
    """An imported name that nothing uses.

    Attributes:
        node: the import.
        alias: the name in it.
        body: the statements of its block.
        module: what it imports, or from what.
        calls: further statements that would go with it: ``pygame.init()`` of a program without a window.
    """

    node: ast.Import | ast.ImportFrom
    alias: ast.alias
    body: list[ast.stmt]
    module: str
    calls: tuple[tuple[ast.Expr, list[ast.stmt]], ...] = ()


class UnusedImportsGate:
    """Imports of the library; a file of the project may do something when it is imported."""

    name = "unused_imports"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Yield a finding for each name."""
        for path in python_paths(project):
            for found in find_unused_imports(project, path):
                line, module = found.node.lineno, found.module.partition(".")[0]
                shown = found.alias.asname or found.alias.name
                text = f"{at(path, line)}导入了 {shown}，可是程序没有用到它。"
                if module in sys.stdlib_module_names:
                    yield Finding(path, line, "unused_import", f"{text}可以删掉这个导入。", "info")
                else:
                    text += f"没有安装 {module} 的电脑上，程序会因为它而启动不了。请删掉这个导入。"
                    yield Finding(path, line, "unused_import", text, "warning")


def find_unused_imports(project: Sources, path: str) -> Iterator[UnusedImport]:
    """Yield the imported names of a file that nothing uses, in the file or in another one of the project."""
    file = project.file(path)
    tree = tree_of(file)
    # A package's own file offers its imports to others.
    if tree is None or path.endswith("__init__.py"):
        return
    unused = {
        (found.lineno, str(found.message_args[0]))
        for found in file.once(pyflakes_messages) or ()
        if isinstance(found, messages.UnusedImport)
    }
    idle = _idle_pygame(project, path)
    blocks = None
    for here in nodes_of(file, ast.Import, ast.ImportFrom) if unused or idle else ():
        node = here.node
        if not isinstance(node, ast.Import | ast.ImportFrom) or here.caught_import or here.platform:
            continue
        for alias in node.names:
            module = alias.name if isinstance(node, ast.Import) else node.module or ""
            is_idle = bool(idle) and alias.name == "pygame"
            if not is_idle and (node.lineno, _shown(node, alias)) not in unused:
                continue
            if not is_idle and not _may_go(project, path, node, alias, module):
                continue
            blocks = blocks if blocks is not None else _blocks(tree)
            if id(node) in blocks:
                calls = tuple((call, blocks[id(call)]) for call in idle) if is_idle else ()
                yield UnusedImport(node, alias, blocks[id(node)], module, calls)


def _shown(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    """Return how pyflakes names an import."""
    full = alias.name
    if isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        full = f"{module}{alias.name}" if module.endswith(".") else f"{module}.{alias.name}"
    is_renamed = alias.asname and alias.asname != alias.name
    return f"{full} as {alias.asname}" if is_renamed else full


def _may_go(
    project: Sources, path: str, node: ast.Import | ast.ImportFrom, alias: ast.alias, module: str
) -> bool:
    top = module.partition(".")[0]
    if top in _FOR_EFFECT or (isinstance(node, ast.ImportFrom) and node.level):
        return False
    if find_module(project, top, path) is not None or not module:
        return False
    return (alias.asname or alias.name).split(".")[0] not in _taken_from(project, path)


def _taken_from(project: Sources, path: str) -> set[str]:
    """Return the names that other files take from this one, which may have them from its imports."""
    found: set[str] = set()
    for other in python_paths(project):
        if other == path:
            continue
        for here in nodes_of(project.file(other), ast.Import, ast.ImportFrom):
            node = here.node
            if isinstance(node, ast.ImportFrom):
                target = find_imported(project, node.level, node.module or "", other)
                names = {alias.name for alias in node.names} if target == path else set()
                found |= _imported_by(project.file(path)) if "*" in names else names
            elif isinstance(node, ast.Import) and any(
                find_module(project, alias.name, other) == path for alias in node.names
            ):
                found |= _attributes(project.file(other))
    return found


def _imported_by(file: SourceFile) -> set[str]:
    return {
        (alias.asname or alias.name).split(".")[0]
        for here in nodes_of(file, ast.Import, ast.ImportFrom)
        if isinstance(here.node, ast.Import | ast.ImportFrom)
        for alias in here.node.names
    }


def _attributes(file: SourceFile) -> set[str]:
    return {here.node.attr for here in nodes_of(file, ast.Attribute) if isinstance(here.node, ast.Attribute)}


def _blocks(tree: ast.Module) -> dict[int, list[ast.stmt]]:
    """Return for each statement the block that it stands in, by its ``id``."""
    found: dict[int, list[ast.stmt]] = {}
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and asks_for_editors(node.test):
            continue
        for name in ("body", "orelse", "finalbody", "handlers", "cases"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                found |= {id(statement): block for statement in block if isinstance(statement, ast.stmt)}
                pending += block
    return found


def _idle_pygame(project: Sources, path: str) -> list[ast.Expr]:
    """Return the calls of ``pygame.init`` and ``quit`` of a project that uses nothing else of pygame."""
    file = project.file(path)
    if "pygame" not in (file.text or ""):
        return []
    calls = [
        here.node
        for here in nodes_of(file, ast.Expr)
        if isinstance(here.node, ast.Expr) and _starts_or_ends(here.node.value)
    ]
    used = sum(
        1 for here in nodes_of(file, ast.Name) if isinstance(here.node, ast.Name) and here.node.id == "pygame"
    )
    others = (other for other in python_paths(project) if other != path)
    if not calls or used != len(calls) or any("pygame" in (project.text(other) or "") for other in others):
        return []
    imports = [
        here.node for here in nodes_of(file, ast.ImportFrom)
        if isinstance(here.node, ast.ImportFrom) and (here.node.module or "").startswith("pygame")
    ]  # fmt: skip
    return calls if not imports else []


def _starts_or_ends(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "pygame"
        and node.func.attr in {"init", "quit"}
        and not node.args
    )
