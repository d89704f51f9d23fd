"""Imports that nothing uses."""

from collections.abc import Iterator, Sequence

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import Text, apply_edits
from aiflow.languages.python.fixes.import_edits import remove_alias, remove_statement
from aiflow.languages.python.fixes.reading import changed, files_with
from aiflow.languages.python.gates.unused_imports import find_unused_imports
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding


class UnusedImportRule:
    """Modules of the library; those of the project may do something when they are imported."""

    name = "unused_import"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Remove each by itself."""
        for file, _ in files_with(project, findings, "unused_import", "dependency"):
            text = Text(file.text or "")
            for found in find_unused_imports(project, file.path):
                edits = remove_alias(text, found.node, found.alias, found.body)
                for call, body in found.calls:
                    edits += remove_statement(text, call, body)
                shown = found.alias.asname or found.alias.name
                more = "和只用来启动它的语句" if found.calls else ""
                message = f"导入了 {shown}，可是程序没有用到它：已经删掉这个导入{more}。"
                yield from changed(file.path, self.name, message, text.text, apply_edits(text.text, edits))
