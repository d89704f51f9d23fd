"""Reads JSON that may contain files, in a fence without a name or as the answer itself."""

import re
from dataclasses import dataclass, field

from aiflow.extraction.fence_syntax import MAX_LINE, Fence, find_fence
from aiflow.extraction.json_files import JsonFiles, NotJsonError
from aiflow.extraction.readers import Host

# Undecided JSON is held back up to this length; longer JSON without a file has none.
_MAX_UNDECIDED = 64 * 1024
_START = re.compile(r"^\s*(?:\{\s*(?:\"|$)|\[\s*(?:[{\"]|$))")
_SURE_START = re.compile(r"^\s*(?:\{\s*\"|\[\s*[{\"])")
_FENCE_STARTS = frozenset({"", "`", "~"})
# Models also mark JSON as JavaScript, as text, or not at all.
JSON_LANGUAGES = frozenset({"json", "jsonc", "json5", "javascript", "js", "text", "txt", ""})


def begins_json(text: str) -> bool:
    """Return whether a line that begins with ``text`` may begin JSON, however it goes on."""
    return bool(_SURE_START.match(text))


def may_be_json(line: str) -> bool:
    """Return whether ``line`` may begin JSON that is an object or a list."""
    return bool(_START.match(line[:MAX_LINE]))


@dataclass(slots=True)
class JsonReader:
    """Reads JSON until it is certain whether files are in it, then these files.

    Attributes:
        host: the extractor.
        fence: the fence around it, where there is one.
        opening: the fence's line.
        whole: whether the JSON begins the answer.
    """

    host: Host
    fence: Fence | None = None
    opening: str = ""
    whole: bool = False
    _json: JsonFiles = field(init=False)
    _held: list[str] = field(default_factory=list)
    _size: int = 0
    _scanned: int = 0
    _mid: bool = False

    def __post_init__(self) -> None:
        self._json = JsonFiles(self.host.open, self.whole)

    def line(self, line: str) -> int | None:
        """Read a line."""
        if not self._mid and self._is_end(line):
            if not self._json.decided:
                return self._no_files()
            self._leave()
            return 0
        return self._consume(line, final=True)

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if not self._mid and text.lstrip()[:1] in _FENCE_STARTS and len(text) <= MAX_LINE:
            return 0
        return self._consume(text, final=False)

    def end(self) -> None:
        """The text is over."""
        if self._json.decided:
            self._json.stop()
            return
        self._no_files()
        self.host.reader.end()

    def _is_end(self, line: str) -> bool:
        fence = find_fence(line)
        return fence is not None and self.fence is not None and fence.closes(self.fence)

    def _consume(self, text: str, *, final: bool) -> int:
        """Read on; return how many characters were consumed."""
        undecided = not self._json.decided
        # The limit counts characters, not deltas: the result must not depend on how the text was split.
        upto = min(len(text), _MAX_UNDECIDED - self._size) if undecided else len(text)
        try:
            at = self._json.read(text[:upto], self._scanned, final=final and upto == len(text))
        except NotJsonError as error:
            if not self._json.decided:
                return self._no_files()
            self._leave()
            # Files have gone out already, so the text before the fault must not be read again.
            return error.at
        if self._json.decided:
            self._scanned = self._size = 0
            self._held.clear()
            self._mid = text[at - 1] != "\n"
            if self._json.ended:
                self._leave()
            return at
        if self._json.ended or self._size + len(text) >= _MAX_UNDECIDED:
            return self._no_files()
        self._scanned = 0 if final else at
        if not final:
            return 0
        self._held.append(text)
        self._size += len(text)
        return len(text)

    def _leave(self) -> None:
        """Leave the JSON: it has ended, or the text is no JSON from here on."""
        self._json.stop()
        if self.fence is not None:
            self.host.to_snippet(self.fence)
        else:
            self.host.to_prose()

    def _no_files(self) -> int:
        """Return the lines held back to a block or to prose: they hold no files."""
        if self.fence is not None:
            self.host.out.prose(self.opening)
            self.host.to_snippet(self.fence)
        else:
            self.host.no_json()
        self.host.replay(self._held)
        return 0
