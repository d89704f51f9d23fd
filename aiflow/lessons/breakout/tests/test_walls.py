"""什么算碰到；球碰到墙会弹回来。"""

from game import BALL, Box, BreakoutGame


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


def test_boxes_touch_only_where_they_overlap():
    """两个长方形重叠才算碰到，挨着边不算"""
    box = Box(10, 10, 5, 5)
    assert box.touches(Box(14, 14, 5, 5))
    assert Box(14, 14, 5, 5).touches(box)
    for x, y in [(15, 10), (10, 15), (5, 10), (10, 5)]:
        assert not box.touches(Box(x, y, 5, 5))
