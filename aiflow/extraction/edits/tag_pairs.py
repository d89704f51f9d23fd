"""Edits between tags: ``<search>…</search><replace>…</replace>``, and tags that delete or rename a file."""

import re
from dataclasses import dataclass, field

from aiflow.extraction.edits.diffs import EditHost
from aiflow.extraction.edits.naming import Names
from aiflow.extraction.edits.parts import BlockEdit, DeletedFile, Edit, EditRefused, PatchEdit
from aiflow.extraction.fence_syntax import MAX_LINE, Fence, find_fence

_SEARCH = (
    "search|find|old|old_?str|old_?string|old_?text|old_?code|original|original_?code|before|search_?block"
    "|old_?content"
)
_REPLACE = (
    "replace|replacement|new|new_?str|new_?string|new_?text|new_?code|updated|updated_?code|after|replace_?block"
    "|new_?content|with"
)
_OPEN = re.compile(
    rf"[ \t]{{0,64}}<(?:parameter\s+name=[\"'])?(?:(?P<search>{_SEARCH})|(?P<replace>{_REPLACE}))[\"']?>",
    re.IGNORECASE,
)
# The bounds limit the time for a line of brackets that a model never closes.
_WRAPPER_TAG = re.compile(r"[ \t]{0,64}<[A-Za-z][^<>]{0,600}>[ \t]{0,64}")
_WRAPPER = re.compile(r"[ \t]{0,64}</?[A-Za-z][\w-]{0,40}(?=[\s>/])")
_ACTION = re.compile(
    r"<(?:[a-z]+-)?(?:(?P<delete>delete(?:[-_]?file)?|remove(?:[-_]?file)?)|(?P<rename>(?:rename|move)(?:[-_]?file)?))"
    r"\s(?P<rest>[^<>]{1,600})>",
    re.IGNORECASE,
)
_VALUE = re.compile(r"""(\w+)\s*=\s*(?:"([^"]{1,300})"|'([^']{1,300})')""")


def read_action(line: str) -> Edit | None:
    """Return the edit that a tag alone on its line asks for, or None."""
    text = line.strip()
    found = _ACTION.match(text) if text[:1] == "<" and len(text) <= MAX_LINE else None
    if found is None:
        return None
    values = {key.lower(): double or single for key, double, single in _VALUE.findall(found["rest"])}
    path = values.get("path") or values.get("file") or values.get("from") or values.get("old_path")
    target = values.get("to") or values.get("new_path")
    if path and found["delete"]:
        return DeletedFile(path)
    return PatchEdit(path, (), moved_to=target) if path and target and found["rename"] else None


@dataclass(slots=True)
class TagPairReader:
    """Reads pairs of tags until something else comes.

    Attributes:
        host: takes the edits.
        fence: the block around them, where there is one.
        names: what the text says about the file.
    """

    host: EditHost
    fence: Fence | None
    names: Names
    is_over: bool = False
    _tag: str = ""
    _replaces: bool = False
    _texts: list[str] = field(default_factory=list)
    _search: str | None = None

    @staticmethod
    def begins(line: str) -> bool:
        """Return whether ``line`` begins a text to find."""
        if line.lstrip()[:1] != "<" or len(line) > MAX_LINE:
            return False
        wrapper = _WRAPPER_TAG.match(line)
        found = _OPEN.match(line) or (_OPEN.match(line, wrapper.end()) if wrapper else None)
        return found is not None and found["search"] is not None

    def line(self, line: str) -> bool:
        """Read a line; return whether it belongs to the pairs."""
        at, lowered = 0, line.lower()
        while at < len(line):
            if self._tag:
                end = lowered.find(f"</{self._tag}>", at)
                self._add(line[at:] if end < 0 else line[at:end])
                if end < 0:
                    return True
                at = end + len(self._tag) + 3
                self._close_tag()
                continue
            opened = _OPEN.match(line, at)
            # Some models write two tags on one line: `<edit file="main.py"><search>`.
            wrapper = _WRAPPER_TAG.match(line) if opened is None and at == 0 else None
            if wrapper is not None:
                self.names.line(wrapper[0])
                at = wrapper.end()
                continue
            if opened is None:
                return self._other(line, at)
            at = opened.end()
            self._tag = lowered[opened.start() : at].strip()[1:-1].partition(" ")[0]
            self._replaces = opened["replace"] is not None
        return True

    def end(self) -> None:
        """The text is over."""
        if self._tag or self._search is not None:
            self.host.emit(EditRefused(self.names.path, "incomplete"))
        self._tag, self._search = "", None

    def _add(self, text: str) -> None:
        if text:
            self._texts.append(text)
            if self._replaces:
                self.host.typed(self.names.path, text)

    def _close_tag(self) -> None:
        text = _inner("".join(self._texts))
        self._tag = ""
        self._texts.clear()
        if not self._replaces:
            # The model has forgotten the new text for the first of two old ones.
            if self._search is not None:
                self.host.emit(EditRefused(self.names.path, "incomplete"))
            self._search = text
        # A new text without an old one may be a whole file or an insertion.
        elif self._search is None:
            self.host.emit(EditRefused(self.names.path, "ambiguous_block"))
        else:
            self.host.emit(BlockEdit(self.names.path, self._search, text))
            self._search = None

    def _other(self, line: str, at: int) -> bool:
        """Read what stands between two tags."""
        fence = find_fence(line) if self.fence is not None and at == 0 else None
        if fence is not None and self.fence is not None and fence.closes(self.fence):
            self.end()
            self.is_over = True
            return True
        if not line[at:].strip():
            return True
        if _WRAPPER.match(line, at) and len(line) <= MAX_LINE:
            self.names.line(line)
            return True
        self.end()
        self.is_over = True
        return at > 0


def _inner(text: str) -> str:
    """Return a tag's text without the line ends that belong to the tags."""
    # The line ends beside the tags are layout; the indentation of the text is its own.
    text = text.removeprefix("\r").removeprefix("\n")
    head, newline, last = text.rpartition("\n")
    return head + newline if newline and not last.strip() else text
