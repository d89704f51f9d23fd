"""F6：结束以后按回车键或空格键重新开始，Esc 键退出。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import main
import pygame
from game import WIDTH, BreakoutGame


class QuickClock:
    """不用等的钟：每一帧都说过了 20 毫秒。"""

    def tick(self, _fps):
        return 20


def play(game, *events):
    """打开游戏，一帧发生一件事，最后关上窗口；返回画了几帧。"""
    waiting = [*events, pygame.event.Event(pygame.QUIT)]
    frames = []

    def next_frame():
        frames.append(game.score)
        if waiting:
            pygame.event.post(waiting.pop(0))

    with (
        mock.patch("main.BreakoutGame", lambda: game),
        mock.patch("pygame.display.flip", next_frame),
        mock.patch("pygame.time.Clock", QuickClock),
        mock.patch("pygame.font.match_font", lambda _name: None),  # 不找中文字体，快得多
    ):
        main.main()
    return len(frames)


def key(number):
    """按下一个键。"""
    return pygame.event.Event(pygame.KEYDOWN, key=number)


def test_enter_and_space_start_again():
    """结束以后，按回车键或空格键就是新的一局"""
    for number in (pygame.K_RETURN, pygame.K_SPACE):
        game = BreakoutGame()
        lives = game.lives
        game.over = game.won = True
        game.score, game.lives, game.bricks = 20, 0, []
        play(game, key(number))
        assert (game.score, game.lives, len(game.bricks)) == (0, lives, 48)
        assert not game.over
        assert not game.won
        assert game.waiting
        assert game.paddle.x + game.paddle.width / 2 == WIDTH / 2


def test_a_new_game_starts_from_the_beginning():
    """重新开始：得分、命和砖块都回到开始的样子"""
    game = BreakoutGame()
    lives = game.lives
    game.score, game.lives, game.over, game.won = 5, 0, True, True
    game.bricks.pop()
    game.restart()
    assert (game.score, game.lives, len(game.bricks)) == (0, lives, 48)
    assert (game.over, game.won, game.waiting) == (False, False, True)


def test_escape_leaves_the_game():
    """按 Esc 键马上退出"""
    game = BreakoutGame()
    assert play(game, key(pygame.K_ESCAPE), *[key(pygame.K_x)] * 20) == 2
