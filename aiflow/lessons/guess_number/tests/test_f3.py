"""F3：猜中以后说出猜了几次，并给一句评价。"""

import contextlib
import io
from unittest import mock

import main
from game import HIGHEST, GuessGame


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


def praise_after(tries):
    """猜了这么多次以后的评价。"""
    game = GuessGame()
    game.tries = tries
    return game.praise()


def test_every_guess_is_counted():
    """每猜一次，次数加一"""
    game = GuessGame()
    game.answer = 50
    for tries, number in enumerate([10, 90, 50], start=1):
        game.guess(number)
        assert game.tries == tries


def test_one_guess_is_luck():
    """一次就中，说运气好"""
    assert "运气" in praise_after(1)
    assert "运气" not in praise_after(2)


ENOUGH = HIGHEST.bit_length()  # 每次对半猜，这么多次一定能猜中：100 以内是 7 次


def test_few_guesses_are_praised():
    """7 次以内猜中（范围大就多几次），说很厉害"""
    assert all("厉害" in praise_after(tries) for tries in range(2, ENOUGH + 1))


def test_many_guesses_get_a_tip():
    """猜了很多次，给一个小提示"""
    assert "提示" in praise_after(ENOUGH + 1)
    assert "提示" in praise_after(30)


def test_the_player_sees_answer_tries_and_praise():
    """猜中以后，显示答案、次数和评价"""
    with mock.patch("random.randint", lambda _low, _high: 50):
        shown = talk({"请猜一个": ["30", "50"], "再来一局": ["n"]})
    assert "答案是 50" in shown
    assert "猜了 2 次" in shown
    assert praise_after(2) in shown
