"""Unified diffs and ``apply_patch``, whatever their line numbers say."""

import re
from dataclasses import dataclass, field
from typing import Protocol

from aiflow.extraction.edits.hunks import HunkList
from aiflow.extraction.edits.naming import diff_path
from aiflow.extraction.edits.parts import DeletedFile, Edit, EditRefused, PatchEdit, WholeFile
from aiflow.extraction.fence_syntax import Fence, find_fence
from aiflow.extraction.file_name_shapes import is_path

# No line number has more than nine digits, and `int` raises an error for more than 4300.
_COUNTS = re.compile(r"@@+ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@+")
# Models write "@@ ... @@" and invented numbers: only the text behind them is an anchor.
_ANCHOR = re.compile(r"@@+\s?(?:[-+.,\d\s…]*\s@@+)?")
_GIT = ("index ", "old mode", "new mode", "similarity index", "dissimilarity index", "copy from", "copy to")
_BODY = frozenset(" +-@\\")
_PATCH_LINE = re.compile(
    r"\*{3}\s?(?P<verb>Begin Patch|End Patch|Update File|Add File|Create File|Delete File|Move to|Rename to"
    r"|End of File)\s*(?:[:：]\s*(?P<path>.{0,300}))?$",
    re.IGNORECASE,
)


class EditHost(Protocol):
    """The part of the edit reader that the readers of single formats use."""

    def emit(self, edit: Edit) -> None:
        """Report a finished edit."""
        ...

    def typed(self, path: str | None, text: str) -> None:
        """Report text that is being typed."""
        ...


def begins_diff(line: str, *, is_first: bool) -> bool:
    """Return whether ``line`` can only be a diff's; ``is_first`` where it begins a block or a file."""
    if line.startswith("@@"):
        # Elsewhere a line with "@@" may be the text's own: only the counts prove a diff.
        return is_first or _COUNTS.match(line) is not None
    return line.startswith("diff --git ")


def patch_line(line: str) -> re.Match[str] | None:
    """Return the match of a line of ``apply_patch`` that is no text of a file."""
    return _PATCH_LINE.match(line.strip()) if line.lstrip().startswith("***") else None


def header_path(line: str, sign: str) -> str | None:
    """Return the path of a header line ("--- a/main.py"), empty for no file, or None for another line."""
    if not line.startswith(sign + " ") or len(line) > 400:
        return None
    path = diff_path(line[4:])
    # Models add a remark to the name: "--- a/main.py (original)".
    path = path.partition(" (")[0]
    return path if not path or is_path(path, spaces=True) else None


