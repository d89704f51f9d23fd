"""F2：左右方向键、A 和 D 键或者鼠标移动挡板。"""

import os
from collections import defaultdict
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import main
import pygame
from game import HEIGHT, WIDTH, BreakoutGame


class QuickClock:
    """不用等的钟：每一帧都说过了 20 毫秒。"""

    def tick(self, _fps):
        return 20


def play(game, *events):
    """打开游戏，一帧发生一件事，最后关上窗口。"""
    waiting = [*events, pygame.event.Event(pygame.QUIT)]

    def next_frame():
        if waiting:
            pygame.event.post(waiting.pop(0))

    with (
        mock.patch("main.BreakoutGame", lambda: game),
        mock.patch("pygame.display.flip", next_frame),
        mock.patch("pygame.time.Clock", QuickClock),
        mock.patch("pygame.font.match_font", lambda _name: None),  # 不找中文字体，快得多
    ):
        main.main()


def direction_of(*held):
    """按住这些键时，挡板往哪边走。"""
    keys = defaultdict(bool, {key: True for key in held})
    with mock.patch("pygame.key.get_pressed", lambda: keys):
        return main.paddle_direction()


def test_keys_choose_the_direction():
    """左键和 A 往左，右键和 D 往右，都按或都不按就不动"""
    assert direction_of(pygame.K_LEFT) == direction_of(pygame.K_a) == -1
    assert direction_of(pygame.K_RIGHT) == direction_of(pygame.K_d) == 1
    assert direction_of() == direction_of(pygame.K_LEFT, pygame.K_d) == 0


def test_paddle_moves_by_time():
    """按住右键一秒钟，挡板走 520 像素的速度；往左也一样"""
    game = BreakoutGame()
    start = game.paddle.x
    game.update(0.1, 1)
    assert game.paddle.x == start + 52
    game.update(0.2, -1)
    assert game.paddle.x == start - 52
    game.update(0.2, 0)
    assert game.paddle.x == start - 52


def test_paddle_stays_inside():
    """挡板不会走出场地"""
    game = BreakoutGame()
    game.move_paddle(-50)
    assert game.paddle.x == 0
    game.move_paddle(WIDTH)
    assert game.paddle.x == WIDTH - game.paddle.width
    game.move_paddle(33)
    assert game.paddle.x == 33


def test_a_held_key_moves_the_paddle():
    """游戏里按住右键，挡板每一帧都往右走"""
    game = BreakoutGame()
    start = game.paddle.x
    keys = defaultdict(bool, {pygame.K_RIGHT: True})
    with mock.patch("pygame.key.get_pressed", lambda: keys):
        play(game)
    assert 10 < game.paddle.x - start < 25


def test_the_mouse_moves_the_paddle():
    """挡板的正中间跟着鼠标走"""
    game = BreakoutGame()
    play(game, pygame.event.Event(pygame.MOUSEMOTION, pos=(200, 300), rel=(0, 0), buttons=(0, 0, 0)))
    assert game.paddle.x + game.paddle.width / 2 == 200


def test_the_ball_waits_on_the_paddle():
    """发球以前，球跟着挡板走，停在挡板正中间"""
    game = BreakoutGame()
    game.move_paddle(100)
    assert game.waiting
    assert game.ball.x + game.ball.width / 2 == 100 + game.paddle.width / 2
    assert game.ball.y + game.ball.height == game.paddle.y == HEIGHT - 40
