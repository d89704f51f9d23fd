"""球碰到墙会弹回来。"""

from game import BALL, BreakoutGame


def test_walls_bounce():
    """球碰到左、右、上面的墙会弹回来"""
    for x, speed in [(1, -300), (480 - BALL - 1, 300)]:
        game = BreakoutGame()
        game.waiting = False
        game.ball.x, game.ball.y = x, 300
        game.speed_x, game.speed_y = speed, 0
        game.update(0.01, 0)
        assert game.speed_x == -speed
        assert game.ball.x == x
    game = BreakoutGame()
    game.waiting = False
    game.ball.x, game.ball.y = 200, 1
    game.speed_x, game.speed_y = 0, -300
    game.update(0.01, 0)
    assert game.speed_y == 300
    assert game.ball.y == 0
