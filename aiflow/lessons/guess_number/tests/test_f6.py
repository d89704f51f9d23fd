"""F6：随时输入 q 退出。"""

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


def test_q_leaves_at_once():
    """猜的时候输入 q，说再见，不再问"""
    for text in ("q", " Q "):
        shown = talk({"请猜一个": [text]})
        assert shown.rstrip().endswith("再见，下次再玩！")
        assert "猜中了！" not in shown


def test_q_works_in_the_middle():
    """猜了几次以后也能退出"""
    with mock.patch("random.randint", lambda _low, _high: 50):
        shown = talk({"请猜一个": ["30", "70", "q"]})
    assert "太小了" in shown
    assert shown.rstrip().endswith("再见，下次再玩！")
