"""F4：电脑有一半的时候选最好的下法，有一半的时候随便下，所以它会输。"""

from unittest import mock

from board import COMPUTER, NEW_BOARD, PLAYER, finished, free_cells, other, place, winner
from computer import best_moves, choose, score


def board_of(text):
    """用九个字写出棋盘，点是空格子。"""
    return tuple(text.replace(".", " "))


def test_it_wins_when_it_can():
    """不走神的时候，能赢的一步一定下"""
    assert best_moves(board_of("OO.XX...."), COMPUTER) == [2]
    with mock.patch("random.random", lambda: 0.5):
        assert choose(board_of("OO.XX...."), COMPUTER) == 2


def test_it_stops_the_player():
    """玩家快连成线了，最好的下法是去挡"""
    assert best_moves(board_of("XX..O...."), COMPUTER) == [2]
    assert best_moves(board_of("X...O...X"), COMPUTER) == [1, 3, 5, 7]


def test_scores():
    """赢是正的，输是负的，平局是 0，赢得早分更高"""
    assert score(board_of("OOOXX...."), PLAYER) == -5
    assert score(board_of("OXOXOXXOX"), PLAYER) == 0
    assert score(board_of("OO.XX...."), COMPUTER) == 5
    assert score(NEW_BOARD, COMPUTER) == 0


def test_the_best_moves_never_lose():
    """如果每一步都选最好的，不管玩家怎样下都不会输"""

    def play(board, side):
        if finished(board):
            assert winner(board) != PLAYER, board
            return
        for cell in best_moves(board, COMPUTER)[:1] if side == COMPUTER else free_cells(board):
            play(place(board, cell, side), other(side))

    play(NEW_BOARD, PLAYER)
    play(place(NEW_BOARD, 0, COMPUTER), PLAYER)


def test_half_of_the_moves_are_careless():
    """一半的时候随便下，什么格子都可能"""
    board = board_of("OO.XX....")
    with mock.patch("random.random", lambda: 0.49):
        assert {choose(board, COMPUTER) for _ in range(300)} == {2, 5, 6, 7, 8}
    best = sum(choose(board, COMPUTER) == 2 for _ in range(1000))
    assert 450 < best < 750