@dataclass(slots=True)
class DiffReader:
    """Reads the diffs of one or more files, one after the other.

    Attributes:
        host: takes the edits.
        fence: the block around them, where there is one.
        path: the file that the text before names.
        is_enclosed: whether it stands in a file's text, which has an end of its own.
        is_over: whether the diff has ended.
    """

    host: EditHost
    fence: Fence | None
    path: str | None
    is_enclosed: bool = False
    is_over: bool = False
    _old: str | None = None
    _new: str | None = None
    _moved: bool = False
    _binary: bool = False
    _hunks: HunkList = field(default_factory=HunkList)
    _any: bool = False
    _begun: bool = False
    _emitted: bool = False
    _old_left: int = 0
    _new_left: int = 0
    _last: str = ""
    _minus: str | None = None
    _blanks: list[str] = field(default_factory=list)

    def line(self, line: str) -> bool:
        """Read a line; return whether it belongs to the diff, its closing fence included."""
        fence = find_fence(line) if self.fence is not None and line[:1] in "`~" else None
        if fence is not None and self.fence is not None and fence.closes(self.fence):
            self._flush_minus()
            self._begun = (
                self._begun or not self._emitted
            )  # a diff without an edit is not one that is ignored
            self._finish(complete=True)
            self.is_over = True
            return True
        if self._minus is not None:
            return self._after_minus(line)
        if header_path(line, "---") is not None:
            self._minus = line  # a header if the next line is one too, else the removed line "-- a.py"
            return True
        if self.fence is None:
            if not line.strip():
                self._blanks.append(line)  # the next line decides whether it is one of the diff's
                return True
            if not self._goes_on(line):
                self._finish(complete=True)
                self.is_over = True
                return False
        if not self._header(line):
            self._body(line)
        return True

    def end(self) -> None:
        """The text is over; a block without its end is not complete."""
        self._flush_minus()
        # An added line that breaks off looks like a whole one; any other would not be found in the file.
        is_whole = not self._promises and (self._last.endswith("\n") or self._last[:1] == " ")
        self._finish(complete=self.fence is None and not self.is_enclosed and is_whole)

    @property
    def _promises(self) -> bool:
        """Whether the hunk's header counts more lines than have come."""
        return self._old_left > 0 or self._new_left > 0

    def _goes_on(self, line: str) -> bool:
        """Return whether an unfenced diff goes on with ``line``."""
        goes_on = line[0] in _BODY or line.startswith(("diff --git ", *_GIT))
        # Models forget the blank before a kept line: while the header promises lines, such a line counts.
        if goes_on or (self._promises and not self._blanks):
            for blank in self._blanks:
                self._body(blank)
            self._blanks = []
            return True
        return False

    def _after_minus(self, line: str) -> bool:
        minus, self._minus = self._minus or "", None
        path = header_path(line, "+++")
        if path is None:
            self._body(minus)
            return self.line(line)
        self._finish(complete=True)
        self._old, self._new = header_path(minus, "---"), path
        return True

    def _flush_minus(self) -> None:
        if self._minus is not None:
            self._body(self._minus)
            self._minus = None

    def _header(self, line: str) -> bool:
        """Return whether ``line`` is none of a file's lines."""
        if line.startswith("diff --git "):
            self._finish(complete=True)
            # A path may have blanks, so the prefix of the second path divides the line.
            old, _, new = line[len("diff --git ") :].strip().partition(" b/")
            self._old, self._new = diff_path(old), new.strip() or None
        elif line.startswith("@@"):
            counts = _COUNTS.match(line)
            self._old_left, self._new_left = (int(counts[1] or 1), int(counts[2] or 1)) if counts else (0, 0)
            mark = _ANCHOR.match(line)
            anchor = "" if counts or mark is None else line[mark.end() :].strip().removesuffix("@@").strip()
            self._hunks.begin(anchor)
            self._begun = True
        elif line.startswith("\\"):
            pass  # "\ No newline at end of file"
        # Within the counts of a hunk a line such as "new file" is the file's own text.
        elif self._promises:
            return False
        elif line.startswith("rename from "):
            self._old = line[len("rename from ") :].strip()
        elif line.startswith("rename to "):
            self._new, self._moved = line[len("rename to ") :].strip(), True
        elif line.startswith("new file"):
            self._old = ""
        elif line.startswith("deleted file"):
            self._new = ""
        elif line.startswith(("Binary files ", "GIT binary patch")):
            self._binary = True
        else:
            return line.startswith(_GIT) and not self._any
        return True

    def _body(self, line: str) -> None:
        self._any = True
        # Models count wrongly: the counts only help to find the diff's end, the text finds the place.
        self._old_left -= line[:1] != "+"
        self._new_left -= line[:1] != "-"
        self._last = line
        self._hunks.add(line)
        if line[:1] == "+":
            self.host.typed(self._new or self.path, line[1:])

    def _finish(self, *, complete: bool) -> None:
        """Report the file's edit and begin with the next one."""
        old, new = self._old, self._new
        path = new or old or self.path
        hunks, added = self._hunks.close(), self._hunks.added_text()
        self._emitted = self._emitted or self._any
        if not complete and (self._any or path != self.path):
            self.host.emit(EditRefused(path, "incomplete"))
        elif self._binary:
            self.host.emit(EditRefused(path, "binary"))
        elif old == "" and new:
            self.host.emit(WholeFile(new, added))
        elif new == "" and old:
            self.host.emit(DeletedFile(old))
        elif self._moved and old and new:
            self.host.emit(PatchEdit(old, hunks, moved_to=new))
        elif hunks:
            # Of two names without a rename the old one has the text to find.
            self.host.emit(PatchEdit(old if old and new and old != new else path, hunks))
        elif self._any and (old or new or self._begun):
            self.host.emit(EditRefused(path, "no_change"))
        self._old = self._new = None
        self._moved = self._binary = self._any = self._begun = False
        self._old_left = self._new_left = 0
        self._blanks = []
        self._hunks = HunkList()


