"""F5：走到墙边会从对面出来；撞到自己的身体时游戏结束，按回车键或空格键重新开始。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import main
import pygame
from game import DOWN, LEFT, RIGHT, UP, SnakeGame


class QuickClock:
    """不用等的钟：每一帧都说过了 100 毫秒。"""

    def tick(self, _fps):
        return 100


def play(game, *keys):
    """打开游戏，一帧按一个键，最后关上窗口。"""
    waiting = list(keys)

    def next_frame():
        if waiting:
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=waiting.pop(0)))
        else:
            pygame.event.post(pygame.event.Event(pygame.QUIT))

    with (
        mock.patch("main.SnakeGame", lambda: game),
        mock.patch("pygame.display.flip", next_frame),
        mock.patch("pygame.time.Clock", QuickClock),
        mock.patch("pygame.font.match_font", lambda _name: None),  # 不找中文字体，快得多
    ):
        main.main()


def small_game(snake, direction):
    """一个 5 × 5 的棋盘，蛇放在想要的地方。"""
    game = SnakeGame(5, 5)
    game.snake = snake
    game.direction = direction
    game.food = (2, 2)
    return game


def test_the_snake_comes_out_on_the_other_side():
    """四面都一样：走出棋盘，就从对面出来，不会结束"""
    ways = [((4, 1), RIGHT, (0, 1)), ((0, 1), LEFT, (4, 1)), ((1, 0), UP, (1, 4)), ((1, 4), DOWN, (1, 0))]
    for cell, direction, other_side in ways:
        game = small_game([cell], direction)
        game.step()
        assert not game.over
        assert game.snake == [other_side]


def test_inside_the_board_nothing_changes():
    """还没到墙边，走法和以前一样"""
    for cell, direction in [((3, 0), RIGHT), ((1, 0), LEFT), ((0, 1), UP), ((0, 3), DOWN)]:
        game = small_game([cell], direction)
        game.step()
        assert not game.over


def test_hitting_the_body_ends_the_game():
    """撞到自己的身体就结束"""
    game = small_game([(2, 1), (1, 1), (1, 0), (2, 0), (3, 0)], UP)
    game.step()
    assert game.over


def test_the_cell_that_the_tail_leaves_is_free():
    """尾巴刚让出来的一格可以走"""
    game = small_game([(1, 1), (1, 0), (2, 0), (2, 1)], RIGHT)
    game.step()
    assert not game.over
    assert game.snake[0] == (2, 1)


def test_nothing_moves_after_the_end():
    """结束以后蛇不再走"""
    game = small_game([(2, 3), (2, 4)], UP)
    game.over = True
    game.step()
    assert game.snake == [(2, 3), (2, 4)]


def test_a_new_game_keeps_only_the_best_score():
    """重新开始：得分、蛇和方向都回到开始的样子，只有最高分留下"""
    game = SnakeGame()
    game.score, game.best_score, game.over, game.won = 3, 8, True, True
    game.snake, game.direction, game.turns = [(0, 0)], UP, [LEFT]
    game.restart()
    assert (game.score, game.best_score, len(game.snake)) == (0, 8, 3)
    assert (game.direction, game.turns, game.over, game.won) == (RIGHT, [], False, False)


def test_enter_and_space_start_again():
    """结束以后，按回车键或空格键重新开始；没结束时按了没有用"""
    for key in (pygame.K_RETURN, pygame.K_SPACE):
        game = SnakeGame()
        game.over, game.score = True, 7
        play(game, key)
        assert not game.over
        assert game.score == 0
        assert len(game.snake) == 3
        game.score = 7
        play(game, key)
        assert game.score == 7
