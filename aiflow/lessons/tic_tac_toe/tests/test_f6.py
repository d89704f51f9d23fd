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


def test_q_leaves_at_every_question():
    """每个问题都可以回答 q，马上说再见"""
    for answers in ({"先下": ["q"]}, {"先下": ["y"], "下哪一格": ["5", " Q "]}):
        shown = talk(answers)
        assert shown.rstrip().endswith("再见，下次再玩！")
        assert "赢了！" not in shown.replace("谁先把三个连成一条线谁赢", "")


def test_q_raises_player_quit():
    """别的回答会去掉空格、变成小写"""
    with mock.patch("builtins.input", lambda _question: "  YES "):
        assert main.ask("？") == "yes"
    with mock.patch("builtins.input", lambda _question: "q"):
        try:
            main.ask("？")
        except main.PlayerQuit:
            return
    raise AssertionError("q 应该退出")
