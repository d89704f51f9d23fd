"""Text that is no file: where a block gets its name, where tags and thinking begin."""

import re
from dataclasses import dataclass, field

from aiflow.extraction.blocks import BlockReader
from aiflow.extraction.fence_syntax import MAX_LINE, Fence, find_fence
from aiflow.extraction.fences import FenceReader
from aiflow.extraction.file_name_shapes import Name
from aiflow.extraction.first_lines import looks_like_code, name_inside
from aiflow.extraction.info_strings import language_of, name_in_info
from aiflow.extraction.json_reader import JsonReader, begins_json, may_be_json
from aiflow.extraction.language_tags import fits, is_source, only_shown
from aiflow.extraction.lines_before import name_on_line
from aiflow.extraction.readers import Host, Sink
from aiflow.extraction.sentences import NOT_A_TITLE, says_nothing_else
from aiflow.extraction.tagged import OpeningReader, TagReader
from aiflow.extraction.tags import Tag, begins_tag, find_tag

# So far from a heading a block is no longer the file that the heading names.
_MAX_LINES_BETWEEN = 12
_MAX_LINES_TO_PLAIN = 2
_CHANGES = frozenset({"diff", "patch"})
_PLAIN = frozenset({"", "text", "txt", "plaintext", "plain"})
_MAX_BLANK_LINES = 3
_LIST_MARK = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_JSON_STARTS = frozenset({"{", "["})
_RULE = re.compile(r"^\s*(?:-{2,}|={2,}|\*{3,}|_{3,}|\u2500{2,}|<br\s*/?>)\s*$")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s|^\*\*[^*]+\*\*\s*[:：]?\s*$")


