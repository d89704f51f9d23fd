"""井字棋：和电脑轮流下。"""

import computer
from board import (
    COMPUTER,
    NEW_BOARD,
    PLAYER,
    Board,
    finished,
    free_cells,
    other,
    picture,
    place,
    winner,
)


class PlayerQuit(Exception):
    """玩家不想玩了。"""


def ask(question: str) -> str:
    """问一句话；回答 q 就是不玩了。"""
    text = input(question).strip().lower()
    if text == "q":
        raise PlayerQuit
    return text


def ask_cell(board: Board) -> int:
    """问到一个能下的格子为止。"""
    while True:
        text = ask("你下哪一格（1 到 9，q 退出）：")
        if not text.isdecimal() or not 1 <= int(text) <= 9:
            print("请输入 1 到 9 的数字。")
        elif int(text) - 1 not in free_cells(board):
            print("那一格已经有棋了。")
        else:
            return int(text) - 1


def play() -> None:
    """下一局。"""
    first = ask("你想先下吗？（y/n）：")
    side = COMPUTER if first in ("n", "no", "不", "否") else PLAYER
    board = NEW_BOARD
    while not finished(board):
        if side == PLAYER:
            print("\n" + picture(board))
            board = place(board, ask_cell(board), PLAYER)
        else:
            cell = computer.choose(board, COMPUTER)
            print(f"\n电脑下在 {cell + 1}。")
            board = place(board, cell, COMPUTER)
        side = other(side)

    print("\n" + picture(board))
    if winner(board) == PLAYER:
        print("你赢了！")
    elif winner(board) == COMPUTER:
        print("电脑赢了。")
    else:
        print("平局！和不会输的对手下成平局，很厉害。")


def main() -> None:
    """一局一局下，直到玩家说不下了。"""
    print("=== 井字棋 ===")
    print("你是 X，电脑是 O，谁先把三个连成一条线谁赢。")
    try:
        while True:
            play()
            if ask("再来一局吗？（y/n）：") not in ("y", "yes", "是", "好"):
                break
    except (PlayerQuit, EOFError, KeyboardInterrupt):
        print()  # 让“再见”另起一行
    print("再见，下次再玩！")


if __name__ == "__main__":
    main()
