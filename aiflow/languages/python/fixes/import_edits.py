"""Where a file's imports are, and how one is added, changed or removed."""

import ast

from aiflow.languages.python.fixes.edits import Edit, Text
from aiflow.languages.python.parsed import tree_of
from aiflow.languages.sources import SourceFile


def add_import(file: SourceFile, line: str) -> list[Edit]:
    """Return the edit that adds an import behind those at the beginning of a file."""
    tree, text = tree_of(file), Text(file.text or "")
    if tree is None:
        return []
    last = 0
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            last = node.end_lineno or node.lineno
        elif not _is_docstring(node, tree):
            break
    if last:
        return [text.insert_line(last, line)]
    return _add_first(tree, text, line)


def _add_first(tree: ast.Module, text: Text, line: str) -> list[Edit]:
    """Return the edit that adds the first import: below a docstring and comments, above the code."""
    body = tree.body
    if body and _is_docstring(body[0], tree):
        edit = text.insert_line(body[0].end_lineno or 1, line)
        return [Edit(edit.start, edit.end, text.newline + edit.text)]
    first = body[0] if body else None
    number = 0 if first is None else _first_line(first) - 1
    edit = text.insert_line(number, line)
    # A blank line parts the imports from the code.
    return [Edit(edit.start, edit.end, edit.text + text.newline)]


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def _is_docstring(node: ast.stmt, tree: ast.Module) -> bool:
    return (
        node is tree.body[0]
        and isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def remove_alias(
    text: Text, node: ast.Import | ast.ImportFrom, alias: ast.alias, body: list[ast.stmt]
) -> list[Edit]:
    """Return the edits that remove one imported name, with the whole statement where it is the only one.

    Args:
        text: of the file.
        node: the import.
        alias: the name in it.
        body: the statements of the block that the import stands in.
    """
    if len(node.names) > 1:
        index = node.names.index(alias)
        start, end = text.span(alias)
        if index + 1 < len(node.names):
            return [Edit(start, text.span(node.names[index + 1])[0], "")]
        return [Edit(text.span(node.names[index - 1])[1], end, "")]
    return remove_statement(text, node, body)


def remove_statement(text: Text, node: ast.stmt, body: list[ast.stmt]) -> list[Edit]:
    """Return the edits that remove a statement with its line, or nothing where its block would be empty."""
    last = node.end_lineno or node.lineno
    alone = not any(
        other is not node and (other.lineno <= last and (other.end_lineno or other.lineno) >= node.lineno)
        for other in body
    )
    start, end = text.span(node)
    if len(body) == 1 and not isinstance(node, ast.Module):
        return [Edit(start, end, "pass")]
    if not alone:
        # `import os; import sys` on one line.
        rest = text.text[end : text.starts[last]]
        blanks = len(rest) - len(rest.lstrip(" \t"))
        if rest.lstrip(" \t").startswith(";"):
            after = rest[blanks + 1 :]
            return [Edit(start, end + blanks + 1 + len(after) - len(after.lstrip(" \t")), "")]
        before = text.text[text.starts[node.lineno - 1] : start]
        return [Edit(start - (len(before) - len(before.rstrip("; \t"))), end, "")]
    return [Edit(text.starts[node.lineno - 1], text.starts[last], "")]
