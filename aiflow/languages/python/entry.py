"""A look at somebody else's program: where it starts, and what its files say about themselves."""

import ast
import posixpath
from collections.abc import Iterator

from aiflow.languages.python.facts import FACTS
from aiflow.languages.python.gates.modules import find_imported
from aiflow.languages.python.parsed import nodes_of, python_paths, tree_of
from aiflow.languages.sources import SourceFile, Sources

_NOT_MAIN = ("setup.py", "conftest.py", "noxfile.py")


def find_entry(project: Sources) -> str | None:
    """Return the file that a person would start; None where there is none.

    A usual name first, then a file that says so itself (``__name__ == "__main__"``), then one that no other
    file imports; among equals the one nearest to the top, then the longest.
    """
    paths = [path for path in python_paths(project) if posixpath.basename(path) not in _NOT_MAIN]
    usual = FACTS.find_main_file(paths)
    if usual is not None or not paths:
        return usual
    imported = {found for path in paths for found in _imported(project, path)}

    def weight(path: str) -> tuple[bool, bool, bool, int, int]:
        text = project.text(path) or ""
        is_library = posixpath.basename(path).startswith(FACTS.library_prefixes)
        return (
            not is_library,
            "__main__" in text and "__name__" in text,
            path not in imported,
            -path.count("/"),
            len(text),
        )

    return max(paths, key=weight)


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
