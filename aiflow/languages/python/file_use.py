"""Which files a program reads, and which it makes itself."""

import ast
from collections.abc import Iterator
from typing import Literal

from aiflow.languages.python.ast_walk import called_name, walk
from aiflow.languages.python.parsed import python_paths, tree_of
from aiflow.languages.sources import Sources

# Questions whether a file is there, and writing; sqlite3's connect makes its file.
_FILE_CALLS = frozenset({"exists", "isfile", "is_file", "write_text", "write_bytes", "touch", "connect"})


def find_file_use(project: Sources, path: str) -> Literal["created", "read"] | None:
    """Return what the program does with a file that the project lacks; None where it does not name it."""
    trees = list(_opens(project, path))
    # A high score file that the game writes at its first end is no missing file.
    if any(_creates_files(tree) for tree in trees):
        return "created"
    return "read" if trees else None


def _opens(project: Sources, path: str) -> Iterator[ast.Module]:
    """Yield the files that name the file."""
    name = path.rsplit("/", 1)[-1]
    for source in python_paths(project):
        tree = tree_of(project.file(source))
        if tree is not None and any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(name)
            for node in walk(tree)
        ):
            yield tree


def _creates_files(tree: ast.Module) -> bool:
    """Return whether a program writes files, or looks whether one is there."""
    for node in walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _FILE_CALLS:
            return True
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            caught = {inner.id for inner in walk(node.type) if isinstance(inner, ast.Name)}
            if caught & {"FileNotFoundError", "OSError", "IOError", "Exception"}:
                return True
        if isinstance(node, ast.Call) and _is_writing_open(node):
            return True
    return False


def _is_writing_open(node: ast.Call) -> bool:
    if called_name(node) != "open":
        return False
    modes = [*node.args[:2], *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    return any(
        isinstance(mode, ast.Constant) and isinstance(mode.value, str) and mode.value[:1] in {"w", "a", "x"}
        and len(mode.value) <= 3
        for mode in modes
    )  # fmt: skip
