"""A look at somebody else's program: where it starts, and what its files say about themselves."""

import ast
import posixpath
from collections.abc import Iterator

from aiflow.languages.python.facts import FACTS
from aiflow.languages.python.gates.main_file import acts
from aiflow.languages.python.gates.modules import find_imported
from aiflow.languages.python.parsed import nodes_of, python_paths, tree_of
from aiflow.languages.sources import SourceFile, Sources

_NOT_MAIN = ("setup.py", "conftest.py", "noxfile.py")
# Folders whose programs show or test the one that is meant.
_ASIDE = frozenset({"test", "tests", "example", "examples", "demo", "demos", "docs", "tools", "scripts"})


def find_entry(project: Sources) -> str | None:
    """Return the file that a person would start; None where there is none.

    It has a usual name, says so itself (``__name__ == "__main__"``), or does something and is imported by no
    other file. Among those the one nearest to the top counts, then the usual name.
    """
    paths = [path for path in python_paths(project) if posixpath.basename(path) not in _NOT_MAIN]
    imported = {found for path in paths for found in _imported(project, path)}

    def weight(path: str) -> tuple[bool, bool, int, int, bool, bool, int]:
        text, name = project.text(path) or "", posixpath.basename(path).lower()
        usual = len(FACTS.main_names) - FACTS.main_names.index(name) if name in FACTS.main_names else 0
        guarded = "__main__" in text and "__name__" in text
        free = path not in imported
        aside = name.startswith(FACTS.library_prefixes) or not _ASIDE.isdisjoint(path.lower().split("/"))
        starts = usual > 0 or guarded or (free and _acts(project, path))
        return not aside, starts, -path.count("/"), usual, guarded, free, len(text)

    return max(paths, key=weight, default=None)


def _acts(project: Sources, path: str) -> bool:
    tree = tree_of(project.file(path))
    return tree is not None and any(acts(node) for node in tree.body)


def _imported(project: Sources, path: str) -> Iterator[str]:
    """Yield the project's files that a file imports."""
    for here in nodes_of(project.file(path), ast.Import, ast.ImportFrom):
        node = here.node
        if isinstance(node, ast.Import):
            modules = [(0, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [(node.level, node.module or alias.name) for alias in node.names]
        else:
            continue
        for level, dotted in modules:
            found = find_imported(project, level, dotted, path)
            if found is not None and found != path:
                yield found


def needs_folder(project: Sources, folder: str) -> bool:
    """Return whether a folder around a program is a package, or is imported from by its name."""
    if f"{folder}/__init__.py" in project.path_set:
        return True
    words = (f"import {folder}", f"from {folder}")
    is_module = f"{folder}/{folder}.py" in project.path_set  # then that is what is imported
    texts = (project.text(path) or "" for path in python_paths(project))
    return not is_module and any(word in text for text in texts for word in words)


def describe(file: SourceFile) -> list[str]:
    """Return the first line of a file's own description, then those of its classes and functions."""
    tree = tree_of(file)
    if tree is None:
        return [_first_comment(file.text or "")]
    documented = [
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not node.name.startswith("_")
    ]
    own = _first_line(ast.get_docstring(tree)) or _first_comment(file.text or "")
    return [own, *(line for node in documented if (line := _first_line(ast.get_docstring(node))))]


def _first_line(text: str | None) -> str:
    return next((line.strip() for line in (text or "").splitlines() if line.strip()), "")


def _first_comment(text: str) -> str:
    """Return the first comment above a file's code that is no declaration for a machine."""
    for line in text.split("\n", 20)[:20]:
        words = line.strip().lstrip("#").strip()
        if line.strip() and not line.lstrip().startswith("#"):
            break
        if words and "coding" not in words and not words.startswith(("!", "%%")):
            return words
    return ""
