"""A model rewrites a whole lesson to change one statement: only the lines of that statement differ."""

import ast
from collections.abc import Iterator

import pytest

from aiflow.engines.lesson_library import load_lessons
from aiflow.languages.python.merge import merge_python
from tests.minimality.rewrites import REWRITES, Edit, edits

PROGRAMS = [
    (lesson.id, file.path, file.text)
    for lesson in load_lessons([])
    for file in lesson.files
    if file.path.endswith(".py")
]


def cases() -> Iterator[tuple[str, str, Edit]]:
    for lesson, path, text in PROGRAMS:
        for edit in edits(text):
            yield f"{lesson}/{path} {edit.function}", text, edit


def is_minimal(old: str, merged: str, edit: Edit) -> bool:
    """Return whether all lines stay but those of the statement and of the comment directly above it."""
    lines = old.splitlines(keepends=True)
    first = edit.first - 1
    while first and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    head, tail = "".join(lines[:first]), "".join(lines[edit.last :])
    return merged.startswith(head) and merged.endswith(tail) and len(merged) >= len(head) + len(tail)


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.__name__)
def test_only_the_lines_of_the_changed_statement_differ(rewrite):
    found = list(cases())
    wide = []
    for name, old, edit in found:
        merged = merge_python(old, rewrite(old, edit))
        assert ast.dump(ast.parse(merged)) == ast.dump(ast.parse(ast.unparse(edit.tree))), name
        if not is_minimal(old, merged, edit):
            wide.append(name)
    print(len(found), wide)
    assert len(found) > 130
    assert len(wide) <= 0.05 * len(found), wide
