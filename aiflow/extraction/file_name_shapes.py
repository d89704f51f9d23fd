"""The shape of a file's name, and the marks that models put around one."""

import re
from dataclasses import dataclass

from aiflow.extraction.language_tags import KNOWN_ENDINGS, KNOWN_NAMES, words

# A bound for the patterns, some of which take quadratic or cubic time.
MAX_NAMING_LINE = 600

_KEYS = (
    r"file\s?-?_?path|full\s?path|file\s?-?_?name|file|path|filepath|filename|name|title|"
    r"文件路径|文件名称?|文件|路径|代码文件|程序文件|名称|檔案名稱|檔名|檔案|ファイル名|ファイル|파일명|파일|"
    r"fichier|datei|archivo"
)

KEYED = re.compile(
    (
        rf"^(?:the\s+)?(?P<key>{_KEYS})\s*(?:#?\d{{1,3}}(?:\s?/\s?\d{{1,3}})?|[一二三四五六七八九十]{{1,3"
        rf"}})?\s*(?P<sign>[:：=]|[-–—]\s)\s*(?P<rest>.+)$"
    ),
    re.I,
)

_URL = re.compile(r"^[a-z][a-z0-9+.-]*://|^www\.|^mailto:", re.I)

# Paths that leave the project are names all the same: a refusal tells the student, silence would not.
_UNSAFE_SHAPE = re.compile(
    r"^(?:\.\.[\\/]|[A-Za-z]:[\\/]|\\\\|~[\\/]|/(?:etc|usr|bin|sbin|lib|tmp|var|home|root|dev|proc|"
    r"sys|opt|boot|mnt|srv|Users|Windows|Library)/)"
)

_ENDING = re.compile(r"\.([A-Za-z0-9_+-]{1,12})$")

# Windows forbids the first of these signs; the others separate the words of a sentence.
_NOT_IN_A_NAME = re.compile(r"[<>\"|?*\n,;，。；！？：!={}]|\s[-–—]\s")

# Words that look like files: libraries named after their language's ending.
_NOT_FILES = words(
    "node.js vue.js next.js react.js express.js three.js d3.js p5.js nuxt.js angular.js asp.net socket.io "
    "chart.js nest.js ember.js backbone.js discord.py alpine.js"
)

# A command with its argument, `python main.py`, is no name with a blank in it.
COMMANDS = words(
    "python python3 py pip pip3 node npm npx yarn pnpm cd bash sh cat run java javac go cargo uv "
    "streamlit flask pytest git touch mkdir open code vim nano rm cp mv ls chmod curl import from deno "
    "bun ruby php gcc g++ start"
)

_BACK = re.compile(
    r"(?:[，,]?\s*的?(?:具体|完整)?(?:内容|代码)(?:如下|为)|,?\s+with (?:the following|"
    r"this) (?:contents?|code)|(?:\s*[:：])+|\s+#{1,6}|\s*[=~-]{2,}|\s+<=+|"
    r"\s*[\u2190-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]+)$"
)

_MAX_BACK = 60
# A bound for hostile nesting; answers have two or three marks around a name.
_MAX_WRAPS = 16

_WRAPS = (
    ("**", "**"), ("__", "__"), ("```", "```"), ("``", "``"), ("`", "`"), ("*", "*"), ("_", "_"),
    ('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"), ("《", "》"), ("【", "】"),
    ("[", "]"), ("(", ")"), ("（", "）"), ("［", "］"), ("〔", "〕"), ("〈", "〉"), ("<", ">"),
)  # fmt: skip

_WRAP_STARTS = frozenset(left[0] for left, _ in _WRAPS)

# Where such a mark ends is certain, so blanks inside are the name's.
_SPACED_WRAPS = frozenset({"**", "*", "__", "``", "`", '"', "“", "「", "【", "《", "["})


@dataclass(frozen=True, slots=True)
class Name:
    """A file's name as the model wrote it.

    Attributes:
        path: not checked yet.
        strong: a heading, bold, numbered or keyed line; it may name a block some lines further on.
        described: words about the file follow; in a list of such lines none names a block.
        keyed: a key is before it ("file: …", `path="…"`).
        drop: the line is no text of the file's language, so it cannot stay in the file.
        fitting: only a block in the file's own language is the file.
        tentative: it may be about a piece of the file; one that came before is not replaced by it.
    """

    path: str
    strong: bool = False
    described: bool = False
    keyed: bool = False
    drop: bool = False
    fitting: bool = False
    tentative: bool = False


def is_path(text: str, *, spaces: bool = False) -> bool:
    """Return whether ``text`` alone is a file's name; ``spaces`` where its marks say where it ends."""
    if (
        not 1 < len(text) < MAX_NAMING_LINE
        or _URL.match(text)
        or _NOT_IN_A_NAME.search(text.partition(":")[2] or text)
    ):
        return False
    first, _, rest = text.partition(" ")
    # More than five blanks make a sentence that ends with a file's name.
    if rest and (not spaces or first.lower() in COMMANDS or text.count(" ") > 5):
        return False
    if _UNSAFE_SHAPE.match(text):
        return True
    if text[1:2] == ":" and text[0].isascii() and text[0].isalpha():
        return is_path(
            text[2:], spaces=spaces
        )  # "C:a.py", which is refused: a file of another drive's folder
    if ":" in text or text.lower() in _NOT_FILES:
        return False
    name = text.replace("\\", "/").rpartition("/")[2]
    if name.lower() in KNOWN_NAMES:
        # "README" and "License" alone are headings of their own; with a dot or capitals as in "Makefile" they
        # are files.
        return True
    match = _ENDING.search(name)
    if not match:
        return False
    ending = match[1].lower()
    if ending in KNOWN_ENDINGS:
        return match.start() > 0 or ending in {"env", "gitignore", "npmrc", "dockerignore", "editorconfig"}
    # Without a folder an unknown ending is no evidence: "e.g" and "v1.x" have dots as well.
    return "/" in text and len(ending) <= 8 and not ending.isdigit() and match.start() > 0


def unwrap(text: str) -> tuple[str, bool]:
    """Return ``text`` without the marks around it, and whether such marks allow blanks in a name."""
    spaced = False
    changed = True
    for _ in range(_MAX_WRAPS):
        if not changed:
            break
        changed = False
        text = text.strip()
        if not text or (
            text[0].isalnum() and text[-1:].isascii() and text[-1:].isalnum() and " " not in text
        ):
            break  # nothing around it
        for left, right in _WRAPS if text[0] in _WRAP_STARTS else ():
            if len(text) > len(left) + len(right) and text.startswith(left) and text.endswith(right):
                inner = text[len(left) : -len(right)]
                # "`a.py` and `b.py`" is no wrapped name; underscores around a word are often part of it.
                if (
                    left in inner
                    or right in inner
                    or (left in {"_", "__"} and "." not in inner and inner.lower() not in KNOWN_NAMES)
                ):
                    continue
                spaced = spaced or left in _SPACED_WRAPS
                text, changed = inner, True
                break
        # Only the end is searched: on 600 blanks the pattern would take 20 ms.
        back = _BACK.search(text, max(0, len(text) - _MAX_BACK))
        if back is not None:
            text, changed = text[: back.start()], True
    return text, spaced
