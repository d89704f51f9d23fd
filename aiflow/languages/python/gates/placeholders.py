"""Code that a model promised and did not write: "rest of the code", 其余代码省略, bodies that do nothing."""

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

from aiflow.languages.python.gates.bodies import Bodies
from aiflow.languages.python.parsed import tree_of
from aiflow.languages.sources import SourceFile, Sources
from aiflow.model.findings import Finding, Severity, at

# These mean omitted code wherever they stand.
_STRONG = re.compile(
    r"""
      (?:此处|这里|以下|后面)(?:从?略)(?:[\W_]|$)
    | (?:此处|这里|以下|后面|其余|其他|其它|剩余|剩下|中间|部分|代码|内容|实现|细节|逻辑)
      [^，。,]{0,6}(?:省略(?!号)|从略)
    | (?:^|[（(\s.…])省略(?:了|掉)?(?:其余|其他|其它|剩余|部分|大部分|具体|若干|中间|代码|实现|细节|以下)
    | ^[\W_]*(?:省略|略|以下略|后略|下略|未完待续|待续)[\W_]*$
    | (?:其余|其他|其它|剩余|剩下|原有|已有|之前|后续)的?(?:代码|部分|函数|方法|内容|逻辑|实现|类)
      [^，。,]{0,8}
      (?:保持?不变|同上|一样|相同|如上|\.\.\.|…)
    | (?:\.\.\.|…)[\s\W]*(?:其余|其他|其它|剩余|剩下|原有|已有|之前|更多|同上|省略)
    | (?:其余|其他|其它|剩余|剩下|后续)的?(?:代码|部分|函数|方法|内容|逻辑|实现|功能)
      [^，。,]{0,4}(?:自行|自己)(?:补充|实现|完成|编写|添加)
    | ^[\W_]*(?:代码|内容|逻辑|实现|方法|函数)?(?:同上|同前|不变)[\W_]*(?:省略|从略|略)[\W_]*$
    | (?:在此|在这里|此处|这里)(?:添加|加入|填写|编写|写|补充|实现|插入)
      (?:你|您|其他|其余|更多|具体|代码|逻辑|功能|实现)
    | (?:你|您)的代码(?:写|放|填)?在?(?:这里|此处)
    | (?:rest|remainder)\ of\ (?:the\ |your\ |my\ |this\ )?(?:\w+\ )?
      (?:code|file|function|class|methods?|implementation|program|script|logic|game|module)\s
      (?:goes?\ here|remains?|stays?|unchanged|(?:is|are)\ (?:the\ )?(?:same|unchanged|omitted)
        |here|as\ before|omitted|code\ here)
    | (?:\.\.\.|…)\s*\(?(?:the\ )?(?:rest|remaining|existing|other|previous|same|more|similar|omitted)\b
    | \b(?:existing|previous|remaining|other)\ (?:code|methods?|functions?|logic|implementation)\s*
      (?:\.\.\.|…|remains?|goes?\ here|unchanged|here|stays?)
    | \b(?:your|more|additional|game|main)\ (?:code|logic|implementation)\ (?:goes\ )?here\b
    | \b(?:add|put|write|insert|place)\ (?:your|the\ rest\ of\ the|remaining|more)\ (?:\w+\ ){0,2}?
      (?:code|logic|implementation)\ here\b
    | \b(?:implementation|code|logic)\ (?:goes\ here|omitted|(?:is\ )?left\ out)
    | \bomitted\ for\ brevity\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
# People also write these above code: they count only where nothing follows in the same block.
_WEAK = re.compile(
    r"""
      ^[\W_]*(?:同上|如上|和上面一样|与上面相同|代码同上|逻辑同上|同理|类似|以此类推)[\W_]*$
    | ^[\W_]*(?:\.{3,}|…+)[\W_]*$
    | (?:其余|其他|其它|剩余|剩下)的?(?:代码|部分|函数|方法|内容|逻辑|实现)
    | \b(?:rest|remainder)\ of\ (?:the|your|my|this)\b
    | \b(?:existing|remaining)\ (?:code|methods?|functions?|logic)\b
    | \bsame\ as\ (?:above|before)\b | \b(?:and\ )?so\ on\b | \bsimilar\ to\ above\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TODO = re.compile(
    r"""
      \b(?:TODO|FIXME|XXX)\b\W*(?:implement|complete|finish|fill|write|add|实现|完成|补充|编写|添加|补全)
    | \b(?:to\ be|needs?\ to\ be|not\ yet)\ implemented\b
    | \bnot\ implemented(?:\ yet)?\b(?!\ (?:on|in|for|by|under|here|there)\b)
    | \bimplement\ (?:this|me|the\ \w+(?:\ \w+)?)\ (?:here|later)\b | \bplaceholder\b
    | (?:待|尚未|还没|未|有待)(?:实现|完成|补充|编写|完善) | 占位(?!符)
    | (?:以后|稍后|之后)(?:再)?(?:实现|补充|完成|编写)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Traditional characters of the words above.
_SIMPLIFIED = str.maketrans(
    "餘碼內實現後續這裡處補寫剩與類邏輯細節變樣還沒完", "余码内实现后续这里处补写剩与类逻辑细节变样还没完"
)
_SCRIPT_COMMENT = re.compile(r"^\s*(?://|/\*|\*|<!--)\s*(.*?)\s*(?:\*/|-->)?\s*$")


class PlaceholdersGate:
    """Comments and bodies of Python files, comments of pages and scripts; prose is never looked at."""

    name = "placeholders"

    def check(self, project: Sources) -> Iterator[Finding]:
        """Check comments first, then bodies."""
        for path in project.paths:
            if path.lower().endswith((".py", ".pyw")) and tree_of(project.file(path)) is not None:
                yield from project.file(path).once(read_comments)
            elif path.lower().endswith((".js", ".css", ".html", ".htm")):
                yield from _check_script(path, project.text(path) or "")
        yield from Bodies(project).check()


@dataclass(frozen=True, slots=True)
class _Comment:
    line: int
    text: str
    is_last: bool  # nothing but comments follows in its block
    before_nothing: bool  # what follows in its block is only `pass`, `...` or a bare return


def read_comments(file: SourceFile) -> list[Finding]:
    """Return a finding for each comment of a Python file that stands for missing code."""
    return list(_check_comments(file.path, file.text or ""))


def _check_comments(path: str, text: str) -> Iterator[Finding]:
    if "#" not in text:
        return  # splitting a file into tokens is the slowest step of this gate
    for comment in _comments(text):
        severity = _weigh(comment)
        if severity is None:
            continue
        shown = comment.text.strip()[:60]
        message = (
            f"{at(path, comment.line)}注释“{shown}”说明这里的代码被省略了，程序不完整。"
            if severity == "error"
            else f"{at(path, comment.line)}注释“{shown}”说明这里可能还没有写完。"
        )
        message += "请把省略的代码完整写出来。"
        yield Finding(path, comment.line, "placeholder", message, severity)


def _weigh(comment: _Comment) -> Severity | None:
    text = comment.text.translate(_SIMPLIFIED).replace("程式码", "代码")
    if _STRONG.search(text):
        return "error"
    unfinished = comment.is_last or comment.before_nothing
    # A TODO above working code is a plan; above `pass` it is the missing code.
    if _TODO.search(text):
        return "error" if comment.before_nothing else "warning"
    return "error" if unfinished and _WEAK.search(text) else None


def _comments(text: str) -> Iterator[_Comment]:
    lines = text.splitlines()
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, RecursionError):
        return
    code = {
        row for token in tokens if token.type not in _BLANK for row in range(token.start[0], token.end[0] + 1)
    }
    # For each row, the next one below it that has code.
    below: list[int | None] = [None] * (len(lines) + 2)
    for row in range(len(lines) - 1, -1, -1):
        below[row] = row + 1 if row + 1 in code else below[row + 1]
    for token in tokens:
        if token.type != tokenize.COMMENT:
            continue
        row, column = token.start
        alone = not lines[row - 1][:column].strip() if row <= len(lines) else False
        following = below[min(row, len(lines))]
        next_line = lines[following - 1] if following else ""
        indent = len(next_line) - len(next_line.lstrip())
        is_last = alone and (following is None or indent < column)
        here = next_line.strip() if alone else lines[row - 1][:column].strip()
        nothing = bool(re.fullmatch(r"(?:pass|\.\.\.|return(?: None)?)(?:\s*#.*)?", here)) and (
            not alone or indent == column
        )
        yield _Comment(row, token.string.lstrip("#!: "), is_last, nothing)


_BLANK = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
    tokenize.ENCODING,
}  # fmt: skip


def _check_script(path: str, text: str) -> Iterator[Finding]:
    for number, line in enumerate(text.splitlines(), 1):
        comment = _SCRIPT_COMMENT.match(line)
        # Minified scripts have comments of a megabyte on one line.
        if comment and _STRONG.search(comment.group(1)[:300]):
            shown = comment.group(1)[:60]
            message = f"{at(path, number)}注释“{shown}”说明这里的内容被省略了。请把它完整写出来。"
            yield Finding(path, number, "placeholder", message)
