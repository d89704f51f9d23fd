"""Outside ``aiflow/languages/python`` nothing refers to Python as the language of generated programs.

The scan reads the syntax trees of the three packages: modules that read Python source are not imported,
``compile`` and ``exec`` are not called, and no string names a Python file's ending, Python's errors or its
tools. Docstrings and comments may name them. The prompts are scanned as text.
"""

import ast
import builtins
import re
from collections.abc import Iterator

import pytest

from tests.architecture.test_imports import PACKAGES, modules, parse

HOME = "aiflow.languages.python"
READS_PYTHON = frozenset(
    {"ast", "pyflakes", "tokenize", "symtable", "dis", "py_compile", "compileall", "runpy"}
)
_ERRORS = "|".join(
    name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, Exception)
)
OF_PYTHON = re.compile(
    rf"\.pyw?i?\b|\b(?i:py|python3?|pygame|tkinter|turtle)\b|__pycache__|\b(?:{_ERRORS})\b"
)

# (module, the literal or what holds it): why it does not mean a generated program.
ALLOWED: dict[tuple[str, str], str] = {
    ("aiflow.config.configuration", "python"): "the default of the key `language`",
    ("aiflow.config.sections", "pygame"): "the default of the key `gates.approved`",
    ("aiflow.model.language_facts", "python"): "the name and the module of the built-in language",
    ("aiflow.engines.error_table", "Connection"): "the errors of our own connection to a model",
    ("aiflow.engines.error_table", "BrokenPipeError"): "the same",
    ("aiflow.engines.lesson_search", "pygame"): "words of people's requests",
    ("aiflow.extraction.file_name_shapes", "discord.py"): "names of libraries that look like files",
    ("aiflow.extraction.file_name_shapes", "pip"): "commands that stand before a file's name",
    ("aiflow.extraction.language_tags", ".python-version"): "a file without an ending",
    ("aiflow.extraction.lines_before", "python"): "words of models' sentences",
    ("aiflow.extraction.sentences", "python"): "the same",
    ("aiflow.extraction.vocabulary", "python"): "the same",
    ("aiflow.sandbox.child.launch_request", "__init__.py"): "loads our own supervisor",
    (
        "aiflow.sandbox.child.program",
        "__init__.py",
    ): "loads a package of ours or of a plug-in",
    ("aiflow.sandbox.doctor", "ython"): "reports on this machine's own interpreter",
    ("aiflow.sandbox.doctor", "tkinter"): "the same",
    ("aiflow.workspace.environment", "start.py"): "starts our own server",
}


def references(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield (line, what) for everything in a module that refers to Python."""
    documentation = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = (
                [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
            )
            yield from (
                (node.lineno, f"import {name}") for name in names if name.split(".")[0] in READS_PYTHON
            )
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"exec", "compile"}:
            yield node.lineno, "exec or compile"
        elif id(node) in documentation or not isinstance(node, ast.Constant):
            continue
        elif isinstance(node.value, str) and OF_PYTHON.search(node.value):
            yield node.lineno, node.value


def test_only_its_own_folder_refers_to_python() -> None:
    found = [
        f"{name}:{line}: {what[:100]}"
        for name, path in modules().items()
        if name != HOME and not name.startswith(f"{HOME}.")
        for line, what in references(parse(path))
        if not any(name == module and text in what for module, text in ALLOWED)
    ]
    assert found == []


def test_the_prompts_do_not_refer_to_python() -> None:
    prompts = sorted((PACKAGES["aiflow"] / "pipeline" / "prompts").glob("*.md"))
    assert len(prompts) >= 5
    found = {path.name: OF_PYTHON.findall(path.read_text(encoding="utf-8")) for path in prompts}
    assert {name: words for name, words in found.items() if words} == {}


def test_every_exception_is_still_needed() -> None:
    unused = {
        (module, text)
        for module, text in ALLOWED
        if not any(text in what for _, what in references(parse(modules()[module])))
    }
    assert unused == set()


@pytest.mark.parametrize(
    "source",
    ["import ast", "from pyflakes import api", "x = 'main.py'", "x = f'{name}.pyw'", "tags = {'python'}",
     "if error == 'KeyError': pass", "exec(compile(text, path, 'exec'))"],
)  # fmt: skip
def test_the_scan_finds(source: str) -> None:
    assert list(references(ast.parse(source)))


@pytest.mark.parametrize("source", ['"""Runs main.py."""', "x = 1  # as python does", "x = 'copy.pyramid'"])
def test_the_scan_leaves_alone(source: str) -> None:
    assert not list(references(ast.parse(source)))
