"""The files that a plan names: in its lists, headings, tables and drawn trees, or else in its sentences."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from aiflow.exceptions import UnsafePathError
from aiflow.model.language_facts import language_facts
from aiflow.model.markdown_reader import Kind, Line, Outline, is_table_row
from aiflow.model.paths import SafePath

_TEXT_ENDINGS = ("md", "txt", "json", "csv", "toml", "html", "css", "js", "ini", "cfg", "yaml", "yml")
# A program writes such files itself; a sentence about one may say so.
_DATA_ENDINGS = (".txt", ".json", ".csv", ".ini", ".cfg")
_WORD = re.compile(r"[\w./\\%~-]+")
_FOLDER = re.compile(r"[\w.-]+/?")
_AROUND_PURPOSE = " `*|：:-—–()（）#│"
# A name in marks, or a bare one: ASCII, for Chinese words follow it without a blank. A bare name with a
# capital is rather a product ("Node.js") than a file.
# The repetitions are limited, because a line may be a megabyte and each of its places is tried.
_NAME_IN_SENTENCE = re.compile(
    r"`([^`\n]{3,300})`|\*\*([^*`\n]{3,300})\*\*|(?<![\w./\\%~:-])((?:README|[a-z0-9_])[\w./-]{2,300})",
    re.ASCII,
)
_CLAUSE_ENDS = re.compile(r"[，,。；;！!？?、\n]|\.\s")
# In a text without punctuation, the search around each name would otherwise read all of it.
_MAX_CLAUSE = 60
_NOT_PLANNED = (
    "不需要", "不用", "不要", "不再", "不必", "无需", "没有", "without", "no need", "not need", "n't need",
)  # fmt: skip
_WRITTEN_LATER = (
    "保存", "存到", "存入", "存进", "写入", "写到", "记录", "生成", "导出", "输出",
    "save", "writ", "generat", "export", "output",
)  # fmt: skip
# Models draw with light lines, heavy lines or ASCII, and mix them in one tree.
_TREE_SIDES = " \t│┃|"
_TREE_FORKS = frozenset("├└┣┗")
_TREE_DASHES = "─━—-"


@cache
def _ending() -> re.Pattern[str]:
    """Return the pattern of a planned file's ending; not at import, for languages import this module."""
    endings = frozenset(_TEXT_ENDINGS).union(*(facts.endings for facts in language_facts()))
    return re.compile(rf"\.(?:{'|'.join(map(re.escape, sorted(endings)))})(?![\w/])")


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of a drawn tree.

    Attributes:
        column: where the line branches off.
        words: the name and what follows it.
    """

    column: int
    words: str


def read_branch(line: str) -> Branch | None:
    """Return the branch of a drawn tree ("├── main.py", "|-- src/") that ``line`` is, or None."""
    rest = line.lstrip(_TREE_SIDES)
    column = len(line) - len(rest)
    if rest[:1] in _TREE_FORKS and rest:
        words = rest[1:].lstrip(_TREE_DASHES).strip()
        return Branch(column, words) if words else None
    # The "|" of "|--" has been removed above as a side of the tree.
    if rest.startswith("--") and line[:column].endswith("|"):
        column, rest = column - 1, f"|{rest}"
    if rest[:1] not in {"|", "+", "`"} or rest[1:3] != "--":
        return None
    # A blank has to follow the dashes, because "|---|" is the rule of a table.
    words = rest[1:].lstrip("-")
    return Branch(column, words.strip()) if words[:1].isspace() and words.strip() else None


def planned_files(outline: Outline) -> dict[str, str]:
    """Return the files that a plan names, path to purpose, in the order of the text.

    A path that a project must not hold is left out: the extractor refuses the file itself.
    """
    files: dict[str, str] = {}
    folders: dict[int, str] = {}
    for line in outline.lines:
        branch = read_branch(line.source)
        folders = _folders_above(folders, branch)
        name = next(_names_in(line.source), None) if _is_structure(line, branch) else None
        if name is None:
            continue
        path = _safe("".join(folders.values()) + name.removeprefix("./"))
        if path is not None and path not in files:
            files[path] = line.source.split(name, 1)[1].strip(_AROUND_PURPOSE)
    # Sentences also mention files that are not planned, so they are read only where nothing else names one.
    return files or dict.fromkeys(_files_in_sentences(outline), "")


def names_planned_file(line: Line) -> bool:
    """Return whether a line of a list, a table, a heading or a drawn tree names a file or a folder."""
    branch = read_branch(line.source)
    return branch is not None or (
        _is_structure(line, branch) and next(_names_in(line.source), None) is not None
    )


def _is_structure(line: Line, branch: Branch | None) -> bool:
    """Return whether a file in this line is planned, not only mentioned."""
    if branch is not None or line.kind in {Kind.ITEM, Kind.HEADING} or is_table_row(line.source):
        return True
    # Some models put their list into a fence; other lines there may be commands, like "python main.py".
    return line.kind is Kind.CODE and line.text.startswith(("#", "-", "*"))


def _names_in(text: str) -> Iterator[str]:
    """Yield the words of ``text`` that are file names; one after a drive or in an address is none."""
    for word in _WORD.finditer(text):
        ending = _ending().search(word[0])
        if ending is None or ending.start() == 0:
            continue
        before = text[max(0, word.start() - 3) : word.start()]
        # A drive is a single letter; a word before the colon, as in "File:main.py", is a label.
        is_drive = before[-1:] == ":" and before[-2:-1].isalpha() and not before[-3:-2].isalpha()
        stem = word[0][: ending.start()].rpartition("/")[2]
        if word[0][0] not in "/\\" and "." not in stem and not (is_drive and before.isascii()):
            yield word[0][: ending.end()]


def _safe(path: str) -> SafePath | None:
    try:
        return SafePath(path)
    except UnsafePathError:
        return None


def _folders_above(folders: dict[int, str], branch: Branch | None) -> dict[int, str]:
    """Return the folders above a line of a drawn tree, by the column where each branches off."""
    # A line that is no branch ends the tree; the folders of the next one are others.
    if branch is None:
        return {}
    above = {column: name for column, name in folders.items() if column < branch.column}
    name = branch.words.split(maxsplit=1)[0]
    # Not every model ends a folder with a slash, and a file without any dot is rare.
    if _FOLDER.fullmatch(name) and (name.endswith("/") or "." not in name):
        above[branch.column] = f"{name.removesuffix('/')}/"
    return above


def _files_in_sentences(outline: Outline) -> Iterator[str]:
    """Yield the files that names in prose plan: "入口是 `main.py`，另有一份 README.md"."""
    for line in outline.lines:
        for mark in _NAME_IN_SENTENCE.finditer(line.source) if line.kind is not Kind.CODE else ():
            name = (mark[1] or mark[2] or mark[3].rstrip(".")).strip()
            ending = _ending().search(name)
            # Between marks there may also be a command: `python main.py`.
            if " " in name or ending is None or ending.end() != len(name):
                continue
            path = _safe(name)
            if path is not None and _is_planned(path, _clause_around(line.source, *mark.span())):
                yield path


def _is_planned(path: str, clause: str) -> bool:
    """Return whether ``clause`` is about a file of the project, not one that the program writes later."""
    if any(word in clause for word in _NOT_PLANNED):
        return False
    return not (path.endswith(_DATA_ENDINGS) and any(word in clause for word in _WRITTEN_LATER))


def _clause_around(text: str, start: int, end: int) -> str:
    """Return the clause around ``text[start:end]``, lower case, without that text."""
    before = _CLAUSE_ENDS.split(text[max(0, start - _MAX_CLAUSE) : start])[-1]
    return f"{before} {_CLAUSE_ENDS.split(text[end : end + _MAX_CLAUSE])[0]}".lower()
