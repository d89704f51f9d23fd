"""How models name a file on the line before a fence: `name_on_line`.

`first_lines` has the names in a file's first lines, `info_strings` those in an info string. All are pure and
read one line. A name is what the model wrote, safe or not; `aiflow.model.paths.SafePath` checks it later.
"""

import re

from aiflow.extraction.file_name_shapes import KEYED, MAX_NAMING_LINE, Name, is_path, unwrap
from aiflow.extraction.first_lines import name_inside
from aiflow.extraction.language_tags import KNOWN_NAMES
from aiflow.extraction.sentences import introduced_file, name_start

_LABEL = re.compile(r"^(?P<label>[^:：`/\\]{1,40}?)\s*[:：]\s*(?P<rest>[^:：]+|[A-Za-z]:[\\/].+)$")

# `C:a.py` must be refused as it is: read as a label, "C" would leave a harmless name.
_DRIVE_LABEL = re.compile(r"(?:[^:]*[\s`\"'(（])?[A-Za-z]:[^\s:]")

_HTML_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|h[1-6]|summary|details|code|p|div|span|kbd|tt|br|pre|li|ul|ol|a|font|"
    r"center|samp|mark|small)(?:\s[^<>]{0,80})?/?>",
    re.I,
)

_LINK = re.compile(r"\[([^\[\]]{1,300})\]\([^()\n]{0,300}\)")

_FRONT = re.compile(
    r"^(?:>\s?|[-*+•·▪●◦○►▶➤→]\s+|#{1,6}\s*|\d{1,3}[.)]\s+|\d{1,3}(?:\.\d{1,3})+[.)]?\s+|"
    r"\d{1,3}、\s*|[(（](?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）]\s*|(?:[A-Za-z]|"
    r"[IVX]{1,4})[.)]\s+|=+>\s+|\d{1,2}\ufe0f?\u20e3\s*|\[\d{1,3}/\d{1,3}\]\s*|"
    r"[\u2460-\u2473\u2776-\u277f]\s*|[一二三四五六七八九十]{1,3}[、.．]\s*|\[[ xX]\]\s+|\[(?:file|"
    r"文件)\]\s*|【(?:file|文件名?|路径|代码)】\s*[:：]?\s*|"
    r"[\u2190-\u23ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\U0001f000-\U0001faff]+\s*|[=~-]{2,}\s*|"
    r"/{2,}\s+|(?:step|part|步骤|步驟|第)\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:步|部分|"
    r"个文件|個檔案)?\s*[:：.、-]\s*)",
    re.I,
)

_NUMBERED = re.compile(
    r"^(?:#{1,6}|[-*+•]\s|\d{1,3}(?:[.)、]|\s)|[(（]\d{1,3}[)）]|[一二三四五六七八九十]{1,3}、|"
    r"[\u2460-\u2473])"
)

_COLON_IN_NAME = re.compile(
    r"^[\w.\-/]+:(?!\d+(?:-\d+)?$)[\w.\-/]*\.\w{1,5}(?::\$?\w+)?$|^[\w\-/]+\.\w{1,5}:(?!\d)[\w$:]+$"
)
_MARKED = (
    r"(?:\*\*\s*`(?P<a>[^`]+)`\s*:?：?\*\*|`(?P<b>[^`]+)`|\*\*(?P<c>[^*`]+?):?：?\*\*|(?P<d>[^\s`*(（:：]+))"
)

_DESCRIBED = re.compile(
    rf"^{_MARKED}\s*(?:[:：]\s*(?=\S)|\s[-–—]+\s|——|-\s|\s+(?:[|/→]|[-=]>)\s+"
    rf"|\s*[(（\[【](?=[^)）]*[)）\]】]\s*[:：]?$)|\s+[-–—]{{1,3}}\s)(?P<more>.*)$"
)

_TAIL_WORDS = re.compile(
    rf"^{_MARKED}\s*(?:(?:的|之)?\s*(?:完整|全部|具体|主要|最终|修改后的?|更新后的?)?\s*"
    r"(?:源?代码|源碼|代碼|程式碼|源码|内容|內容|文件|檔案|实现)\s*(?:文件)?\s*(?:内容|代码)?\s*(?:如下|为|是)?"
    r"|file(?:'s)?\s*(?:contents?|code)?"
    r"|(?:full\s+|complete\s+|source\s+)?(?:contents?|code|source)|如下)\s*(?:所示)?$",
    re.I,
)

_HERE_IS = re.compile(
    r"^(?:(?:and\s+|now,?\s+|first,?\s+|next,?\s+|then,?\s+|finally,?\s+)?(?:here(?:'s|’s|\s+is|"
    r"\s+are)|this\s+is|(?:let's\s+|let\s+us\s+|we(?:'ll)?\s+|i(?:'ll)?\s+)?(?:now\s+)?(?:create|"
    r"add|write|make|save|new)(?:\s+(?:this|it))?(?:\s+(?:as|to|in|into))?)(?:\s+(?:the|a|an|our|"
    r"your|my|new|complete|full|updated|final|main|whole|entire))*(?:\s+(?:file|contents?|code|"
    r"source|script|python|html|css|javascript|module|program))*(?:\s+(?:of|for|named|called|"
    r"in))?(?:\s+the)?(?:\s+file)?\s+|(?:(?:首先|然后|接着|接下来|最后|现在|其次)[，,]?\s*)?(?:这是|"
    r"下面是|以下是|下面给出|以下为|如下是|创建|新建|建立|添加|新增|编写|生成|写入|保存为|另存为|"
    r"保存到)\s*(?:一个|主|新的?|完整的?)*\s*(?:程序|入口)?\s*(?:文件|檔案)?\s*(?:名为|叫做?|"
    r"命名为)?\s*[:：]?\s*)(?P<rest>.+)$",
    re.I,
)

