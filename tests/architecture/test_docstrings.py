"""Docstrings and comments in plain technical English, in the form of Google's guide."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.architecture.test_sources import ROOT, our_python

PACKAGES = ("aiflow/", "server_extension/", "widgets/aiflow_widgets/")
NOT_OURS = ("aiflow/lessons/", "aiflow/evaluation/sets/")  # programs of and for beginners
# The subject of a sentence is the person or the thing that acts.
_PRONOUN = re.compile(r"(?:Who|Whoever|Whose|Nobody|What|Whatever)\b")
_CROSS_REFERENCE = re.compile(r"\b[Rr]aises? (?:as|what|the same as|like) ")
_SECTION = re.compile(r"^ *Raises:\n((?:(?: .*)?\n?)*)", re.MULTILINE)

Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
Function = ast.FunctionDef | ast.AsyncFunctionDef


def prose(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings and comments of a file with their lines; comments on lines of their own are joined."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Documented) and (text := ast.get_docstring(node)):
            yield node.body[0].lineno, text
    before = (0, -1)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            begins = before != (token.start[0] - 1, token.start[1])
            before = token.start
            if begins:  # else it goes on with a sentence
                yield token.start[0], token.string.lstrip("#: ")


def faults_of_prose(source: str) -> list[str]:
    """The places where a sentence begins with a pronoun, or a docstring hides errors behind another one."""
    return [
        f"{line}: {text.splitlines()[0][:60]}"
        for line, text in prose(source)
        if _PRONOUN.match(text) or _CROSS_REFERENCE.search(text)
    ]


def unnamed_errors(source: str) -> list[str]:
    """The errors that public functions raise themselves and whose docstrings do not name them."""
    return [
        f"{function.lineno}: {function.name} raises {error}"
        for function in _public_functions(ast.parse(source))
        for error in _raised(function)
        if not _names(ast.get_docstring(function) or "", error)
    ]


def _public_functions(node: ast.AST) -> Iterator[Function]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from _public_functions(child)
        elif isinstance(child, Function) and not child.name.startswith("_") and not _is_command(child):
            yield child


def _is_command(function: Function) -> bool:
    """Whether it is a command of the terminal: its docstring is the help text, its errors are sentences."""
    return any(ast.unparse(decorator).startswith("click.") for decorator in function.decorator_list)


def _raised(function: Function) -> list[str]:
    """The classes in ``raise X(…)``, in the order of the code; functions inside it are not looked into."""
    names = []
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop(0)
        if isinstance(node, Function | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call | ast.Name):
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name[:1].isupper() and name != "NotImplementedError":
                names.append(name)
        pending += ast.iter_child_nodes(node)
    return list(dict.fromkeys(names))


def _names(docstring: str, error: str) -> bool:
    section = _SECTION.search(docstring + "\n")
    return section is not None and re.search(rf"\b{error}\b", section.group(1)) is not None


def test_no_sentence_begins_with_a_pronoun_and_errors_are_named() -> None:
    faults = {
        path.relative_to(ROOT).as_posix(): found
        for path in our_python()
        if (found := faults_of_prose(path.read_text(encoding="utf-8")))
    }
    assert faults == {}


def test_public_functions_name_the_errors_that_they_raise() -> None:
    faults = {
        path.relative_to(ROOT).as_posix(): found
        for path in our_python()
        if path.relative_to(ROOT).as_posix().startswith(PACKAGES)
        if not path.relative_to(ROOT).as_posix().startswith(NOT_OURS)
        if (found := unnamed_errors(path.read_text(encoding="utf-8")))
    }
    assert faults == {}


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ('"""What a run leaves behind."""\n', True),
        ('def f():\n    """Return it. Raises as `g` does."""\n', True),
        ("# Nobody waits for it.\nx = 1\n", True),
        ("x = 1  # who reads this\n", False),
        ("# The lock is free,\n# What follows needs it.\n", False),
        ('"""The state of a run."""\n', False),
    ],
)
def test_the_rule_finds_a_pronoun(source: str, faulty: bool) -> None:
    assert bool(faults_of_prose(source)) is faulty


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("Do it.", ["1: f raises InputError"]),
        ("Do it.\n\n    Raises:\n        InputError: the value is wrong.\n    ", []),
        ("Do it; InputError may happen.", ["1: f raises InputError"]),
    ],
)
def test_the_rule_finds_an_error_that_is_not_named(docstring: str, found: list[str]) -> None:
    source = f'def f():\n    """{docstring}"""\n    if x:\n        raise InputError("no")\n'
    assert unnamed_errors(source) == found
