"""What a project must have as a whole: the planned files, a program to start, every file to its end."""

import ast
from collections.abc import Iterator

from aiflow.languages.python.ast_walk import walk
from aiflow.languages.python.sources import Sources
from aiflow.model.findings import Finding, Severity, at
from aiflow.model.paths import fold_path

# Written by the pipeline itself at the end of its phases.
_OWN_FILES = frozenset({"spec.md", "plan.md"})


class CompleteGate:
    """Files that were cut off."""

    name = "complete"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Name each of them."""
        for path in sorted(project.incomplete):
            text = f"{at(path)}只写了一部分就断了，后面的内容没有收到。请重试，让模型把它写完。"
            yield Finding(path, None, "incomplete", text)


class PlannedFilesGate:
    """Files that the plan names and nobody wrote."""

    name = "planned_files"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Compare the plan with what is there; letter case does not matter."""
        if project.plan is None:
            return
        written = {fold_path(path) for path in project.paths}
        for planned in project.plan.files:
            folded = fold_path(planned.path)
            if folded in written or folded in _OWN_FILES:
                continue
            severity, why = _weight(project, planned.path)
            text = f"计划里有 {planned.path}，可是没有写出来。{why}"
            yield Finding(planned.path, None, "missing_file", text, severity)


def _weight(project: Sources, path: str) -> tuple[Severity, str]:
    if path.lower().endswith((".py", ".pyw")):
        return "error", "少了它，程序不完整。请重试，或自己补上这个文件。"
    if _is_written_by_program(project, path):
        return "info", "程序运行时会自己建立它，不用补。"
    if _is_opened(project, path):
        return "error", "程序要读它，找不到就会出错。请重试，或自己补上这个文件。"
    return "warning", "程序能运行，只是少了这个文件。需要的话可以重试，或自己补上。"


def _opens(project: Sources, path: str) -> Iterator[tuple[ast.Module, ast.Constant]]:
    name = path.rsplit("/", 1)[-1]
    for source in project.python_paths:
        tree = project.tree(source)
        if tree is None:
            continue
        for node in walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.endswith(name):
                yield tree, node


def _is_opened(project: Sources, path: str) -> bool:
    return any(True for _ in _opens(project, path))


def _is_written_by_program(project: Sources, path: str) -> bool:
    """Whether the program that names the file also writes files, or looks whether it is there."""
    for tree, _ in _opens(project, path):
        for node in walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in {
                "exists", "isfile", "is_file", "write_text", "write_bytes", "touch",
            }:  # fmt: skip
                return True
            if isinstance(node, ast.ExceptHandler) and node.type is not None:
                caught = {inner.id for inner in walk(node.type) if isinstance(inner, ast.Name)}
                if caught & {"FileNotFoundError", "OSError", "IOError", "Exception"}:
                    return True
            if isinstance(node, ast.Call) and _is_writing_open(node):
                return True
            if isinstance(node, ast.Attribute) and (node.attr == "connect"):
                return True  # sqlite3 makes its file
    return False


def _is_writing_open(node: ast.Call) -> bool:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name != "open":
        return False
    modes = [*node.args[:2], *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
    return any(
        isinstance(mode, ast.Constant) and isinstance(mode.value, str) and mode.value[:1] in {"w", "a", "x"}
        and len(mode.value) <= 3
        for mode in modes
    )  # fmt: skip


class MainFileGate:
    """A program that can be started, and that does something when it is."""

    name = "main_file"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Look for the main file, and into it."""
        main = project.main_file
        if main is None:
            count = len(project.python_paths)
            what = "项目里没有 Python 文件" if not count else "看不出哪个文件是程序的入口"
            text = f"{what}，所以没有可以运行的程序。请把入口写在 main.py 里。"
            yield Finding(None, None, "no_main", text)
            return
        tree = project.tree(main)
        if tree is None or main in project.incomplete or any(_acts(node) for node in tree.body):
            return
        yield _idle(main, tree)


def _idle(main: str, tree: ast.Module) -> Finding:
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    start = next((name for name in ("main", "run", "start", "play", "game") if name in functions), None)
    if not tree.body:
        text = f"{at(main)}是空的，运行它什么也不会发生。请把程序写进去。"
        return Finding(main, None, "no_main", text)
    if start:
        is_async = any(isinstance(node, ast.AsyncFunctionDef) and node.name == start for node in tree.body)
        call = f"asyncio.run({start}())" if is_async else f"{start}()"
        what = f"定义了 {start}()，但没有调用它，运行时什么也不会发生。"
        fix = f'在文件最后加上 if __name__ == "__main__": 和下一行缩进的 {call}。'
        return Finding(main, tree.body[-1].end_lineno, "no_main", f"{at(main)}{what}{fix}")
    what = "只有定义，没有一句会执行的代码，运行时什么也不会发生。"
    text = f"{at(main)}{what}请在文件最后调用程序的入口函数。"
    return Finding(main, tree.body[-1].end_lineno, "no_main", text)


def _acts(node: ast.stmt) -> bool:
    """Whether a statement of the top level can make something happen."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Pass | ast.Import):
        return False
    if isinstance(node, ast.ImportFrom):
        return False
    if isinstance(node, ast.Expr):
        return not isinstance(node.value, ast.Constant | ast.Name)
    if isinstance(node, ast.If):
        return any(_acts(inner) for inner in [*node.body, *node.orelse])
    if isinstance(node, ast.Try):
        parts = [*node.body, *node.orelse, *node.finalbody]
        return any(_acts(inner) for inner in parts)
    if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        return node.value is not None and _calls(node.value)
    return True


_QUIET_CALLS = {"set", "dict", "list", "tuple", "Path", "namedtuple", "TypeVar", "frozenset", "int", "str",
                "float", "range", "getenv", "join", "dirname", "abspath", "resolve", "getLogger", "Lock",
                "Random", "deque", "defaultdict", "Rect", "Color", "Vector2", "compile", "len"}  # fmt: skip


def _calls(value: ast.expr) -> bool:
    for node in walk(value):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in _QUIET_CALLS:
                return True
    return False
