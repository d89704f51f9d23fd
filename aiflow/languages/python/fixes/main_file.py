"""Main files that do nothing: the guard is misspelt, or nothing calls the program."""

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import Edit, Text, apply_edits
from aiflow.languages.python.fixes.import_edits import add_import
from aiflow.languages.python.fixes.reading import changed, files_with, unreadable_files
from aiflow.languages.python.fixes.scanner import statements
from aiflow.languages.python.gates.main_file import START_NAMES, find_guard, is_guard
from aiflow.languages.python.gates.modules import find_imported
from aiflow.languages.python.parsed import tree_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding

_GUARD: Final = 'if __name__ == "__main__":'
_BROKEN: Final = re.compile(
    r"if[ \t]+[\"']?_{0,3}name_{0,3}[\"']?[ \t]*={1,3}[ \t]*[\"']?_{0,3}main_{0,3}[\"']?[ \t]*:?"
)
_GUARD_MESSAGE = '程序的入口要写成 if __name__ == "__main__":，少一个下划线或引号它就永远不会执行：已经改正。'

_Function = ast.FunctionDef | ast.AsyncFunctionDef


class MainGuardRule:
    """``if name == "main":`` and what else ``if __name__ == "__main__":`` becomes."""

    name = "main_guard"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Write the guard as it must be."""
        for path, text, _ in unreadable_files(project, findings):
            edits = []
            for found in statements(text):
                # The colon ends a statement for the scanner, so that it is not a part of what is found.
                if _BROKEN.fullmatch(text, found.start, found.end):
                    has_colon = text[found.end : found.end + 1] == ":"
                    edits.append(Edit(found.start, found.end, _GUARD.removesuffix(":" if has_colon else "")))
            yield from changed(path, self.name, _GUARD_MESSAGE, text, apply_edits(text, edits))
        for file, _ in files_with(project, findings, "main_guard", "undefined_name"):
            tree, lines = tree_of(file), Text(file.text or "")
            guard = find_guard(tree) if tree is not None else None
            if guard is not None:
                start, end = lines.span(guard.test)
                new = apply_edits(lines.text, [Edit(start, end, '__name__ == "__main__"')])
                yield from changed(file.path, self.name, _GUARD_MESSAGE, lines.text, new)


class MainCallRule:
    """A main file that only defines, with one obvious function or class to start."""

    name = "main_call"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Call it at the end of the file, or where it is named without its brackets."""
        for file, _ in files_with(project, findings, "no_main"):
            tree, text = tree_of(file), Text(file.text or "")
            if tree is None or file.path != project.main_file:
                continue
            found = _obvious_call(project, file, tree)
            if found is None:
                continue
            call, is_async = found
            what = call.partition("(")[0]
            message = f"程序定义了 {what}，可是没有调用它，运行时什么也不会发生：已经补上调用。"
            edits = _at_name(tree, text, call) or _at_end(
                tree, text, f"asyncio.run({call})" if is_async else call
            )
            if is_async and not _imports_asyncio(tree):
                edits += add_import(file, "import asyncio")
            yield from changed(file.path, self.name, message, text.text, apply_edits(text.text, edits))


def _obvious_call(project: Sources, file: SourceFile, tree: ast.Module) -> tuple[str, bool] | None:
    """Return the call that starts the program, and whether it is asynchronous; None where it is not clear."""
    free = [node for node in _functions(tree) if _needs_nothing(node.args)]
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    for name in ("main", "Main"):
        for node in free:
            if node.name == name:
                return f"{name}()", isinstance(node, ast.AsyncFunctionDef)
    if any(node.name in {"main", "Main"} for node in _functions(tree)):
        return None  # it needs arguments that only a person knows
    starts = [node for node in free if node.name in START_NAMES and node.name not in called]
    starts = starts or [node for node in free if node.name not in called and not node.name.startswith("_")]
    calls = [(f"{node.name}()", isinstance(node, ast.AsyncFunctionDef)) for node in starts]
    if not calls:
        calls = [(call, False) for call in [*_methods(tree), *_imported(project, file, tree)]]
    return calls[0] if len(calls) == 1 else None


def _functions(tree: ast.Module) -> list[_Function]:
    return [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _needs_nothing(arguments: ast.arguments, given: int = 0) -> bool:
    positional = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults) - given
    return positional <= 0 and all(default is not None for default in arguments.kw_defaults)


def _methods(tree: ast.Module) -> Iterator[str]:
    """Yield the calls of methods that start an object of a class which needs no arguments."""
    for owner in tree.body:
        if not isinstance(owner, ast.ClassDef):
            continue
        methods = {node.name: node for node in owner.body if isinstance(node, ast.FunctionDef)}
        made = methods.get("__init__")
        if made is not None and not _needs_nothing(made.args, given=1):
            continue
        for name in START_NAMES:
            if name in methods and _needs_nothing(methods[name].args, given=1):
                yield f"{owner.name}().{name}()"


def _imported(project: Sources, file: SourceFile, tree: ast.Module) -> Iterator[str]:
    """Yield the calls of functions that the file imports from the project under the name of a start."""
    for node in tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        target = find_imported(project, node.level, node.module or "", file.path)
        other = tree_of(project.file(target)) if target is not None else None
        functions = {one.name: one for one in _functions(other)} if other is not None else {}
        for alias in node.names:
            function = functions.get(alias.name)
            if (
                function is not None
                and alias.name in {"main", *START_NAMES}
                and _needs_nothing(function.args)
            ):
                yield f"{alias.asname or alias.name}()"


def _at_name(tree: ast.Module, text: Text, call: str) -> list[Edit]:
    """Return the edit that adds the brackets where the function is only named, at the top or in the guard."""
    blocks = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.If) and is_guard(node))]
    for node in (node for block in blocks for node in block):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Name) and call == f"{node.value.id}()":
            end = text.span(node)[1]
            return [Edit(end, end, "()")]
    return []


def _at_end(tree: ast.Module, text: Text, call: str) -> list[Edit]:
    newline, end = text.newline, len(text.text)
    for node in tree.body:
        # `if __name__ == "__main__": pass` is there already.
        if (
            isinstance(node, ast.If)
            and is_guard(node)
            and all(isinstance(one, ast.Pass) for one in node.body)
        ):
            start, stop = text.span(node.body[0])
            return [Edit(start, stop, call)]
    gap = "" if text.text.endswith(("\n", "\r")) else newline
    return [Edit(end, end, f"{gap}{newline}{newline}{_GUARD}{newline}    {call}{newline}")]


def _imports_asyncio(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Import) and any(alias.name == "asyncio" for alias in node.names)
        for node in tree.body
    )