@dataclass(slots=True)
class PatchReader:
    """Reads what is given to ``apply_patch``.

    Attributes:
        host: takes the edits.
        fence: the block around it, where there is one.
        is_over: whether the patch has ended.
    """

    host: EditHost
    fence: Fence | None
    is_over: bool = False
    _verb: str = ""
    _path: str = ""
    _moved_to: str | None = None
    _hunks: HunkList = field(default_factory=HunkList)
    _raw: list[str] = field(default_factory=list)
    _ended: bool = False

    def line(self, line: str) -> bool:
        """Read a line; return whether it belongs to the patch."""
        fence = find_fence(line) if self.fence is not None and line[:1] in "`~" else None
        if fence is not None and self.fence is not None and fence.closes(self.fence):
            self._finish(complete=True)
            self.is_over = True
            return True
        mark = patch_line(line)
        if mark is not None:
            self._mark(mark["verb"].lower(), (mark["path"] or "").strip())
            return True
        if self._ended:
            # In a fence "EOF" may follow, the end of a shell's here document.
            self.is_over = self.fence is None
            return not self.is_over
        if self._verb:
            self._text(line)
        return True

    def end(self) -> None:
        """The text is over."""
        # Without "*** End Patch" the answer has been cut off: the last file may lack lines.
        self._finish(complete=self._ended)

    def _mark(self, verb: str, path: str) -> None:
        if verb in {"move to", "rename to"}:
            self._moved_to = path
        elif verb == "end of file":
            self._hunks.end_of_file()
        else:
            self._finish(complete=True)
            self._ended = verb == "end patch"
            self._verb, self._path = ("", "") if verb in {"end patch", "begin patch"} else (verb, path)

    def _text(self, line: str) -> None:
        if self._verb == "update file" and line.startswith("@@"):
            mark = _ANCHOR.match(line)
            self._hunks.begin(line[mark.end() :].strip().removesuffix("@@").strip() if mark else "")
            return
        self._raw.append(line)
        if self._verb == "update file":
            self._hunks.add(line)
        if line[:1] == "+":
            self.host.typed(self._path, line[1:])

    def _finish(self, *, complete: bool) -> None:
        verb, path = self._verb, self._path
        if verb and not complete:
            self.host.emit(EditRefused(path, "incomplete"))
        elif verb == "update file":
            hunks = self._hunks.close()
            if hunks or self._moved_to:
                self.host.emit(PatchEdit(path, hunks, self._moved_to))
            else:
                self.host.emit(EditRefused(path, "no_change"))
        elif verb == "delete file":
            self.host.emit(DeletedFile(path))
        elif verb:
            self.host.emit(_added_file(path, self._raw))
        self._verb, self._moved_to, self._raw, self._hunks = "", None, [], HunkList()


def _added_file(path: str, lines: list[str]) -> WholeFile | EditRefused:
    """Return a new file; models forget the plus signs, all of them or none."""
    while lines and not lines[-1].strip():
        lines.pop()
    marked = [line for line in lines if line[:1] == "+"]
    plain = [line for line in lines if line[:1] != "+" and line.strip()]
    # Nothing tells a forgotten plus sign from a remark of the model.
    if marked and plain:
        return EditRefused(path, "mixed_lines")
    texts = [line.removeprefix("+") for line in lines] if marked else lines
    return WholeFile(path, "".join(text.rstrip("\r\n") + "\n" for text in texts))
