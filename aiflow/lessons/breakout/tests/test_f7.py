"""F7：窗口上方和窗口标题显示得分和剩下的命。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import pygame
from drawing import BAR, BAR_COLOR, TEXT, Painter
from game import HEIGHT, WIDTH, BreakoutGame


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
        painter.draw_score(game)
    return said


def test_caption_shows_score_and_lives():
    """窗口标题里有得分和命；结束和赢了都会写出来"""
    painter, game = new_painter(), BreakoutGame()
    game.score, game.lives = 12, 2
    painter.draw_score(game)
    assert pygame.display.get_caption()[0] == "打砖块 - 得分 12 - 命 2"
    game.over = True
    painter.draw_score(game)
    assert pygame.display.get_caption()[0] == "打砖块 - 得分 12 - 命 2 - 游戏结束"
    game.won = True
    painter.draw_score(game)
    assert pygame.display.get_caption()[0] == "打砖块 - 得分 12 - 命 2 - 你赢了"


def test_bar_shows_score_and_lives():
    """窗口上方写着得分和命"""
    painter, game = new_painter(), BreakoutGame()
    game.score, game.lives = 5, 1
    assert "Score 5    Lives 1" in said_by(painter, game)
    assert {BAR_COLOR, TEXT} <= colours_in(painter, (0, 0, WIDTH, BAR))
    assert painter.screen.get_size() == (WIDTH, HEIGHT + BAR)
