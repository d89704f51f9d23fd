"""F3：球打在挡板的边上弹得斜，打在中间弹得直。"""

import math

from game import BALL, BreakoutGame


def bounce(part):
    """让球落在挡板上：part 是 -1 左边、0 中间、1 右边，返回弹起来的角度（往右是正的）。"""
    game = BreakoutGame()
    game.waiting = False
    middle = game.paddle.x + game.paddle.width / 2
    game.ball.x = middle + part * game.paddle.width / 2 - BALL / 2
    game.ball.y = game.paddle.y - BALL + 2
    game.speed_x, game.speed_y = 0, 200
    game.check_paddle()
    assert game.speed_y < 0, "球应该往上飞"
    assert game.ball.y == game.paddle.y - BALL
    return math.degrees(math.atan2(game.speed_x, -game.speed_y))


def test_the_middle_bounces_straight_up():
    """打在正中间，球直直地往上飞"""
    assert abs(bounce(0)) < 0.001


def test_the_edges_bounce_to_the_sides():
    """打在边上弹得最斜：60 度；打在一半的地方是 30 度"""
    assert abs(bounce(1) - 60) < 0.001
    assert abs(bounce(-1) + 60) < 0.001
    assert abs(bounce(0.5) - 30) < 0.001
    assert abs(bounce(-0.5) + 30) < 0.001
    assert abs(bounce(1.1) - 60) < 0.001


def test_a_falling_ball_comes_back():
    """往下飞的球到了挡板，下一刻就往上飞"""
    game = BreakoutGame()
    game.waiting = False
    game.ball.y = game.paddle.y - BALL - 1
    game.speed_x, game.speed_y = 0, 300
    game.update(0.01, 0)
    assert game.speed_y < 0


def test_a_rising_ball_passes():
    """往上飞的球不会被挡板弹回来"""
    game = BreakoutGame()
    game.ball.x, game.ball.y = game.paddle.x + 10, game.paddle.y
    game.speed_x, game.speed_y = 30, -200
    game.check_paddle()
    assert (game.speed_x, game.speed_y) == (30, -200)


def test_a_ball_beside_the_paddle_falls_on():
    """没碰到挡板的球接着往下掉"""
    game = BreakoutGame()
    game.ball.x, game.ball.y = game.paddle.x - BALL - 1, game.paddle.y
    game.speed_x, game.speed_y = 0, 200
    game.check_paddle()
    assert game.speed_y == 200
