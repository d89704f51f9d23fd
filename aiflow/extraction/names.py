"""How models name a file: on the line before a fence, on the first line inside it.

Two questions, two functions: `name_on_line`, `name_inside`; `infos` has the third, the fence's info string. All are
pure and look at one line.
A name that is found is what the model wrote, safe or not; `aiflow.paths.check_path` judges it later.
"""

import re
from dataclasses import dataclass

from aiflow.extraction.languages import DATA, KNOWN_ENDINGS, KNOWN_NAMES, MARKDOWN, ending_of, fits, words
from aiflow.extraction.sentences import handed_file, name_start

MAX_NAMING_LINE = 600

_KEYS = (
    r"file\s?-?_?path|full\s?path|file\s?-?_?name|file|path|filepath|filename|name|title|"
    r"文件路径|文件名称?|文件|路径|代码文件|程序文件|名称|檔案名稱|檔名|檔案|ファイル名|ファイル|파일명|파일|"
    r"fichier|datei|archivo"
)
KEYED = re.compile(
    rf"^(?:the\s+)?(?P<key>{_KEYS})\s*(?:#?\d{{1,3}}(?:\s?/\s?\d{{1,3}})?|[一二三四五六七八九十]{{1,3}})?\s*(?P<sign>[:：=]|[-–—]\s)\s*(?P<rest>.+)$",
    re.I,
)
_LABEL = re.compile(r"^(?P<label>[^:：`/\\]{1,40}?)\s*[:：]\s*(?P<rest>[^:：]+|[A-Za-z]:[\\/].+)$")
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://|^www\.|^mailto:", re.I)
_UNSAFE_SHAPE = re.compile(
    r"^(?:\.\.[\\/]|[A-Za-z]:[\\/]|\\\\|~[\\/]|/(?:etc|usr|bin|sbin|lib|tmp|var|home|root|dev|proc|sys|opt|boot|mnt|srv|Users|Windows|Library)/)"
)
_ENDING = re.compile(r"\.([A-Za-z0-9_+-]{1,12})$")
_NOT_IN_A_NAME = re.compile(r"[<>\"|?*\n,;，。；！？：!={}]|\s[-–—]\s")
# Words that look like files: libraries named after their language's ending.
_NOT_FILES = words(
    "node.js vue.js next.js react.js express.js three.js d3.js p5.js nuxt.js angular.js asp.net socket.io "
    "chart.js nest.js ember.js backbone.js discord.py alpine.js"
)
_COMMANDS = words(
    "python python3 py pip pip3 node npm npx yarn pnpm cd bash sh cat run java javac go cargo uv "
    "streamlit flask pytest git touch mkdir open code vim nano rm cp mv ls chmod curl import from deno "
    "bun ruby php gcc g++ start"
)

_HTML_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|h[1-6]|summary|details|code|p|div|span|kbd|tt|br|pre|li|ul|ol|a|font|center|samp|mark|small)"
    r"(?:\s[^<>]{0,80})?/?>",
    re.I,
)
_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\n]{0,300}\)")
_FRONT = re.compile(
    r"^(?:>\s?|[-*+•·▪●◦○►▶➤→]\s+|#{1,6}\s*|\d{1,3}[.)]\s+|\d{1,3}(?:\.\d{1,3})+[.)]?\s+|\d{1,3}、\s*|[(（]\d{1,3}[)）]\s*|"
    r"\d{1,2}\ufe0f?\u20e3\s*|\[\d{1,3}/\d{1,3}\]\s*|[\u2460-\u2473\u2776-\u277f]\s*|[一二三四五六七八九十]{1,3}[、.．]\s*|\[[ xX]\]\s+|\[(?:file|文件)\]\s*|【(?:file|文件名?|路径|代码)】\s*[:：]?\s*|"
    r"[\u2190-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+\s*|[=~-]{2,}\s*|/{2,}\s+|"
    r"(?:step|part|步骤|步驟|第)\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:步|部分|个文件|個檔案)?\s*[:：.、-]\s*)",
    re.I,
)
_NUMBERED = re.compile(
    r"^(?:#{1,6}|[-*+•]\s|\d{1,3}(?:[.)、]|\s)|[(（]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[\u2460-\u2473])"
)
_BACK = re.compile(
    r"(?:[，,]?\s*的?(?:具体|完整)?(?:内容|代码)(?:如下|为)|,?\s+with (?:the following|this) (?:contents?|code)|\s*[:：]|\s+#{1,6}|\s*[=~-]{2,}|\s*[⬇👇↓]\ufe0f?)$"
)
_WRAPS = (
    ("**", "**"),
    ("__", "__"),
    ("```", "```"),
    ("``", "``"),
    ("`", "`"),
    ("*", "*"),
    ('"', '"'),
    ("'", "'"),
    ("“", "”"),
    ("‘", "’"),
    ("「", "」"),
    ("『", "』"),
    ("《", "》"),
    ("【", "】"),
    ("[", "]"),
    ("(", ")"),
    ("（", "）"),
    ("<", ">"),
)
_WRAP_STARTS = frozenset(left[0] for left, _ in _WRAPS)
_SPACED_WRAPS = frozenset({"**", "*", "__", "``", "`", '"', "“", "「", "【", "《", "["})

