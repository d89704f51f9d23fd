"""画面画得对。"""

import os
from unittest import mock

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")  # 不打开真的窗口

import pygame
from drawing import BAR, BAR_COLOR, CELL, FOOD, HEAD, Painter
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


def draw(game, started=True, paused=False):
    """画一帧，返回画图的人。"""
    painter = painter_of(game)
    painter.draw(game, started, paused)
    return painter


def test_window_fits_the_board():
    """窗口正好放得下得分条和棋盘"""
    game = SnakeGame()
    painter = painter_of(game)
    assert painter.screen.get_size() == (game.columns * CELL, game.rows * CELL + BAR)


def test_every_cell_is_drawn_in_its_place():
    """蛇和苹果画在自己的格子里"""
    game = SnakeGame()
    game.food = (0, 3)
    painter = draw(game)
    for (x, y), colour in [(game.snake[0], HEAD), (game.food, FOOD)]:
        box = (x * CELL, BAR + y * CELL, CELL, CELL)
        assert colour in colours_in(painter, box)
    assert FOOD not in colours_in(painter, (0, BAR, CELL, 3 * CELL))


def test_messages_say_what_is_going_on():
    """没开始、暂停、结束和赢了，中间都有一句话"""
    middle = (200, 220, 80, 90)
    for started, paused, over, won in [(0, 0, 0, 0), (1, 1, 0, 0), (1, 0, 1, 0), (1, 0, 1, 1)]:
        game = SnakeGame()
        game.over, game.won = bool(over), bool(won)
        assert BAR_COLOR in colours_in(draw(game, bool(started), bool(paused)), middle)
    assert BAR_COLOR not in colours_in(draw(SnakeGame()), middle)
