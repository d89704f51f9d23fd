"""画面画得对。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import pygame
from drawing import BACKGROUND, BALL_COLOR, BAR, BRICK_COLORS, PADDLE, Painter
from game import BreakoutGame


def new_painter():
    """打开窗口，返回画图的人。"""
    pygame.init()
    with mock.patch("pygame.font.match_font", lambda _name: None):  # 不找中文字体，快得多
        return Painter()


def colours_in(painter, area):
    """窗口的一块地方里有哪些颜色。"""
    part = painter.screen.subsurface(area)
    return {
        tuple(part.get_at((x, y)))[:3] for x in range(part.get_width()) for y in range(part.get_height())
    }


def said_by(painter, game):
    """画一帧，返回写了哪些英文字。"""
    said = []
    with mock.patch.object(painter, "say", lambda _chinese, english: said.append(english) or english):
        painter.draw(game)
    return said


def test_hints_say_what_to_do():
    """发球以前、结束和赢了，都有一句话；飞着的时候没有"""
    painter, game = new_painter(), BreakoutGame()
    assert any("Space to launch" in text for text in said_by(painter, game))
    game.waiting = False
    assert [text for text in said_by(painter, game) if "Score" not in text] == []
    game.over = True
    assert {"Game over", "Press Enter to play again"} <= set(said_by(painter, game))
    game.won = True
    assert {"You win!", "Press Enter to play again"} <= set(said_by(painter, game))
    assert "Game over" not in said_by(painter, game)


def test_everything_is_drawn_in_its_place():
    """砖块、挡板和球都画在自己的位置，砖块之间有缝"""
    painter, game = new_painter(), BreakoutGame()
    painter.draw(game)
    for brick in game.bricks[::8]:
        assert BRICK_COLORS[brick.row] in colours_in(painter, (brick.x, brick.y + BAR, 60, 24))
    brick = game.bricks[0]
    assert colours_in(painter, (0, brick.y + BAR, 1, 24)) == {BACKGROUND}
    assert PADDLE in colours_in(painter, (int(game.paddle.x), int(game.paddle.y) + BAR, 40, 14))
    assert BALL_COLOR in colours_in(painter, (int(game.ball.x), int(game.ball.y) + BAR, 14, 14))
