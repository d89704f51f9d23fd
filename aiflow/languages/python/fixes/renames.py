"""Replacing every use of a name, an attribute or a module in a file."""

import ast
import re
from collections.abc import Iterable, Iterator
from typing import Final

from aiflow.languages.python.fixes.edits import Edit, Text
from aiflow.languages.python.parsed import nodes_of
from aiflow.languages.sources import SourceFile

_FIELD: Final = re.compile(r"\{[^{}]*\}")


def name_edits(file: SourceFile, name: str, new: str) -> list[Edit]:
    """Return the edits that write ``new`` wherever a file looks ``name`` up or binds it."""
    text = Text(file.text or "")
    nodes = [
        here.node
        for here in nodes_of(file, ast.Name)
        if isinstance(here.node, ast.Name) and here.node.id == name
    ]
    return _edits(file, text, nodes, name, new, rf"(?<![\w.]){re.escape(name)}(?!\w)")


def attribute_edits(file: SourceFile, nodes: Iterable[ast.Attribute], new: str) -> list[Edit]:
    """Return the edits that write ``new`` for the last name of each node; all have the same name."""
    text = Text(file.text or "")
    found = list(nodes)
    if not found:
        return []
    name = found[0].attr
    return _edits(file, text, found, name, new, rf"(?<=\.){re.escape(name)}(?!\w)")


def _edits(
    file: SourceFile, text: Text, nodes: Iterable[ast.expr], name: str, new: str, pattern: str
) -> list[Edit]:
    edits: set[Edit] = set()
    hidden = False
    for node in nodes:
        _, end = text.span(node)
        start = end - len(name)
        if text.text[start:end] == name:
            edits.add(Edit(start, end, new))
        else:
            hidden = True
    if hidden:  # before 3.12, a node in an f-string does not say where it stands
        edits.update(_in_f_strings(file, text, pattern, new))
    return sorted(edits)


def _in_f_strings(file: SourceFile, text: Text, pattern: str, new: str) -> Iterator[Edit]:
    wanted = re.compile(pattern)
    spans = sorted(
        {
            text.span(here.node)
            for here in nodes_of(file, ast.JoinedStr)
            if isinstance(here.node, ast.JoinedStr)
        }
    )
    last = 0
    for start, end in spans:
        for part in _FIELD.finditer(text.text, max(start, last), end):
            for found in wanted.finditer(text.text, part.start(), part.end()):
                yield Edit(found.start(), found.end(), new)
        last = max(last, end)


def module_edits(file: SourceFile, name: str, new: str, lines: Iterable[int | None]) -> list[Edit]:
    """Return the edits that import the module ``new`` in place of ``name`` in some lines.

    The name that the import binds stays where the file uses it under that name.
    """
    text = Text(file.text or "")
    wanted = set(lines)
    edits: list[Edit] = []
    for here in nodes_of(file, ast.Import, ast.ImportFrom):
        node = here.node
        if isinstance(node, ast.ImportFrom) and not node.level and node.module and node.lineno in wanted:
            if node.module.partition(".")[0] == name:
                place = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w)").search(
                    text.text, text.span(node)[0]
                )
                if place is not None:
                    edits.append(Edit(place.start(), place.end(), new))
        elif isinstance(node, ast.Import) and node.lineno in wanted:
            for alias in node.names:
                if alias.name.partition(".")[0] != name:
                    continue
                start = text.span(alias)[0]
                edits.append(Edit(start, start + len(name), new))
                if alias.asname is None:
                    edits += name_edits(file, name, new)
    return edits
