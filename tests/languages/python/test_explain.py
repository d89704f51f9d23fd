"""Errors as this Python prints them, explained in Chinese.

Each text comes from a program that really fails.
"""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from aiflow.languages.python.explain import explain_traceback
from aiflow.languages.python.explanations import EXPLANATIONS

# (program, the line of the error, words that the explanation must hold, words of the advice)
CASES: dict[str, tuple[str, int, str, str]] = {
    "name": ("print(scroe)", 1, "「scroe」", "检查拼写"),
    "name with a guess": ("score = 1\nprint(scroe)", 2, "「scroe」", "score"),
    "module not imported": ("random.randint(1, 2)", 1, "「random」", "import"),
    "local": ("n = 1\ndef f():\n    n += 1\nf()", 3, "「n」", "global n"),
    "module": ("import nosuchthing", 1, "「nosuchthing」", "安装"),
    "name in module": ("from math import sinn", 1, "「sinn」", "拼写"),
    "tab": ("if True:\n\tx = 1\n        y = 2", 3, "Tab", "4 个空格"),
    "no block": ("def f():\nprint(1)", 2, "第 1 行", "4 个空格"),
    "unindent": ("if True:\n        x = 1\n    y = 2", 3, "对不上", "对齐"),
    "indent": ("x = 1\n  y = 2", 2, "多了", "删掉"),
    "open bracket": ("print(1", 1, "「(」", "补上"),
    "closed bracket": ("print(1))", 1, "「)」", "删掉"),
    "other bracket": ("x = (1]", 1, "括号不配对", "同一种"),
    "string": ("x = 'abc", 1, "引号", "补上"),
    "chinese comma": ("print(1，2)", 1, "「，」", "英文"),
    "chinese full stop": ("x = '，' + 'a'。upper()", 1, "「。」", "英文"),
    "colon": ("if True\n    x = 1", 1, "冒号", ":"),
    "assignment": ("x = 1\nif x = 1:\n    pass", 2, "比较", "=="),
    "python 2": ("print 'hi'", 1, "「print」", "print(...)"),
    "return outside": ("return 1", 1, "「return」", "缩进"),
    "syntax": ("x = = 1", 1, "语法", "标出的位置"),
    "str plus int": ("print('a' + 1)", 1, "整数", "str(...)"),
    "int plus str": ("print(1 + 'a')", 1, "「+」", "int(...)"),
    "comparison": ("print('a' < 1)", 1, "「<」", "int(input"),
    "missing argument": ("def f(a, b): pass\nf(1)", 2, "「f」", "补上"),
    "too many arguments": ("class A:\n    def f(): pass\nA().f()", 3, "给了 1 个", "self"),
    "keyword": ("def f(): pass\nf(x=1)", 2, "「x」", "参数名"),
    "none item": ("x = None\nx[0]", 2, "None", "return"),
    "not callable": ("x = 1\nx()", 2, "整数", "同名"),
    "not iterable": ("for i in 5: pass", 1, "整数", "range"),
    "float index": ("[1][0.0]", 1, "整数", "int(...)"),
    "immutable": ("'abc'[0] = 'x'", 1, "文字", "新的"),
    "range of float": ("range(2.5)", 1, "小数", "int(...)"),
    "index": ("[1][5]", 1, "下标", "len"),
    "pop": ("[].pop()", 1, "下标", "空"),
    "key": ("{}['名字']", 1, "'名字'", ".get("),
    "int": ("int('abc')", 1, "'abc'", "ValueError"),
    "float": ("float('x')", 1, "'x'", "ValueError"),
    "unpack less": ("a, b = [1]", 1, "2 个变量", "一样"),
    "unpack more": ("a, b = [1, 2, 3]", 1, "2 个变量", "items"),
    "remove": ("[].remove(1)", 1, "没有要找", "in"),
    "zero": ("1 / 0", 1, "0", "if"),
    "none attribute": ("x = None\nx.foo", 2, "「foo」", "return"),
    "module attribute": ("import math\nmath.foo", 2, "「math」", "同名"),
    "attribute": ("'a'.uper()", 1, "「uper」", "upper"),
    "file": ("open('daten.txt')", 1, "'daten.txt'", "项目文件夹"),
    "decode": ("b'\\xff'.decode('utf-8')", 1, "编码", "utf-8"),
    "recursion": ("def f(): f()\nf()", 1, "调用自己", "结束的条件"),
    "memory": ("raise MemoryError", 1, "内存", "列表"),
    "eof": ("input()", 1, "输入", "input()"),
    "interrupt": ("raise KeyboardInterrupt", 1, "中断", "重新运行"),
    "assertion": ("assert 1 == 2", 1, "assert", "条件"),
    "video": ("import pygame\nraise pygame.error('No available video device')", 2, "屏幕", "试玩"),
    "pygame": ("import pygame\npygame.image.load('x.png')", 2, "文件", "项目文件夹"),
    "own error": ("class MeinFehler(Exception): pass\nraise MeinFehler('ach')", 2, "出错", "英文"),
    "denied": ("raise PermissionError(13, 'Permission denied')", 1, "不允许", "联网"),
    "windows only": ("raise ModuleNotFoundError(\"No module named 'msvcrt'\")", 1, "Windows", "input()"),
    "network": (
        "import urllib.request\nurllib.request.urlopen('http://127.0.0.1:1/')",
        2,
        "网络",
        "自己的电脑",
    ),
    "name service": ("import socket\nraise socket.gaierror(-3, 'Temporary failure')", 2, "网络", "联网"),
    "too big": ("raise OSError(27, 'File too large')", 1, "太大", "循环"),
}


