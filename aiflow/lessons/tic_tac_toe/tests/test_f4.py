"""F4：电脑每一步都选最好的下法，永远不会输。"""

from board import COMPUTER, NEW_BOARD, PLAYER, finished, free_cells, other, place, winner
from computer import best_moves, choose, score


def board_of(text):
    """用九个字写出棋盘，点是空格子。"""
    return tuple(text.replace(".", " "))


def test_it_wins_when_it_can():
    """能赢的一步一定下"""
    assert best_moves(board_of("OO.XX...."), COMPUTER) == [2]
    assert choose(board_of("OO.XX...."), COMPUTER) == 2


def test_it_stops_the_player():
    """玩家快连成线了，一定去挡"""
    assert best_moves(board_of("XX..O...."), COMPUTER) == [2]
    assert best_moves(board_of("X...O...X"), COMPUTER) == [1, 3, 5, 7]


def test_scores():
    """赢是正的，输是负的，平局是 0，赢得早分更高"""
    assert score(board_of("OOOXX...."), PLAYER) == -5
    assert score(board_of("OXOXOXXOX"), PLAYER) == 0
    assert score(board_of("OO.XX...."), COMPUTER) == 5
    assert score(NEW_BOARD, COMPUTER) == 0


def test_it_never_loses():
    """不管玩家怎样下，电脑都不会输"""

    def play(board, side):
        if finished(board):
            assert winner(board) != PLAYER, board
            return
        for cell in [choose(board, COMPUTER)] if side == COMPUTER else free_cells(board):
            play(place(board, cell, side), other(side))

    play(NEW_BOARD, PLAYER)
    play(place(NEW_BOARD, 0, COMPUTER), PLAYER)


def test_equal_moves_are_chosen_by_chance():
    """同样好的下法随机挑，每局不会一模一样"""
    board = board_of("X...O...X")
    assert {choose(board, COMPUTER) for _ in range(200)} == {1, 3, 5, 7}
