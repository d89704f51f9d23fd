"""F7：随时输入 q 退出。"""

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
    """作答的时候输入 q，就说再见，不显示得分"""
    for text in ("q", " Q "):
        shown = talk({"你的答案": ["A", text]})
        assert shown.rstrip().endswith("再见，下次再来！")
        assert "得分：" not in shown
