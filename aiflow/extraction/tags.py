"""How file tags look: `<file path="…">`, bolt's and others' actions, and the thinking that is no output."""

import functools
import re
from dataclasses import dataclass

from aiflow.extraction.file_name_shapes import is_path, unwrap
from aiflow.model.language_facts import language_facts

# Tags of bolt, Dyad, Lovable and Cline, and those that models make up themselves.
_FILE_TAGS = (
    "file|boltaction|dyad-write|lov-write|write_to_file|write_file|create_file|new_file|file_write"
    "|file-write|filewrite|writefile|createfile|create-file|new-file|code_file|codefile|code-file"
    "|source_file|sourcefile|file_content|file-content|artifact|antartifact|code|document|source|snippet"
    "|module|script_file|generated_file|output_file|project_file|projectfile|文件|代码文件"
)
# Tags that stand for a file wherever they are; the others must begin a line or end it.
_DISTINCT = frozenset({"boltaction", "dyad-write", "lov-write", "write_to_file", "create_file"})
_USUALLY_EMPTY = frozenset({".gitkeep", ".keep", ".nojekyll"}).union(
    *(facts.usually_empty for facts in language_facts())
)
# Quoted values are matched whole: `>` in one does not end the tag.
_VALUES = r"(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')"
_TAG = re.compile(
    rf"<(?P<think>(?:mm:)?think(?:ing)?|thought|reasoning)>"
    rf"|<(?P<tag>{_FILE_TAGS})(?P<attrs>[\s:=]{_VALUES}*)>"
    rf"|<(?P<name>path|file_?path|file_?name|name)>(?P<path>[^<>\n]{{1,400}})</(?P=name)>"
    r"|<(?P<content>contents?|code|file_content|source|body|text)>",
    re.I,
)
_TAG_BEGINS = re.compile(rf"^\s*<(?:{_FILE_TAGS})(?:\s[^<>]*)?$", re.I)
_ATTRIBUTE = re.compile(
    r"(?P<key>[A-Za-z_-]+)\s*=\s*(?P<value>\"[^\"]*\"|'[^']*'|“[^”]*”|[^\s\"'>]+)",
)
_PATH_KEYS = ("filepath", "path", "filename", "file", "name", "src", "title", "identifier", "id")
# `title` and `id` often hold a description; under these keys even an odd value is meant as a path.
_SURE_KEYS = _PATH_KEYS[:4]
_BARE = re.compile(r"^[\s:=]+[\"']?([^\s\"'=<>]+)[\"']?\s*$")
COMMENT_MARKS = frozenset({"", "#", "//", "--", ";", "<!--", "/*", "*", "%", '"""', "'''", "##", "-"})
COMMENT_TAIL = re.compile(r"[ \t]*(?:-->|\*/|\"\"\"|''')?[ \t]*(?:\r?\n)?")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that matters in prose.

    Attributes:
        start: where it begins in the line.
        end: where the text after it begins.
        name: lower case.
        kind: "think", "file", "empty" (a file without a text), "path" (names the content that follows)
            or "content" (opens the content of the file that was named).
        path: of a "file" or "path".
    """

    start: int
    end: int
    name: str
    kind: str
    path: str = ""


def find_tag(line: str, start: int = 0, *, alone: bool = False) -> Tag | None:
    """Return the first tag of files or thinking in ``line`` at or after ``start``.

    Args:
        line: at most `MAX_LINE` characters.
        start: where to begin.
        alone: only a file tag that begins the line counts.
    """
    for match in _TAG.finditer(line, start):
        before = line[: match.start()]
        if before.count("`") % 2:
            continue  # inside inline code it is talked about
        if match["think"]:
            found = Tag(match.start(), match.end(), match["think"].lower(), "think")
        elif match["name"]:
            found = Tag(match.start(), match.end(), match["name"].lower(), "path", match["path"].strip())
        elif match["content"]:
            found = Tag(match.start(), match.end(), match["content"].lower(), "content")
        else:
            path = _path_of(match["tag"].lower(), match["attrs"].rstrip().removesuffix("/"))
            if match["attrs"].rstrip().endswith("/"):
                # <file path="x"/> holds nothing: it mentions a file, but for those that usually hold nothing.
                if path.rpartition("/")[2] in _USUALLY_EMPTY and line.strip() == match[0] and not alone:
                    return Tag(match.start(), match.end(), match["tag"].lower(), "empty", path)
                continue
            if not path or not _is_placed(match, line, before, path):
                continue
            found = Tag(match.start(), match.end(), match["tag"].lower(), "file", path)
        if not alone or (found.kind == "file" and before.strip() in COMMENT_MARKS):
            return found
    return None


def _path_of(tag: str, attributes: str) -> str:
    values = {
        match["key"].lower().replace("_", "").replace("-", ""): match["value"]
        for match in _ATTRIBUTE.finditer(attributes)
    }
    # An action of bolt may be a shell command.
    if tag == "boltaction" and unquote(values.get("type", "file")) != "file":
        return ""
    for key in _PATH_KEYS:
        if key in values:
            value = unquote(values[key])
            if (
                key in _SURE_KEYS
                or (key == "name" and tag not in {"code", "source", "document"})
                or is_path(value, spaces=True)
            ):
                return value
    # Some models leave out the key: `<file main.py>`, `<file=main.py>`.
    bare = _BARE.match(attributes)
    return bare[1] if bare and is_path(bare[1]) else ""


def unquote(value: str) -> str:
    """Return an attribute's value without its quotes; blanks inside them are part of it."""
    if len(value) > 1 and value[0] in "\"'“" and value[-1] in "\"'”":
        return value[1:-1]
    return value


def _is_placed(match: re.Match[str], line: str, before: str, path: str) -> bool:
    if match["tag"].lower() in _DISTINCT:
        return True
    # Models put the tag into a comment of the language, or directly behind another tag.
    before = before.strip()
    if before in COMMENT_MARKS or before.endswith(">"):
        return True
    return not line[match.end() :].strip() and is_path(unwrap(path)[0], spaces=True)


def closing(name: str, *, anywhere: bool) -> re.Pattern[str]:
    """Return what ends the text of tag ``name``.

    A closing tag counts where nothing but another tag follows on its line, so that one in a string of the
    program is kept; ``anywhere`` is for a file that began on the same line.
    """
    # Bounds, so that an unfinished line is decided after `tagged._MAX_CLOSING` characters.
    after = "" if anywhere else r"[ \t]{0,64}(?=\r?\n|\Z|<|-->|\*/)"
    return re.compile(rf"</{re.escape(name)}[ \t]{{0,16}}>{after}", re.I)


def begins_tag(line: str) -> bool:
    """Return whether a file's tag begins on ``line`` and goes on in the next."""
    return bool(_TAG_BEGINS.match(line))


@functools.cache
def closing_then_prose(name: str) -> re.Pattern[str]:
    """Return the text that ends tag ``name`` at the beginning of a line that continues with words."""
    return re.compile(rf"[ \t]*</{re.escape(name)}>(?=[ \t]+[^\W\d_])", re.I)
