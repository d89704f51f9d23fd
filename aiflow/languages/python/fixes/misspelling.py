"""Names, attributes and modules that are written wrong, where exactly one of those that are there fits."""

import ast
import builtins
import datetime
import sys
from collections.abc import Iterator, Sequence

from aiflow.languages.fixing import Fix
from aiflow.languages.python.ast_walk import walk
from aiflow.languages.python.fixes.edits import Edit, Text, apply_edits
from aiflow.languages.python.fixes.reading import changed, files_with
from aiflow.languages.python.fixes.renames import attribute_edits, module_edits, name_edits
from aiflow.languages.python.gates.cross_names import find_missing_names
from aiflow.languages.python.gates.exports import module_exports
from aiflow.languages.python.gates.import_lines import Use, import_lines, uses_of
from aiflow.languages.python.gates.members import MissingMember, find_missing_members
from aiflow.languages.python.gates.modules import top_names
from aiflow.languages.python.gates.names import PYGAME_NAME, undefined_names
from aiflow.languages.python.gates.scopes import defined_names
from aiflow.languages.python.parsed import nodes_of, tree_of
from aiflow.languages.python.spelling import only_builtin, only_candidate
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_PRIVATE_BUILTINS = frozenset({"copyright", "credits", "license", "exit", "quit"})
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_")) - _PRIVATE_BUILTINS


class MisspellingRule:
    """Slips of a letter or two, of capitals and of underscores."""

    name = "misspelling"

    def __init__(self, approved: Sequence[str]) -> None:
        """Take the modules that a program may import besides the standard library."""
        self._approved = approved

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Write the one name that fits, wherever the wrong one is used."""
        yield from self._names(project, findings)
        yield from self._of_files(project, findings)
        yield from self._members(project, findings)
        yield from self._modules(project, findings)

    def _fix(self, file: SourceFile, wrong: str, right: str, edits: list[Edit], what: str) -> Iterator[Fix]:
        text = file.text or ""
        message = f"{what} {wrong} 写错了，应该是 {right}：已经改成 {right}。"
        yield from changed(file.path, self.name, message, text, apply_edits(text, edits))

    def _names(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        for file, lines in files_with(project, findings, "undefined_name"):
            for name in sorted(undefined_names(file, lines)):
                # A name that an import would define is no slip, and neither is a constant of pygame.
                if PYGAME_NAME.match(name) or import_lines(project, file.path, name, self._approved):
                    continue
                called = uses_of(file).get(name, Use()).is_called
                right = only_candidate(name, _visible(file, name))
                right = right or only_builtin(name, _BUILTINS, is_called=called)
                if right is not None:
                    yield from self._fix(file, name, right, name_edits(file, name, right), "名字")

    def _of_files(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Propose for names that a file takes from another file of the project."""
        for file, _ in files_with(project, findings, "missing_name"):
            missing = find_missing_names(project, file.path)
            for target, name in dict.fromkeys((found.target, found.name) for found in missing):
                right = only_candidate(name, _public(module_exports(project, target).names))
                if right is None:
                    continue
                nodes = [found.node for found in missing if (found.target, found.name) == (target, name)]
                edits = _taken_edits(file, nodes, name, right)
                yield from self._fix(file, name, right, edits, f"{target} 里的名字")

    def _members(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Propose for attributes of modules of the library, and of objects of the project's classes."""
        for file, _ in files_with(project, findings, "missing_member"):
            groups: dict[tuple[str, str], list[MissingMember]] = {}
            for found in find_missing_members(project, file.path):
                groups.setdefault((found.owner, found.name), []).append(found)
            for (owner, name), group in groups.items():
                right = _only_member(owner, name, group[0].names)
                if right is None:
                    continue
                edits = _taken_edits(file, [found.node for found in group], name, right)
                yield from self._fix(file, name, right, edits, f"{owner} 里的名字")

    def _modules(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Propose for modules that are neither in the library nor in the project."""
        there = {name for name in sys.stdlib_module_names if not name.startswith("_")}
        there |= top_names(project) | set(self._approved)
        for file, lines in files_with(project, findings, "dependency", "missing_module"):
            own = file.path.rpartition("/")[2].removesuffix(".py")
            for name in sorted(_imported(file, lines) - there):
                right = only_candidate(name, there - {own})
                if right is not None:
                    edits = module_edits(file, name, right, lines)
                    yield from self._fix(file, name, right, edits, "模块的名字")


def _only_member(owner: str, name: str, names: frozenset[str]) -> str | None:
    # The class has the name of its module: `datetime.now()` lacks one of the two.
    if owner == "datetime" and name in dir(datetime.datetime):
        return f"datetime.{name}"
    return only_candidate(name, names if name.startswith("_") else _public(names))


def _public(names: set[str] | frozenset[str]) -> set[str]:
    return {name for name in names if not name.startswith("_")}


def _taken_edits(
    file: SourceFile, nodes: Sequence[ast.ImportFrom | ast.Attribute], name: str, right: str
) -> list[Edit]:
    """Return the edits for a name that is taken from a module: in its imports, and where it is used."""
    text = Text(file.text or "")
    edits = attribute_edits(file, [node for node in nodes if isinstance(node, ast.Attribute)], right)
    for node in nodes:
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            if alias.name == name:
                start = text.span(alias)[0]
                edits.append(Edit(start, start + len(name), right))
                if alias.asname is None:
                    edits += name_edits(file, name, right)
    return sorted(set(edits))


def _imported(file: SourceFile, lines: frozenset[int | None]) -> set[str]:
    """Return the top-level modules that a file imports on some lines."""
    found: set[str] = set()
    for here in nodes_of(file, ast.Import, ast.ImportFrom):
        node = here.node
        if isinstance(node, ast.Import) and node.lineno in lines:
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module and node.lineno in lines:
            found.add(node.module.partition(".")[0])
    return found


def _visible(file: SourceFile, name: str) -> set[str]:
    """Return the names that are defined wherever a file uses ``name``."""
    tree = tree_of(file)
    if tree is None:
        return set()
    top = ast.Module([node for node in tree.body if not isinstance(node, ast.ClassDef)], [])
    shared = _bound_at_top(top) | {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    places = [
        here.node.lineno
        for here in nodes_of(file, ast.Name)
        if isinstance(here.node, ast.Name) and here.node.id == name
    ]
    inner: set[str] | None = None
    functions = [here.node for here in nodes_of(file, *_FUNCTIONS)]
    for line in places:
        around = [node for node in functions if _first(node) <= line <= _last(node)]
        local = {bound for node in around for bound in _bound_in(node)}
        inner = local if inner is None else inner & local
    classes = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    found = shared | (inner or set())
    # `snake` is no slip of the class `Snake`: it lacks an object.
    return {other for other in found if not (other in classes and name[:1].islower())} - {name}


def _first(node: ast.AST) -> int:
    return getattr(node, "lineno", 0)


def _last(node: ast.AST) -> int:
    return getattr(node, "end_lineno", 0) or 0


def _bound_at_top(tree: ast.Module) -> set[str]:
    """Return what the top level binds; what functions bind inside is theirs."""
    found: set[str] = set()
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.alias) and node.name != "*":
            found.add((node.asname or node.name).split(".")[0])
        pending.extend(ast.iter_child_nodes(node))
    return found | {name for node in walk(tree) if isinstance(node, ast.Global) for name in node.names}


def _bound_in(node: ast.AST) -> set[str]:
    return defined_names(ast.Module([ast.Expr(node)] if isinstance(node, ast.Lambda) else [node], []))  # type: ignore[list-item]  # the nodes of functions are statements
