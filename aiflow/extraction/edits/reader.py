"""Model text into edits, in every shape in which models write changes of files.

Lines outside edits go to a `FileExtractor`, which finds whole files. This reader looks at each line before,
because the text of an edit may itself look like a fence or a file's name. It holds back a fence's first lines
until they say whether files or edits are in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from aiflow.extraction.edits.diffs import DiffReader, PatchReader, begins_diff, header_path, patch_line
from aiflow.extraction.edits.elision import has_elision, is_elision
from aiflow.extraction.edits.hunks import HunkList, is_diff_body
from aiflow.extraction.edits.markers import find_opening
from aiflow.extraction.edits.naming import Names, name_of
from aiflow.extraction.edits.parts import (
    Edit,
    EditOpened,
    EditPart,
    EditRefused,
    EditText,
    ElidedFile,
    PatchEdit,
    WholeFile,
)
from aiflow.extraction.edits.search_replace import BlockReader
from aiflow.extraction.edits.tag_pairs import TagPairReader, read_action
from aiflow.extraction.edits.unnamed import UnnamedBlocks
from aiflow.extraction.extractor import FileExtractor
from aiflow.extraction.fence_syntax import Fence, dedent, find_fence
from aiflow.extraction.first_lines import looks_like_code
from aiflow.extraction.info_strings import language_of, name_in_info
from aiflow.extraction.language_tags import is_markdown
from aiflow.extraction.parts import FileClosed, FileOpened, FileRefused, FileText, Prose

_MAX_LEAD = 4
_JSON_STARTS = frozenset({"{", "["})
_DIFFS = frozenset({"diff", "patch", "udiff", "apply_patch"})


@dataclass(slots=True)
class _File:
    """A file that the extractor is reading."""

    path: str
    texts: list[str] = field(default_factory=list)
    has_edits: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it has no text beside edits."""
        return not any(map(str.strip, self.texts[-_MAX_LEAD:]))


