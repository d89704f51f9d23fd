"""Names of modules, and of what other files define, that are used without an import."""

from collections.abc import Iterator, Sequence

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import apply_edits
from aiflow.languages.python.fixes.import_edits import add_import
from aiflow.languages.python.fixes.reading import changed, files_with
from aiflow.languages.python.gates.import_lines import import_lines
from aiflow.languages.python.gates.members import lost_modules
from aiflow.languages.python.gates.names import undefined_names
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding


class MissingImportRule:
    """A standard module, an approved package, or a name that exactly one file of the project defines."""

    name = "missing_import"

    def __init__(self, approved: Sequence[str]) -> None:
        """Take the modules that a program may import besides the standard library."""
        self._approved = approved

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Add the import at the beginning of the file."""
        for file, lines in files_with(project, findings, "undefined_name"):
            for name in sorted(undefined_names(file, lines)):
                found = import_lines(project, file.path, name, self._approved)
                if len(found) == 1:
                    new = apply_edits(file.text or "", add_import(file, found[0]))
                    message = f"你用了 {name}，可是没有导入它：已经补上 {found[0]}。"
                    yield from changed(file.path, self.name, message, file.text or "", new)
        for file, lines in files_with(project, findings, "missing_member"):
            for module, line in lost_modules(project, file.path):
                if line not in lines:
                    continue
                new = apply_edits(file.text or "", add_import(file, f"import {module}"))
                message = f"{module} 要单独导入才能用：已经补上 import {module}。"
                yield from changed(file.path, self.name, message, file.text or "", new)
