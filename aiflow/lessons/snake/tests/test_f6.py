"""F6：按 P 键暂停，按 Esc 键退出。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import main
import pygame
from game import SnakeGame


class QuickClock:
    """不用等的钟：每一帧都说过了 100 毫秒。"""

    def tick(self, _fps):
        return 100


def play(game, *keys):
    """打开游戏，一帧按一个键（None 是不按），最后关上窗口。返回每一帧蛇头在哪里。"""
    waiting = list(keys)
    heads = []

    def next_frame():
        heads.append(game.snake[0])
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
    return heads


def test_p_pauses_and_goes_on():
    """按 P 键蛇停住，再按一次接着走"""
    game = SnakeGame()
    game.food = (0, 0)
    heads = play(game, pygame.K_RIGHT, None, None, pygame.K_p, None, None, None, None, None, None)
    assert heads[1] != heads[3]
    assert heads[4:] == [heads[4]] * len(heads[4:])

    game = SnakeGame()
    game.food = (0, 0)
    heads = play(game, pygame.K_RIGHT, pygame.K_p, pygame.K_p, None, None, None, None, None)
    assert heads[-1] != heads[3]


def test_p_does_nothing_before_the_start():
    """还没开始时，按 P 键不会暂停"""
    game = SnakeGame()
    game.food = (0, 0)
    heads = play(game, pygame.K_p, pygame.K_RIGHT, None, None, None, None)
    assert heads[-1] != heads[0]


def test_escape_leaves_the_game():
    """按 Esc 键马上退出"""
    game = SnakeGame()
    heads = play(game, pygame.K_ESCAPE, *[None] * 50)
    assert len(heads) == 2
