"""Blocks without a name outside: their first lines may say which file they are; else they are prose."""

from dataclasses import dataclass, field

from aiflow.extraction.fence_syntax import MAX_LINE, Fence, find_fence
from aiflow.extraction.fences import FenceReader
from aiflow.extraction.file_name_shapes import Name
from aiflow.extraction.first_lines import (
    is_command,
    is_preamble,
    looks_like_code,
    name_in_comment,
    name_inside,
    opens_comment,
)
from aiflow.extraction.json_reader import JSON_LANGUAGES, JsonReader, begins_json, may_be_json
from aiflow.extraction.language_tags import ending_of, fits, is_markdown, is_source, only_shown
from aiflow.extraction.readers import Host
from aiflow.extraction.tagged import TagReader
from aiflow.extraction.tags import find_tag

# Room for a shebang, a coding line and the opening of a docstring; names come no later.
_MAX_PREAMBLE = 3


@dataclass(slots=True)
class BlockReader:
    """Reads a fence until its first lines say what it is.

    Attributes:
        host: the extractor.
        fence: the opening line, parsed.
        opening: the opening line as it is.
        language: of the info string.
        announced: the name that an earlier block consisted of; it is taken if this one names nothing itself.
        candidate: the name some lines before a bare fence; it is taken if the text can be that file's.
        default: the path for a program without a name, where there is one.
        whole: whether the answer begins with the block.
    """

    host: Host
    fence: Fence
    opening: str
    language: str
    listed: bool
    announced: Name | None = None
    candidate: Name | None = None
    default: str | None = None
    whole: bool = False
    _lead: list[str] = field(default_factory=list)
    _name: Name | None = None

    def line(self, line: str) -> int | None:
        """Read a line."""
        fence = find_fence(line)
        if fence is not None and fence.closes(self.fence):
            self._close(line)
            return None
        # Opened a line late: a block that ends after its name only announces the next one.
        if self._name is not None:
            self._open(self._name)
            return 0
        # Models put several tagged files into one fence; the snippet's reader finds them.
        if len(line) <= MAX_LINE:
            tag = find_tag(line, alone=True)
            if tag is not None:
                self._to_snippet()
                return 0
            self._name = self._name_inside(line)
        if self._name is not None:
            if not self._name.drop:
                self._lead.append(line)
            return None
        if (
            len(self._lead) < _MAX_PREAMBLE
            and len(line) <= MAX_LINE
            and (not line.strip() or is_preamble(line) or opens_comment(line) or self._is_comment(line))
        ):
            self._lead.append(line)
            return None
        self._decide(line)
        return 0

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if len(text) <= MAX_LINE and not (self._name is None and self._may_be_files() and begins_json(text)):
            return 0
        if self._name is not None:
            self._open(self._name)
        else:
            self._decide(text)
        return 0

    def end(self) -> None:
        """The text is over."""
        if self._name is not None:
            self._open(self._name)
            self.host.reader.end()
        else:
            self._to_snippet()

    def _name_inside(self, line: str) -> Name | None:
        if self._lead and opens_comment(self._lead[-1]):
            name = name_in_comment(line, self.language)
        else:
            name = name_inside(line, self.language)
        # In a shell block `# app.py` is a remark about the commands.
        if name is not None and not name.keyed and only_shown(self.language, name.path):
            return None
        return name

    def _decide(self, line: str) -> None:
        """Decide without a name.

        ``line`` is the first that is none of its first lines, or how that begins.
        """
        if self.candidate is not None and self._can_be(self.candidate.path, line[:MAX_LINE]):
            self._open(self.candidate)
            return
        if self._may_be_files() and may_be_json(line):
            opening = "".join([self.opening, *self._lead])
            self.host.reader = JsonReader(self.host, self.fence, opening, self.whole)
            return
        path = self.announced.path if self.announced is not None else self.default
        # An install command before the program must not become main.py.
        if path is None or only_shown(self.language, path):
            self._to_snippet()
        elif self.announced is not None or fits(self.language, path):
            self._open(Name(path), announced=self.announced is not None)
        else:
            self._to_snippet()

    def _is_comment(self, line: str) -> bool:
        """Return whether a program may begin with this comment; what follows decides whether it is one."""
        path = self.candidate.path if self.candidate is not None else ""
        return is_source(path) and not is_markdown("", path) and line.startswith(("#", "//"))

    def _can_be(self, path: str, line: str) -> bool:
        """Return whether the first lines, ``line`` being the last, can be those of the file ``path``."""
        if is_markdown("", path):
            return line.startswith("#")
        if is_source(path):
            return any(map(looks_like_code, [*self._lead, line]))
        return not is_command(line) and (ending_of(path) != "json" or line.lstrip()[:1] in {"{", "["})

    def _may_be_files(self) -> bool:
        return self.announced is None and self.language in JSON_LANGUAGES

    def _open(self, name: Name, *, announced: bool = False) -> None:
        sink = self.host.open(name.path, announced=announced)
        reader = FenceReader(self.host, self.fence, sink, self.language, listed=self.listed)
        self.host.reader = reader
        self.host.replay(self._lead)

    def _close(self, line: str) -> None:
        """End a block that consists of its first lines."""
        if self._name is not None and not any(text.strip() for text in self._lead):
            # Only `path=x`: the model splits name and text into two blocks.
            self.host.out.prose(self.opening + line)
            self.host.to_prose()
            self.host.announce(self._name, [])
        elif self._name is not None:
            self.host.to_prose()
            self.host.announce(self._name, self._lead)
        else:
            self.host.out.prose("".join([self.opening, *self._lead, line]))
            self.host.to_prose()

    def _to_snippet(self) -> None:
        self.host.out.prose("".join([self.opening, *self._lead]))
        self.host.reader = SnippetReader(self.host, self.fence)


