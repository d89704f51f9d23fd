"""F3：猜错画一笔小人，错 6 次就输，并公布答案。"""

import contextlib
import io
from unittest import mock

import main
from game import MAX_WRONG, WordGame


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


def game_of(word):
    """单词定好的一局。"""
    game = WordGame()
    game.word, game.meaning = word, "一种水果"
    return game


def test_a_wrong_letter_counts():
    """猜错一个字母，错一次"""
    game = game_of("apple")
    assert game.guess("z") == "没有 z。"
    assert game.wrong == 1
    game.guess("y")
    assert game.wrong == 2


def test_six_wrong_letters_lose():
    """错 6 次就输，错 5 次还没输"""
    assert MAX_WRONG == 6
    game = game_of("apple")
    for letter in "zyxwv":
        game.guess(letter)
        assert not game.lost
    game.guess("u")
    assert game.lost
    assert not game.won


def test_every_mistake_draws_one_more_part():
    """每错一次多画一笔，6 笔画完是一个完整的小人"""
    assert main.picture(0) == "  +---+\n      |\n      |\n      |\n======="
    assert main.picture(6) == "  +---+\n  O   |\n /|\\  |\n / \\  |\n======="
    for wrong in range(6):
        before, after = main.picture(wrong), main.picture(wrong + 1)
        assert sum(a != b for a, b in zip(before, after)) == 1
    assert main.picture(1).splitlines()[1] == "  O   |"
    assert main.picture(2).splitlines()[2] == "  |   |"


def test_the_player_loses():
    """从头玩到输：还能错几次越来越少，最后公布答案"""
    game = game_of("apple")
    with mock.patch("main.WordGame", lambda _last: game):
        shown = talk({"猜一个字母": [*"zyxwvu"], "再来一局": ["n"]})
    for left in (6, 5, 4, 3, 2, 1):
        assert f"还能错 {left} 次" in shown
    assert "次数用完了。单词是 apple，意思是“一种水果”。" in shown
    assert main.picture(6) in shown
    assert "你赢了" not in shown