class EditReader:
    """Finds edits in a model's text while it is typed.

    No I/O. The parts, with neighbouring texts joined, do not depend on how the text is split into deltas.
    Time is linear in the text.

    Args:
        paths: of the project's files; a sentence that mentions one may name the file of the next edit.
        default_path: the file that was requested whole, where one was: a program without a name is its text.
    """

    def __init__(self, paths: Iterable[str], default_path: str | None = None) -> None:
        self._files = FileExtractor(default_path)
        self._names = Names(paths)
        self._parts: list[EditPart] = []
        self._pending: list[str] = []  # the pieces of the unfinished line
        self._reader: BlockReader | DiffReader | PatchReader | TagPairReader | None = None
        self._fence: Fence | None = None  # around edits; the extractor has not seen it
        self._lead: list[str] = []  # a fence's first lines, or "--- a.py", until the next line decides
        self._lead_fence: Fence | None = None
        self._file: _File | None = None
        self._unnamed = UnnamedBlocks(self, self._names)
        self._is_json_alone = False

    def feed(self, delta: str) -> Sequence[EditPart]:
        """Take the next piece of the text; return the parts that are certain now.

        Args:
            delta: any length, also empty.

        Returns:
            The parts, in the text's order.
        """
        *lines, rest = delta.split("\n")
        for line in lines:
            self._pending.append(line)
            text = "".join(self._pending) + "\n"
            self._pending.clear()
            self._lines([text])
        if rest:
            self._pending.append(rest)
        return self._drain()

    def close(self) -> Sequence[EditPart]:
        """End the text; return what is left. An edit that is still open is refused as incomplete."""
        rest = "".join(self._pending)
        self._pending.clear()
        if rest:
            # The extractor waits for the end of the line before a fence is closed; most answers end with it.
            self._lines([f"{rest}\n" if find_fence(rest) is not None else rest])
        self._flush_lead()
        while self._reader is not None:
            reader, self._reader = self._reader, None
            # A broken block returns lines, and these may begin another edit, but never another block.
            self._lines(reader.end() or [])
            self._flush_lead()
        self._translate(self._files.close())
        self._unnamed.end(complete=False)
        self._unnamed.flush()
        return self._drain()

    def add(self, edit: Edit) -> None:
        """Report a finished edit, whatever has been named since it was read."""
        self._parts.append(edit)

    def emit(self, edit: Edit) -> None:
        """Report a finished edit; what named its file names no further one."""
        self._unnamed.flush()
        self._parts.append(edit)
        if self._file is not None:
            self._file.has_edits = True
        self._names.used(edit.path)

    def typed(self, path: str | None, text: str) -> None:
        """Report text that is being typed."""
        self._parts.append(EditText(path, text))

    def _drain(self) -> Sequence[EditPart]:
        parts, self._parts = self._parts, []
        return parts

    def _lines(self, lines: list[str]) -> None:
        """Read lines; a broken block returns some of its own, which begin no further block."""
        waiting = lines[::-1]
        while waiting:
            line = waiting.pop()
            reader = self._reader
            if reader is None:
                self._outside(line)
            elif isinstance(reader, BlockReader):
                again = reader.line(line)
                if again is not None:
                    self._reader = None
                    waiting.extend(reversed(again))
            else:
                if self._fence is not None:
                    line = dedent(line, self._fence.indent)
                if not reader.line(line):
                    waiting.append(line)
                if reader.is_over:
                    self._fence = None
                    self._reader = None

    def _outside(self, line: str) -> None:
        if self._lead:
            self._lead_line(line)
        elif self._fence is not None:
            self._between(line, self._fence)
        elif self._files.is_thinking:
            self._pass(line)
        elif not self._begins_block(line, self._file.path if self._file is not None else None):
            self._inspect(line)

    def _inspect(self, line: str) -> None:
        """Look whether an edit begins at a line of prose, of a file or of a block without a name."""
        fence = find_fence(line)
        if self._file is not None or self._files.is_inside:
            # The text of a file may speak of patches; only its very beginning can be one.
            is_first = self._file.is_blank if self._file is not None else patch_line(line) is not None
            if not (is_first and self._begins_other(line, None)):
                self._pass(line)
        elif fence is not None:
            self._lead, self._lead_fence = [line], fence
        elif header_path(line, "---") is not None:
            # A rule, a list or YAML begins like this too: the next line decides.
            self._lead, self._lead_fence = [line], None
        elif not self._begins_other(line, None):
            self._pass(line)

    def _begins_block(self, line: str, path: str | None) -> bool:
        opening = find_opening(line)
        if opening is None:
            return False
        self._unnamed.drop()
        path = opening.path or path or self._names.path
        is_fenced = self._fence is not None or self._lead_fence is not None or self._file is not None
        self._begin(BlockReader(self, opening, path, is_fenced), path)
        return True

    def _begin(
        self, reader: BlockReader | DiffReader | PatchReader | TagPairReader, path: str | None
    ) -> None:
        self._unnamed.flush()
        self._translate(self._files.interrupt())
        self._parts.append(EditOpened(path))
        self._reader = reader

    def _begins_other(self, line: str, fence: Fence | None) -> bool:
        """Return whether ``line`` begins an edit of another form; then its reader is at work."""
        path = self._file.path if self._file is not None else self._names.path
        if patch_line(line) is not None:
            self._begin(PatchReader(self, fence), None)
        elif begins_diff(line, is_first=fence is not None or self._file is not None):
            self._begin(DiffReader(self, fence, path, is_enclosed=self._file is not None), path)
        elif TagPairReader.begins(line):
            self._begin(TagPairReader(self, fence, self._names), path)
        else:
            edit = read_action(line)
            if edit is not None:
                self.emit(edit)
            return edit is not None
        self._fence = fence
        self._lines([line])
        return True

    def _begin_diff(self, fence: Fence | None, path: str | None, lines: list[str]) -> None:
        path = path or self._names.path
        self._leave_lead(fence)
        self._begin(DiffReader(self, fence, path), path)
        self._lines(lines)

    def _lead_line(self, line: str) -> None:
        """Read a line while the lines before it wait for what comes."""
        fence, lead = self._lead_fence, self._lead
        if fence is None:
            if header_path(line, "+++") is not None:
                self._begin_diff(None, None, [*lead, line])
            else:
                self._flush_lead()
                self._outside(line)
            return
        closing = find_fence(line)
        if closing is not None and closing.closes(fence):
            lead.append(line)
            self._flush_lead()
            return
        path = next(filter(None, map(name_of, reversed(lead[1:]))), None) or name_of_info(fence)
        if self._begins_block(line, path):
            self._leave_lead(fence)
        elif patch_line(line) is not None or begins_diff(line, is_first=True) or TagPairReader.begins(line):
            self._names.name(path)
            self._leave_lead(fence)
            self._begins_other(line, fence)
        elif header_path(lead[-1], "---") is not None and header_path(line, "+++") is not None:
            self._begin_diff(fence, path, [lead[-1], line])
        elif header_path(line, "---") is not None:
            lead.append(line)
        elif language_of(fence.info) in _DIFFS and line.strip() and name_of(line) is None:
            self._begin_diff(fence, path, [*(text for text in lead[1:] if name_of(text) is None), line])
        elif len(lead) <= _MAX_LEAD and (not line.strip() or name_of(line) is not None):
            lead.append(line)
        else:
            self._flush_lead()
            self._outside(line)

    def _leave_lead(self, fence: Fence | None) -> None:
        """Begin edits in a fence; what named their file is no text."""
        self._fence = fence
        self._lead, self._lead_fence = [], None

    def _flush_lead(self) -> None:
        """Give the lines that waited to the extractor: no edits are in this fence."""
        lead, fence = self._lead, self._lead_fence
        self._lead, self._lead_fence = [], None
        for line in lead:
            self._pass(line)
        if fence is not None and lead and self._file is None and self._files.is_inside:
            self._is_json_alone = False
            self._unnamed.begin(language_of(fence.info), [dedent(text, fence.indent) for text in lead[1:]])

    def _between(self, line: str, fence: Fence) -> None:
        """Read a line of a fence between two edits."""
        closing = find_fence(line)
        if closing is not None and closing.closes(fence):
            self._fence = None
        elif self._begins_block(line, name_of(line)) or not line.strip():
            pass
        elif (path := name_of(line)) is not None:
            self._names.used(path)
        elif looks_like_code(line) and not is_elision(line):
            self.emit(EditRefused(self._names.path, "text_between"))
        else:
            self._parts.append(Prose(line))

    def _pass(self, line: str) -> None:
        """Give a line to the extractor, and remember what it names or holds."""
        was_inside = self._files.is_inside
        self._translate(self._files.feed(line))
        is_inside = self._files.is_inside
        if self._file is not None:
            self._unnamed.drop()
        elif self._unnamed.is_open and self._is_json_alone:
            self._unnamed.line(line)
            if not is_inside:
                self._unnamed.end(complete=True)
        elif self._unnamed.is_open:
            if is_inside:
                self._unnamed.line(line)
            else:
                self._unnamed.end(complete=True)
        elif is_inside and not was_inside and line.lstrip()[:1] in _JSON_STARTS:
            self._is_json_alone = True
            self._unnamed.begin("json", [line])
        elif not is_inside and not was_inside:
            self._names.line(line)
            self._unnamed.prose(line)

    def _translate(self, parts: Sequence[FileOpened | FileText | FileClosed | FileRefused | Prose]) -> None:
        """Translate the extractor's parts."""
        for part in parts:
            match part:
                case Prose():
                    self._parts.append(part)
                case FileOpened():
                    self._unnamed.flush()
                    self._file = _File(part.path)
                    self._parts.append(EditOpened(part.path))
                case FileText():
                    if self._file is not None:
                        self._file.texts.append(part.text)
                    self.typed(part.path, part.text)
                case FileClosed():
                    self._end_file(complete=part.complete)
                case FileRefused():
                    self._parts.append(EditRefused(part.path, "unsafe_path", part.reason))

    def _end_file(self, *, complete: bool) -> None:
        file, self._file = self._file, None
        if file is None:
            return
        text = "".join(file.texts)
        if file.has_edits:
            if any(looks_like_code(line) and not is_elision(line) for line in text.split("\n")):
                self.emit(EditRefused(file.path, "text_between"))
        elif not complete:
            self.emit(EditRefused(file.path, "incomplete"))
        elif has_elision(text):
            self.emit(ElidedFile(file.path, text))
        elif is_diff_body(text) and not is_markdown("", file.path):
            hunks = HunkList()
            for line in text.split("\n"):
                hunks.add(line)
            self.emit(PatchEdit(file.path, hunks.close()))
        else:
            self.emit(WholeFile(file.path, text))


def name_of_info(fence: Fence) -> str | None:
    """Return the file that a fence's own line names, or None."""
    name = name_in_info(fence.info)
    return name.path if name is not None else None
