"""Reading files for the rules: what a proposal is for, and whether a text would be read."""

import ast
from collections.abc import Iterator, Sequence

from aiflow.languages.fixing import Fix
from aiflow.languages.python.facts import FACTS
from aiflow.languages.python.parsed import UNPARSABLE, compile_quietly, parse
from aiflow.languages.python.subprocess_parser import is_risky, try_parse
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding


def files_with(
    project: Sources, findings: Sequence[Finding], *rules: str
) -> Iterator[tuple[SourceFile, frozenset[int | None]]]:
    """Yield the Python files that have findings of some rules, each with the lines of those."""
    lines: dict[str, set[int | None]] = {}
    for found in findings:
        if found.path in project.path_set and found.rule in rules and FACTS.is_source(found.path):
            lines.setdefault(found.path, set()).add(found.line)
    for path, numbers in lines.items():
        yield project.file(path), frozenset(numbers)


def unreadable_files(project: Sources, findings: Sequence[Finding]) -> Iterator[tuple[str, str, int | None]]:
    """Yield the path, the text and the line of the error of each Python file that does not compile."""
    for file, lines in files_with(project, findings, "syntax"):
        if file.text is not None:
            yield file.path, file.text, min((line for line in lines if line), default=None)


def read_tree(text: str) -> ast.Module | None:
    """Return the syntax tree of a text that compiles, else None."""
    try:
        if is_risky(text) and try_parse(text) is not None:
            return None
        tree = parse(text, "<fix>")
        compile_quietly(tree, "<fix>")
    except UNPARSABLE:
        return None
    return tree


def first_difference(old: str, new: str) -> int:
    """Return the first line, from 1, in which two texts differ."""
    size = min(len(old), len(new))
    same = next((at for at in range(size) if old[at] != new[at]), size)
    return old.count("\n", 0, same) + 1


def changed(path: str, rule: str, message: str, old: str, new: str) -> Iterator[Fix]:
    """Yield the fix that makes ``new`` of ``old``, where they differ."""
    if new != old:
        yield Fix(path, rule, message, new, first_difference(old, new))
