"""Lines that stand for code which a model left out: "# ... existing code ...", "// 其余代码不变", "...".

Such a line must never reach a file, and a line of a program must never be taken for one. So words alone count
only in a comment, and only as a whole phrase.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from aiflow.extraction.language_tags import words

# A longer line is a program's or a minified text, on which the patterns below would take long.
_MAX_LINE = 200
_COMMENT = re.compile(r"(?:#+|//+|--+|;+|%+|/\*+|<!--+|\{/\*+|\(\*|\*(?!\*))[ \t]*")
_COMMENT_ENDS = ("*/}", "*/", "-->", "*)")
_DOTS = re.compile(r"\.{3,}|…+|⋯+|⋮|(?:\. ){2}\.|(?:· ?){3}")
_AROUND = " \t-=~_*.…⋯·:：,，。;；!！()（）[]【】<>《》{}`'\"“”"
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[\u4e00-\u9fff]+")

# English: without dots a phrase has only these words, and one of the turns below.
_FILLERS = words(
    "the of your my this that these those all any some a an and or for in is are as it its here above below "
    "before after previous previously original existing current other others remaining remainder rest same "
    "unchanged omitted unmodified untouched old code codes content contents file files class classes "
    "function functions method methods import imports logic implementation part parts stuff lines line "
    "section body setup definitions definition variables constants program script module game loop rules "
    "styles style css html markup elements keep keeps kept stay stays remain remains leave left no not "
    "changes change changed needed required with exactly everything else goes continue continues continued "
    "unaltered like snip snipped truncated brevity abbreviated skipped hidden again identical to but be will "
    "should from initialization init constructor properties attributes event handlers handling helper "
    "helpers utility"
)
_THING = (
    r"(?:code|file|class|function|method|script|program|module|implementation|import|logic|content|body|section"
    r"|definition|line|style|css|html|markup|setup|part|class|constant|variable|element|loop)(?:s|es)?"
)
_SURE = re.compile(
    rf"\b(?:(?:existing|previous|original|current|old|unchanged|omitted) {_THING}"
    rf"|rest of (?:the |your |this |that |my )?(?:\w+ )?{_THING}"
    r"|(?:the )?rest (?:is |stays |remains |of it )?(?:unchanged|the same|as before|omitted)"
    r"|remaining (?:code|methods?|functions?|implementation|class(?:es)?|file|logic|imports?)"
    r"|same as (?:before|above|previous|previously|the original|original|in the original)"
    r"|(?:is|are|remains?|stays?|keep|keeps|kept|left|leave)(?: \w+)?"
    r" (?:unchanged|unmodified|untouched|the same|as is|as before|as it is|as they are)"
    r"|no (?:other )?changes?(?: needed| required| here)?$|(?:unchanged|not changed|unmodified)$"
    r"|(?:code|brevity) (?:omitted|truncated)|for brevity|everything else"
    r"|keep (?:the )?(?:existing|original|rest)|code (?:continues|remains|stays|goes here|here))\b"
)
_LIKELY = re.compile(
    r"\b(?:existing|rest|remaining|remainder|unchanged|same|omitted|unmodified|untouched|previous|original"
    r"|other|others|snip|snipped|truncated|continue|continues|continued|before|above|keep|brevity|skipped|hidden|etc)\b"
)
# Chinese: subject and predicate, either of which may stand alone in the second and third form.
_SUBJECT = (
    r"(?:这里|此处|以下|以上|上面|下面|前面|后面|上述|其他|其它|其余|剩余|剩下|余下|另外|原有|原来|原先|原本|现有|已有|之前|先前"
    r"|中间|所有|全部|部分|省略|保留|的|和|与|及|、|都|均|也|全)"
)
_OBJECT = (
    r"(?:代码|代碼|部分|内容|函数|方法|逻辑|类|功能|导入|引入|定义|变量|常量|配置|设置|样式|元素|标签|语句|行|实现|文件|程序"
    r"|初始化|属性|循环|绘制|处理|模块|规则|游戏)"
)
_PREDICATE = (
    r"(?:(?:都|均|全部|全|也)?(?:保持|维持)?(?:不变|原样|一致|不动|一样|相同|照旧|如前|同上|同前|无变化|没有变化|没变|未变|不用改"
    r"|不需要改|不需要修改|无需修改|无需改动|无须修改|无改动|没有改动|未改动|未修改|未作修改|不作修改|不做修改)"
    r"|(?:被|已|全部|全)?省略|略|略去|从略|不再重复|不再赘述|照原样|与(?:之前|原来|原先|前面|上面)(?:的)?(?:相同|一样|一致)"
    r"|和(?:之前|原来|原先|前面|上面)(?:的)?(?:相同|一样|一致)|保持|保留)"
)
_CHINESE = re.compile(rf"{_SUBJECT}{{1,5}}{_OBJECT}{{1,4}}|{_SUBJECT}{{0,4}}{_OBJECT}{{0,4}}{_PREDICATE}了?")
# Without dots: "# 其他函数" may be a heading of the program's own.
_CHINESE_SURE = re.compile(
    rf"(?:其余|剩余|剩下|余下|原有|现有|已有|原来|原先|其他|其它)的?(?:代码|代碼|部分|内容)"
    rf"|(?:其余|剩余|剩下|余下|原有|现有|已有|原来|原先)的?{_OBJECT}"
    r"|省略|不变|原样|同上|同前|照旧|从略|未改|没变|未变|无需|不需要|不用改|无变化|没有变化|无改动|没有改动|未修改|不作|不做|无须"
    r"|不再|略$|相同|一样|一致|(?:这里|此处|其余|其他|其它|其)(?:的|均|都|全)?保[持留]"
)
# A longer sentence explains something; marks for left-out code are short.
_MAX_WORDS = 14
_MAX_UNKNOWN = 3


def is_elision(line: str) -> bool:
    """Return whether ``line`` is nothing but a mark for code that was left out."""
    text = line.strip()
    if not text or len(text) > _MAX_LINE:
        return False
    comment = _COMMENT.match(text)
    words = text[comment.end() :] if comment else text
    for end in _COMMENT_ENDS:
        words = words.removesuffix(end)
    words = words.strip()
    dots = _DOTS.match(words) is not None
    inner = words.strip(_AROUND)
    if not inner:
        # `[...]`, `(...)` and `"..."` are values in a program and no marks.
        return dots and not set(words) & set("[](){}<>'\"`")
    if comment is None and not dots and not _is_bracketed(words):
        # Without a comment's mark a sentence is a program's text, in Chinese too: `略` may be a name.
        return (
            _CHINESE.fullmatch(inner) is not None
            and len(inner) > 3
            and _CHINESE_SURE.search(inner) is not None
        )
    if dots and comment and _DOTS.search(words[-8:]) and len(words) > len(inner) + 5:
        return True  # "# ... snake moves ..."
    return _says_rest(inner, sure=dots)


def split_elision(line: str) -> tuple[str, bool]:
    """Return the code before a mark at a line's end ("def f():  # unchanged"), and whether there is one."""
    if len(line) > _MAX_LINE:
        return line, False
    for sign in ("#", "//", "/*", "<!--"):
        # The last sign counts: the code may hold one before it, as the colour `"#fff"` does.
        code, found, comment = line.rpartition(sign)
        if found and code.strip() and is_elision(sign + comment):
            return code.rstrip(), True
    return line, False