def fail(root: Path, text: str, *args: str) -> str:
    (root / "main.py").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "main.py", *args],
        cwd=root,
        capture_output=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode
    return done.stderr


@pytest.mark.parametrize("case", CASES)
def test_error_is_explained(case, tmp_path):
    text, line, meaning, advice = CASES[case]
    told = explain_traceback(fail(tmp_path, text), tmp_path)
    assert told is not None
    assert (told.path, told.line) == ("main.py", line)
    assert meaning in told.meaning
    assert advice in told.advice
    assert "{" not in told.meaning.replace('f"', "")


@pytest.mark.parametrize("name", ["tkinter", "_tkinter", "turtle", "tkinter.ttk"])
def test_a_python_without_tkinter(name, tmp_path):
    told = explain_traceback(
        fail(tmp_path, f"raise ModuleNotFoundError(\"No module named '{name}'\")"), tmp_path
    )
    assert told is not None
    assert "python3-tk" in told.advice


def test_the_students_own_frame_is_named_not_the_librarys(tmp_path):
    (tmp_path / "hilfe").mkdir()
    (tmp_path / "hilfe" / "lesen.py").write_text(
        "import json\ndef lies():\n    return json.loads('x')\n", encoding="utf-8"
    )
    told = explain_traceback(fail(tmp_path, "from hilfe.lesen import lies\nlies()"), tmp_path)
    assert told is not None
    assert (told.path, told.line, told.code) == ("hilfe/lesen.py", 3, "return json.loads('x')")
    assert told.error == "JSONDecodeError"


def test_the_last_of_several_errors_counts(tmp_path):
    text = "try:\n    1 / 0\nexcept ZeroDivisionError:\n    int('x')"
    told = explain_traceback(fail(tmp_path, text), tmp_path)
    assert told is not None
    assert (told.error, told.line) == ("ValueError", 4)


def test_syntax_error_in_a_module(tmp_path):
    (tmp_path / "teil.py").write_text("x = 1\nif x\n    pass\n", encoding="utf-8")
    told = explain_traceback(fail(tmp_path, "import teil"), tmp_path)
    assert told is not None
    assert (told.error, told.path, told.line) == ("SyntaxError", "teil.py", 2)


@pytest.mark.parametrize(
    "text", ["", "ValueError: not an error", "warte...\nError: x", "Traceback (most recent call last):"]
)
def test_what_is_no_traceback_is_not_explained(text, tmp_path):
    assert explain_traceback(text, tmp_path) is None


def test_a_windows_traceback():
    text = textwrap.dedent(
        """\
        Traceback (most recent call last):
          File "C:\\\\p\\\\main.py", line 3, in <module>
            x = 1 / 0
                ~~^~~
        ZeroDivisionError: division by zero
        """
    )
    told = explain_traceback(text, Path("/elsewhere"))
    assert told is not None
    assert told.error == "ZeroDivisionError"


def test_a_message_cannot_play_tricks(tmp_path):
    text = "raise KeyError('{name}{0} <b>')"
    told = explain_traceback(fail(tmp_path, text), tmp_path)
    assert told is not None
    assert "<b>" in told.meaning


def test_every_row_has_text_and_at_least_25_errors_are_known():
    assert len({error for row in EXPLANATIONS for error in row.errors}) >= 25
    for row in EXPLANATIONS:
        assert row.meaning.endswith(("。", "：")), row
        assert row.advice.endswith(("。", "：")), row
