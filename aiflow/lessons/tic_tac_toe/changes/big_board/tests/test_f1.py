"""F1：用文字画出大格子的棋盘，空格子显示编号 1 到 9；连成一条线的三个写成 [X] 这样。"""

from board import COMPUTER, NEW_BOARD, PLAYER, picture, place


def test_an_empty_board_shows_the_numbers():
    """空的棋盘画出大格子，里面是 1 到 9"""
    lines = picture(NEW_BOARD).splitlines()
    assert len(lines) == 13
    assert lines[0] == lines[4] == "+-------+-------+-------+"
    assert lines[2] == "|   1   |   2   |   3   |"
    assert lines[6] == "|   4   |   5   |   6   |"


def test_moves_are_shown_in_their_cells():
    """下过的格子画 X 或 O，还没连成线就没有方括号"""
    board = place(place(NEW_BOARD, 0, PLAYER), 5, COMPUTER)
    assert picture(board).splitlines()[2] == "|   X   |   2   |   3   |"
    assert picture(board).splitlines()[6] == "|   4   |   5   |   O   |"
    assert "[" not in picture(board)


def test_the_winning_line_is_marked():
    """连成一条线的三个写成 [X]"""
    board = NEW_BOARD
    for cell in (0, 4, 8):
        board = place(board, cell, PLAYER)
    board = place(board, 1, COMPUTER)
    assert picture(board).count("[X]") == 3
    assert "[O]" not in picture(board)
