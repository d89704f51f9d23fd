"""The architecture, read out of the source: which way imports run and what is public.

The order is written down once, in ``order.py``; a new module has to be put into it.
"""

import ast
import importlib
import types
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path

import pytest

from tests.architecture.order import ORDER

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {
    "aiflow": ROOT / "aiflow",
    "aiflow_server": ROOT / "server_extension" / "aiflow_server",
    "aiflow_widgets": ROOT / "widgets" / "aiflow_widgets",
}

FRONT_DOORS = {"aiflow.cli"}  # what a person starts may use what is public

# `aiflow` must be of use where none of these is installed.
FORBIDDEN_IN_AIFLOW = (
    "jupyter",
    "jupyterlab",
    "jupyter_server",
    "tornado",
    "anywidget",
    "ipywidgets",
    "notebook",
)

# Imports inside functions: optional, or so heavy that only the code that needs them should wait for them.
LAZY = {
    "openai": "0.35 s to import, and the lessons engine never needs it",
    "pygame": "opens SDL; only a game's frames need it",
    "numpy": "heavy; only a game's frames need it",
    "simplejpeg": "heavy; only a game's frames need it",
    "watchfiles": "only while a folder is watched",
    "nbformat": "0.2 s to import; only a notebook that is imported needs it",
    "msvcrt": "there on Windows only",
    "IPython": "not there in a terminal or a server; only a notebook cell needs it",
}

OWN_LAZY = {
    (
        "aiflow.languages.python.language",
        "aiflow.languages.python.gates.registry",
    ): "0.1 s to import (pyflakes, a dozen modules); a terminal that only runs a program needs none of it",
    (
        "aiflow.languages.python.language",
        "aiflow.languages.python.fixes.registry",
    ): "the same",
    (
        "aiflow.languages.python.runtime.launcher",
        "aiflow.languages.python.runtime.player",
    ): "loads numpy and patches pygame: for games only",
    (
        "aiflow.sandbox.child.posix_program",
        "aiflow.sandbox.child.x11.xserver",
    ): "only programs that open windows of X need it, and all are forked from what is loaded",
    (
        "aiflow.sandbox.child.program",
        "aiflow.sandbox.child.x11.desktop",
    ): "the same",
}


@dataclass(frozen=True)
class Import:
    """One imported module, and where that stands."""

    importer: str
    imported: str
    line: int
    lazy: bool

    def __str__(self) -> str:
        return f"{self.importer}:{self.line} imports {self.imported}"


