"""Names that are imported from a file of the project which does not define them, while another one does."""

import ast
from collections.abc import Iterator, Sequence

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import Edit, Text, apply_edits
from aiflow.languages.python.fixes.import_edits import add_import
from aiflow.languages.python.fixes.reading import changed, files_with
from aiflow.languages.python.gates.cross_names import MissingName, defining_files, find_missing_names
from aiflow.languages.python.gates.import_lines import module_name
from aiflow.languages.python.parsed import tree_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding


class WrongImportRule:
    """``from snake import Food``, where only ``food.py`` defines it; ``snake.Food`` likewise."""

    name = "wrong_import"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Import each name from the one file that defines it."""
        for file, _ in files_with(project, findings, "missing_name"):
            missing: dict[tuple[str, str], list[MissingName]] = {}
            for found in find_missing_names(project, file.path):
                missing.setdefault((found.target, found.name), []).append(found)
            for (target, name), uses in missing.items():
                others = defining_files(project, name, {target, file.path, project.main_file or ""})
                dotted = module_name(project, file.path, others[0]) if len(others) == 1 else None
                if dotted is None:
                    continue
                new = apply_edits(file.text or "", _edits(file, uses, dotted))
                message = f"{name} 不在 {target} 里，它在 {others[0]} 里：已经改成从 {others[0]} 导入。"
                yield from changed(file.path, self.name, message, file.text or "", new)


def _edits(file: SourceFile, uses: list[MissingName], dotted: str) -> list[Edit]:
    text, tree = Text(file.text or ""), tree_of(file)
    edits: list[Edit] = []
    for use in uses:
        if isinstance(use.node, ast.ImportFrom):
            edits += _from_import(text, use.node, use.name, dotted)
        else:
            start, end = text.span(use.node)
            edits.append(Edit(start, end, f"{dotted}.{use.name}"))
    if any(isinstance(use.node, ast.Attribute) for use in uses) and tree is not None:
        known = {
            alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
            if alias.asname is None
        }  # fmt: skip
        edits += add_import(file, f"import {dotted}") if dotted not in known else []
    return edits


def _from_import(text: Text, node: ast.ImportFrom, name: str, dotted: str) -> list[Edit]:
    """Return the edits that take one name out of an import and add an import of its own behind it."""
    alias = next(alias for alias in node.names if alias.name == name)
    shown = ast.unparse(alias)
    start, end = text.span(node)
    line = f"from {dotted} import {shown}"
    if len(node.names) == 1:
        return [Edit(start, end, line)]
    index = node.names.index(alias)
    first, last = text.span(alias)
    if index + 1 < len(node.names):
        gone = Edit(first, text.span(node.names[index + 1])[0], "")
    else:
        gone = Edit(text.span(node.names[index - 1])[1], last, "")
    return [gone, Edit(end, end, f"{text.newline}{text.indent(node.lineno)}{line}")]
