"""How models name a file in the first lines of its text; which lines can only be a program's.

All are pure.
"""

import re

from aiflow.extraction.file_name_shapes import KEYED, MAX_NAMING_LINE, Name, is_path, unwrap
from aiflow.extraction.language_tags import DATA, MARKDOWN, ending_of, fits

_COMMENTS = (
    re.compile(r"^<!--+\s*(?P<text>.*?)\s*--+>\s*$"),
    re.compile(r"^\{/\*+\s*(?P<text>.*?)\s*\*+/\}\s*$"),
    re.compile(r"^/\*+\s*(?P<text>.*?)\s*\*+/\s*$"),
    re.compile(r"^//+!?\s*(?P<text>.*?)\s*$"),
    re.compile(r"^#+\s*(?P<text>[^!].*?)\s*#*$"),
    re.compile(r"^--+\s*(?P<text>.*?)\s*$"),
    re.compile(r"^;+\s*(?P<text>.*?)\s*$"),
    re.compile(r"^%+\s*(?P<text>.*?)\s*$"),
    re.compile(r"^(?:@?rem|::)\s+(?P<text>.*?)\s*$", re.I),
    re.compile(r"^\"\"\"\s*(?P<text>.*?)\s*\"\"\"\s*$"),
    re.compile(r"^'''\s*(?P<text>.*?)\s*'''\s*$"),
    re.compile(r"^\(\*\s*(?P<text>.*?)\s*\*\)\s*$"),
    re.compile(r"^(?:\"\"\"|'''|/\*+|<!--+)\s*(?P<text>[^\"'*\s][^\"'*]*?)\s*$"),
)

_MAGIC = re.compile(r"^%%(?:writefile|file)\s+(?P<path>\S+)$")

_OPENER = re.compile(r"^(?:[rRuU]?(?:\"\"\"|''')|/\*+|<!--+)$")

_COMMENT_NAME = re.compile(r"^(?P<path>\S+?)(?:\s*(?:[-–—]+\s|——|[:：]\s|[(（]).{0,200})?$")

_INSIDE_KEY = re.compile(
    (
        r"^(?P<key>file-?_?path|file-?_?name|path|file|filepath|文件名|文件|路径)\s*(?P<sign>[=:："
        r"])\s*(?P<value>.+?)\s*$"
    ),
    re.I,
)

_PREAMBLE = re.compile(
    r"^(?:#!.*|#.*coding[:=].*|<\?(?:php|xml).*|<!doctype html>|[\"']use strict[\"'];?)\s*$", re.I
)

_CODE = re.compile(
    r"^(?:import\s[\w.{*\"']|from\s+[\w.]+\s+import\b|def\s+\w+\s*\(|class\s+\w+|@\w|async\s+(?:def|f"
    r"unction)\b|\"\"\"|'''|if\s+__name__|"
    r"[A-Za-z_][\w.]*\(.*\)\s*[;:{]?$|[A-Za-z_][\w.]*\s*=[^=]|try:|#!|#\s*-\*-|const\s|let\s|var\s|fu"
    r"nction\s+\w|export\s|[\"']use strict|<!doctype|<html|<\?|"
    r"#include\b|package\s+\w|using\s+\w|public\s+\w|[.#@*]?[\w-]+\s*\{$|[\[{]$|\{\s*\"|while\s.+:$|f"
    r"or\s.+:$|with\s.+:$)",
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
    for pattern in _COMMENTS:
        match = pattern.match(text)
        if match:
            return _name_in_comment(match["text"], language)
    return _uncommented_name(text, language)


def _name_in_comment(text: str, language: str) -> Name | None:
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
    if not quoted and match["sign"] == "=" and re.search(r"\s=|=\s", text):
        return None
    if language in DATA and not fits(language, path):
        return None
    return Name(path, keyed=True, drop=True)
