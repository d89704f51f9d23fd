"""F5：打掉的砖块越多，球越快，但有上限。"""

import math

from game import BreakoutGame


def test_more_bricks_make_the_ball_faster():
    """从 300 开始，每得 1 分快 4"""
    game = BreakoutGame()
    speeds = []
    for score in range(5):
        game.score = score
        speeds.append(game.speed())
    assert speeds == [300, 304, 308, 312, 316]


def test_the_speed_has_a_limit():
    """最快是 460"""
    game = BreakoutGame()
    game.score = 1000
    assert game.speed() == 460
    game.score = 39
    assert game.speed() == 456


def test_the_ball_flies_with_this_speed():
    """球真的按这个速度飞，往哪个方向都一样快"""
    game = BreakoutGame()
    game.score = 10
    for degrees in (0, 30, -60):
        game.fly(degrees)
        assert math.isclose(math.hypot(game.speed_x, game.speed_y), game.speed())
        assert game.speed_y < 0
        assert math.isclose(game.speed_x, game.speed() * math.sin(math.radians(degrees)), abs_tol=0.001)


def test_the_way_is_speed_times_time():
    """路程等于速度乘时间"""
    game = BreakoutGame()
    game.waiting = False
    game.ball.x, game.ball.y = 200, 300
    game.speed_x, game.speed_y = 100, -50
    game.update(0.1, 0)
    assert (game.ball.x, game.ball.y) == (210, 295)
