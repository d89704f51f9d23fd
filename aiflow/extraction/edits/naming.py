"""Which file an edit is about: the names on the lines before it, and the files that they mention."""

import re
from collections.abc import Iterable

from aiflow.extraction.fence_syntax import MAX_LINE
from aiflow.extraction.file_name_shapes import MAX_NAMING_LINE, is_path, unwrap
from aiflow.extraction.first_lines import name_inside
from aiflow.extraction.lines_before import name_on_line

_WORD = re.compile(r"[\w./\\-]+")
_ATTRIBUTE = re.compile(
    r"""[\s<](?:path|file|filename|file_?path|target|target_?file|name)\s*=\s*(?:"([^"<>]{1,300})"|'([^'<>]{1,300})')""",
    re.IGNORECASE,
)
_ELEMENT = re.compile(
    r"<(?:parameter\s+name=[\"'])?(?:path|file|file_?path|file_?name|target_?file)[\"']?>"
    r"\s*([^<>\n]{1,300}?)\s*</[a-z_]{4,20}>",
    re.IGNORECASE,
)
_HEADING = re.compile(r"#{1,6}\s")


class Names:
    """The file of the next edit, as far as the prose before it says.

    Args:
        paths: of the project's files.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = list(paths)
        self._by_word: dict[str, str | None] = {}
        for path in self._paths:
            for word in {path, path.rpartition("/")[2]}:
                # A name that two files share mentions neither.
                self._by_word[word] = path if word not in self._by_word or word == path else None
        self._used: str | None = None
        self._near: str | None = None
        self._section: str | None = None
        self._mentioned: str | None = None

    @property
    def said(self) -> str | None:
        """The file that the prose since the last edit names."""
        return self._near or self._section or self._mentioned

    @property
    def path(self) -> str | None:
        """The file that the next edit is about, as far as the text says."""
        return self.said or self._used

    def line(self, line: str) -> None:
        """Read a line of prose."""
        text = line.strip()
        if not text:
            return
        self._used = None
        path = name_of(line)
        # A heading names the file for the blocks below it, a sentence only for the next block.
        if _HEADING.match(text):
            self._section, self._near, self._mentioned = path, path, None
        else:
            self._near = path
        mentioned = {found for word in _WORD.findall(text[:MAX_LINE]) if (found := self._by_word.get(word))}
        # A sentence may end with the name: "in main.py."
        mentioned |= {
            found for word in _WORD.findall(text[:MAX_LINE]) if (found := self._by_word.get(word.rstrip(".")))
        }
        if len(mentioned) == 1:
            self._mentioned = mentioned.pop()
            if self._near is None and self._mentioned != self._section:
                self._section = None
        # A sentence about two files leaves open which one the next block is for, also below a heading.
        elif mentioned:
            self._mentioned = self._section = None

    def name(self, path: str | None) -> None:
        """Take ``path`` as the name of the next edit, where it is one."""
        self._near = path or self._near

    def used(self, path: str | None) -> None:
        """An edit of ``path`` has ended; blank lines alone between it and the next one keep its file."""
        self._used, self._near, self._mentioned = path, None, None


def name_of(line: str) -> str | None:
    """Return the file that a line names as the one that follows, or None."""
    text = line.strip()
    if not text or len(text) > MAX_NAMING_LINE:
        return None
    if text[0] == "<":
        found = _ATTRIBUTE.search(text)
        if found and is_path(found[1] or found[2], spaces=True):
            return found[1] or found[2]
        element = _ELEMENT.search(text)
        if element and is_path(element[1], spaces=True):
            return element[1]
    name = name_inside(text, "") or name_on_line(text)
    return name.path if name is not None else None


def diff_path(text: str) -> str:
    """Return the path in a diff's header; empty for ``/dev/null``."""
    # `diff -u` writes a tab and a time after the path.
    path = text.partition("\t")[0].strip()
    path = unwrap(path)[0]
    if path in {"/dev/null", "dev/null", "nul", "NUL"}:
        return ""
    # git writes `i/` and `w/` where diff.mnemonicPrefix is set.
    for prefix in ("a/", "b/", "i/", "w/"):
        if path.startswith(prefix):
            return path[2:]
    return path
