"""Files that import each other so that one asks for a name before the other has made it.

The order in which Python would run the top levels is followed from the main file on; nothing runs.
"""

import ast
from collections.abc import Iterator

from aiflow.languages.python.gates.exports import bound_by_statement
from aiflow.languages.python.gates.modules import find_imported, find_module
from aiflow.languages.python.parsed import tree_of
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding, at

# Real programs import a dozen deep; a generated chain must not exhaust the stack.
_MAX_DEPTH = 100


def find_circular(project: Sources) -> Iterator[Finding]:
    """Yield what would fail with "cannot import name … (most likely due to a circular import)"."""
    main = project.main_file
    if main is None or tree_of(project.file(main)) is None:
        return
    walk = _Walk(project)
    walk.run("__main__", main, 0)
    yield from walk.findings


class _Walk:
    def __init__(self, project: Sources) -> None:
        self.project = project
        self.findings: list[Finding] = []
        self._done: set[str] = set()
        self._bound: dict[str, set[str] | None] = {}

    def run(self, module: str, path: str, depth: int) -> None:
        """Follow one module's top level; ``module`` tells the started file from its own import."""
        # The started file runs a second time, as a module, when another file imports it.
        key = path if module != "__main__" else "__main__"
        if key in self._bound or depth > _MAX_DEPTH:
            return
        tree = tree_of(self.project.file(path))
        bound: set[str] = set()
        self._bound[key] = bound
        bound_by = self.project.file(path).once(bound_by_statement)
        for node, (names, is_open) in zip(tree.body if tree is not None else (), bound_by, strict=True):
            if isinstance(node, ast.ImportFrom):
                self._import_from(path, node, depth)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    target = find_module(self.project, alias.name, path)
                    if target:
                        self.run(target, target, depth + 1)
            bound |= names
            if is_open:
                self._done.add(key)  # its text does not show all its names
        self._done.add(key)

    def _import_from(self, path: str, node: ast.ImportFrom, depth: int) -> None:
        target = find_imported(self.project, node.level, node.module or "", path)
        # A package's submodules become its names while they load: its text does not show them.
        if target is None or target.endswith("__init__.py"):
            return
        if target not in self._bound:
            self.run(target, target, depth + 1)
            return
        bound = self._bound[target]
        if target in self._done or bound is None:
            return
        for alias in node.names:
            if alias.name != "*" and alias.name not in bound:
                self.findings.append(_finding(path, node.lineno, target, alias.name))


def _finding(path: str, line: int, target: str, name: str) -> Finding:
    text = (
        f"{at(path, line)}{path} 和 {target} 互相导入：执行到这里时 {target} 还没有定义 {name}，"
        f"一运行就会出错。"
        f"请把这句导入移到用到 {name} 的函数里面，或把两个文件都要用的内容放进第三个文件。"
    )
    return Finding(path, line, "circular_import", text)
