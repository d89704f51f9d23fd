"""Text files that are opened without their encoding."""

from collections.abc import Iterator, Sequence

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import Edit, Text, apply_edits
from aiflow.languages.python.fixes.reading import changed, files_with
from aiflow.languages.python.gates.windows import calls_without_encoding
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding

_MESSAGE = (
    '打开文本文件要写清楚编码，不然中文 Windows 会用别的编码，读写中文时会乱码：已经加上 encoding="utf-8"。'
)


class EncodingRule:
    """``open``, ``read_text`` and ``write_text``, in text mode only."""

    name = "encoding"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Add the encoding to every such call of a file."""
        for file, _ in files_with(project, findings, "windows"):
            text = Text(file.text or "")
            edits = []
            for call in calls_without_encoding(project, file.path):
                end = text.span(call)[1] - 1
                before = text.text[:end].rstrip()
                gap = "" if before.endswith("(") else " " if before.endswith(",") else ", "
                edits.append(Edit(len(before), len(before), f'{gap}encoding="utf-8"'))
            yield from changed(file.path, self.name, _MESSAGE, text.text, apply_edits(text.text, edits))
