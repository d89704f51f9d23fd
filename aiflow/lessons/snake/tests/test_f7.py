"""F7：窗口上方和窗口标题都显示得分和最高分。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import pygame
from drawing import BAR, BAR_COLOR, CELL, TEXT, Painter
from game import SnakeGame


def painter_of(game):
    """打开窗口，返回画图的人。"""
    pygame.init()
    with mock.patch("pygame.font.match_font", lambda _name: None):  # 不找中文字体，快得多
        return Painter(game)


def colours_in(painter, area):
    """窗口的一块地方里有哪些颜色。"""
    part = painter.screen.subsurface(area)
    return {
        tuple(part.get_at((x, y)))[:3] for x in range(part.get_width()) for y in range(part.get_height())
    }


def test_best_score_is_kept():
    """得分比最高分高才换，不然最高分还在"""
    game = SnakeGame()
    game.eat()
    assert (game.score, game.best_score) == (1, 1)
    game.score = 0  # 新的一局
    game.best_score = 5
    game.eat()
    assert game.best_score == 5


def test_caption_shows_the_score():
    """窗口标题里有得分；结束和赢了都会写出来"""
    game = SnakeGame()
    game.score = 12
    painter = painter_of(game)
    painter.draw_score(game)
    assert pygame.display.get_caption()[0].startswith("贪吃蛇 - 得分 12")
    assert "结束" not in pygame.display.get_caption()[0]
    game.over = True
    painter.draw_score(game)
    assert pygame.display.get_caption()[0].startswith("贪吃蛇 - 得分 12 - 游戏结束")
    game.won = True
    painter.draw_score(game)
    assert pygame.display.get_caption()[0].startswith("贪吃蛇 - 得分 12 - 你赢了")


def test_bar_shows_score_and_best_score():
    """窗口上方写着得分和最高分"""
    game = SnakeGame()
    game.score, game.best_score = 3, 9
    painter = painter_of(game)
    said = []
    with mock.patch.object(painter, "say", lambda chinese, english: said.append((chinese, english)) or english):
        painter.draw_score(game)
    assert any("3" in chinese and "9" in chinese and "得分" in chinese for chinese, _ in said)
    assert any("Score 3" in english and "Best 9" in english for _, english in said)
    assert {BAR_COLOR, TEXT} <= colours_in(painter, (0, 0, game.columns * CELL, BAR))
