"""Words of Python 2 that models learned from old programs."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiflow.languages.fixing import Fix
from aiflow.languages.python.fixes.edits import Edit, apply_edits
from aiflow.languages.python.fixes.reading import changed, files_with, unreadable_files
from aiflow.languages.python.fixes.renames import module_edits, name_edits
from aiflow.languages.python.fixes.scanner import Statement, pieces, statements
from aiflow.languages.python.gates.names import undefined_names
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding

_PRINT: Final = re.compile(r"print[ \t]*(?=[^\s(=.,\[)（＝．，：])|print[ \t]+(?=\()")
_TO_FILE: Final = re.compile(r">>[ \t]*([\w.]+)[ \t]*,?[ \t]*")
_EXCEPT: Final = re.compile(r"(except[ \t]+(?:[\w.]+|\([\w., \t]+\)))[ \t]*,[ \t]*(\w+)")
_RAISE: Final = re.compile(r"(raise[ \t]+[\w.]+)[ \t]*,[ \t]*(?=\S)")
_EXEC: Final = re.compile(r"exec[ \t]+(?=[\w\"'])")
_NOT_EQUAL: Final = re.compile(r"<>")
_SYNTAX = "这是 Python 2 的写法，Python 3 里 print 是函数，要加括号：已经改成 Python 3 的写法。"
_NAMES: Final = {
    "raw_input": "input", "xrange": "range", "unicode": "str", "unichr": "chr", "long": "int",
    "basestring": "str",
}  # fmt: skip
_MODULES: Final = {
    "Tkinter": "tkinter", "tkMessageBox": "tkinter.messagebox", "tkFileDialog": "tkinter.filedialog",
    "ttk": "tkinter.ttk", "ConfigParser": "configparser", "Queue": "queue", "cPickle": "pickle",
    "StringIO": "io", "__builtin__": "builtins",
}  # fmt: skip


class Python2Rule:
    """Statements, names and modules of Python 2."""

    name = "python2"

    def propose(self, project: Sources, findings: Sequence[Finding]) -> Iterator[Fix]:
        """Write each as Python 3 has it."""
        for path, text, _ in unreadable_files(project, findings):
            yield from changed(path, self.name, _SYNTAX, text, rewrite(text))
        for file, lines in files_with(project, findings, "undefined_name"):
            for name in sorted(undefined_names(file, lines) & _NAMES.keys()):
                new = apply_edits(file.text or "", name_edits(file, name, _NAMES[name]))
                message = (
                    f"{name} 是 Python 2 的名字，Python 3 里叫 {_NAMES[name]}：已经换成 {_NAMES[name]}。"
                )
                yield from changed(file.path, self.name, message, file.text or "", new)
        for file, lines in files_with(project, findings, "dependency"):
            for name, now in _MODULES.items():
                new = apply_edits(file.text or "", module_edits(file, name, now, lines))
                message = f"模块 {name} 在 Python 3 里叫 {now}：已经换成 {now}。"
                yield from changed(file.path, self.name, message, file.text or "", new)


def rewrite(text: str) -> str:
    """Return a text with the statements of Python 2 as Python 3 has them."""
    edits: list[Edit] = []
    for statement in statements(text):
        edits += _statement(text, statement)
    edits += [
        Edit(found.start(), found.end(), "!=")
        for piece in pieces(text)
        if piece.kind == "code"
        for found in _NOT_EQUAL.finditer(text, piece.start, piece.end)
    ]
    return apply_edits(text, _apart(edits))


def _statement(text: str, statement: Statement) -> Iterator[Edit]:
    start, end = statement.start, statement.end
    if (found := _PRINT.match(text, start, end)) is not None and found.end() < end:
        yield from _print(text, found, end)
    elif (found := _EXCEPT.match(text, start, end)) is not None and found.end() == end:
        yield Edit(start, end, f"{found.group(1)} as {found.group(2)}")
    elif (found := _RAISE.match(text, start, end)) is not None:
        yield Edit(found.end(1), found.end(), "(")
        yield Edit(end, end, ")")
    elif (found := _EXEC.match(text, start, end)) is not None:
        yield Edit(start, found.end(), "exec(")
        yield Edit(end, end, ")")


def _print(text: str, found: re.Match[str], end: int) -> Iterator[Edit]:
    """Yield the edits that make a call of a statement; one that is a call already stays."""
    start = found.end()
    if text[start] == "(" and _closes_at_end(text, start, end):
        return
    goes_to = _TO_FILE.match(text, start, end)
    target = f"file={goes_to.group(1)}" if goes_to else ""
    start = goes_to.end() if goes_to else start
    more = ""
    # A comma at the end keeps the line open.
    if text[end - 1] == ",":
        yield Edit(end - 1, end, "")
        more = 'end=" "'
    more = ", ".join(part for part in (more, target) if part)
    yield Edit(found.start() + len("print"), start, "(")
    yield Edit(end, end, (", " if more and start < end else "") + more + ")")


def _closes_at_end(text: str, start: int, end: int) -> bool:
    """Return whether the bracket at ``start`` is closed by the last character."""
    depth = 0
    for piece in pieces(text[start:end]):
        if piece.kind != "code":
            continue
        for at in range(piece.start, piece.end):
            char = text[start + at]
            depth += (char in "([{") - (char in ")]}")
            if depth == 0 and char in ")]}":
                return start + at + 1 == end
    return True


def _apart(edits: list[Edit]) -> list[Edit]:
    """Return those edits that do not overlap an earlier one."""
    kept: list[Edit] = []
    for edit in sorted(edits):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept
