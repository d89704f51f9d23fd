"""F1：棋盘有 14 × 14 个格子，蛇从中间出发，开始时长 3 格。"""

from game import RIGHT, SnakeGame


def test_board_has_14_columns_and_rows():
    """棋盘有 14 列、14 行"""
    game = SnakeGame()
    assert (game.columns, game.rows) == (14, 14)


def test_snake_starts_in_the_middle_with_three_cells():
    """蛇从正中间出发，长 3 格，头朝右"""
    for columns, rows in [(14, 14), (20, 20), (9, 7)]:
        game = SnakeGame(columns, rows)
        x, y = columns // 2, rows // 2
        assert game.snake == [(x, y), (x - 1, y), (x - 2, y)]
        assert game.direction == RIGHT


def test_everything_starts_at_zero():
    """刚开始没有得分，没有结束，也没有赢"""
    game = SnakeGame()
    assert (game.score, game.best_score) == (0, 0)
    assert not game.over
    assert not game.won
    assert game.turns == []
