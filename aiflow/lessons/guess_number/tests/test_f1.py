"""F1：每一局随机想一个 1 到 100 的整数。"""

from game import HIGHEST, LOWEST, GuessGame


def test_the_answer_is_in_the_range():
    """想的数总在 1 到 100 之间"""
    assert (LOWEST, HIGHEST) == (1, 100)
    for _ in range(300):
        assert 1 <= GuessGame().answer <= 100


def test_both_ends_are_possible():
    """1 和 100 也可能被想到"""
    assert {1, 100} <= {GuessGame().answer for _ in range(3000)}


def test_every_game_has_a_new_number():
    """每一局想的数不一样"""
    assert len({GuessGame().answer for _ in range(50)}) > 10


def test_a_new_game_knows_nothing():
    """刚开始没有猜过，范围是整个范围"""
    game = GuessGame()
    assert game.tries == 0
    assert (game.low, game.high) == (LOWEST, HIGHEST)
