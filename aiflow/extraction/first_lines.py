"""How models name a file in the first lines of its text; which lines can only be a program's.

All are pure.
"""

import re

from aiflow.extraction.file_name_shapes import COMMANDS, KEYED, MAX_NAMING_LINE, Name, is_path, unwrap
from aiflow.extraction.language_tags import DATA, ENDINGS_OF, MARKDOWN, ending_of, fits, words

# The marks around a comment on one line; the inner character of a mark may be repeated.
_COMMENTS = (
    ("<!--", "-->", "-"), ("{/*", "*/}", "*"), ("/*", "*/", "*"), ('"""', '"""', ""), ("'''", "'''", ""),
    ("(*", "*)", ""),
)  # fmt: skip
_LINE_COMMENTS = ("//", "#", "--", ";", "%")
# The blank is part of the mark: `remove.py` is no comment of a batch file.
_WORD_COMMENTS = ("rem ", "@rem ", ":: ")
# A docstring often begins with the name and ends some lines further on.
_OPEN_COMMENTS = (('"""', ""), ("'''", ""), ("/*", "*"), ("<!--", "-"))

_QUOTES = frozenset("\"'*")
# The endings of the languages in which ``//`` or ``%`` begins a comment.
_COMMENTED = {
    "/": frozenset().union(
        *(
            ENDINGS_OF[language]
            for language in words(
                "js jsx ts tsx java kotlin c cpp csharp go rust php swift scala dart groovy scss json glsl"
            )
        )
    ),
    "%": ENDINGS_OF["latex"] | ENDINGS_OF["matlab"] | ENDINGS_OF["erlang"],
}

_MAGIC = re.compile(r"^%%(?:writefile|file)\s+(?P<path>\S+)$")

_OPENER = re.compile(r"^(?:[rRuU]?(?:\"\"\"|''')|/\*+|<!--+)$")

_COMMENT_NAME = re.compile(r"^(?P<path>\S+?)(?:\s*(?:[-–—]+\s|——|[:：]\s|[(（]).{0,200})?$")

_INSIDE_KEY = re.compile(
    (
        r"^(?P<key>file-?_?path|file-?_?name|path|file|filepath|文件名|文件|"
        r"路径)\s*(?P<sign>[=:：])\s*(?P<value>.+?)\s*$"
    ),
    re.I,
)

# Such a line must stay first in its file, so models write the name below it.
_PREAMBLE = re.compile(
    r"^(?:#!.*|#.*coding[:=].*|<\?(?:php|xml).*|<!doctype html>|[\"']use strict[\"'];?)\s*$", re.I
)

# Each alternative is rare in prose: a wrong match would make a whole answer one file.
_CODE = re.compile(
    r"^(?:import\s[\w.{*\"']|from\s+[\w.]+\s+import\b|def\s+\w+\s*\(|class\s+\w+|@\w|async\s+(?:def|"
    r"function)\b|\"\"\"|'''|if\s+__name__|[A-Za-z_][\w.]*\(.*\)\s*[;:{]?$|[A-Za-z_][\w.]*\s*=[^=]|"
    r"try:|#!|#\s*-\*-|const\s|let\s|var\s|function\s+\w|export\s|[\"']use strict|<!doctype|<html|"
    r"<\?|#include\b|package\s+\w|using\s+\w|public\s+\w|[.#@*]?[\w-]+\s*\{$|[\[{]$|\{\s*\"|"
    r"while\s.+:$|for\s.+:$|with\s.+:$)",
    re.I,
)


def is_preamble(line: str) -> bool:
    """Return whether a naming comment may still follow this first line.

    A shebang, a coding line, a doctype.
    """
    return bool(_PREAMBLE.match(line.strip()))


def opens_comment(line: str) -> bool:
    """Return whether ``line`` does nothing but begin a comment or a docstring."""
    return bool(_OPENER.match(line.strip()))


def name_in_comment(line: str, language: str) -> Name | None:
    """Return the name that a line within a comment gives, as `name_inside` does."""
    text = line.strip().lstrip("*").strip()
    return _name_in_comment(text, language) if 2 < len(text) <= MAX_NAMING_LINE else None


