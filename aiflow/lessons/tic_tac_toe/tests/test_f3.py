"""F3：输入编号下棋；编号不对或者格子已经有棋，会提示再选。"""

import contextlib
import io
from unittest import mock

import main
from board import NEW_BOARD, PLAYER, free_cells, place


def chosen(board, *texts):
    """输入这些，返回选的格子和显示的字。"""
    shown = io.StringIO()
    with mock.patch("builtins.input", mock.Mock(side_effect=texts)), contextlib.redirect_stdout(shown):
        return main.ask_cell(board), shown.getvalue()


def test_a_number_chooses_a_cell():
    """编号 1 到 9 是第 0 到 8 格"""
    for number in range(1, 10):
        assert chosen(NEW_BOARD, f" {number} ")[0] == number - 1


def test_other_inputs_are_asked_again():
    """不是 1 到 9，会提示再选"""
    cell, shown = chosen(NEW_BOARD, "0", "10", "a", "", "-1", "1.5", "5")
    assert cell == 4
    assert shown.count("请输入 1 到 9 的数字。") == 6


def test_a_taken_cell_is_asked_again():
    """已经有棋的格子不能再下"""
    board = place(NEW_BOARD, 0, PLAYER)
    cell, shown = chosen(board, "1", "2")
    assert cell == 1
    assert shown.count("那一格已经有棋了。") == 1


def test_free_cells():
    """能下的格子越来越少"""
    assert free_cells(NEW_BOARD) == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    board = place(place(NEW_BOARD, 0, PLAYER), 8, PLAYER)
    assert free_cells(board) == [1, 2, 3, 4, 5, 6, 7]