def has_elision(text: str) -> bool:
    """Return whether a mark for left-out code stands in ``text``; a lone ``...`` in a body is none."""
    lines = text.split("\n")
    return any(
        (is_elision(line) and not is_stub(lines, at)) or split_elision(line)[1]
        for at, line in enumerate(lines)
    )


def is_stub(lines: Sequence[str], at: int) -> bool:
    """Return whether line ``at`` is the ``...`` that is the whole body of a Python function or class."""
    if lines[at].strip() != "...":
        return False
    indent = _indent(lines[at])
    # Eight lines suffice to pass blank ones; without a limit a long run of them takes quadratic time.
    before = next((line for line in reversed(lines[max(0, at - 8) : at]) if line.strip()), "")
    after = next((line for line in lines[at + 1 : at + 9] if line.strip()), "")
    if not before.rstrip().endswith((":", '"""', "'''")) or _indent(before) > indent:
        return False
    is_docstring = not before.rstrip().endswith(":")
    return (not is_docstring or _indent(before) == indent) and (not after or _indent(after) < indent)


class OwnMarks:
    """The lines of a file that look like marks and are its own: a comment, dots in a text.

    Args:
        lines: of the file.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        filled = [text for line in lines if (text := line.strip())]
        self._pairs = set(pairwise(["", *filled, ""]))

    def has(self, lines: Sequence[str], at: int) -> bool:
        """Return whether line ``at`` of another text stands there as it does in the file."""
        text = lines[at].strip()
        before = next((line.strip() for line in reversed(lines[max(0, at - 9) : at]) if line.strip()), "")
        after = next((line.strip() for line in lines[at + 1 : at + 10] if line.strip()), "")
        found = (before, text) in self._pairs, (text, after) in self._pairs
        # Dots alone say nothing: one place with dots must not excuse those that stand for a whole class.
        return any(found) if any(map(str.isalpha, text)) else all(found)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_bracketed(words: str) -> bool:
    return words[:1] in "([（【<{" and words[-1:] in ")]）】>}"


def _says_rest(inner: str, *, sure: bool) -> bool:
    """Return whether the words mean that code stays as it is; ``sure`` where dots stand before them."""
    if any("\u4e00" <= char <= "\u9fff" for char in inner):
        # Models divide the phrase as they like: "其余代码（保持不变）", "其余代码，不变".
        plain = re.sub(r"[\s.…，,。：:；;（）()]+", "", inner)
        if _CHINESE.fullmatch(plain) is None:
            return False
        return sure or _CHINESE_SURE.search(plain) is not None
    lowered = inner.lower()
    found = _WORD.findall(lowered)
    unknown = sum(word not in _FILLERS for word in found)
    if not found or len(found) > _MAX_WORDS:
        return False
    # Dots are half of the proof: a few unknown words may then name the part that is left out.
    if sure:
        return _LIKELY.search(lowered) is not None and unknown <= _MAX_UNKNOWN
    return _SURE.search(lowered) is not None and not unknown
