"""井字棋的棋盘：哪里能下，谁赢了，画成什么样。"""

# 九个格子，按从左到右、从上到下的顺序。元组不能改，下一步棋得到一个新的棋盘。
Board = tuple[str, ...]

EMPTY = " "
PLAYER = "X"
COMPUTER = "O"

NEW_BOARD: Board = (EMPTY,) * 9

LINES = [
    (0, 1, 2), (3, 4, 5), (6, 7, 8),  # 三横
    (0, 3, 6), (1, 4, 7), (2, 5, 8),  # 三竖
    (0, 4, 8), (2, 4, 6),  # 两斜
]  # fmt: skip


def other(side: str) -> str:
    """对方是谁。"""
    return COMPUTER if side == PLAYER else PLAYER


def free_cells(board: Board) -> list[int]:
    """还能下的格子（0 到 8）。"""
    return [cell for cell in range(9) if board[cell] == EMPTY]


def place(board: Board, cell: int, side: str) -> Board:
    """在一个格子里下棋，返回新的棋盘。"""
    return (*board[:cell], side, *board[cell + 1 :])


def winner(board: Board) -> str | None:
    """谁连成了三个；还没有就是 None。"""
    for a, b, c in LINES:
        if board[a] != EMPTY and board[a] == board[b] == board[c]:
            return board[a]
    return None


def finished(board: Board) -> bool:
    """下完了吗？"""
    return winner(board) is not None or not free_cells(board)


def picture(board: Board) -> str:
    """把棋盘画成文字，空格子写上编号。"""
    marks = [str(cell + 1) if board[cell] == EMPTY else board[cell] for cell in range(9)]
    rows = [" " + " | ".join(marks[start : start + 3]) for start in (0, 3, 6)]
    return "\n---+---+---\n".join(rows)
