"""Imports that would find their file if another one were started.

Python looks from the main file's folder on.

Models write ``from settings import WIDTH`` in ``game/player.py``, though the program is started as
``main.py``; and ``from .game import run`` in ``main.py``, which is in no package (Python's language
reference, section 5.7).
"""

import ast
import posixpath
import sys
from collections.abc import Iterator

from aiflow.languages.python.ast_walk import walk
from aiflow.languages.python.gates.modules import find_imported, find_module, is_folder
from aiflow.languages.python.guards import Guarded
from aiflow.languages.python.parsed import nodes_of, python_paths, tree_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, at


def find_misplaced(project: Sources) -> Iterator[Finding]:
    """Yield the imports that fail when the main file is started, though the project has what they name."""
    main = project.main_file
    if main is None or tree_of(project.file(main)) is None:
        return
    # One `sys.path.append` anywhere is enough: it holds for the whole process.
    searches_elsewhere = any(project.file(path).once(changes_search) for path in python_paths(project))
    for path in _reached(project, main):
        seen: set[str] = set()
        for here in _imports(project, path):
            node = here.node
            if isinstance(node, ast.ImportFrom) and node.level:
                finding = _check_relative(path, main, node)
            else:
                finding = None if searches_elsewhere or path == main else _check_absolute(project, path, node)
            if finding is not None and finding.message not in seen:
                seen.add(finding.message)
                yield finding


def _imports(project: Sources, path: str) -> Iterator[Guarded]:
    for here in nodes_of(project.file(path), ast.Import, ast.ImportFrom):
        # An import that the program expects to fail breaks nothing.
        if not (here.caught_import or here.platform):
            yield here


def _reached(project: Sources, main: str) -> list[str]:
    """Return the files that run when ``main`` is started."""
    found = [main]
    for path in found:
        for here in _imports(project, path):
            for target in _targets(project, path, here.node):
                if target not in found:
                    found.append(target)
    return found


def _targets(project: Sources, path: str, node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        # `from package import module` runs the package and the module.
        wanted = [module, *(f"{module}.{alias.name}".strip(".") for alias in node.names)]
    else:
        wanted = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    level = node.level if isinstance(node, ast.ImportFrom) else 0
    for dotted in wanted:
        found = find_imported(project, level, dotted, path)
        if found:
            yield found


def _check_relative(path: str, main: str, node: ast.ImportFrom) -> Finding | None:
    shown = "." * node.level + (node.module or "")
    if path == main:
        todo = f"请写成 from {node.module} import …。" if node.module else "请写成 import 加模块的名字。"
        why = f"{main} 是直接运行的文件，里面不能用“.”开头的导入，一运行就会出错。"
    elif node.level > path.count("/"):
        todo, why = "请去掉前面的点，从项目文件夹开始写。", f"{shown} 超出了程序的文件夹，一运行就会出错。"
    else:
        return None
    return Finding(path, node.lineno, "relative_import", f"{at(path, node.lineno)}{why}{todo}")


def _check_absolute(project: Sources, path: str, node: ast.AST) -> Finding | None:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
    if isinstance(node, ast.ImportFrom) and node.module:
        names = [node.module]
    for dotted in names:
        top = dotted.partition(".")[0]
        here = find_module(project, top, path) or is_folder(project, top, path)
        there = find_module(project, top, path, own_folder=False) or is_folder(
            project, top, path, own_folder=False
        )
        # A standard module is found wherever the program is started, and what is nowhere is another gate's.
        if top in sys.stdlib_module_names or not here or there or here == path:
            continue
        folder = posixpath.dirname(path)
        right = f"{folder.replace('/', '.')}.{dotted}"
        line = getattr(node, "lineno", 1)
        text = (
            f"{at(path, line)}程序从 {project.main_file} 开始运行，那时找不到 {dotted}（它在文件夹 "
            f"{folder} 里），一运行就会出错。"
            f"请写成 {right}。"
        )
        return Finding(path, line, "missing_module", text)
    return None


def changes_search(file: SourceFile) -> bool:
    """Return whether a file changes ``sys.path``: then the places that Python searches are unknown."""
    tree = tree_of(file)
    for node in walk(tree) if tree is not None else ():
        if isinstance(node, ast.Attribute) and node.attr == "path" and getattr(node.value, "id", "") == "sys":
            return True
        if isinstance(node, ast.Attribute) and node.attr in {"addsitedir", "run_module", "run_path"}:
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "sys":
            return any(alias.name == "path" for alias in node.names)
    return False