_AFTER_CHINESE = re.compile(r"^(?P<before>[\u4e00-\u9fff]{1,12})(?P<rest>[A-Za-z_.][A-Za-z0-9_./\\-]*)$")

_SENTENCE_WORDS = re.compile(
    r"[在请看打开运行把将和与里的用从了是给对让到见如执]|修改|编辑|更新|参考|文件|创建|新建|保存"
)

_AROUND_LINES = " \t\r\n\f\v\u00a0\u3000\u200b\u200c\u2060\ufeff"  # blanks, and invisible marks

_MAX_BLANKS_IN_SENTENCE = 14

# Every name matches this; most prose does not and is rejected at once.
_MAY_NAME = re.compile(
    r"\.[A-Za-z0-9_]|[\\/]|"
    + "|".join(sorted(re.escape(name) for name in KNOWN_NAMES if "." not in name))
    + r"|\b(?:con|nul|prn|aux)\b",
    re.I,
)


# No naming line has so many blanks in a row. The patterns below take cubic time on them: 2 s for 600 blanks.
_BLANK_RUN = re.compile(r"\s{17}")


def name_on_line(line: str) -> Name | None:
    """Return the name that a line of prose gives to the block after it; None where it only mentions one."""
    text = line.strip(_AROUND_LINES)
    if not 1 < len(text) <= MAX_NAMING_LINE or not _MAY_NAME.search(text):
        return None
    # Some models write the comment with the name above the fence instead of inside.
    if text.startswith(("/*", "<!--")):
        return name_inside(text, "")
    # Two substring tests spare nearly every line the patterns.
    if "<" in text:
        text = _HTML_TAG.sub("", text).strip()
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    strong = text[:2] in {"**", "__"} or text[:1] in {"[", "【"}
    return _name_in(text, strong=strong) or _introduced_name(text)


def _name_in(text: str, *, strong: bool) -> Name | None:
    if _BLANK_RUN.search(text):
        return None
    text, front = _strip_front(text)
    strong = strong or front
    core, spaced = unwrap(text)
    if not core:
        return None
    inner, front = _strip_front(core)
    # In "**1. main.py**" the number is inside the marks.
    if front and core != text:
        return _name_in(inner, strong=True)
    if spaced and _COLON_IN_NAME.match(core):
        return Name(core, strong=strong)  # it will be refused: a colon begins an NTFS stream
    if is_path(core, spaces=spaced):
        sentence = _AFTER_CHINESE.match(core)
        if core == text.strip(":： ") and sentence is not None and _SENTENCE_WORDS.search(sentence["before"]):
            return _sentence_name(
                core, strong=strong
            )  # Chinese has no blanks: a sentence that ends with a name
        return Name(core, strong=strong)
    return (
        _keyed_name(core, strong=True)
        or (_name_in(core.replace("**", ""), strong=True) if "**" in core else None)
        or _sentence_name(core, strong=strong)
        or _described_name(text, strong=strong)
        or _described_name(core, strong=strong)
    )


def _introduced_name(text: str) -> Name | None:
    """Return the name in a sentence or a heading that introduces a file."""
    if _BLANK_RUN.search(text):
        return None
    core = _strip_front(text)[0]
    bold = core.startswith("**") and core.rstrip(":： ").endswith("**")
    introduced = introduced_file(
        core.strip("* ") if bold else core.strip(),
        heading=bold or bool(_NUMBERED.match(text)),
        is_path=is_path,
    )
    if introduced is None:
        return None
    return Name(introduced.path, strong=True, fitting=introduced.fitting, tentative=introduced.tentative)


def _strip_front(text: str) -> tuple[str, bool]:
    stripped = False
    # Marks come in layers, as in "### 2. [x] main.py".
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
        # Device names of Windows pass as names, so that SafePath refuses them with a reason.
        if is_path(path, spaces=True) or (not spaced and path.lower() in {"con", "nul", "prn", "aux"}):
            return Name(path, strong=strong, keyed=True)
        return _described_name(match["rest"], strong=strong)
    match = _LABEL.match(text)
    if match and match["label"].count(" ") < 5 and not _DRIVE_LABEL.match(text):
        path, spaced = unwrap(match["rest"])
        if is_path(path, spaces=spaced):
            return Name(path, strong=strong)
        return _described_name(match["rest"], strong=strong)
    return None


def _sentence_name(text: str, *, strong: bool) -> Name | None:
    if text.count(" ") > _MAX_BLANKS_IN_SENTENCE:
        return None
    match = _HERE_IS.match(text)
    rest = match["rest"] if match else text
    if match:
        path, spaced = unwrap(rest)
        if is_path(path, spaces=spaced) and not (_AFTER_CHINESE.match(path) and _SENTENCE_WORDS.search(path)):
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
    # Chinese has no blanks: words may stand directly before the name.
    if not marked and not path.isascii():
        path = path[name_start(path, is_path) :]
    if not is_path(path, spaces=marked):
        return None
    return Name(path, strong=strong or match["c"] is not None, described=described)
