"""F4：输入的不是整数，或者超出范围，就提醒玩家重新输入，不算次数。"""

import contextlib
import io
from unittest import mock

import main
from game import HIGHEST, LOWEST


def talk(answers):
    """运行程序：问题里有哪几个字，就按顺序回答什么；没写的问题直接按回车。返回显示出来的字。"""
    waiting = {part: list(texts) for part, texts in answers.items()}

    def answer(question=""):
        print(question)
        for part, texts in waiting.items():
            if part in question:
                assert texts, f"又问了一次：{question}"
                return texts.pop(0)
        return ""

    shown = io.StringIO()
    with mock.patch("builtins.input", answer), contextlib.redirect_stdout(shown):
        main.main()
    return shown.getvalue()


def shown_after(*guesses):
    """答案是 50，猜这些，最后猜中；返回显示出来的字。"""
    with mock.patch("random.randint", lambda _low, _high: 50):
        return talk({"请猜一个": [*guesses, "50"], "再来一局": ["n"]})


def test_words_are_refused():
    """输入的不是整数，提醒再试，不算次数"""
    shown = shown_after("abc", "", "3.5", "十")
    assert shown.count("不是一个整数") == 4
    assert "猜了 1 次" in shown


def test_numbers_outside_are_refused():
    """比最小的还小，比最大的还大，都提醒再试，不算次数"""
    shown = shown_after(str(LOWEST - 1), str(HIGHEST + 1), "-5")
    assert shown.count(f"要在 {LOWEST} 到 {HIGHEST} 之间") == 3
    assert "猜了 1 次" in shown


def test_both_ends_are_allowed():
    """最小的和最大的数都可以猜"""
    shown = shown_after(str(LOWEST), str(HIGHEST))
    assert "之间" not in shown
    assert "猜了 3 次" in shown


def test_blanks_do_not_matter():
    """数字前后有空格也没关系"""
    assert "猜了 2 次" in shown_after("  30  ")
