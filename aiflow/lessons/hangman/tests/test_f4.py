"""F4：重复的字母、不是字母的输入会提醒，不算错。"""

from game import WordGame


def game_of(word):
    """单词定好的一局。"""
    game = WordGame()
    game.word = word
    return game


def test_a_repeated_letter_is_no_mistake():
    """猜过的字母再猜，只提醒，不算错"""
    game = game_of("apple")
    game.guess("z")
    game.guess("p")
    assert game.guess("z") == "z 已经猜过了。"
    assert game.guess("p") == "p 已经猜过了。"
    assert game.wrong == 1


def test_what_is_no_letter_is_no_mistake():
    """数字、符号、中文和什么都不输，只提醒，不算错"""
    game = game_of("apple")
    for text in ("", "1", "!", "苹", "a1", "ap le"):
        assert game.guess(text) == "请输入一个英文字母，或者整个单词。"
    assert game.wrong == 0
    assert game.guessed == set()
