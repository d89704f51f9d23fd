"""答完一轮可以再来；没有输入了，程序也好好地结束。"""

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


def test_the_player_plays_again():
    """答完一轮可以再来：y、YES、是、好；别的就结束"""
    with mock.patch("main.play") as play:
        shown = talk({"再来一轮": ["y", " YES ", "是", "好", "n"]})
    assert play.call_count == 5
    assert shown.startswith("=== 知识问答 ===")
    assert f"题库里有 {len(main.load())} 道题" in shown


def test_the_end_of_the_input_is_no_crash():
    """没有输入了，或者按了 Ctrl+C，也好好地说再见"""
    for error in (EOFError, KeyboardInterrupt):
        shown = io.StringIO()
        with mock.patch("builtins.input", mock.Mock(side_effect=error)), contextlib.redirect_stdout(shown):
            main.main()
        assert shown.getvalue().endswith("\n再见，下次再来！\n")
