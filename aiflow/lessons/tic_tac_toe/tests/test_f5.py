"""F5：说出结果：玩家赢、电脑赢或平局，并可以再来一局。"""

import contextlib
import io
from unittest import mock

import main
from board import COMPUTER, LINES, NEW_BOARD, finished, place, winner


def talk(answers):
    """运行程序：问题里有哪几个字，就按顺序回答什么；没写的问题直接按回车。返回显示出来的字。"""
    waiting = {part: list(texts) for part, texts in answers.items()}

    def answer(question=""):
        print(question)
        for part, texts in waiting.items():
            if part in question:
                assert texts, f"又问了一次：{question}"
                return texts.pop(0)
        return ""

    shown = io.StringIO()
    with mock.patch("builtins.input", answer), contextlib.redirect_stdout(shown):
        main.main()
    return shown.getvalue()


def test_every_line_wins():
    """横、竖、斜，一共八条线，连成三个都算赢"""
    assert len(set(LINES)) == 8
    for cells in [(0, 1, 2), (3, 4, 5), (6, 7, 8), (0, 3, 6), (1, 4, 7), (2, 5, 8), (0, 4, 8), (2, 4, 6)]:
        board = NEW_BOARD
        for cell in cells:
            assert winner(board) is None
            assert not finished(board)
            board = place(board, cell, COMPUTER)
        assert winner(board) == COMPUTER
        assert finished(board)


def test_a_full_board_is_a_draw():
    """下满了没有人连成三个，就是平局"""
    board = tuple("OXOXOXXOX")
    assert winner(board) is None
    assert finished(board)


def shown_after(player, computer):
    """双方按顺序下这些格子，玩家先下；返回显示的字。"""
    with mock.patch("main.computer.choose", mock.Mock(side_effect=computer)):
        return talk({"先下": ["y"], "下哪一格": [str(cell + 1) for cell in player], "再来一局": ["n"]})


def test_the_player_wins():
    """玩家连成三个：你赢了"""
    shown = shown_after([0, 1, 2], [3, 4])
    assert "你赢了！" in shown
    assert "电脑下在 4。" in shown
    assert shown.count("---") >= 12, "每次轮到玩家，还有结束的时候，都画出棋盘"
    assert "电脑赢了" not in shown


def test_the_computer_wins():
    """电脑连成三个：电脑赢了"""
    shown = shown_after([0, 1, 8], [3, 4, 5])
    assert "电脑赢了。" in shown
    assert "你赢了" not in shown


def test_a_draw():
    """谁也没有连成：平局"""
    shown = shown_after([0, 2, 3, 7, 8], [1, 4, 6, 5])
    assert "平局！" in shown
    assert "赢了" not in shown


def test_another_game():
    """y、YES、是、好都是再来一局，别的就结束"""
    with mock.patch("main.play") as play:
        shown = talk({"再来一局": ["y", " YES ", "是", "好", "n"]})
    assert play.call_count == 5
    assert shown.startswith("=== 井字棋 ===")
    assert shown.rstrip().endswith("再见，下次再玩！")
