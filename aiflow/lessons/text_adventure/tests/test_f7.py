"""F7：输入“帮助”看命令，输入“退出”离开。"""

import contextlib
import io
from unittest import mock

import main
from game import Adventure


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


def test_help_lists_the_commands():
    """帮助里有每一种命令"""
    for text in ("帮助", "help", "?"):
        assert main.answer(Adventure(), *main.understand(text)) == main.HELP
    for word in ("北", "看", "拿", "用", "背包", "退出"):
        assert word in main.HELP


def test_quit_leaves():
    """输入“退出”就说再见；听不懂的话不会结束"""
    for text in ("退出", "q", "exit"):
        shown = talk({"你要做什么": ["唱歌", text]})
        assert "我没听懂" in shown
        assert shown.rstrip().endswith("再见！")


def test_the_room_is_shown_at_the_start():
    """一开始就看得到自己在哪里"""
    assert Adventure().look() in talk({"你要做什么": ["退出"]})
