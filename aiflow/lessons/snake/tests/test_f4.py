"""F4：苹果随机出现，但不会出现在蛇的身体上。"""

from game import SnakeGame


def test_apple_is_never_on_the_snake():
    """苹果不会出现在蛇的身体上，也不会在棋盘外面"""
    game = SnakeGame(5, 4)
    for _ in range(200):
        x, y = game.random_empty_cell()
        assert (x, y) not in game.snake
        assert 0 <= x < 5
        assert 0 <= y < 4


def test_apple_can_be_in_every_empty_cell():
    """每个空格子都可能有苹果"""
    game = SnakeGame(4, 3)
    found = {game.random_empty_cell() for _ in range(500)}
    assert len(found) == 4 * 3 - 3


def test_a_new_apple_comes_after_eating():
    """吃掉以后，会在别的地方出现新的苹果"""
    game = SnakeGame(5, 5)
    game.food = game.snake[0]
    game.eat()
    assert game.food not in game.snake
