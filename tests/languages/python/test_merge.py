"""A rewritten file is merged into the one that it rewrites: what was not meant to change keeps its bytes."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiflow.languages.files import merge_file
from aiflow.languages.python.merge import merge_python
from tests.linear_time import MAX_RATIO, growth

OLD = '''#!/usr/bin/env python
# 贪吃蛇
"""Doc."""
import random  # for food
import sys

# 大小
WIDTH = 10
HEIGHT = 20  # 高


class Snake:
    """A snake."""

    def __init__(self, x, y):
        # where
        self.x = x
        self.y = y

    # moves
    def move(self, d):
        if d == "left":
            self.x -= 1  # left
        elif d == "right":
            self.x += 1
        else:
            # nothing
            pass
        # end


# ---- the game ----

def main():
    s = Snake(1, 2)
    while True:
        for i in range(3):
            s.move("left")
            print(s.x)
        break


if __name__ == "__main__":
    main()
'''
# No comments, other quotes, other blank lines: what a small model makes of a file on the way.
PLAIN = ast.unparse(ast.parse(OLD)) + "\n"


def changed(old: str, merged: str) -> tuple[list[str], list[str]]:
    """Return the lines that only the old text has, and those that only the merged one has."""
    before, after = old.splitlines(), merged.splitlines()
    head = next((at for at, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), 0)
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return before[head : len(before) - tail], after[head : len(after) - tail]


@pytest.mark.parametrize(
    ("words", "removed", "added"),
    [
        (("self.x += 1", "self.x += 2"), ["            self.x += 1"], ["            self.x += 2"]),
        (("HEIGHT = 20", "HEIGHT = 20\nSPEED = 5"), [], ["SPEED = 5"]),
        (("import sys\n", ""), ["import sys"], []),
        (("range(3)", "range(5)"), ["        for i in range(3):"], ["        for i in range(5):"]),
        (
            ("    def move", "    def jump(self):\n        self.y += 1\n\n    def move"),
            [],
            ["    def jump(self):", "        self.y += 1", ""],
        ),
        (
            (
                "else:\n            pass",
                "elif d == 'up':\n            self.y -= 1\n        else:\n            pass",
            ),
            [],
            ["        elif d == 'up':", "            self.y -= 1"],
        ),
        (
            ("else:\n            pass", ""),
            ["        else:", "            # nothing", "            pass"],
            [],
        ),
        (
            ("def main():", "@cache\ndef main(level=1):"),
            ["def main():"],
            ["@cache", "def main(level=1):"],
        ),
        (("def main()", "def play()"), ["def main():"], ["def play():"]),
        # A comment directly above a changed statement is the model's: here it wrote none.
        (("WIDTH = 10", "WIDTH = 11"), ["# 大小", "WIDTH = 10"], ["WIDTH = 11"]),
        (("WIDTH = 10", "# 宽\nWIDTH = 11"), ["# 大小", "WIDTH = 10"], ["# 宽", "WIDTH = 11"]),
    ],
)
def test_only_what_was_meant_differs(words, removed, added):
    new = PLAIN.replace(*words, 1)
    merged = merge_python(OLD, new)
    assert ast.dump(ast.parse(merged)) == ast.dump(ast.parse(new))
    assert changed(OLD, merged) == (removed, added)


def test_a_moved_function_keeps_its_bytes():
    lines = PLAIN.splitlines(keepends=True)
    start = next(at for at, line in enumerate(lines) if "def main" in line)
    end = next(at for at, line in enumerate(lines) if "__main__" in line)
    first = next(at for at, line in enumerate(lines) if "class Snake" in line)
    new = "".join([*lines[:first], *lines[start:end], "\n\n", *lines[first:start], *lines[end:]])
    merged = merge_python(OLD, new)
    assert ast.dump(ast.parse(merged)) == ast.dump(ast.parse(new))
    for line in OLD.splitlines():
        assert line in merged.splitlines() or line == "# ---- the game ----"


def test_statements_that_get_a_loop_around_them_keep_their_comments():
    old = "x = 1\n\n# ask\nname = input()  # who\n\nif name:\n    print(name)  # hello\nprint('end')\n"
    new = "x = 1\nwhile True:\n    name = input()\n    if name:\n        print(name)\n    else:\n"
    new += "        break\nprint('end')\n"
    assert merge_python(old, new) == (
        "x = 1\n\nwhile True:\n    # ask\n    name = input()  # who\n\n"
        "    if name:\n        print(name)  # hello\n    else:\n        break\nprint('end')\n"
    )


def test_other_quotes_blank_lines_and_trailing_blanks_are_no_change():
    assert (
        merge_python(OLD, OLD.replace('"left"', "'left'").replace("\n\n\n", "\n\n").replace(":\n", ":  \n"))
        == OLD
    )


def test_a_change_of_comments_alone_is_a_change():
    new = (
        OLD.replace("# nothing", "# 什么也不做")
        .replace("# 高", "# height")
        .replace('"', "'")
        .replace("'''", '"""')
    )
    assert changed(OLD, merge_python(OLD, new))[0][0] == "HEIGHT = 20  # 高"
    assert merge_python(OLD, OLD.replace("# nothing", "# 无")) == OLD.replace("# nothing", "# 无")
    assert merge_python("x = 1\n", "# 一\nx = 1\n") == "# 一\nx = 1\n"


