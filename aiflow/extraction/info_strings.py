"""How models name a file in the text after a fence's backticks."""

import re

from aiflow.extraction.file_name_shapes import KEYED, MAX_NAMING_LINE, Name, is_path, unwrap
from aiflow.extraction.first_lines import is_attached_path
from aiflow.extraction.language_tags import ENDINGS_OF, KNOWN_NAMES, fits

_ATTRIBUTE = re.compile(
    r"(?:^|[\s{,;(\[:|])(?P<key>file-?_?path|file-?_?name|path|file|title|name|label|caption|src|"
    r"source|文件名|文件|路径)\s*[=:：]\s*(?P<value>\"[^\"]*\"|'[^']*'|“[^”]*”|[^\s,;}\])]+)",
    re.I,
)
_SURE_KEYS = frozenset(
    {"filepath", "file_path", "file-path", "filename", "file_name", "file-name", "path", "file", "文件名",
     "文件", "路径"}
)  # fmt: skip
_JOINED = re.compile(r"^(?P<language>[A-Za-z0-9+]+)(?:[|,;@#=>]+|--+>?|::+|->)(?P<path>.+)$")
_BETWEEN = re.compile(
    r"^(?:(?:create|new|save|write|copy|file|filename|path|title|name|新建|创建|保存)\s+)+", re.I
)
_LANGUAGE = re.compile(r"^[{\[(]?\s*\.?([^\s:{}(),\[\]=\"']*)")


def language_of(info: str) -> str:
    """Return the language that an info string begins with, lower case; empty where it names none."""
    match = _LANGUAGE.match(info.strip())
    return match[1].lower() if match else ""


def name_in_info(info: str) -> Name | None:
    """Return the name in the text after a fence's backticks, or None."""
    info = info.strip()
    if not info or len(info) > MAX_NAMING_LINE * 2:
        return None
    if info.isalpha():
        return None  # a language alone
    for match in _ATTRIBUTE.finditer(info):
        value = _value(match["value"])
        if value and (match["key"].lower() in _SURE_KEYS or is_path(value, spaces=True)):
            return Name(value, keyed=True)
    first, _, rest = (info.strip("{}").strip() if info[0] == "{" else info).partition(" ")
    language, colon, path = first.partition(":")
    # `c:main.c` is a language and a name; one letter before a slash is a drive, to be refused.
    drive = len(language) == 1 and not (fits(language, path) and path[:1] not in "/\\")
    if colon and is_path(path) and (language.isalnum() or not language) and not drive:
        return Name(path, keyed=True)
    joined = _JOINED.match(first)
    if joined and joined["language"].lower() in ENDINGS_OF and is_path(joined["path"]):
        return Name(joined["path"], keyed=True)
    # Some models write the name first: `main.py:python`.
    if colon and is_path(language) and path.lower() in ENDINGS_OF:
        return Name(language, keyed=True)
    titled = info.rpartition(":")[2].strip()
    if info.count(":") > 1 and " " in info and language_of(info) in ENDINGS_OF and is_path(titled):
        return Name(titled, keyed=True)
    # `makefile` and `dockerfile` are languages as well; alone they name no file.
    if (is_path(first) and first.lower() not in KNOWN_NAMES) or (
        first.lower() in KNOWN_NAMES and "." in first
    ):
        return Name(first)
    return _name_after_language(rest.strip())


def _value(text: str) -> str:
    """Return an attribute's value; blanks inside its quotes are part of it."""
    return text[1:-1] if len(text) > 1 and text[0] in "\"'“" and text[-1] in "\"'”" else unwrap(text)[0]


def _name_after_language(rest: str) -> Name | None:
    if is_attached_path(rest.partition(" ")[0]):
        return Name(rest.partition(" ")[0])
    rest = re.sub(r"^(?:#+|//+|--+|[-–—:：|>@]|/\*|<!--)\s*", "", rest)
    rest = re.sub(r"\s*(?:\*/|--+>)$", "", rest)
    if not rest:
        return None
    rest = _BETWEEN.sub("", rest)
    path, spaced = unwrap(rest[1:-1] if rest[0] == "{" and rest[-1] == "}" else rest)
    if is_path(path, spaces=spaced):
        return Name(path)
    keyed = KEYED.match(path)
    if keyed and is_path(keyed["rest"].strip()):
        return Name(keyed["rest"].strip(), keyed=True)
    path = unwrap(rest.split()[0])[0]
    return Name(path) if is_path(path) else None