_MARKED = (
    r"(?:\*\*\s*`(?P<a>[^`]+)`\s*:?：?\*\*|`(?P<b>[^`]+)`|\*\*(?P<c>[^*`]+?):?：?\*\*|(?P<d>[^\s`*(（:：]+))"
)
_DESCRIBED = re.compile(
    rf"^{_MARKED}\s*(?:[:：]\s*(?=\S)|\s[-–—]+\s|——|-\s|\s*[(（\[【](?=[^)）]*[)）\]】]\s*[:：]?$)|\s+[-–—]{{1,3}}\s)(?P<more>.*)$"
)
_TAIL_WORDS = re.compile(
    rf"^{_MARKED}\s*(?:(?:的|之)?\s*(?:完整|全部|具体|主要|最终|修改后的?|更新后的?)?\s*(?:源?代码|源碼|代碼|程式碼|源码|内容|內容|文件|檔案|实现)\s*"
    r"(?:文件)?\s*(?:内容|代码)?\s*(?:如下|为|是)?|file(?:'s)?\s*(?:contents?|code)?|(?:full\s+|complete\s+|source\s+)?"
    r"(?:contents?|code|source)|如下)\s*(?:所示)?$",
    re.I,
)
_HERE_IS = re.compile(
    r"^(?:(?:and\s+|now,?\s+|first,?\s+|next,?\s+|then,?\s+|finally,?\s+)?(?:here(?:'s|’s|\s+is|\s+are)|this\s+is|"
    r"(?:let's\s+|let\s+us\s+|we(?:'ll)?\s+|i(?:'ll)?\s+)?(?:now\s+)?(?:create|add|write|make|save|new)(?:\s+(?:this|it))?"
    r"(?:\s+(?:as|to|in|into))?)"
    r"(?:\s+(?:the|a|an|our|your|my|new|complete|full|updated|final|main|whole|entire))*"
    r"(?:\s+(?:file|contents?|code|source|script|python|html|css|javascript|module|program))*"
    r"(?:\s+(?:of|for|named|called|in))?(?:\s+the)?(?:\s+file)?\s+|"
    r"(?:(?:首先|然后|接着|接下来|最后|现在|其次)[，,]?\s*)?(?:这是|下面是|以下是|下面给出|以下为|如下是|创建|新建|建立|添加|新增|编写|生成|写入|保存为|另存为|保存到)"
    r"\s*(?:一个|主|新的?|完整的?)*\s*(?:程序|入口)?\s*(?:文件|檔案)?\s*(?:名为|叫做?|命名为)?\s*[:：]?\s*)(?P<rest>.+)$",
    re.I,
)
_TOLD = re.compile(r"^(?P<told>[\u4e00-\u9fff]{1,12})(?P<rest>[A-Za-z_.][A-Za-z0-9_./\\-]*)$")
_TELLING = re.compile(
    r"[在请看打开运行把将和与里的用从了是给对让到见如执]|修改|编辑|更新|参考|文件|创建|新建|保存"
)

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
)
_COMMENT_NAME = re.compile(r"^(?P<path>\S+?)(?:\s*(?:[-–—]+\s|——|[:：]\s|[(（]).{0,200})?$")
_INSIDE_KEY = re.compile(
    r"^(?P<key>file-?_?path|file-?_?name|path|file|filepath|文件名|文件|路径)\s*(?P<sign>[=:：])\s*(?P<value>.+?)\s*$",
    re.I,
)
_PREAMBLE = re.compile(
    r"^(?:#!.*|#.*coding[:=].*|<\?(?:php|xml).*|<!doctype html>|[\"']use strict[\"'];?)\s*$", re.I
)


