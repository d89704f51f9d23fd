"""Fenced code: where it begins and ends (CommonMark 0.31, section 4.5), and what its first line says.

Beyond CommonMark, because models write so: a fence with an info string inside an open one begins an inner
block; in a Markdown file, and inside a docstring, a bare fence may be the file's end or begin an inner block.
That is undecided until the text after it tells (`_Guess`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from aiflow.extraction.fence_syntax import MAX_LINE, Fence, columns, dedent, find_fence
from aiflow.extraction.info_strings import name_in_info
from aiflow.extraction.language_tags import TRIPLE_QUOTED, ending_of, is_markdown
from aiflow.extraction.lines_before import name_on_line
from aiflow.extraction.readers import Host, Sink
from aiflow.extraction.tags import find_tag

# One or two backticks at the end of the received text can still become three.
_MAYBE_FENCE = re.compile(r"[ \t]*(?:$|`{1,2}$|~{1,2}$|```|~~~)")
# A language, perhaps in braces or after a dot; a quote after the backticks is a program's text.
_INNER_INFO = re.compile(r"[{\[.]?[^\W_]")
_STARTS = frozenset("`~<")
_BLANK = 2  # a line end has one or two characters
_RUNS = frozenset({"```", "~~~"})
# Three characters suffice to reject nearly every line before a pattern runs.
_THINK_STARTS = frozenset({"<th", "<mm"})
# Undecided text is held back up to this length; a longer one is read as an inner block.
_MAX_GUESS_CHARS = 64 * 1024
_THINKING = re.compile(r"^<(?P<name>(?:mm:)?think(?:ing)?)>")
# More than `</mm:thinking>` has, which may arrive in pieces.
_LONGEST_END = 16
_THINKS_NOT = frozenset(
    {"md", "markdown", "mdx", "txt", "html", "htm", "xml", "svg", "vue", "jsx", "tsx", "svelte", ""}
)


@dataclass(slots=True)
class _Guess:
    """A bare fence that may end the file or begin an inner block, and what came after it."""

    introduced: bool  # the line before it ends with a colon, or is a heading
    held: list[str]
    size: int = 0

    def leads_out(self) -> bool:
        """Return whether what was held back introduces the block that now begins."""
        if self.introduced:
            return False
        lines = [line for line in self.held[1:] if line.strip()]
        return bool(lines) and (
            _introduces(lines[-1]) or (len(lines) == 1 and name_on_line(lines[0]) is not None)
        )


@dataclass(slots=True)
class FenceReader:
    """Reads the text of one named fence into a file.

    Attributes:
        host: the extractor.
        fence: the opening line.
        sink: the file.
        language: of the info string.
        end_tag: the closing tag around the fence, where it stands in one.
        nested: whether the fence is in a list, so that its end may be indented as well.
        named: gives the name of an inner fence with info, if it is one that begins another file.
    """

    host: Host
    fence: Fence
    sink: Sink
    language: str
    end_tag: re.Pattern[str] | None = None
    listed: bool = False
    _inner: list[int] = field(default_factory=list)
    _guess: _Guess | None = None
    _last: str = ""
    _current: str = ""
    _strip: int | None = None
    _quote: str = ""
    _mid: bool = False
    _plain: bool = False
    _add: Callable[[str], None] = field(init=False)
    _thinking: re.Pattern[str] | None = None
    _thought: bool = False
    _markdown: bool = False
    _triple_quotes: bool = False

    def __post_init__(self) -> None:
        # Bound once: otherwise two attributes are looked up for each line of each file.
        self._add = self.sink.text
        self._markdown = is_markdown(self.language, self.sink.path)
        self._triple_quotes = ending_of(self.sink.path) in TRIPLE_QUOTED
        # Without indentation there is nothing to strip, so most lines need no look at their blanks.
        if not self.fence.indent:
            self._strip = 0
            self._plain = True

    def line(self, line: str) -> int | None:
        """Read a line."""
        start = line.lstrip()
        if self._plain and start[:1] not in _STARTS:
            # Nearly every line comes this way, so it is short.
            self._add(line)
            if len(start) > _BLANK:
                self._last = line
                if self._triple_quotes and ('"""' in line or "'''" in line):
                    self._remember(line)
            return None
        return self._line(line)

    def _line(self, line: str) -> int | None:
        """Read a line that is not plain; afterwards, whether the next one may be."""
        taken = self._other_line(line, line.lstrip(" \t")[:3])
        self._plain = self._strip == 0 and self._guess is None and self._thinking is None
        return taken

    def _other_line(self, line: str, start: str) -> int | None:
        # The rest of a line whose beginning has gone out: only a whole line can be a fence or a tag.
        if self._mid:
            self._text(line)
            self._mid = False
            return None
        if self._guess is not None:
            return self._guess_line(self._guess, line)
        if start in _RUNS:
            fence = find_fence(line)
            if fence is not None and fence.char == self.fence.char and self._reaches(fence):
                return self._fence_line(line, fence)
        elif start[:2] == "</" and self.end_tag is not None and self.end_tag.match(line.strip()):
            self._close()
            return None
        elif (self._thinking or (start in _THINK_STARTS and len(line) <= MAX_LINE)) and self._think(line):
            return None
        self._keep(line)
        return None

    def partial(self, text: str) -> int:
        """Read the beginning of a line."""
        if self._mid:
            self._text(text)
            return len(text)
        if self._thinking is not None:
            return self._think_on(text, self._thinking)
        if self._guess is not None:
            guess = self._guess
            # A single endless line must not be held back without a bound either.
            if guess.size + len(text) > _MAX_GUESS_CHARS:
                self._guess_text(guess, text)
            return 0
        if len(text) <= MAX_LINE and (_MAYBE_FENCE.match(text) or text.lstrip()[:1] == "<"):
            return 0
        self._mid, self._plain = True, False
        self._keep(text)
        return len(text)

    def end(self) -> None:
        """The text is over."""
        guess = self._guess
        if guess is None:
            self.sink.close(complete=False)
            return
        self._ended(guess)

    def _reaches(self, fence: Fence) -> bool:
        """Return whether a fence of this indentation is one for the open block at all."""
        # CommonMark allows three columns; the content of a list item is itself indented, so its end is
        # deeper.
        limit = self.fence.indent + 3 if self.listed or self.fence.indent > 3 else 3
        return fence.indent <= limit

    def _fence_line(self, line: str, fence: Fence) -> int | None:
        if fence.info and not _INNER_INFO.match(fence.info):
            self._keep(line)  # ```""" closes a string of the program
        elif fence.info:
            # The line that names the next file was read as text of this one, so this one is not complete.
            if self._begins_another(fence):
                self.sink.close(complete=False)
                self.host.to_prose(name_on_line(self._last))
                return 0
            # A shorter inner fence cannot be confused with the end of this block, so nothing waits for its
            # end.
            if fence.length >= self.fence.length:
                self._inner.append(fence.length)
            self._keep(line)
        elif self._inner and fence.length >= self._inner[-1]:
            self._inner.pop()
            self._keep(line)
        elif self._inner or fence.length < self.fence.length:
            self._keep(line)
        elif self._markdown or self._quote:
            self._guess = _Guess(
                introduced=_introduces(self._last) or self._last.startswith("#"), held=[line]
            )
        else:
            self._close()
        return None

    def _begins_another(self, fence: Fence) -> bool:
        """Return whether a fence names another file, so that the end of this one was forgotten."""
        # Documents and docstrings show named blocks as examples.
        if self._markdown or self._quote or self._inner:
            return False
        return name_in_info(fence.info) is not None or name_on_line(self._last) is not None

    def _close(self) -> None:
        self.sink.close(complete=True)
        self.host.to_prose()

    def _keep(self, line: str) -> None:
        """Add a line, or the beginning of one, to the file."""
        if self._strip is None and line.strip():
            # Models that indent a fence often forget to indent what is in it.
            indent = columns(line[: len(line) - len(line.lstrip(" \t"))])
            self._strip = self.fence.indent if indent >= self.fence.indent else 0
        if self._strip:
            line = dedent(line, self._strip)
        self._current = ""
        self._text(line)

    def _text(self, text: str) -> None:
        """Add text to the file and, at the end of a line, remember the line."""
        self.sink.text(text)
        # Cut: a minified file may be one line, and only the beginning of a line is ever judged.
        line = self._current = (self._current + text)[:MAX_LINE] if self._current else text
        if text[-1:] == "\n" and len(line.lstrip(" \t")) > _BLANK:
            self._remember(line)

    def _remember(self, line: str) -> None:
        """Note what a line means for a fence after it."""
        self._last = line
        if self._triple_quotes and ('"""' in line or "'''" in line) and len(line) < MAX_LINE:
            self._quote = quote_after(line, self._quote)

    def _think(self, line: str) -> bool:
        """Return whether the line is thinking that a model typed in the middle of a program."""
        if self._thinking is None:
            match = _THINKING.match(line)
            if not match or self._quote or ending_of(self.sink.path) in _THINKS_NOT:
                return False
            self._thinking = re.compile(rf"</{re.escape(match['name'])}>")
        if self._thought or self._thinking.search(line):
            self._thinking, self._thought = None, False
        return True

    def _think_on(self, text: str, end: re.Pattern[str]) -> int:
        """Drop the beginning of a long line of thinking, but for what may be the beginning of its end."""
        if len(text) <= MAX_LINE:
            return 0
        self._thought = self._thought or end.search(text) is not None
        return len(text) - _LONGEST_END

    def _guess_line(self, guess: _Guess, line: str) -> int | None:
        fence = find_fence(line)
        if fence is not None and (fence.char != self.fence.char or not self._reaches(fence)):
            fence = None
        if fence is None:
            return self._guess_text(guess, line)
        bare = not fence.info
        # Another fence directly below, or one with a language, begins a block: the bare one was the end.
        if len(guess.held) == 1 or not bare or guess.leads_out():
            return self._ended(guess)
        self._began(guess)
        self._keep(line)
        return None

    def _guess_text(self, guess: _Guess, line: str) -> int | None:
        if len(guess.held) == 1 and (not line.strip() or _leads_on(line)):
            return self._ended(guess)
        if (self.end_tag is not None and self.end_tag.match(line.strip())) or find_tag(
            line[:MAX_LINE], alone=True
        ):
            return self._ended(guess)
        guess.size += len(line)
        if guess.size > _MAX_GUESS_CHARS:
            self._began(guess)
            # The inner block is still open: without the entry its end would be read as the file's.
            self._inner.append(self.fence.length)
            return 0
        guess.held.append(line)
        return None

    def _began(self, guess: _Guess) -> None:
        """Go on with the file: the fence began an inner block."""
        self._guess = None
        for line in guess.held:
            self._keep(line)

    def _ended(self, guess: _Guess) -> int:
        """End the file at the fence: the lines held back after it are prose."""
        self._guess = None
        self.sink.close(complete=True)
        self.host.to_prose()
        self.host.replay(guess.held[1:])
        return 0


def quote_after(line: str, quote: str) -> str:
    """Return which triple quote is open after ``line`` if ``quote`` was open before it (empty: none)."""
    if not quote and line.count('"""') == 2 and "'''" not in line:
        return ""  # a docstring of one line, the usual case
    at = 0
    while True:
        if quote:
            at = line.find(quote, at)
            if at < 0:
                return quote
            at, quote = at + 3, ""
            continue
        double, single = line.find('"""', at), line.find("'''", at)
        if double < 0 and single < 0:
            return ""
        at = min(position for position in (double, single) if position >= 0)
        # A comment may speak of triple quotes; they open nothing.
        if "#" in line[:at] and line.lstrip().startswith("#"):
            return ""
        quote, at = line[at : at + 3], at + 3


def _introduces(line: str) -> bool:
    return len(line) < MAX_LINE and line.rstrip("*_ \r\n").endswith((":", "："))


def _leads_on(line: str) -> bool:
    """Return whether a line after a Markdown file's bare fence continues the answer."""
    text = line.strip()
    if text.startswith(("## ", "### ", "#### ")):
        return True
    name = name_on_line(text)
    return name is not None and (name.keyed or name.strong)
