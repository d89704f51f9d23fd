"""The text of a file between tags."""

import re
from dataclasses import dataclass, field

from aiflow.extraction.fence_syntax import MAX_LINE, Fence, find_fence
from aiflow.extraction.fences import FenceReader
from aiflow.extraction.info_strings import language_of
from aiflow.extraction.language_tags import ending_of
from aiflow.extraction.readers import Host, Sink
from aiflow.extraction.tags import COMMENT_MARKS, COMMENT_TAIL, closing, closing_then_prose, find_tag

_CDATA = "<![CDATA["
_WRAPPER = re.compile(
    r"^\s*<(?P<name>contents?|code|file_content|source|text|body)>[ \t]*(?:\r?\n|(?=<!\[CDATA\[)|(?=\S))",
    re.I,
)
_STARTERS = (
    "```", "~~~", "<![cdata[", "<content>", "<contents>", "<code>", "<file_content>", "<source>", "<text>",
    "<body>",
)  # fmt: skip
# In these a tag like <code> is the file's own.
_MARKUP = frozenset({"html", "htm", "xml", "svg", "vue", "svelte", "md", "markdown", "jsx", "tsx"})
_XML = frozenset({"xml", "svg"})
# HTML has none of these tags, so they wrap a text even there; XML may have any.
_OUR_TAGS = frozenset({"content", "contents", "file_content"})
_MAX_BLANK_LINES = 32
# No closing tag is longer, with the blanks that it may have, so longer text is none.
_MAX_CLOSING = 128
# A tag that prose only mentions may never end; its lines are not held back for long.
_MAX_TAG_LINES = 12


@dataclass(slots=True)
class TagReader:
    """Reads from after an opening tag to the closing one.

    Attributes:
        host: the extractor.
        sink: the file.
        tag: the tag's name, lower case.
        within: the fence around the tags, where there is one; its end is the file's end as well.
    """

    host: Host
    sink: Sink
    tag: str
    within: Fence | None = None
    _head: bool = True
    _blank: list[str] = field(default_factory=list)
    _same_line: bool = True
    _mid: bool = False
    _cdata: bool = False
    _close: re.Pattern[str] = field(init=False)
    _close_here: re.Pattern[str] = field(init=False)
    _begin: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._set_tag(self.tag)

    def _set_tag(self, tag: str) -> None:
        self.tag = tag
        self._close = closing(tag, anywhere=False)
        self._close_here = closing(tag, anywhere=True)
        self._begin = re.compile(rf"</{re.escape(tag)}", re.I)

    def line(self, line: str) -> int | None:
        """Read a line."""
        if self._head:
            return self._head_line(line)
        if self._cdata:
            return self._cdata_line(line)
        if "<" in line or (self.within is not None and not self._mid):
            return self._body_line(line)
        self._mid = self._same_line = False
        self.sink.text(line)
        return None

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if self._head:
            return self._head_partial(text)
        if self._cdata:
            return self._emit_partial(text, _before_cdata_end(text))
        if not self._mid and len(text) <= MAX_LINE and _may_be_structure(text):
            return 0
        upto = self._undecided_from(text)
        if not upto and len(text) > _MAX_CLOSING:
            match = self._closing().match(text)
            if match is not None:
                self._done()
                return match.end()
        return self._emit_partial(text, upto)

    def end(self) -> None:
        """The text is over."""
        for line in self._blank:
            self.sink.text(line)
        self.sink.close(complete=False)

    def _emit_partial(self, text: str, upto: int) -> int:
        if upto:
            self._mid = True
            self.sink.text(text[:upto])
        return upto

    def _undecided_from(self, text: str) -> int:
        """Return from where on the text may be the closing tag."""
        at = 0
        while True:
            match = self._begin.search(text, at)
            if match is None:
                last = text.rfind("<", at)
                tail = text[last:].lower() if last >= 0 else ""
                return last if tail and f"</{self.tag}".startswith(tail) else len(text)
            if len(text) - match.start() <= _MAX_CLOSING or self._closing().match(text, match.start()):
                return match.start()
            at = match.end()

    def _closing(self) -> re.Pattern[str]:
        return self._close_here if self._same_line else self._close

    # The first lines decide whether the text is wrapped once more.

    def _head_line(self, line: str) -> int | None:
        if not line.strip() and len(self._blank) < _MAX_BLANK_LINES and len(line) <= MAX_LINE:
            self._blank.append(line)
            return None
        return self._begin_body(line)

    def _head_partial(self, text: str) -> int:
        start = text.lstrip().lower()
        if len(text) <= MAX_LINE and (
            not start or any(s.startswith(start) or start.startswith(s) for s in _STARTERS)
        ):
            return 0
        if len(text) <= MAX_LINE and start[0] in "<#/-;":
            return 0
        return self._begin_body(text) or self.partial(text)

    def _begin_body(self, line: str) -> int:
        """Decide by the first line that is not blank; the reader of the body reads it again."""
        self._head = False
        if self._blank:
            self._same_line = False
        head = line.lstrip()
        fence = find_fence(line)
        if fence is not None and self._is_wrapped_by(fence):
            self._to_fence(fence)
            return len(line)
        # In a CDATA section only its own end counts: a closing tag inside is the file's text.
        if head.startswith(_CDATA):
            self._cdata = True
            self._blank.clear()
            at = line.index(_CDATA) + len(_CDATA)
            return at + _line_end(line[at:])
        wrapper = _WRAPPER.match(line)
        if wrapper is not None and len(line) <= MAX_LINE and self._is_wrapped_in(wrapper["name"].lower()):
            self._set_tag(wrapper["name"].lower())
            self._blank.clear()
            self._head = True
            self._same_line = not wrapper[0].endswith("\n")
            if not self._same_line:
                self._blank.append("\n")
            return wrapper.end()
        for blank in self._blank[1:]:  # the line end right after the tag is the tag's
            self.sink.text(blank)
        self._blank.clear()
        return 0

    def _is_wrapped_by(self, fence: Fence) -> bool:
        # A Markdown file may begin with a block of its own.
        if ending_of(self.sink.path) in {"md", "markdown", "mdx"}:
            return language_of(fence.info) in {"md", "markdown"}
        return True

    def _is_wrapped_in(self, name: str) -> bool:
        ending = ending_of(self.sink.path)
        return ending not in (_XML if name in _OUR_TAGS else _MARKUP)

    def _to_fence(self, fence: Fence) -> None:
        self._blank.clear()
        self.host.reader = FenceReader(
            self.host, fence, self.sink, language_of(fence.info), end_tag=closing(self.tag, anywhere=True)
        )

    def _cdata_line(self, line: str) -> int | None:
        at = line.find("]]>")
        if at < 0:
            self.sink.text(line)
            return None
        self.sink.text(line[:at])
        self._done()
        return at + 3

    def _body_line(self, line: str) -> int | None:
        mid, self._mid = self._mid, False
        if not mid and len(line) <= MAX_LINE and self._is_structure(line):
            return 0
        match = self._closing().search(line)
        if match is None and not mid and len(line) <= MAX_LINE:
            match = closing_then_prose(self.tag).match(line)
        if match is None:
            self._same_line = False
            self.sink.text(line)
            return None
        before = line[: match.start()]
        own_line = (
            not mid and not self._same_line and len(line) <= MAX_LINE and before.strip() in COMMENT_MARKS
        )
        # On a line of its own, blanks or a comment mark before the tag belong to the tag.
        if not own_line:
            self.sink.text(before)
        self._done()
        tail = COMMENT_TAIL.match(line, match.end())
        return tail.end() if tail is not None and own_line and before.strip() else match.end()

    def _is_structure(self, line: str) -> bool:
        """Return whether the line ends the file without its closing tag."""
        if self.within is not None:
            fence = find_fence(line)
            if fence is not None and fence.closes(self.within):
                self.sink.close(complete=True)
                self.host.to_snippet(self.within)
                return True
        tag = find_tag(line, alone=True) if "<" in line else None
        # The same tag once more: the model forgot the closing one.
        if tag is not None and tag.name == self.tag and not self._same_line:
            self.sink.close(complete=False)
            self._leave()
            return True
        return False

    def _done(self) -> None:
        self.sink.close(complete=True)
        self._leave()

    def _leave(self) -> None:
        self.host.to_prose()
        if self.within is not None:
            self.host.to_snippet(self.within)


