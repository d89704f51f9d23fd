"""F2：玩家用 X，电脑用 O；开始前选择谁先下。"""

import contextlib
import io
from unittest import mock

import main
from board import COMPUTER, EMPTY, NEW_BOARD, PLAYER, other, place


def test_the_signs():
    """玩家是 X，电脑是 O，互为对方"""
    assert (PLAYER, COMPUTER) == ("X", "O")
    assert other(PLAYER) == COMPUTER
    assert other(COMPUTER) == PLAYER


def test_a_move_makes_a_new_board():
    """下一步得到新的棋盘，原来的不变"""
    board = place(NEW_BOARD, 4, PLAYER)
    assert board == (EMPTY,) * 4 + (PLAYER,) + (EMPTY,) * 4
    assert NEW_BOARD == (EMPTY,) * 9


def boards_of(first):
    """回答谁先下，双方都下第一个空格；返回每一步以后的棋盘。"""
    boards = []

    def remember(board, cell, side):
        boards.append(place(board, cell, side))
        return boards[-1]

    answers = {"先下": first}
    with (
        mock.patch("builtins.input", lambda question: next((a for q, a in answers.items() if q in question), "")),
        mock.patch("main.place", remember),
        mock.patch("main.ask_cell", lambda board: board.index(EMPTY)),
        mock.patch("computer.choose", lambda board, _side: board.index(EMPTY)),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        main.play()
    return boards


def test_the_player_may_begin():
    """想先下：第一步是 X，然后轮流下"""
    for first in ("y", "", "好"):
        boards = boards_of(first)
        assert [boards[-1][cell] for cell in range(4)] == [PLAYER, COMPUTER, PLAYER, COMPUTER]


def test_the_computer_may_begin():
    """不想先下：第一步是 O"""
    for first in ("n", " NO ", "不", "否"):
        assert boards_of(first)[0][0] == COMPUTER