@dataclass(slots=True)
class ProseReader:
    """Reads the answer outside files and blocks."""

    host: Host
    default: str | None = None
    _name: Name | None = None
    _between: int = 0
    _last: str = ""
    _listed: bool = False
    _described_before: bool = False
    _announced: Name | None = None
    _announced_lead: list[str] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _mid: bool = False
    _first: bool = True
    _whole: bool = False
    _no_json: bool = False
    _opened: bool = False

    def line(self, line: str) -> int | None:
        """Read a line."""
        if self._mid:
            self._mid = False
            self.host.out.prose(line)
            return None
        self._whole = False
        if self._to_json(line):
            return 0
        if len(line) > MAX_LINE:
            return self._long(line)
        text = line
        # Some answers begin with a byte order mark.
        if self._first and line.strip("\ufeff \t\r\n"):
            self._first, self._whole = False, True
            text = line.lstrip("\ufeff")
            raw = RawReader.for_first_line(self.host, text, self.default)
            if raw is not None:
                self.host.reader = raw
                raw.keep(line)
                return None
        return self._line(line, text)

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if self._mid:
            self.host.out.prose(text)
            return len(text)
        if len(text) <= MAX_LINE and not begins_json(text):
            return 0
        if self._to_json(text) or len(text) <= MAX_LINE:
            return 0
        taken = self._long(text)
        return len(text) if taken is None else taken

    def end(self) -> None:
        """The text is over."""
        self.resolve_announced()

    def resolve_announced(self) -> None:
        """A block that held a name and nothing else was a whole file after all."""
        name, self._announced = self._announced, None
        if name is not None and self._announced_lead:
            sink = self.host.out.open(name.path)
            for line in self._announced_lead:
                sink.text(line)
            sink.close(complete=True)
        self._announced_lead = []

    def _to_json(self, text: str) -> bool:
        """Return whether the line may begin JSON; then its reader is at work."""
        if self._no_json or text.lstrip()[:1] not in _JSON_STARTS or not may_be_json(text):
            return False
        self.host.reader = JsonReader(self.host, whole=self._first)
        return True

    def no_json(self) -> None:
        """Some JSON held no files: another attempt would read the same text again and again."""
        self._no_json = True

    def announce(self, name: Name, lead: list[str]) -> None:
        """Remember what a block consisted of."""
        self.resolve_announced()
        self._announced, self._announced_lead = name, lead

    def after_file(self, name: Name | None) -> None:
        """A file or block has ended; ``name`` is what its last line names the next."""
        self._name, self._between, self._described_before = name, 0, False

    def open(self, path: str, *, announced: bool = False) -> Sink:
        """Begin a file; an announced one that is not this one is resolved first."""
        if announced:
            self._announced = None
        self.resolve_announced()
        self._opened = True
        self._seen.add(path)
        self._name = None
        return self.host.out.open(path)

    def takes_over(self, fence: Fence, last: str) -> bool:
        """Return whether ``fence`` after the line ``last`` begins a named file inside another block."""
        language = language_of(fence.info)
        name = name_in_info(fence.info) or name_on_line(last)
        if name is None or only_shown(language, name.path):
            return False
        self.host.to_prose(name)
        return True

    def _long(self, line: str) -> int | None:
        """A line too long for a name: only its beginning may hold a tag."""
        tag = find_tag(line[:MAX_LINE])
        if tag is not None and tag.kind in {"file", "think"}:
            return self._tag(line, tag)
        self._name = None
        self.host.out.prose(line)
        self._mid = not line.endswith("\n")
        return None

    def _line(self, line: str, text: str) -> int | None:
        text = text.lstrip("\ufeff")
        if not text.strip():
            self.host.out.prose(line)
            return None
        mark = _LIST_MARK.match(text)
        fence = find_fence(text) or (mark and find_fence(" " * mark.end() + text[mark.end() :])) or None
        if fence is not None:
            self._fence(fence, line, listed=mark is not None)
            return None
        if "<" in text:
            tag = find_tag(line)
            if tag is not None:
                return self._tag(line, tag)
            if begins_tag(text):
                self.host.reader = OpeningReader(self.host)
                return 0
        self._remember(text, mark)
        self.host.out.prose(line)
        return None

    def _remember(self, text: str, mark: re.Match[str] | None) -> None:
        """Remember what the line may name."""
        # A rule may stand between a name and its block.
        if _RULE.match(text):
            return
        if self._announced_lead:
            self.resolve_announced()
        name = name_on_line(text)
        if mark is not None:
            self._listed = True
        elif not text[0].isspace():
            self._listed = False
        self._last = text
        if name is None:
            self._between += 1
            if (_HEADING.match(text) and not says_nothing_else(text)) or self._between > _MAX_LINES_BETWEEN:
                self._name = None
            self._described_before = False
            return
        # Two described files in a list make a table of contents.
        overview = self._described_before and name.described and mark is not None
        self._described_before = name.described and mark is not None
        self._name, self._between = (None if overview else name), 0

    def name_for(self, fence: Fence) -> Name | None:
        """Return the name that ``fence`` has from its own line or the lines before it."""
        language = language_of(fence.info)
        name = name_in_info(fence.info)
        if name is not None:
            shown = language in _CHANGES if name.keyed else only_shown(language, name.path)
            return name if not shown or fits(language, name.path) else None
        name = self._name
        if name is None or only_shown(language, name.path):
            return None
        if (name.fitting and language and not fits(language, name.path)) or (
            name.tentative and name.path in self._seen
        ):
            return None
        if self._between == 0:
            return name
        if not name.strong or name.path in self._seen:
            return None
        return name if fits(language, name.path) or self._may_be_plain(name, language) else None

    def candidate_for(self, fence: Fence) -> Name | None:
        """Return the name a line or two before a bare ``fence``; the block's text decides whether it fits."""
        name, language = self._name, language_of(fence.info)
        if name is None or not name.strong or name.path in self._seen or name.fitting:
            return None
        if language not in _PLAIN or (language and is_source(name.path)):
            return None
        return name if 0 < self._between <= _MAX_LINES_TO_PLAIN and _is_description(self._last) else None

    def _may_be_plain(self, name: Name, language: str) -> bool:
        """Return whether a block without a language some lines after a name can be the file.

        Then nothing else was introduced.
        """
        if language not in _PLAIN or self._between > _MAX_LINES_TO_PLAIN or NOT_A_TITLE.search(self._last):
            return False
        return not is_source(name.path) or (name.keyed and not language)

    def _fence(self, fence: Fence, line: str, *, listed: bool) -> None:
        name = self.name_for(fence)
        listed = listed or (self._listed and fence.indent > 0)
        language = language_of(fence.info)
        candidate = self.candidate_for(fence)
        self._name = None
        if name is None:
            default = None if self._opened else self.default
            self.host.reader = BlockReader(
                self.host,
                fence,
                line,
                language,
                listed=listed,
                announced=self._announced,
                candidate=candidate,
                default=default,
                whole=self._whole,
            )
            return
        self.host.reader = FenceReader(self.host, fence, self.open(name.path), language, listed=listed)

    def _tag(self, line: str, tag: Tag) -> int | None:
        self.host.out.prose(line[: tag.start])
        if tag.kind == "think":
            self._first = self._whole and not line[: tag.start].strip("\ufeff \t")
            self.host.reader = ThinkReader(self.host, tag.name)
            return tag.end
        if tag.kind == "path":
            self._name, self._between = Name(tag.path, strong=True, keyed=True), 0
            return tag.end
        if tag.kind == "empty":
            if tag.path not in self._seen:
                self.open(tag.path).close(complete=True)
            return tag.end
        if tag.kind == "content":
            if self._name is None or not self._name.keyed or self._between:
                self.host.out.prose(line[tag.start : tag.end])
                return tag.end
            path, self._name = self._name.path, None
        else:
            path = tag.path
        self.host.reader = TagReader(self.host, self.open(path), tag.name)
        return tag.end