@cache
def modules() -> dict[str, Path]:
    """Every module of the three packages by its dotted name; lessons and the programs of a set are data."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            if package == "aiflow" and (parts[0] == "lessons" or parts[:2] == ("evaluation", "sets")):
                continue
            found[".".join((package, *parts)).removesuffix(".__init__")] = path
    return found


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def read_imports(importer: str, tree: ast.Module, known: set[str], *, is_package: bool) -> list[Import]:
    """Every import of a module; ``from package import module`` counts as the module."""
    found: list[Import] = []

    def visit(node: ast.AST, *, lazy: bool) -> None:
        if isinstance(node, ast.Import):
            found.extend(Import(importer, alias.name, node.lineno, lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(importer, node, is_package=is_package)
            for alias in node.names:
                name = f"{base}.{alias.name}"
                found.append(Import(importer, name if name in known else base, node.lineno, lazy))
        inside = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, lazy=inside)

    visit(tree, lazy=False)
    return found


def _base(importer: str, node: ast.ImportFrom, *, is_package: bool) -> str:
    if node.level == 0:
        return node.module or ""
    parts = importer.split(".")
    parent = parts[: len(parts) - node.level + (1 if is_package else 0)]
    return ".".join([*parent, *([node.module] if node.module else [])])


@cache
def all_imports() -> tuple[Import, ...]:
    known = modules()
    return tuple(
        one
        for name, path in known.items()
        for one in read_imports(name, parse(path), set(known), is_package=path.name == "__init__.py")
    )


def place(package: str, name: str) -> int | None:
    """Where ``name`` stands in the order of its package; None for one that ``ORDER`` does not list."""
    names = ORDER.get(package, ())
    return names.index(name) if name in names else None


def unlisted() -> list[str]:
    """The modules and packages that ``ORDER`` does not list, and what it lists that is not there."""
    there: dict[str, set[str]] = {}
    for name in modules():
        package, _, last = name.rpartition(".")
        if package and last != "__main__":
            there.setdefault(package, set()).add(last)
    wrong = [
        f"{package}.{name}" for package in there for name in there[package] - set(ORDER.get(package, ()))
    ]
    wrong += [
        f"{package}.{name}" for package in ORDER for name in set(ORDER[package]) - there.get(package, set())
    ]
    return sorted(wrong)


def is_wrong_way(importer: str, imported: str) -> bool:
    """Whether an import runs against the order of the package that holds both modules."""
    here, there = importer.split("."), imported.split(".")
    if here[0] != there[0]:
        return there[0] != "aiflow"
    if here[-1] == "__main__" or there[: len(here)] == here:
        return False  # a package's front door offers what is inside
    shared = next(i for i, pair in enumerate(zip_longest(here, there)) if pair[0] != pair[1])
    if shared == len(there):
        return importer not in FRONT_DOORS  # a module does not import the package that it is a part of
    package = ".".join(here[:shared])
    first, second = place(package, here[shared]), place(package, there[shared])
    return first is not None and second is not None and second > first


def wrong_way(imports: Iterable[Import]) -> list[str]:
    """The imports that run against the order, or between the two front ends."""
    return [
        str(one)
        for one in imports
        if one.imported.split(".")[0] in PACKAGES and is_wrong_way(one.importer, one.imported)
    ]


def circles(imports: Iterable[Import]) -> list[list[str]]:
    """The groups of modules that import each other at import time.

    Tarjan's strongly connected components.
    """
    graph: dict[str, set[str]] = {}
    for one in imports:
        if not one.lazy and one.imported.split(".")[0] in PACKAGES:
            graph.setdefault(one.importer, set()).add(one.imported)
            graph.setdefault(one.imported, set())
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def connect(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for following in sorted(graph[node]):
            if following not in index:
                connect(following)
            if following in stack:
                low[node] = min(low[node], low[following])
        if low[node] == index[node]:
            group = [stack.pop()]
            while group[-1] != node:
                group.append(stack.pop())
            if len(group) > 1 or node in graph[node]:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in index:
            connect(node)
    return found


# --- the architecture ---------------------------------------------------------------------------------------


def test_every_module_has_its_place_in_the_order() -> None:
    assert unlisted() == []


def test_imports_run_one_way() -> None:
    assert wrong_way(all_imports()) == []


def test_no_imports_in_circles() -> None:
    assert circles(all_imports()) == []


def test_the_pipeline_knows_nothing_of_jupyter() -> None:
    known = [one for one in all_imports() if one.importer.split(".")[0] == "aiflow"]
    assert [str(one) for one in known if one.imported.split(".")[0] in FORBIDDEN_IN_AIFLOW] == []


def test_imports_inside_functions_are_the_explained_ones() -> None:
    lazy = [one for one in all_imports() if one.lazy and (one.importer, one.imported) not in OWN_LAZY]
    assert [str(one) for one in lazy if one.imported.split(".")[0] not in LAZY] == []


def public_packages() -> list[str]:
    return sorted(
        name for name, path in modules().items() if any(_sets_all(node) for node in parse(path).body)
    )


def _sets_all(node: ast.stmt) -> bool:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets)


@pytest.mark.parametrize("name", public_packages())
def test_what_is_public_is_there_and_in_order(name: str) -> None:
    module = importlib.import_module(name)
    names: list[str] = list(module.__all__)
    assert [one for one in names if not hasattr(module, one)] == []
    assert names == sorted(names, key=_public_order)
    if name in PACKAGES:  # a front door: what can be imported there is what it offers
        bound = {
            one
            for one, value in vars(module).items()
            if not one.startswith("_") and not isinstance(value, types.ModuleType)
        }
        assert {one for one in names if not one.startswith("_")} == bound


def _public_order(name: str) -> tuple[int, str]:
    """Constants, classes, functions, as the formatter sorts them."""
    kind = 0 if name.isupper() else 1 if name[:1].isupper() else 2
    return kind, name


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_distribution_package_says_what_is_public(package: str) -> None:
    assert isinstance(importlib.import_module(package).__all__, list | tuple)


# --- the rules themselves: each of them finds what it is for ------------------------------------------------


def imports_of(importer: str, source: str) -> list[Import]:
    return read_imports(
        importer,
        ast.parse(source),
        {"aiflow.pipeline.flow", "aiflow.storage.project_store", "aiflow.model.paths"},
        is_package=False,
    )


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("aiflow.exceptions", "from aiflow.model.paths import SafePath"),
        ("aiflow.pipeline.phases.plan", "from aiflow import flow"),
        ("aiflow.pipeline.phases.plan", "from aiflow import Flow"),
        ("aiflow.gates.checks", "from ..pipeline.flow import Flow"),
        ("aiflow.pipeline.phases.plan", "import aiflow.commands.new"),
        ("aiflow.pipeline.flow", "def late():\n    import aiflow.cli"),
        ("aiflow.cli", "import aiflow_server"),
        ("aiflow_server.extension", "from aiflow_widgets import Workbench"),
        ("aiflow_widgets.workbench", "import aiflow_server.handlers"),
    ],
)
def test_the_rule_finds_an_arrow_the_wrong_way(importer: str, source: str) -> None:
    assert len(wrong_way(imports_of(importer, source))) == 1


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("aiflow.pipeline.flow", "from aiflow.pipeline.phases.plan import PlanPhase"),
        ("aiflow.storage.project_store", "from aiflow.storage import journal"),
        ("aiflow.cli", "import aiflow.pipeline.flow, tornado"),
        ("aiflow_server.extension", "from aiflow import Flow\nfrom aiflow_server import handlers"),
    ],
)
def test_the_rule_leaves_the_right_way_alone(importer: str, source: str) -> None:
    known = {"aiflow.storage.journal", "aiflow_server.handlers"}
    assert wrong_way(read_imports(importer, ast.parse(source), known, is_package=False)) == []


def test_the_rule_finds_circles_but_not_lazy_ones() -> None:
    there = imports_of("aiflow.storage.project_store", "import aiflow.model.paths")
    assert circles(there + imports_of("aiflow.model.paths", "import aiflow.storage.project_store")) == [
        ["aiflow.model.paths", "aiflow.storage.project_store"]
    ]
    assert (
        circles(there + imports_of("aiflow.model.paths", "def f():\n    import aiflow.storage.project_store"))
        == []
    )
