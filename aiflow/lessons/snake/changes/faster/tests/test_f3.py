"""F3：蛇一开始就跑得快；吃到苹果长一格，得 1 分，并且走得更快一点。"""

from game import SnakeGame


def eat_one(game):
    """把苹果放在蛇头前面，走一步。"""
    x, y = game.snake[0]
    game.food = (x + 1, y)
    game.step()


def test_eating_makes_the_snake_longer():
    """吃到苹果，蛇长一格；没吃到就不变长"""
    game = SnakeGame()
    x, y = game.snake[0]
    eat_one(game)
    assert game.snake == [(x + 1, y), (x, y), (x - 1, y), (x - 2, y)]
    game.food = (0, 0)
    game.step()
    assert game.snake == [(x + 2, y), (x + 1, y), (x, y), (x - 1, y)]


def test_eating_gives_one_point():
    """吃一个苹果得 1 分，吃三个得 3 分"""
    game = SnakeGame()
    for points in (1, 2, 3):
        eat_one(game)
        assert game.score == points
    game.food = (0, 0)
    game.step()
    assert game.score == 3


def test_more_points_make_the_snake_faster():
    """分数越高，走一步的时间越短，一分短一点"""
    game = SnakeGame()
    times = []
    for score in range(6):
        game.score = score
        times.append(game.step_time())
    assert times == sorted(times, reverse=True)
    assert {before - after for before, after in zip(times, times[1:])} == {4}
    assert times[0] == 110


def test_speed_has_a_limit():
    """再高的分，也不会快得来不及反应"""
    game = SnakeGame()
    game.score = 1000
    assert game.step_time() == 40
    game.score = 17
    assert game.step_time() == 42


def test_filling_the_board_wins():
    """蛇占满整个棋盘就赢了"""
    game = SnakeGame(4, 1)
    game.snake = [(2, 0), (1, 0), (0, 0)]
    game.food = (3, 0)
    game.step()
    assert game.won
    assert game.over
