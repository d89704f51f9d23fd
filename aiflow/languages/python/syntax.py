"""Whether a file is Python that compiles."""

from collections.abc import Iterable

from aiflow.languages.base import not_utf8
from aiflow.languages.python.parsed import compile_quietly, parse
from aiflow.languages.python.subprocess_parser import is_risky, try_parse
from aiflow.model.findings import Finding, at

_REASONS = {
    "expected ':'": "少了冒号“:”",
    "was never closed": "括号打开了没有关上",
    "unmatched": "多了一个右括号",
    "does not match opening": "左右括号对不上",
    "unterminated string literal": "字符串少了右引号",
    "unterminated triple-quoted": "三引号字符串没有结束，文件可能没写完",
    "unterminated f-string": "f 字符串少了右引号",
    "f-string": "f 字符串里的花括号写得不对",
    "expected an indented block": "冒号下面要有缩进的内容",
    "unexpected indent": "这一行缩进多了",
    "unindent does not match": "这一行的缩进和上面对不齐",
    "inconsistent use of tabs": "缩进里混用了 Tab 和空格",
    "'return' outside function": "return 写在了函数外面",
    "'yield' outside function": "yield 写在了函数外面",
    "'await' outside": "await 只能写在 async 函数里",
    "'break' outside loop": "break 写在了循环外面",
    "'continue' not properly": "continue 写在了循环外面",
    "duplicate argument": "函数有两个同名的参数",
    "nonlocal declaration": "nonlocal 不能写在函数外面",
    "is assigned to before global": "global 要写在使用这个名字之前",
    "is used prior to global": "global 要写在使用这个名字之前",
    "no binding for nonlocal": "nonlocal 的名字在外层函数里没有",
    "cannot assign to": "等号左边不能这样写",
    "invalid character": "有一个 Python 不认识的字符（常见的是中文标点）",
    "invalid non-printable": "有一个看不见的字符",
    "source code string cannot contain null": "文件里有空字符（NUL）",
    "Missing parentheses in call to 'print'": "print 要加括号，这是 Python 2 的写法",
    "expected 'except' or 'finally'": "try 后面少了 except 或 finally",
    "positional argument follows keyword": "不带名字的参数要写在带名字的参数前面",
    "non-default argument follows": "没有默认值的参数要写在有默认值的参数前面",
    "leading zeros": "整数不能以 0 开头",
    "Maybe you meant '=='": "这里应该用“==”来比较",
    "Perhaps you forgot a comma": "可能少了一个逗号",
    "unexpected EOF": "文件没有写完",
    "unexpected character after line continuation": "反斜杠“\\”后面不能再有内容",
    "too many statically nested": "嵌套的层数太多",
    "from __future__": "from __future__ 要写在文件最前面",
}  # fmt: skip


def check_source(path: str, data: bytes) -> list[Finding]:
    """Check one Python file by itself.

    Returns:
        At most one finding, with rule ``syntax`` or ``encoding``.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return [not_utf8(path, data, error, "Python")]
    return list(_check_text(path, text))


def _check_text(path: str, text: str) -> Iterable[Finding]:
    try:
        # The parser holds the interpreter, and with it every stream of this server.
        if is_risky(text):
            if (error := try_parse(text)) is not None:
                raise error
        else:
            compile_quietly(parse(text, path), path)
    except SyntaxError as error:
        yield Finding(path, error.lineno, "syntax", _explain(path, text, error))
    except ValueError as error:
        # CPython 3.11 raises a ValueError for NUL, later versions a SyntaxError.
        reason = "文件里有空字符（NUL）" if "null" in str(error) else "里面有 Python 不能接受的字符或数字"
        yield Finding(path, None, "syntax", f"{at(path)}{reason}，Python 读不了它。请删掉后重新保存。")
    except (RecursionError, MemoryError):
        message = f"{at(path)}有一处嵌套太深或太长，Python 读不了这样的程序。请把它拆成几行短的语句。"
        yield Finding(path, None, "syntax", message)


def _explain(path: str, text: str, error: SyntaxError) -> str:
    message = error.msg or "invalid syntax"
    reason = next((words for key, words in _REASONS.items() if key in message), "这里不符合 Python 的语法")
    lines = text.splitlines()
    shown = ""
    if error.lineno and 0 < error.lineno <= len(lines) and lines[error.lineno - 1].strip():
        shown = f"这一行是“{lines[error.lineno - 1].strip()[:60]}”。"
    return (
        f"{at(path, error.lineno)}语法错误，{reason}（{message[:120]}）。{shown}"
        "程序因此无法运行，请改正这一行或它的上一行。"
    )
