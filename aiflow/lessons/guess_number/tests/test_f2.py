"""F2：每猜一次，提示“太大了”或“太小了”，并缩小范围给玩家看。"""

import contextlib
import io
from unittest import mock

import main
from game import HIGHEST, RIGHT, TOO_BIG, TOO_SMALL, GuessGame


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


def game_with(answer):
    """答案定好的一局。"""
    game = GuessGame()
    game.answer = answer
    return game


def test_a_small_number_is_too_small():
    """猜小了说太小了，下界变成这个数加一"""
    game = game_with(50)
    assert game.guess(30) == TOO_SMALL == "太小了"
    assert (game.low, game.high) == (31, HIGHEST)


def test_a_big_number_is_too_big():
    """猜大了说太大了，上界变成这个数减一"""
    game = game_with(50)
    assert game.guess(70) == TOO_BIG == "太大了"
    assert (game.low, game.high) == (1, 69)


def test_the_right_number_is_right():
    """猜中了就说猜中了"""
    game = game_with(50)
    assert game.guess(49) == TOO_SMALL
    assert game.guess(51) == TOO_BIG
    assert game.guess(50) == RIGHT
    assert RIGHT == "猜中了"


def test_the_range_never_grows():
    """猜了范围外面的数，范围不会变大"""
    game = game_with(50)
    game.guess(40)
    game.guess(60)
    game.guess(10)
    game.guess(90)
    assert (game.low, game.high) == (41, 59)


def test_the_player_sees_hints_and_the_range():
    """玩的时候看得到提示和缩小的范围"""
    with mock.patch("random.randint", lambda _low, _high: 50):
        shown = talk({"请猜一个": ["30", "70", "50"], "再来一局": ["n"]})
    assert "太小了。" in shown
    assert "太大了。" in shown
    assert f"31 到 {HIGHEST}" in shown
    assert "31 到 69" in shown
