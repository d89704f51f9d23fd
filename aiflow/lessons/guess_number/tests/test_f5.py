"""F5：猜中以后问要不要再来一局，并记住最好的成绩。"""

import contextlib
import io
from unittest import mock

import main


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


def play(guesses, again):
    """答案总是 50。"""
    with mock.patch("random.randint", lambda _low, _high: 50):
        return talk({"请猜一个": guesses, "再来一局": again})


def test_the_best_result_is_kept():
    """第一局 3 次，第二局 1 次，第三局 2 次：最好的是 1 次"""
    shown = play(["1", "2", "50", "50", "1", "50"], ["y", "y", "n"])
    best = [line for line in shown.splitlines() if "最好成绩" in line]
    assert best == ["最好成绩：3 次。", "最好成绩：1 次。", "最好成绩：1 次。"]


def test_many_words_mean_yes():
    """y、YES、是、好都是再来一局"""
    shown = play(["50"] * 5, ["y", " YES ", "是", "好", "n"])
    assert shown.count("猜中了！") == 5


def test_everything_else_means_no():
    """别的回答就结束，并说再见"""
    for text in ("n", "", "不", "yy"):
        shown = play(["50"], [text])
        assert shown.count("猜中了！") == 1
        assert shown.rstrip().endswith("再见，下次再玩！")
