"""F1：6 行 8 列砖块，打掉最上面一行的得 3 分，其余的得 1 分，全部打掉就赢。"""

from game import BRICK_HEIGHT, BRICK_WIDTH, WIDTH, BreakoutGame


def test_there_are_six_rows_of_eight_bricks():
    """开始时有 6 行 8 列砖块，铺满整个宽度，互相不重叠"""
    game = BreakoutGame()
    assert len(game.bricks) == 48
    assert sorted({brick.row for brick in game.bricks}) == [0, 1, 2, 3, 4, 5]
    assert len({(brick.x, brick.y) for brick in game.bricks}) == 48
    first_row = [brick for brick in game.bricks if brick.row == 0]
    assert [brick.x for brick in first_row] == [column * WIDTH / 8 for column in range(8)]
    assert {(brick.width, brick.height) for brick in game.bricks} == {(BRICK_WIDTH, BRICK_HEIGHT)} == {(60, 24)}
    assert sorted({brick.y for brick in game.bricks}) == [50, 74, 98, 122, 146, 170]


def hit(game, brick):
    """让球碰到一块砖。"""
    game.ball.x, game.ball.y = brick.x + 20, brick.y + 5
    return game.hit_brick()


def test_a_brick_of_the_last_row_gives_one_point():
    """打掉最下面一行的一块砖得 1 分，这块砖就没有了"""
    game = BreakoutGame()
    brick = game.bricks[-1]
    assert hit(game, brick)
    assert brick not in game.bricks
    assert game.score == 1
    assert not game.won
    assert not hit(game, brick)
    assert game.score == 1


def test_a_brick_of_the_first_row_gives_three_points():
    """打掉最上面一行的一块砖得 3 分，第二行的还是 1 分"""
    game = BreakoutGame()
    first, second = game.bricks[0], game.bricks[8]
    while first in game.bricks:
        hit(game, first)
    assert game.score == 3
    while second in game.bricks:
        hit(game, second)
    assert game.score == 4


def test_all_bricks_gone_wins():
    """砖块全部打掉就赢了"""
    game = BreakoutGame()
    game.bricks = game.bricks[-1:]
    hit(game, game.bricks[0])
    assert game.bricks == []
    assert game.won
    assert game.over


def test_the_ball_bounces_off_a_brick():
    """球从下面打中砖块，砖没了，球往下弹"""
    game = BreakoutGame()
    brick = game.bricks[-1]
    game.waiting = False
    game.ball.x, game.ball.y = brick.x + 20, brick.y + brick.height + 1
    game.speed_x, game.speed_y = 0, -300
    game.update(0.01, 0)
    assert brick not in game.bricks
    assert game.speed_y == 300
    assert game.ball.y == brick.y + brick.height + 1


def test_the_ball_bounces_off_the_side_of_a_brick():
    """球从旁边打中砖块，往旁边弹"""
    game = BreakoutGame()
    brick = game.bricks[-1]
    game.bricks = [brick]
    game.waiting = False
    game.ball.x, game.ball.y = brick.x - 15, brick.y + 5
    game.speed_x, game.speed_y = 300, 0
    game.update(0.01, 0)
    assert game.bricks == []
    assert game.speed_x == -300
    assert game.ball.x == brick.x - 15