def looks_like_code(line: str) -> bool:
    """Return whether a line can only be a program's: for an answer that is one file and nothing else."""
    return bool(_CODE.match(line.strip()))


def is_command(line: str) -> bool:
    """Return whether ``line`` is typed into a terminal, not part of a file."""
    words = line.split(maxsplit=1)
    return bool(words) and (words[0].lower() in COMMANDS or words[0] in {"$", ">", "%", ">>>"})


def name_inside(line: str, language: str) -> Name | None:
    """Return the name that the first line inside a block gives, or None.

    Args:
        line: the line.
        language: what the fence says, lower case, may be empty.
    """
    text = line.strip()
    if not 2 < len(text) <= MAX_NAMING_LINE:
        return None
    magic = _MAGIC.match(text)
    if magic and is_path(magic["path"]):
        return Name(magic["path"], keyed=True, drop=True)
    # Before comments are read: without its `//` the path would name another file and pass the check.
    if is_attached_path(text):
        return Name(text)
    comment = _comment_text(text)
    return _uncommented_name(text, language) if comment is None else _name_in_comment(comment, language)


def is_attached_path(text: str) -> bool:
    """Return whether ``text`` is a path that begins like a comment: "//server/share/a.py", "%2fa.py".

    Such a path must not become another one by losing its first characters; it is refused as it is. Without a
    blank, ``//`` and ``%`` begin a comment only in a language that has such comments.
    """
    rest = text.lstrip(text[0]) if text[:2] == "//" or text[:1] == "%" else ""
    if not rest or rest[0].isspace() or not is_path(rest):
        return False
    return text.startswith("///") or rest.count("/") > 1 or ending_of(rest) not in _COMMENTED[text[0]]


def _comment_text(text: str) -> str | None:
    """Return what the comment says that a line consists of, or None for another line."""
    for left, right, repeated in _COMMENTS:
        if len(text) >= len(left) + len(right) and text.startswith(left) and text.endswith(right):
            return text[len(left) : -len(right)].strip(repeated or None).strip()
    for mark in _LINE_COMMENTS:
        if text.startswith(mark):
            rest = text.lstrip(mark[0])
            # A shebang names the interpreter, not the file.
            return None if mark == "#" and rest.startswith("!") else rest.removeprefix("!").strip()
    for mark in _WORD_COMMENTS:
        if text.lower().startswith(mark):
            return text[len(mark) :].strip()
    for left, repeated in _OPEN_COMMENTS:
        inner = text[len(left) :].lstrip(repeated or None).strip()
        if text.startswith(left) and inner and not set(inner) & _QUOTES:
            return inner
    return None


def _name_in_comment(text: str, language: str) -> Name | None:
    # Models draw frames around the name, as in `# ===== main.py =====`.
    text = text.strip("=-*# \t")
    match = _INSIDE_KEY.match(text) or KEYED.match(text)
    keyed = match is not None
    given = (match.groupdict().get("value") or match.group("rest")) if match else text
    text = unwrap(given)[0]
    if not (is_path(text, spaces=keyed) or (keyed and text.startswith("/") and " " not in text)):
        match = _COMMENT_NAME.match(text)
        if not match or not is_path(match["path"]):
            return None
        text = match["path"]
    if language in MARKDOWN and not keyed and ending_of(text) not in MARKDOWN:
        return None  # "# main.py" there is a heading of the document
    return Name(text, keyed=keyed, drop=ending_of(text) in {"json", "csv", "tsv", "ipynb"})


def _uncommented_name(text: str, language: str) -> Name | None:
    match = _INSIDE_KEY.match(text)
    if not match:
        return None
    value = match["value"]
    path, _ = unwrap(value)
    if not is_path(path):
        return None
    quoted = path != value
    if quoted and (match["sign"] != "=" or re.search(r"\s=|=\s", text) or not fits(language, path)):
        return None  # `filename = "data.txt"` is a program's own line
    # With blanks around the sign, `path = x.py` is an assignment of the program.
    if not quoted and match["sign"] == "=" and re.search(r"\s=|=\s", text):
        return None
    if language in DATA and not fits(language, path):
        return None
    return Name(path, keyed=True, drop=True)
