"""电脑怎样想：把每一种下法都想到底，挑最好的一步（极小化极大算法）。"""

import random
from functools import cache

from board import Board, finished, free_cells, other, place, winner


@cache  # 记住算过的局面，同样的不算第二遍
def score(board: Board, side: str) -> int:
    """轮到 side 下，这个局面对 side 来说值几分。

    赢是正的，输是负的，平局是 0；剩下的空格越多（赢得越早）分越高。
    """
    if winner(board):
        # 刚下完棋的是对方，所以连成三个的也是对方。
        return -(1 + len(free_cells(board)))
    if finished(board):
        return 0
    # 我下完轮到对方，对方的好就是我的坏，所以要变号。
    return max(
        -score(place(board, cell, side), other(side)) for cell in free_cells(board)
    )


def best_moves(board: Board, side: str) -> list[int]:
    """所有同样好的下法。"""
    scores = {
        cell: -score(place(board, cell, side), other(side))
        for cell in free_cells(board)
    }
    best = max(scores.values())
    return [cell for cell, value in scores.items() if value == best]


def choose(board: Board, side: str) -> int:
    """挑一步；同样好的随机挑，每局就不会一模一样。"""
    return random.choice(best_moves(board, side))
