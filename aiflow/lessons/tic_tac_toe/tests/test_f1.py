"""F1：用文字画出棋盘，空格子显示编号 1 到 9。"""

from board import COMPUTER, NEW_BOARD, PLAYER, picture, place


def test_an_empty_board_shows_the_numbers():
    """空的棋盘画出 1 到 9"""
    assert picture(NEW_BOARD) == " 1 | 2 | 3\n---+---+---\n 4 | 5 | 6\n---+---+---\n 7 | 8 | 9"


def test_moves_are_shown_in_their_cells():
    """下过的格子画 X 或 O"""
    board = place(place(NEW_BOARD, 0, PLAYER), 5, COMPUTER)
    assert picture(board).splitlines()[0] == " X | 2 | 3"
    assert picture(board).splitlines()[2] == " 4 | 5 | O"