@dataclass(slots=True)
class OpeningReader:
    """Reads an opening tag that takes several lines.

    Attributes:
        host: the extractor.
    """

    host: Host
    _lines: list[str] = field(default_factory=list)

    def line(self, line: str) -> int | None:
        """Read a line."""
        before = sum(map(len, self._lines))
        self._lines.append(line)
        # No attribute is a fence: a tag that prose mentions must not hide the block below.
        if self._lines[1:] and (find_fence(line) is not None or before + len(line) > MAX_LINE):
            return self._no_tag()
        if ">" not in line:
            return None if len(self._lines) < _MAX_TAG_LINES else self._no_tag()
        tag = find_tag("".join(self._lines).replace("\r", " ").replace("\n", " "), alone=True)
        if tag is None or tag.kind != "file" or tag.end <= before:
            return self._no_tag()
        self.host.reader = TagReader(self.host, self.host.open(tag.path), tag.name)
        return tag.end - before

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if len(text) <= MAX_LINE:
            return 0
        self._lines.append("")
        return self._no_tag()

    def end(self) -> None:
        """The text is over."""
        if self._lines:
            self._lines.append("")
            self._no_tag()
        self.host.reader.end()

    def _no_tag(self) -> int:
        """Return the lines to prose; the last one has not been read yet."""
        first, *others = self._lines[:-1]
        self.host.out.prose(first)
        # Not `to_prose`, which would forget the name read before these lines.
        self.host.resume()
        self.host.replay(others)
        return 0


def _line_end(text: str) -> int:
    """Return the length of the line end that ``text`` begins with."""
    if text.startswith("\r\n"):
        return 2
    return 1 if text.startswith("\n") else 0


def _before_cdata_end(text: str) -> int:
    """Return up to where ``text`` cannot be the end of a CDATA section."""
    at = text.find("]]>")
    if at >= 0:
        return at
    # The end `]]>` may arrive in pieces.
    return len(text) - 2 if text.endswith("]]") else len(text) - text.endswith("]")


def _may_be_structure(text: str) -> bool:
    start = text.lstrip()
    return start[:1] in {"", "`", "~"} or start.partition("<")[0].strip() in COMMENT_MARKS