_MAX_BLANKS_TOLD = 14
# What every name has; most prose has not, and is done with.
_MAY_NAME = re.compile(
    r"\.[A-Za-z0-9_]|[\\/]|"
    + "|".join(sorted(re.escape(name) for name in KNOWN_NAMES if "." not in name))
    + r"|\b(?:con|nul|prn|aux)\b",
    re.I,
)
_CODE = re.compile(
    r"^(?:import\s[\w.{*\"']|from\s+[\w.]+\s+import\b|def\s+\w+\s*\(|class\s+\w+|@\w|async\s+(?:def|function)\b|\"\"\"|'''|if\s+__name__|"
    r"[A-Za-z_][\w.]*\(.*\)\s*[;:{]?$|[A-Za-z_][\w.]*\s*=[^=]|try:|#!|#\s*-\*-|const\s|let\s|var\s|function\s+\w|export\s|[\"']use strict|<!doctype|<html|<\?|"
    r"#include\b|package\s+\w|using\s+\w|public\s+\w|[.#@*]?[\w-]+\s*\{$|[\[{]$|\{\s*\"|while\s.+:$|for\s.+:$|with\s.+:$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Name:
    """A file's name as the model wrote it.

    Attributes:
        path: not judged yet.
        strong: a heading, bold, numbered or keyed line; it may name a block some lines further on.
        described: words about the file follow; in a list of such lines none names a block.
        keyed: said in so many words ("file: …", `path="…"`).
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
    if rest and (not spaces or first.lower() in _COMMANDS or text.count(" ") > 5):
        return False
    if _UNSAFE_SHAPE.match(text):
        return True
    if ":" in text or text.lower() in _NOT_FILES:
        return False
    name = text.replace("\\", "/").rpartition("/")[2]
    if name.lower() in KNOWN_NAMES:
        # "README" and "License" alone are headings of their own; with a dot or capitals as in "Makefile" they are files.
        return True
    match = _ENDING.search(name)
    if not match:
        return False
    ending = match[1].lower()
    if ending in KNOWN_ENDINGS:
        return match.start() > 0 or ending in {"env", "gitignore", "npmrc", "dockerignore", "editorconfig"}
    return "/" in text and len(ending) <= 8 and not ending.isdigit() and match.start() > 0


def unwrap(text: str) -> tuple[str, bool]:
    """Return ``text`` without the marks around it, and whether such marks allow blanks in a name."""
    spaced = False
    changed = True
    while changed:
        changed = False
        text = text.strip()
        if not text or (
            text[0].isalnum() and text[-1:].isascii() and text[-1:].isalnum() and " " not in text
        ):
            break  # nothing around it
        for left, right in _WRAPS if text[0] in _WRAP_STARTS else ():
            if len(text) > len(left) + len(right) and text.startswith(left) and text.endswith(right):
                inner = text[len(left) : -len(right)]
                if (
                    left in inner
                    or right in inner
                    or (left == "__" and "." not in inner and inner.lower() not in KNOWN_NAMES)
                ):
                    continue
                spaced = spaced or left in _SPACED_WRAPS
                text, changed = inner, True
                break
        stripped = _BACK.sub("", text)
        if stripped != text:
            text, changed = stripped, True
    return text, spaced


def name_on_line(line: str) -> Name | None:
    """Return the name that a line of prose gives to the block after it, or None where it only mentions one."""
    text = line.strip()
    if not 1 < len(text) <= MAX_NAMING_LINE or not _MAY_NAME.search(text):
        return None
    if text.startswith(("/*", "<!--")):
        return name_inside(text, "")
    if "<" in text:
        text = _HTML_TAG.sub("", text).strip()
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    strong = text[:2] in {"**", "__"} or text[:1] in {"[", "【"}
    return _name_in(text, strong=strong) or _handed_name(text)


def _name_in(text: str, *, strong: bool) -> Name | None:
    text, front = _strip_front(text)
    strong = strong or front
    core, spaced = unwrap(text)
    if not core:
        return None
    inner, front = _strip_front(core)
    if front and core != text:
        return _name_in(inner, strong=True)
    if is_path(core, spaces=spaced):
        told = _TOLD.match(core)
        if core == text.strip(":： ") and told is not None and _TELLING.search(told["told"]):
            return _told_name(core, strong=strong)  # Chinese has no blanks: a sentence that ends with a name
        return Name(core, strong=strong)
    return (
        _keyed_name(core, strong=True)
        or (_name_in(core.replace("**", ""), strong=True) if "**" in core else None)
        or _told_name(core, strong=strong)
        or _described_name(text, strong=strong)
        or _described_name(core, strong=strong)
    )


def _handed_name(text: str) -> Name | None:
    """Return the name in a sentence or a heading that hands over a file."""
    core = _strip_front(text)[0]
    bold = core.startswith("**") and core.rstrip(":： ").endswith("**")
    handed = handed_file(
        core.strip("* ") if bold else core.strip(),
        heading=bold or bool(_NUMBERED.match(text)),
        is_path=is_path,
    )
    if handed is None:
        return None
    return Name(handed.path, strong=True, fitting=handed.fitting, tentative=handed.tentative)


def _strip_front(text: str) -> tuple[str, bool]:
    stripped = False
    for _ in range(6):
        match = _FRONT.match(text)
        if not match or match.end() == len(text):
            break
        text, stripped = text[match.end() :], True
    return text, stripped


def _keyed_name(text: str, *, strong: bool) -> Name | None:
    match = KEYED.match(text)
    if match:
        path, spaced = unwrap(match["rest"])
        if is_path(path, spaces=True) or (not spaced and path.lower() in {"con", "nul", "prn", "aux"}):
            return Name(path, strong=strong, keyed=True)
        return _described_name(match["rest"], strong=strong)
    match = _LABEL.match(text)
    if match and match["label"].count(" ") < 5:
        path, spaced = unwrap(match["rest"])
        if is_path(path, spaces=spaced):
            return Name(path, strong=strong)
    return None


def _told_name(text: str, *, strong: bool) -> Name | None:
    if text.count(" ") > _MAX_BLANKS_TOLD:
        return None
    match = _HERE_IS.match(text)
    rest = match["rest"] if match else text
    if match:
        path, spaced = unwrap(rest)
        if is_path(path, spaces=spaced) and not (_TOLD.match(path) and _TELLING.search(path)):
            return Name(path, strong=strong)
    match = _TAIL_WORDS.match(unwrap(rest)[0]) or _TAIL_WORDS.match(rest.rstrip(":： "))
    if match:
        return _marked_name(match, strong=strong, described=False)
    return None


def _described_name(text: str, *, strong: bool) -> Name | None:
    match = _DESCRIBED.match(text)
    return _marked_name(match, strong=strong, described=True) if match else None


def _marked_name(match: re.Match[str], *, strong: bool, described: bool) -> Name | None:
    path = (match["a"] or match["b"] or match["c"] or match["d"]).strip()
    marked = match["d"] is None
    if not marked and not path.isascii():
        path = path[name_start(path, is_path) :]
    if not is_path(path, spaces=marked):
        return None
    return Name(path, strong=strong or match["c"] is not None, described=described)


def is_preamble(line: str) -> bool:
    """Return whether a naming comment may still follow this first line (a shebang, a coding line, a doctype)."""
    return bool(_PREAMBLE.match(line.strip()))


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
