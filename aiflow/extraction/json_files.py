"""An answer in JSON that contains files: objects with a path and a content, or a map from path to text.

The machine takes the text in pieces of any length and keeps its place in it, so that a file's text goes out
while it is typed. It only opens files once it is certain that the JSON is a set of files; what it needs for
that is kept.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aiflow.extraction.file_name_shapes import is_path
from aiflow.extraction.first_lines import looks_like_code
from aiflow.extraction.language_tags import is_source
from aiflow.extraction.readers import Sink

_PATH_KEYS = frozenset(
    {"path", "filepath", "filename", "file", "name", "relativepath", "fullpath", "文件名", "文件", "路径"}
)
# `name` and `file` also stand in data about other things, so their values must look like paths.
_SURE_PATH_KEYS = _PATH_KEYS - {"name", "file"}
_TEXT_KEYS = frozenset(
    {"content", "contents", "code", "source", "sourcecode", "filecontent", "filecontents", "filetext",
     "内容", "代码"}
)  # fmt: skip
# Bounds for hostile text: levels and keys take memory before anything is decided.
_MAX_KEY = 400
_MAX_DEPTH = 64
# A text whose path comes later is held; a longer one is cut, and its file is not complete.
_MAX_HELD = 1024 * 1024
_BLANK = re.compile(r"[\s\ufeff]+")
_SCALAR = re.compile(r"[-+.0-9a-zA-Z]")
_HEX = "[0-9a-fA-F]"
_HIGH = rf"\\u[dD][89abAB]{_HEX}{{2}}"
_LOW = rf"\\u[dD][c-fC-F]{_HEX}{{2}}"
# A high surrogate waits for what comes after it, an escape for its end; what is none stays as it is.
_STRING = re.compile(
    rf"(?:[^\"\\]+|\\[^u]|{_HIGH}(?:{_LOW}|(?=[^\\])|(?=\\[^u])|(?=\\u(?![dD][c-fC-F]){_HEX}{{4}}))"
    rf"|\\u(?![dD][89abAB]){_HEX}{{4}}|\\u(?={_HEX}{{0,3}}[^0-9a-fA-F]))*"
)
_ESCAPE = re.compile(rf"({_HIGH})({_LOW})|\\u({_HEX}{{4}})|\\([^u])")
# JSON has no escaped apostrophe, but models write it.
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "'": "'"}


class NotJsonError(ValueError):
    """The text is no JSON from here on.

    Attributes:
        at: where in the text that was being read.
    """

    def __init__(self) -> None:
        super().__init__("not JSON")
        self.at = 0


@dataclass(slots=True)
class _Level:
    """An object or a list that is open.

    Attributes:
        closer: the character that ends it.
        path: the file that the object is about, where one is known.
        key: the last key.
        value: whether a value comes next, not a key.
        held: a text that came before its path.
        files: whether all there is so far is paths with texts.
    """

    closer: str
    path: str = ""
    key: str = ""
    value: bool = False
    held: str | None = None
    files: bool = True


@dataclass(slots=True)
class JsonFiles:
    """Finds files in JSON.

    Attributes:
        open: begins a file.
        whole: whether the JSON is the answer itself; then a map from paths to short texts is files as well.
        decided: whether it is certain that it contains files.
        ended: whether the JSON is over.
    """

    open: Callable[[str], Sink]
    whole: bool
    decided: bool = False
    ended: bool = False
    _levels: list[_Level] = field(default_factory=list)
    _waiting: list[tuple[str, str]] = field(default_factory=list)
    _in_string: bool = False
    _text: list[str] = field(default_factory=list)
    _size: int = 0
    _map_path: str = ""
    _sink: Sink | None = None

    def read(self, text: str, at: int, *, final: bool) -> int:
        """Read on.

        Args:
            text: a line or its beginning.
            at: from where on it has not been read.
            final: whether the line ends with ``text``.

        Returns:
            Up to where it has been read: its end, the JSON's end, or an escape that is not whole yet.

        Raises:
            NotJsonError: the text is no JSON; nothing of it has gone out if ``decided`` is False.
        """
        try:
            while at < len(text) and not self.ended:
                before = at
                if self._in_string:
                    at = self._read_string(text, at, final=final)
                else:
                    blank = _BLANK.match(text, at)
                    at = blank.end() if blank else self._token(text, at)
                if at == before:
                    break
        except NotJsonError as error:
            error.at = at
            raise
        return at

    def stop(self) -> None:
        """The JSON breaks off."""
        if self._sink is not None:
            self._sink.close(complete=False)
            self._sink = None

    def _token(self, text: str, at: int) -> int:
        char = text[at]
        level = self._levels[-1] if self._levels else None
        if char == '"':
            self._begin_string(level)
        elif char in "{[":
            self._begin_level(level, char)
        elif level is None:
            raise NotJsonError
        elif char == level.closer:
            self._end_level(level)
        # Surplus commas pass: models leave one at the end, and no file depends on it.
        elif char == ",":
            level.value = level.closer == "]"
        elif char == ":" and level.key and not level.value:
            level.value = True
        # Scalars are not checked further: an object that has one is no map of files.
        elif level.value and _SCALAR.match(char):
            level.files = False
        else:
            raise NotJsonError
        return at + 1

    def _begin_level(self, level: _Level | None, char: str) -> None:
        if len(self._levels) >= _MAX_DEPTH or (level is not None and not level.value):
            raise NotJsonError
        path = ""
        if level is not None:
            # A key can name the file whose object follows: `{"a.py": {"content": ...}}`.
            path = level.key if char == "{" and level.closer == "}" and is_path(level.key) else ""
            level.value = level.closer == "]"
        self._levels.append(_Level("}" if char == "{" else "]", path=path, value=char == "["))

    def _end_level(self, level: _Level) -> None:
        self._levels.pop()
        # A short text that is no program is more likely to say what the program is for.
        short = any(text and is_source(path) for path, text in self._waiting)
        if self._waiting and not self.decided and self.whole and level.files and not short:
            self._decide()
        self.ended = not self._levels

    def _begin_string(self, level: _Level | None) -> None:
        if level is None:
            raise NotJsonError
        self._in_string = True
        self._text.clear()
        self._size = 0
        self._map_path = ""
        if not level.value or level.closer == "]":
            return
        if _plain(level.key) in _TEXT_KEYS:
            if level.path:
                self._decide()
                self._sink = self.open(level.path)
        elif is_path(level.key):
            self._map_path = level.key
            if self.decided:
                self._sink = self.open(level.key)

    def _read_string(self, text: str, at: int, *, final: bool) -> int:
        match = _STRING.match(text, at)
        end = match.end() if match else at
        closed = text[end : end + 1] == '"'
        if final and not closed:
            end = len(text)  # the answer ends in the middle of an escape
        if end > at:
            self._add(_ESCAPE.sub(_unescaped, text[at:end]))
        if not closed:
            return end
        self._in_string = False
        self._end_string(self._levels[-1])
        return end + 1

    def _add(self, text: str) -> None:
        if self._sink is not None:
            self._sink.text(text)
            return
        if self._size <= _MAX_HELD:
            self._text.append(text)
            self._size += len(text)
        if self._map_path and "\n" in text:
            # A description has one line; this is a text.
            self._decide()
            self._sink = self.open(self._map_path)
            self._sink.text("".join(self._text))

    def _end_string(self, level: _Level) -> None:
        if not level.value:
            level.key = "".join(self._text)
            if len(level.key) > _MAX_KEY:
                raise NotJsonError
            return
        level.value = level.closer == "]"
        if self._sink is not None:
            self._sink.close(complete=True)
            self._sink = None
            return
        if level.closer == "]":
            level.files = False
            return
        self._value(level, _plain(level.key), "".join(self._text))

    def _value(self, level: _Level, key: str, text: str) -> None:
        if self._map_path:
            if self.decided or looks_like_code(text):
                self._decide()
                self._write(self._map_path, text)
            else:
                self._waiting.append((self._map_path, text))
        elif key in _TEXT_KEYS:
            level.held = text
        elif key in _PATH_KEYS and 0 < len(text) <= _MAX_KEY and (not level.path or key in _SURE_PATH_KEYS):
            if is_path(text, spaces=True) or (key in _SURE_PATH_KEYS and text[:1] in "/\\~."):
                level.path = text
        else:
            level.files = False
        if level.held is not None and level.path:
            self._decide()
            self._write(level.path, level.held)
            level.held = None

    def _decide(self) -> None:
        """Write the files that waited: it is now certain that the JSON contains files."""
        self.decided = True
        waiting, self._waiting = self._waiting, []
        for path, text in waiting:
            self._write(path, text)

    def _write(self, path: str, text: str) -> None:
        sink = self.open(path)
        if text:
            sink.text(text)
        sink.close(complete=self._size <= _MAX_HELD)


def _plain(key: str) -> str:
    return key.lower().replace("_", "").replace("-", "").replace(" ", "")


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        return chr(0x10000 + ((int(match[1][2:], 16) - 0xD800) << 10) + int(match[2][2:], 16) - 0xDC00)
    if match[3]:
        # A lone surrogate cannot be encoded in UTF-8: writing the file would fail.
        code = int(match[3], 16)
        return "\ufffd" if 0xD800 <= code <= 0xDFFF else chr(code)
    return _ESCAPES.get(match[4], match[0])
