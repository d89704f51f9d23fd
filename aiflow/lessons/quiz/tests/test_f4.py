"""F4：每答一题马上告诉对错，答错了给出正确答案和讲解。"""

import contextlib
import io
from unittest import mock

import main
from quiz import Question


def ask(answer):
    """问一道正确答案是 C 的题，返回对不对和显示出来的字。"""
    item = Question("3 × 3 = ?", ["6", "8", "9", "12"], "9", "三三得九。")
    shown = io.StringIO()
    with mock.patch("builtins.input", lambda _question: answer), contextlib.redirect_stdout(shown):
        return main.ask(4, item), shown.getvalue()


def test_a_right_answer():
    """答对了马上说答对了，不再说答案"""
    right, shown = ask("c")
    assert right is True
    assert "答对了！" in shown
    assert "答错了" not in shown


def test_a_wrong_answer():
    """答错了，给出正确答案和讲解"""
    right, shown = ask("a")
    assert right is False
    assert "答错了，正确答案是 C. 9。三三得九。" in shown
    assert "答对了" not in shown


def test_the_question_and_its_options_are_shown():
    """显示第几题、题目和四个选项"""
    _, shown = ask("c")
    assert "第 4 题：3 × 3 = ?" in shown
    for line in ("  A. 6", "  B. 8", "  C. 9", "  D. 12"):
        assert line in shown.splitlines()


def test_letters_stand_for_options():
    """字母 A 是第一个选项，D 是第四个；选对了才算对"""
    for place, letter in enumerate("ABCD"):
        options = ["甲", "乙", "丙", "丁"]
        item = Question("哪一个？", options, options[place], "")
        assert item.right_letter() == letter
        assert [other for other in "ABCD" if item.is_right(other)] == [letter]
