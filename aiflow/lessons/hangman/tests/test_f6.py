"""F6：一局结束后可以再来一局，同一个单词不会连着出现。"""

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


def test_the_last_word_does_not_come_again():
    """同一个单词不会连着出现"""
    for last in list(WORDS)[:2]:
        assert last not in {WordGame(last).word for _ in range(100)}


def play(again):
    """每一局都把字母从 a 猜到 z，不会输；返回显示出来的字和出过的单词。"""
    words, last_words = [], []

    class Known(WordGame):
        def __init__(self, last_word=""):
            super().__init__(last_word)
            words.append(self.word)
            last_words.append(last_word)

        @property
        def lost(self):
            return False

    letters = [*"abcdefghijklmnopqrstuvwxyz"] * 2 * len(again)  # 猜过的字母只会提醒
    with mock.patch("main.WordGame", Known):
        shown = talk({"猜一个字母": letters, "再来一局": again})
    assert last_words == ["", *words[:-1]], "每一局都要知道上一局的单词"
    return shown, words


def test_the_player_plays_again():
    """y、Yes、是、好都是再来一局，别的就结束"""
    shown, words = play(["y", " Yes ", "是", "好", "n"])
    assert shown.count("你赢了") == 5
    assert len(words) == 5
    assert all(first != second for first, second in zip(words, words[1:]))
    assert shown.rstrip().endswith("再见，下次再玩！")


def test_no_ends_the_game():
    """回答别的就不玩了"""
    for text in ("", "n", "不"):
        _, words = play([text])
        assert len(words) == 1