@dataclass(slots=True)
class SnippetReader:
    """Reads a block that is no file. File tags in it, and named blocks inside, are files all the same."""

    host: Host
    fence: Fence
    _inner: list[int] = field(default_factory=list)
    _last: str = ""
    _mid: bool = False

    def line(self, line: str) -> int | None:
        """Read a line."""
        if self._mid or len(line) > MAX_LINE:
            self._mid = False
            self.host.out.prose(line)
            return None
        fence = find_fence(line)
        if fence is not None and fence.char == self.fence.char:
            return self._fence_line(line, fence)
        tag = find_tag(line, alone=True) if "<" in line else None
        if tag is not None:
            sink = self.host.open(tag.path)
            self.host.reader = TagReader(self.host, sink, tag.name, within=self.fence)
            return self._after(line, tag.end)
        if line.strip():
            self._last = line
        self.host.out.prose(line)
        return None

    @staticmethod
    def _after(line: str, end: int) -> int:
        # The tag may stand in a comment, whose end is not the first line of the file.
        for mark in ("-->", "*/"):
            if line[end:].strip() == mark:
                return line.index(mark, end) + len(mark)
        return end

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if not self._mid and len(text) <= MAX_LINE:
            return 0
        self._mid = True
        self.host.out.prose(text)
        return len(text)

    def end(self) -> None:
        """A snippet may end anywhere."""

    def _fence_line(self, line: str, fence: Fence) -> int | None:
        if fence.info:
            # The end of the snippet was forgotten: the file after it must not be lost in it.
            if self.host.names(fence, self._last):
                return 0
            if fence.length >= self.fence.length:
                self._inner.append(fence.length)
        elif self._inner and fence.length >= self._inner[-1]:
            self._inner.pop()
        elif not self._inner and fence.length >= self.fence.length:
            self.host.out.prose(line)
            self.host.to_prose()
            return None
        self.host.out.prose(line)
        return None