LONG = """QUESTIONS = [
    # 第一题
    {"q": "1+1", "a": 2},  # 简单

    {"q": "2*3", "a": 6},
]
"""


def test_one_entry_of_a_long_list():
    new = LONG.replace('"', "'").replace("6}", "7}").replace("  # 简单", "").replace("    # 第一题\n", "")
    assert merge_python(LONG, new) == LONG.replace('{"q": "2*3", "a": 6}', "{'q': '2*3', 'a': 7}")


def test_a_file_with_a_syntax_error_is_merged_by_lines():
    broken = "# one\n\n\nx = 1  \nprint(x\n\ny = 2\n"
    assert merge_python(broken, "# one\nx = 1\nprint(x)\ny = 2\n") == broken.replace("(x\n", "(x)\n")


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_stay(end):
    old = "\ufeff" + OLD.replace("\n", end)
    assert merge_python(old, PLAIN.replace("+= 1", "+= 2")) == old.replace("+= 1", "+= 2")
    assert merge_python("x = 1", "x = 2\ny = 3\n") == "x = 2\ny = 3"


def test_tabs_stay():
    old = "def f():\n\tx = 1  # one\n\tif x:\n\t\treturn 2\n"
    new = "def f():\n    x = 1\n    y = '''\n    a'''\n    if x:\n        return 3\n"
    merged = merge_python(old, new)
    assert merged == "def f():\n\tx = 1  # one\n\ty = '''\n    a'''\n\tif x:\n\t\treturn 3\n"


@pytest.mark.parametrize(
    "new",
    [
        "def f(:\n",
        "x = 1\0\n",
        "(" * 3000,
        "if x:\n pass\n" + "elif x:\n pass\n" * 3000,
        "x" * 100_000,
        "x = 1\n" * 200_000,
    ],
    ids=["syntax error", "NUL", "brackets", "branches", "one line", "a megabyte"],
)
def test_what_cannot_be_merged_is_the_models_text(new):
    expected = new.removesuffix("\n").replace("\n", "\r\n") + "\r\n"
    assert merge_python("# a\r\ny = 1\r\n", new) == expected
    assert merge_python(new, "y = 1\n").strip() == "y = 1"


@pytest.mark.parametrize(
    "old", ["x = 1\n", "if x:\n    y = 1\n", "def f{n}():\n    pass  # {n}\n", "x = [\n    1,\n    2,\n]\n"]
)
def test_time_is_in_proportion_to_the_text(old):
    def work(text: str) -> None:
        merge_python(text, text.replace("1", "3", 1).replace("pass", "return", 3)[: -len(old)] + "z = 1\n")

    def text(size: int) -> str:
        return "".join(old.replace("{n}", str(n)) for n in range(size // len(old)))

    assert growth(work, text, last_size=40_000) < MAX_RATIO


HEADS = ["if x:", "def f(a):", "class A:", "for i in x:", "while y:  # loop", "with a as b:", "@d\ndef g():"]
LEAVES = ["x = 1", "y = 'a'  # y", "print(x)", "# note", "", "return 2", "z = '''a\n b'''", "a = 1; b = 2"]
LEAVES += ["w = (1,\n     # in\n     2)"]


def under(head: str, body: list[str]) -> str:
    lines = [line for item in body for line in item.split("\n")]
    return "\n".join([head, *(f"    {line}" for line in [*lines, "pass"])])


STATEMENTS = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.builds(
        under, st.sampled_from([*HEADS, "try:\n    pass\nfinally:"]), st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=12,
)
PROGRAMS = st.lists(STATEMENTS, max_size=6).map(lambda items: "\n".join(items) + "\n")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(PROGRAMS, PROGRAMS)
def test_the_merged_program_is_the_models(old, new):
    merged = merge_file("main.py", old, new)
    try:
        wanted = ast.dump(ast.parse(new))
    except SyntaxError:
        assert merged == new
        return
    assert ast.dump(ast.parse(merged)) == wanted
    assert merge_file("main.py", merged, merged) == merged


@settings(max_examples=50, deadline=None, derandomize=True)
@given(PROGRAMS)
def test_a_file_merged_with_itself_stays(text):
    assert merge_file("main.py", text, text) == text
