"""Sentences that introduce a file.

For example "将以下代码保存为 `main.py`：", "Next, put this in main.py:", "### 模块一：设置（config.py）".

A sentence introduces a file if it mentions one file and all its other words are in ``vocabulary``: such
sentences use a small and closed set of words, other sentences about a file do not. "打开 `main.py`，加上："
and "In `main.py`, change:" show a piece of a file.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aiflow.extraction.vocabulary import (
    AROUND,
    COMPLETE,
    GIVING,
    JOINING,
    NEUTRAL,
    OPENING,
    PIECES,
    PLACES,
    WHOLE,
)

_PATH = r"[`\"“*]{0,3}(?P<path>[^\s`\"“”*，。：:；()（）]{2,200})[`\"”*]{0,3}"
_END = r"\s*[:：]?$"
_HERE = re.compile(
    rf"^(?:and |next, |finally, )?here(?:'|’)?(?:s| is) {_PATH}, (?:which|our|the) [^`]{{1,80}}:$", re.I
)
_GIVEN = (
    re.compile(
        rf"(?:下面|以下|下方|接下来|这)(?:就)?(?:是|为|给出)(?P<title>[^，。："
        rf":`]{{0,24}}?){_PATH}\s*(?:的)?(?:完整|全部)?的?(?:源?代码|内容|文件|源码|实现)?{_END}"
    ),
    re.compile(
        rf"\b(?:here(?:'|’)?(?:s| is| are)|below is|the following is|this is) (?P<title>(?:[\w'-]+,? "
        rf"){{0,7}}){_PATH}"
        rf"(?: (?:file|code|script|program|module|source|source code))?{_END}",
        re.I,
    ),
)
"""What a sentence ends with that gives a file under whatever words."""
TITLES = (
    re.compile(rf"^(?P<title>[^()（）`]{{1,40}})[(（]\s*{_PATH}\s*[)）]{_END}"),
    re.compile(rf"^(?P<title>[^()（）`]{{1,40}}?)\s(?:[-–—]{{1,2}}|[|/→]|[-=]>)\s{_PATH}{_END}"),
    re.compile(rf"^(?P<title>[^()（）`]{{1,40}}?)\s*[\s`“*]{_PATH}{_END}"),
    re.compile(rf"^{_PATH}[\s`”*]\s*(?P<title>[^()（）`，,。]{{1,24}}?){_END}"),
)
"""What a heading says: what the file is for, and its name."""
NOT_A_TITLE = re.compile(
    r"(?:修改|更改|更新|改进|优化|修复)(?![后過过好完版])|运行|启动(?!文件|脚本|程序|入口)|打开|"
    r"编辑|执行|测试(?!文件|代码|用例|脚本|程序|模块)|调试|示例(?!代码|文件)|用法|使用|片段|输出|"
    r"安装|调用|导入|引用|删除|注意|确保|关于|为什么|如何|怎么|问题|错误|报错|结果|效果|步骤|"
    r"命令(?!行)|说明(?!文档|文件|书)|第\s*\d+\s*行|中的|里的|关键|\b(?:run|running|edit|modify|"
    r"change|changes|update|usage|use|using|how|why|example|test|testing|fix|output|snippet|install|"
    r"import|call|replace|remove|delete|open|see|look|note|check|find|about|errors?|in|from|excerpt|"
    r"part of|explanation|explained|what|where|changed|line|lines|function|method|diff|works?|if|"
    r"when|before|after)\b",
    re.I,
)
"""Such a heading is about the file: what follows is a piece of it, or a command."""
_PLAIN_TITLE = re.compile(r"^(?:\S+ ){0,4}\S+$")
_NOUN_BEFORE = re.compile(
    r"(?:程序|代码|文件|脚本|模块|页面|样式|模板|配置|入口|类|逻辑|界面|依赖|清单|說明|说明|程式|"
    r"檔案|模組)\s*$"
)
_NOUN_AND_PATH = re.compile(r"(?:程序|代码|文件|脚本|模块|页面)\s*[(（]\s*[^()（）\s]+\s*[)）]$")

_MARKS = re.compile(
    r"`(?P<a>[^`]+)`|\*\*(?P<b>[^*`]+)\*\*|[\"“「『【《](?P<c>[^\"“”「」『』【】《》]+)[\"”」』】》]"
)
_DRIVE = re.compile(r"(?<![A-Za-z])[A-Za-z]:$")
_RUN = re.compile(r"[\w\-./\\@+~]+")
# `name_start` may test each place of a run, so its time grows with the square of the length.
_MAX_RUN = 200
_RUN_END = re.compile(r"\.[A-Za-z0-9]{1,12}(?![A-Za-z0-9_.\-/\\])")
_SENTENCE_END = re.compile(r"[。！？!?；;]\s*|\.\s+(?=[A-Z])|\n")
_THEN_RUN = re.compile(
    r"[，,;；]?\s*(?:并且?|然后|之后|再|and then|and|then)\s*(?:直接|在终端中?|"
    r"用 ?python ?)?\s*(?:运行|执行|run|execute|start)(?:即可|它|程序|起来| it)?\s*(?:[:：]?|"
    r"即可[:：]?)$",
    re.I,
)
_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?")
_CLAUSE = re.compile(r"[，,：:]\s*|\band\s+|\bthen\s+|并且?|然后")
_GOES_ON = ("/", "\\", ".", "_", "-")
_PUNCTUATION = frozenset(" \t,，、:：()（）-–—…*_`\"“”.。!！~|>👇⬇↓️'‘’[]【】")
_LONGEST = max(map(len, AROUND))


@dataclass(frozen=True, slots=True)
class Introduced:
    """The file that a sentence introduces.

    Attributes:
        path: as the model wrote it.
        fitting: only a block in the file's own language is the file.
        tentative: it may be a piece: it is ignored for a file that came before.
    """

    path: str
    fitting: bool = False
    tentative: bool = False


@dataclass(frozen=True, slots=True)
class _Mention:
    before: str
    path: str
    after: str


def introduced_file(text: str, *, heading: bool, is_path: Callable[[str], bool]) -> Introduced | None:
    """Return the file that ``text`` introduces, or None.

    Args:
        text: the line, without the marks of a heading or a list.
        heading: whether it was a heading or bold.
        is_path: whether a text is a file's name.
    """
    match = _HERE.match(text)
    if match and is_path(match["path"]):
        return Introduced(match["path"])
    # Only the last sentence stands next to the block; earlier ones speak of something else.
    sentence = _SENTENCE_END.split(text.rstrip("。.!！ "))[-1].strip()
    mentions = list(_mentions(sentence, is_path))
    # With two files in the sentence, either could be the block.
    if len({mention.path for mention in mentions}) == 1:
        introduced = _judged(mentions[0])
        if introduced is not None:
            return introduced
        for pattern in _GIVEN:
            match = pattern.search(sentence)
            if match and is_path(match["path"]) and not NOT_A_TITLE.search(match["title"]):
                return Introduced(match["path"], fitting=True)
    return _titled(text, heading=heading, is_path=is_path)


def _titled(text: str, *, heading: bool, is_path: Callable[[str], bool]) -> Introduced | None:
    if not heading and not _NOUN_AND_PATH.search(text) and not text.endswith((":", "：")):
        return None
    for pattern in TITLES:
        match = pattern.match(text)
        if match is None or not is_path(match["path"]):
            continue
        title = match["title"].strip(" *_`：:-–—")
        if NOT_A_TITLE.search(title) or is_path(title) or any(is_path(word) for word in title.split()):
            return None
        if (
            heading
            or (_NOUN_BEFORE.search(title) and match.start("title") < match.start("path"))
            or (_PLAIN_TITLE.match(title) and title.isascii() and "(" in text)
        ):
            return Introduced(match["path"], fitting=True)
    return None


def _mentions(text: str, is_path: Callable[[str], bool]) -> Iterator[_Mention]:
    """Yield the files that ``text`` mentions; those in marks, if there are any."""
    marked = False
    for match in _MARKS.finditer(text):
        path = (match["a"] or match["b"] or match["c"]).strip()
        if is_path(path):
            marked = True
            yield _Mention(text[: match.start()], path, text[match.end() :])
    # Where a model marks names, an unmarked one is a word of the sentence.
    if marked:
        return
    for match in _RUN.finditer(text):
        end = _RUN_END.search(match[0])
        if end is None and not is_path(match[0]):
            continue
        run = match[0][: end.end()] if end is not None else match[0]
        start = name_start(run, is_path)
        if is_path(run[start:]):
            at = match.start()
            # A drive before the name must stay: without it a path to be refused would become a harmless one.
            drive = 2 if start == 0 and _DRIVE.search(text[max(0, at - 3) : at]) else 0
            path = text[at + start - drive : at + len(run)]
            yield _Mention(text[: at + start - drive], path, text[at + len(run) :])


def name_start(run: str, is_path: Callable[[str], bool]) -> int:
    """Return where a name begins in a run of text without blanks: Chinese words may stand before it.

    Args:
        run: ends with the name.
        is_path: whether a text is a file's name.
    """
    at = 0
    while len(run) <= _MAX_RUN:
        size = _word_at(run, at)
        rest = run[at + size :]
        if not size or run[at].isascii() or rest.startswith(_GOES_ON) or not is_path(rest):
            return at
        at += size
    return 0


def _word_at(text: str, at: int) -> int:
    """Return the length of the word of `AROUND` at ``at``, or 0."""
    if text[at].isascii():
        match = _WORD.match(text, at)
        return match.end() - at if match and match[0].lower().replace("’", "'") in AROUND else 0
    # The longest word first: many words of the list begin with a shorter one.
    return next(
        (size for size in range(min(_LONGEST, len(text) - at), 0, -1) if text[at : at + size] in AROUND), 0
    )


def _words(text: str) -> list[str] | None:
    """Return the words of ``text``, or None if it has others than those of `AROUND`."""
    words = []
    at = 0
    while at < len(text):
        size = 0 if text[at] in _PUNCTUATION else _word_at(text, at)
        if size:
            words.append(text[at : at + size].lower().replace("’", "'"))
        elif text[at] not in _PUNCTUATION and not (text[at].isdigit() and text[at].isascii()):
            return None
        at += size or 1
    return words


def says_nothing_else(text: str) -> bool:
    """Return whether a heading says no more than that a file comes: "### 完整代码", "**Code:**"."""
    return _words(text.strip("#*\n\r ")) is not None


def _judged(mention: _Mention) -> Introduced | None:
    after = mention.after.rstrip()
    # After "save as a.py and run it" a shell block holds the command, hence `fitting`.
    then_run = _THEN_RUN.search(after)
    if then_run:
        after = after[: then_run.start()]
    words_after = _words(after)
    if words_after is None:
        return None
    words_before = _words(mention.before)
    if words_before is None:
        # Text before the last comma may be about anything.
        words_before = _words(_CLAUSE.split(mention.before)[-1])
        if words_before is None or not GIVING.intersection(words_before + words_after):
            return None
    words = {*words_before, *words_after}
    if words <= NEUTRAL and not (words & JOINING and mention.after.rstrip().endswith((":", "："))):
        return None
    pieces, gives = words & PIECES, words & GIVING
    whole = words & COMPLETE if words & OPENING else words & WHOLE
    if (words & OPENING or pieces) and not (gives or whole):
        return None
    return Introduced(
        mention.path,
        fitting=bool(then_run),
        tentative=bool(pieces or words & OPENING or (words <= NEUTRAL and words & PLACES)),
    )
