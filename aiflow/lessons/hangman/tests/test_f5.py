"""F5：也可以直接输入整个单词。"""

from game import WordGame


def game_of(word):
    """单词定好的一局。"""
    game = WordGame()
    game.word = word
    return game


def test_the_whole_word_wins():
    """直接输入整个单词，一下子就赢"""
    game = game_of("apple")
    assert game.guess("APPLE") == "一下子就猜出来了！"
    assert game.won
    assert game.wrong == 0


def test_another_word_is_one_mistake():
    """输入别的单词，算错一次"""
    game = game_of("apple")
    assert game.guess("grape") == "不是 grape。"
    assert game.wrong == 1
    assert not game.won
    game.guess("melon")
    assert game.wrong == 2


def test_a_word_of_another_length_is_no_mistake():
    """长度不对的单词只提醒，不算错"""
    game = game_of("apple")
    assert game.guess("pear") == "这个单词有 5 个字母。"
    assert game.guess("banana") == "这个单词有 5 个字母。"
    assert game.wrong == 0
