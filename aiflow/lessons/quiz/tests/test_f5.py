"""F5：最后显示得分，并列出答错的题。"""

import contextlib
import io
from unittest import mock

import main
import quiz
from quiz import Question

BANK = [Question(f"第 {number} 号", [*"甲乙丙丁"], "乙", "讲解") for number in range(30)]


def play(right):
    """答一轮，前几题答对，其余答错；返回显示出来的字。"""
    asked = []

    def ask(number, _question):
        asked.append(number)
        return number <= right

    shown = io.StringIO()
    with (
        mock.patch("builtins.input", lambda _question: ""),
        mock.patch("main.ask", ask),
        contextlib.redirect_stdout(shown),
    ):
        main.play(BANK)
    assert asked == [number + 1 for number in range(quiz.HOW_MANY)]
    return shown.getvalue()


def test_all_right_is_a_hundred():
    """全部答对得 100 分，并且表扬"""
    shown = play(quiz.HOW_MANY)
    assert f"得分：100 分（答对 {quiz.HOW_MANY} 题，共 {quiz.HOW_MANY} 题）" in shown
    assert "全部答对" in shown
    assert "再看一遍" not in shown


def test_all_wrong_is_zero():
    """全部答错得 0 分，并列出每一题和答案"""
    shown = play(0)
    assert "得分：0 分" in shown
    assert "再看一遍" in shown
    assert shown.count("→ 乙") == quiz.HOW_MANY
    assert "全部答对" not in shown


def test_some_wrong():
    """答错一题，只列出这一题"""
    shown = play(quiz.HOW_MANY - 1)
    assert f"答对 {quiz.HOW_MANY - 1} 题" in shown
    assert shown.count("→ 乙") == 1
    assert f"得分：{round(100 * (quiz.HOW_MANY - 1) / quiz.HOW_MANY)} 分" in shown
