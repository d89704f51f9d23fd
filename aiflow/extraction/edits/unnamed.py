"""Blocks without a file's name: functions, a text and what replaces it, edits in JSON."""

import re
from typing import Protocol

from aiflow.extraction.edits.elision import has_elision
from aiflow.extraction.edits.json_edits import read_json_edits
from aiflow.extraction.edits.naming import Names
from aiflow.extraction.edits.parts import BlockEdit, DefinitionEdit, Edit, EditRefused, ElidedFile
from aiflow.extraction.first_lines import looks_like_code
from aiflow.extraction.language_tags import ENDINGS_OF, SHELLS, SHOWN, words

_JSON = frozenset({"json", "jsonc", "json5"})
_NO_FILE = SHELLS | SHOWN
# Blocks of these show something more often than they change a file: alone they are prose.
_QUIET = _JSON | words("text txt plaintext plain markdown md yaml yml toml ini csv")
_DEFINES = ("def ", "async def ", "class ", "function ", "async function ", "export ")
# Few words lead from an old text to the new one ("改为："); a longer text explains something.
_MAX_SAID = 60
_AROUND = " \t\r\n:：*_`。.，,>#"
_LEADS_TO_NEW = re.compile(
    r"(?:请)?(?:把它|将其|它)?(?:应该|应)?"
    r"(?:改为|改成|修改为|修改成|替换为|替换成|换成|换为|变为|变成|更改为|更新为|修改后|改后|改动后|新代码)"
    r"(?:这样|如下|以下|下面|的)?的?(?:代码|内容)?"
    r"|(?:please )?(?:replace|change|update)?(?: (?:it|this|that))?\s?(?:to|with|by|into)"
    r"(?: (?:this|the following))?(?: code)?|becomes|replace|new(?: code)?|after|新|替换",
    re.IGNORECASE,
)


class UnnamedHost(Protocol):
    """The part of the edit reader that takes what these blocks hold."""

    def add(self, edit: Edit) -> None:
        """Report a finished edit, whatever has been named since it was read."""
        ...


class UnnamedBlocks:
    """Reads blocks without a name.

    A block may be the old text of an edit of which the next block is the new one, so it waits for what the
    text says before the next one.

    Args:
        host: takes the edits.
        names: what the text says about the file.
    """

    def __init__(self, host: UnnamedHost, names: Names) -> None:
        self._host = host
        self._names = names
        self._lines: list[str] | None = None
        self._language = ""
        self._waiting: tuple[str | None, str, str] | None = None
        self._said = ""

    @property
    def is_open(self) -> bool:
        """Whether a block is being read."""
        return self._lines is not None

    def begin(self, language: str, lines: list[str]) -> None:
        """Begin a block with its first lines."""
        # A shell's block is a command for the reader and no part of a file.
        self._lines, self._language = (None if language in _NO_FILE else lines), language

    def line(self, line: str) -> None:
        """Read a line of the block."""
        if self._lines is not None:
            self._lines.append(line)

    def drop(self) -> None:
        """Forget the block: it is a file after all, or holds edits."""
        self._lines = None

    def prose(self, line: str) -> None:
        """Read a line between two blocks."""
        # Models write the arguments of an editing tool without a fence, too.
        if line.lstrip()[:1] == "{" and line.rstrip()[-1:] == "}":
            self._end_json(line, complete=True)
        if self._waiting is not None and line.strip():
            self._said += line
            if len(self._said) > _MAX_SAID:
                self.flush()

    def flush(self) -> None:
        """Report the block that waits: the next one does not replace it."""
        waiting, self._waiting, self._said = self._waiting, None, ""
        if waiting is not None and waiting[2] not in _QUIET:
            path, text, _ = waiting
            is_part = has_elision(text)
            self._host.add(
                ElidedFile(path, text) if is_part else DefinitionEdit(path, _first_name(text), text)
            )

    def end(self, *, complete: bool) -> None:
        """End the block."""
        lines, self._lines = self._lines, None
        text = "".join(lines or [])
        if not text.strip():
            return
        is_json = self._language in _JSON or (not self._language and text.lstrip()[:1] in "{[")
        if is_json and self._end_json(text, complete=complete):
            return
        if self._language in ENDINGS_OF or any(map(looks_like_code, text.split("\n"))):
            self._end_code(text, complete=complete)

    def _end_json(self, text: str, *, complete: bool) -> bool:
        """Report the edits that a JSON text holds; return whether there are any."""
        edits = read_json_edits(text)
        path = self._names.said
        for edit in edits:
            self._host.add(BlockEdit(edit.path or path, edit.search, edit.replace))
        is_other = not edits and "*** Begin Patch" in text  # in a shell's command
        if is_other or not complete:
            self._host.add(EditRefused(path, "ambiguous_block" if is_other else "incomplete"))
        return bool(edits) or is_other or not complete

    def _end_code(self, text: str, *, complete: bool) -> None:
        path = self._names.said
        self._names.used(path)
        waiting = self._waiting
        # The waiting block is complete: it stays valid though the one after it breaks off.
        if not complete:
            self.flush()
            if self._language not in _QUIET:
                self._host.add(EditRefused(path, "incomplete"))
        elif waiting is not None and _LEADS_TO_NEW.fullmatch(self._said.strip(_AROUND)):
            self._waiting, self._said = None, ""
            # The name stands before the old text in most answers, and "改为：" names no file.
            self._host.add(BlockEdit(waiting[0] or path, waiting[1], text))
        else:
            self.flush()
            self._waiting = path, text, self._language


def _first_name(text: str) -> str:
    """Return the name of the first function or class."""
    for line in text.split("\n"):
        start = line.strip()
        if start.startswith(_DEFINES):
            return start.partition("(")[0].partition(":")[0].split()[-1]
    return ""