def _is_description(line: str) -> bool:
    """Return whether a line between a name and a block is about the file, not about running or changing it.

    A line that ends with a colon introduces the block, and every word counts. Of a sentence only the first
    words count: "This file contains words that can be used in the game." has "used" and "in" in it.
    """
    text = line.strip()
    if text.endswith((".", "。", "!", "！")):
        text = " ".join(text.split()[:4]) if text.isascii() else text[:8]
    return not NOT_A_TITLE.search(text)


@dataclass(slots=True)
class ThinkReader:
    """Drops what a model thinks aloud."""

    host: Host
    tag: str
    _end: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        self._end = re.compile(f"</{self.tag}>", re.I)

    def line(self, line: str) -> int | None:
        """Read a line."""
        match = self._end.search(line)
        if match is None:
            return None
        self.host.resume()
        return match.end()

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        match = self._end.search(text)
        if match is not None:
            self.host.resume()
            return match.end()
        last = text.rfind("<")
        return last if last >= 0 and self._end.pattern.startswith(text[last:].lower()) else len(text)

    def end(self) -> None:
        """Nothing of it is kept."""


@dataclass(slots=True)
class RawReader:
    """Reads an answer that is one program and nothing else, its name in a comment on the first line.

    A heading looks like such a comment, so the lines are held back until one tells.
    """

    host: Host
    name: Name
    _held: list[str] = field(default_factory=list)
    _sink: Sink | None = None
    _mid: bool = False

    @classmethod
    def for_first_line(cls, host: Host, line: str, default: str | None) -> "RawReader | None":
        """Return a reader if the answer may be such a program."""
        name = name_inside(line, "")
        if name is not None:
            return cls(host, name)
        if default is not None and looks_like_code(line) and not line.startswith(("```", "~~~", "<")):
            return cls(host, Name(default))
        return None

    def keep(self, line: str) -> None:
        """Keep the first line."""
        self._held.append(line)

    def line(self, line: str) -> int | None:
        """Read a line."""
        sink = self._sink
        if self._mid and sink is not None:
            self._mid = False
            sink.text(line)
            return None
        if sink is None:
            return self._undecided(line)
        fence = find_fence(line)
        if fence is not None and fence.indent == 0:
            # The fence that the model forgot at the beginning, or prose again.
            sink.close(complete=True)
            self.host.to_prose()
            return None if not fence.info else 0
        sink.text(line)
        return None

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if len(text) <= MAX_LINE:
            return 0
        if self._sink is None:
            return self._undecided(text) or 0
        self._mid = True
        self._sink.text(text)
        return len(text)

    def end(self) -> None:
        """The program ends with the answer."""
        if self._sink is not None:
            self._sink.close(complete=True)
        else:
            self._back()
            self.host.reader.end()

    def _undecided(self, line: str) -> int | None:
        if not line.strip() and len(line) <= MAX_LINE and len(self._held) < _MAX_BLANK_LINES:
            self._held.append(line)
            return None
        if len(line) > MAX_LINE or not looks_like_code(line):
            self._back()
            return 0
        self._sink = self.host.open(self.name.path)
        for held in self._held:
            if not (self.name.drop and held is self._held[0]):
                self._sink.text(held)
        return 0

    def _back(self) -> None:
        """Return the lines to prose."""
        self.host.to_prose()
        self.host.replay(self._held)
