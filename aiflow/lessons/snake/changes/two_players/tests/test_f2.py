"""F2：按方向键或 W A S D 开始；不能直接掉头。"""

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
    """打开游戏，一帧按一个键（None 是不按），最后关上窗口。"""
    waiting = list(keys)

    def next_frame():
        key = waiting.pop(0) if waiting else None
        if key is not None:
            pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key))
        elif not waiting:
            pygame.event.post(pygame.event.Event(pygame.QUIT))

    with (
        mock.patch("main.SnakeGame", lambda: game),
        mock.patch("pygame.display.flip", next_frame),
        mock.patch("pygame.time.Clock", QuickClock),
        mock.patch("pygame.font.match_font", lambda _name: None),  # 不找中文字体，快得多
    ):
        main.main()


def heads_after(key):
    """按一个键，蛇走了一步以后，头和原来的头差多少。"""
    game = SnakeGame()
    game.food = (0, 0)
    game.step_time = lambda: 160  # 两帧走一步
    x, y = game.snake[0]
    play(game, key, None, None)
    return game.snake[0][0] - x, game.snake[0][1] - y


def test_arrow_keys_choose_the_direction():
    """方向键让蛇往那个方向走"""
    assert heads_after(pygame.K_UP) == UP == (0, -1)
    assert heads_after(pygame.K_DOWN) == DOWN == (0, 1)
    assert heads_after(pygame.K_RIGHT) == RIGHT == (1, 0)


def test_letters_start_the_game_but_do_not_turn_this_snake():
    """W A S D 也能开始，但不管第一条蛇往哪里走"""
    for key in (pygame.K_w, pygame.K_s):
        assert heads_after(key) == RIGHT


def test_snake_waits_for_the_first_key():
    """不按方向键，蛇就不走"""
    game = SnakeGame()
    before = list(game.snake)
    play(game, None, None, None, None)
    assert game.snake == before


def test_snake_cannot_turn_around():
    """蛇往右走时，按左键不会掉头"""
    game = SnakeGame()
    game.turn(LEFT)
    assert game.turns == []
    game.turn(UP)
    game.turn(DOWN)
    assert game.turns == [UP]


def test_quick_turns_wait_in_a_queue():
    """很快按两个键，两次转弯都记得；第三个不记"""
    game = SnakeGame()
    game.food = (0, 0)
    x, y = game.snake[0]
    game.turn(UP)
    game.turn(UP)  # 重复的不记
    game.turn(LEFT)
    game.turn(DOWN)  # 已经记了两个
    assert game.turns == [UP, LEFT]
    game.step()
    game.step()
    assert game.snake[0] == (x - 1, y - 1)
    assert game.turns == []
    game.step()
    assert game.snake[0] == (x - 2, y - 1)
