"""F2：每次猜一个字母，猜中就翻开所有相同的字母。"""

import contextlib
import io
from unittest import mock

import main
from game import WordGame


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


def game_of(word):
    """单词定好的一局。"""
    game = WordGame()
    game.word, game.meaning = word, "一种水果"
    return game


def test_a_right_letter_opens_all_its_places():
    """apple 里猜 p，两个 p 一起翻开"""
    game = game_of("apple")
    assert game.guess("p") == "猜对了，有 2 个 p。"
    assert game.guessed == {"p"}
    assert game.wrong == 0
    assert game.guess("a") == "猜对了，有 1 个 a。"


def test_big_letters_are_small_letters():
    """大写小写都可以，前后有空格也没关系"""
    game = game_of("apple")
    assert game.guess(" P ") == "猜对了，有 2 个 p。"


def test_all_letters_win():
    """所有字母都猜出来就赢了，多猜的字母不要紧"""
    game = game_of("apple")
    for letter in "aple":
        assert not game.won
        game.guess(letter)
    assert game.won
    assert not game.lost


def test_the_player_wins():
    """从头玩到赢：显示猜过的字母、单词和意思"""
    game = game_of("apple")
    with mock.patch("main.WordGame", lambda _last: game):
        shown = talk({"猜一个字母": [*"paxle"], "再来一局": ["n"]})
    assert "你赢了！单词是 apple，意思是“一种水果”。" in shown
    assert "猜过的字母：a p x" in shown
    assert "猜过的字母：p\n" in shown
    assert "次数用完" not in shown
    assert shown.count("猜过的字母") == 4
