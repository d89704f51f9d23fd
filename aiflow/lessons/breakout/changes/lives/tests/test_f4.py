"""F4：有 5 条命，球掉下去少一条；按空格键、回车键或点鼠标发球。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import main
import pygame
from game import HEIGHT, BreakoutGame


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


def test_there_are_five_lives():
    """开始时有 5 条命"""
    assert BreakoutGame().lives == 5


def test_a_lost_ball_costs_a_life():
    """球掉下去少一条命，球回到挡板上"""
    game = BreakoutGame()
    before = game.lives
    game.move_paddle(10)
    game.waiting = False
    game.ball.x, game.ball.y = 0, HEIGHT
    game.speed_x, game.speed_y = 0, 100
    game.update(0.01, 0)
    assert game.lives == before - 1
    assert game.waiting
    assert not game.over
    assert game.ball.y + game.ball.height == game.paddle.y
    assert game.ball.x + game.ball.width / 2 == 10 + game.paddle.width / 2
    assert (game.speed_x, game.speed_y) == (0, 0)


def test_the_ball_is_held_on_the_paddle():
    """等发球的时候，球停在挡板的正中间"""
    game = BreakoutGame()
    game.waiting = False
    game.move_paddle(50)
    game.ball.x = 0
    game.hold_ball()
    assert game.waiting
    assert game.ball.x + game.ball.width / 2 == 50 + game.paddle.width / 2
    game.ball.x = 0
    game.carry_ball()
    assert game.ball.x + game.ball.width / 2 == 50 + game.paddle.width / 2


def test_no_life_left_ends_the_game():
    """命用完了，游戏结束，没有赢"""
    game = BreakoutGame()
    for left in reversed(range(game.lives)):
        assert not game.over
        game.lose_life()
        assert game.lives == left
    assert game.over
    assert not game.won


def test_nothing_moves_after_the_end():
    """结束以后，挡板和球都不动，也不能发球"""
    game = BreakoutGame()
    game.over = True
    before = game.paddle.x
    game.update(0.1, 1)
    game.launch()
    assert game.paddle.x == before
    assert game.waiting


def test_the_ball_rests_until_the_launch():
    """没发球时，过再久球也不飞"""
    game = BreakoutGame()
    before = game.ball.y
    game.update(0.1, 0)
    assert game.ball.y == before


def test_keys_and_mouse_launch_the_ball():
    """空格键、回车键和鼠标都能发球"""
    launches = [
        pygame.event.Event(pygame.KEYDOWN, key=pygame.K_SPACE),
        pygame.event.Event(pygame.KEYDOWN, key=pygame.K_RETURN),
        pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=(0, 0), button=1),
    ]
    for event in launches:
        game = BreakoutGame()
        play(game, event)
        assert not game.waiting
        assert game.speed_y < 0


def test_other_keys_do_not_launch():
    """别的键不会发球"""
    game = BreakoutGame()
    play(game, pygame.event.Event(pygame.KEYDOWN, key=pygame.K_x))
    assert game.waiting


def test_the_ball_starts_almost_straight():
    """发球时几乎笔直往上，最多偏 25 度"""
    sides = set()
    for _ in range(50):
        game = BreakoutGame()
        game.launch()
        assert abs(game.speed_x) <= -game.speed_y * 0.4664
        sides.add(game.speed_x > 0)
    assert sides == {True, False}


def test_a_flying_ball_is_not_launched_again():
    """飞着的球不会再发一次"""
    game = BreakoutGame()
    game.waiting = False
    game.speed_x, game.speed_y = 1, 2
    game.launch()
    assert (game.speed_x, game.speed_y) == (1, 2)
