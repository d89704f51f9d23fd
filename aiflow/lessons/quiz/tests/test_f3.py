"""F3：输入 A、B、C、D 作答，大小写都可以。"""

from unittest import mock

import main


def letter_after(*texts):
    """输入这些，返回程序听懂的字母。"""
    with mock.patch("builtins.input", mock.Mock(side_effect=texts)), mock.patch("builtins.print"):
        return main.ask_letter()


def test_big_and_small_letters():
    """大写小写都可以，前后有空格也没关系"""
    assert [letter_after(text) for text in "ABCDabcd"] == [*"ABCDABCD"]
    assert letter_after("  c ") == "C"


def test_everything_else_is_asked_again():
    """别的输入会再问一次"""
    assert letter_after("E", "", "AB", "1", "答案", "d") == "D"
