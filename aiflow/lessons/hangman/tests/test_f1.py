"""F1：随机选一个单词，显示中文意思和没猜出的字母。"""

import contextlib
import io
from unittest import mock

import main
from game import WordGame
from words import WORDS


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


def letters_of(shown):
    """显示出来的每个位置：字母或下划线（不管怎么装饰）。"""
    return [char for char in shown if char == "_" or char.isalpha()]


def test_the_word_is_from_the_list():
    """单词是单词表里的，意思也对"""
    for _ in range(50):
        game = WordGame()
        assert game.meaning == WORDS[game.word]


def test_every_word_is_possible():
    """不会每次都是同一个单词"""
    assert len({WordGame().word for _ in range(100)}) > 3


def test_unknown_letters_are_underscores():
    """没猜出的是下划线，猜出的显示出来"""
    game = WordGame()
    game.word = "apple"
    assert letters_of(game.shown()) == ["_"] * 5
    game.guessed = {"p", "x"}
    assert letters_of(game.shown()) == ["_", "p", "p", "_", "_"]


def test_the_player_sees_the_meaning():
    """玩的时候看得到中文意思"""
    game = WordGame()
    game.word, game.meaning = "apple", "一种水果"
    with mock.patch("main.WordGame", lambda _last: game):
        shown = talk({"猜一个字母": ["0"]})
    assert "意思：一种水果" in shown
