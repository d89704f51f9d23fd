"""The tests of a Python program: finding them, checking those of a model, and removing one."""

import ast
import io
import re
from collections.abc import Collection, Iterator
from typing import Final

from aiflow.languages.python.ast_walk import called_name, walk
from aiflow.languages.python.parsed import UNPARSABLE, parse
from aiflow.languages.python.subprocess_parser import is_risky, try_parse
from aiflow.model.tests import TestCase, feature_of

# A test needs values and structures; files, processes and the network are none of its business.
_MODULES: Final = frozenset(
    {"bisect", "builtins", "collections", "copy", "dataclasses", "datetime", "decimal", "enum", "fractions",
     "functools", "heapq", "io", "itertools", "json", "math", "operator", "random", "re", "statistics",
     "string", "time", "typing"}
)  # fmt: skip
_CALLS: Final = frozenset(
    {"exec", "eval", "compile", "open", "input", "exit", "quit", "breakpoint", "__import__"}
)
_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*")
_FEATURE: Final = re.compile(r"(?<![A-Za-z0-9_])F\d{1,4}(?![A-Za-z0-9_])")
_HEAD_LINES: Final = 5


def find_tests(path: str, text: str) -> list[TestCase]:
    """Return the test functions of a file; none where it cannot be parsed."""
    tree = _tree(text)
    if tree is None:
        return []
    features = _features(text) or feature_of(path)
    imports = _imported_files(tree)
    return [
        TestCase(
            path, node.name, _title(node), features, node.lineno,
            tuple(dict.fromkeys(imports[name] for name in _names(node) if name in imports)),
        )
        for node in _functions(tree)
    ]  # fmt: skip


def check_tests(text: str, files: Collection[str], names: str, approved: Collection[str]) -> str:
    """Return why a file of tests that a model wrote is of no use; an empty text where it is.

    Args:
        text: the file.
        files: the program's planned files.
        names: a text that holds every name that was planned.
        approved: the packages that may be imported.
    """
    tree = _tree(text)
    if tree is None:
        return "它不是正确的 Python"
    functions = list(_functions(tree))
    if not functions:
        return "里面没有不带参数的 test_ 函数"
    if any(not any(isinstance(inner, ast.Assert) for inner in walk(node)) for node in functions):
        return "有的测试里没有 assert"
    planned = {file.removesuffix(".py").replace("/", ".") for file in files if file.endswith(".py")}
    words = frozenset(_IDENTIFIER.findall(names))
    for node in walk(tree):
        if problem := _problem(node, planned, words, frozenset(approved)):
            return problem
    imports = _imported_files(tree)
    if not all(_names(node) & imports.keys() for node in functions):
        return "有的测试没有用到程序"
    return ""


def remove_test(text: str, name: str) -> str:
    """Return a file of tests without one of them; an empty text where it was the last."""
    tree = _tree(text)
    functions = list(_functions(tree)) if tree is not None else []
    found = next((node for node in functions if node.name == name), None)
    if found is None:
        return text
    if len(functions) == 1:
        return ""
    lines = list(io.StringIO(text, newline=""))
    first = min([found.lineno, *(item.lineno for item in found.decorator_list)]) - 1
    last = found.end_lineno or found.lineno
    while last < len(lines) and not lines[last].strip():
        last += 1
    return "".join(lines[:first] + lines[last:])


def _tree(text: str) -> ast.Module | None:
    text = text.removeprefix("\ufeff")
    if is_risky(text) and try_parse(text) is not None:
        return None
    try:
        return parse(text, "<tests>")
    except UNPARSABLE:
        return None


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            arguments = node.args
            required = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
            if not required and None not in arguments.kw_defaults:
                yield node


def _title(node: ast.FunctionDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0].strip()[:200]


def _features(text: str) -> tuple[str, ...]:
    """Return the ids that a comment at the top names: ``# 功能：F1, F3``."""
    for line in text[:2000].splitlines()[:_HEAD_LINES]:
        if line.startswith(("# F", "#F", "# 功能", "# feature")) and (found := _FEATURE.findall(line)):
            return tuple(dict.fromkeys(found))
    return ()


def _imported_files(tree: ast.Module) -> dict[str, str]:
    """Return the file that each name comes from; of a package, a file that the project does not have."""
    found: dict[str, str] = {}
    for node in walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                file = alias.name.replace(".", "/") + ".py"
                found[alias.asname or alias.name.partition(".")[0]] = file
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            file = node.module.replace(".", "/") + ".py"
            found |= {alias.asname or alias.name: file for alias in node.names}
    roots = {name: file.partition("/")[0].removesuffix(".py") for name, file in found.items()}
    return {name: file for name, file in found.items() if roots[name] not in _MODULES}


def _names(node: ast.AST) -> dict[str, None]:
    return dict.fromkeys(inner.id for inner in walk(node) if isinstance(inner, ast.Name))


def _problem(node: ast.AST, planned: set[str], words: frozenset[str], approved: frozenset[str]) -> str:
    """Return why a node has no place in a test; an empty text where it has."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name not in planned and alias.name.partition(".")[0] not in _MODULES | approved:
                return f"它导入了方案里没有的 {alias.name}"
    elif isinstance(node, ast.ImportFrom):
        module = node.module or ""
        if module in planned and not node.level:
            unknown = [alias.name for alias in node.names if alias.name not in words]
            return f"它用到了方案里没有的 {unknown[0]}" if unknown else ""
        if node.level or module.partition(".")[0] not in _MODULES | approved:
            return f"它导入了方案里没有的 {module or '模块'}"
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and called_name(node) in _CALLS:
        return f"测试里不能用 {node.func.id}()"
    return ""
