"""猜单词的规则。"""

import random

from words import WORDS

MAX_WRONG = 6


class WordGame:
    """一局猜单词。"""

    def __init__(self, last_word: str = "") -> None:
        # 不要和上一局的单词一样。
        self.word = random.choice([word for word in WORDS if word != last_word])
        self.meaning = WORDS[self.word]
        self.guessed: set[str] = set()
        self.wrong = 0

    @property
    def won(self) -> bool:
        """所有字母都猜出来了吗？"""
        return set(self.word) <= self.guessed

    @property
    def lost(self) -> bool:
        """错的次数用完了吗？"""
        return self.wrong >= MAX_WRONG

    def shown(self) -> str:
        """猜出的字母显示出来，其余是下划线。"""
        return " ".join(letter if letter in self.guessed else "_" for letter in self.word)

    def guess(self, text: str) -> str:
        """猜一个字母或整个单词，返回要告诉玩家的话。"""
        text = text.strip().lower()
        if not (text.isascii() and text.isalpha()):
            return "请输入一个英文字母，或者整个单词。"
        if len(text) > 1:
            return self.guess_word(text)
        if text in self.guessed:
            return f"{text} 已经猜过了。"
        self.guessed.add(text)
        if text in self.word:
            return f"猜对了，有 {self.word.count(text)} 个 {text}。"
        self.wrong += 1
        return f"没有 {text}。"

    def guess_word(self, text: str) -> str:
        """猜整个单词；长度不对的不算一次。"""
        if len(text) != len(self.word):
            return f"这个单词有 {len(self.word)} 个字母。"
        if text == self.word:
            self.guessed |= set(text)
            return "一下子就猜出来了！"
        self.wrong += 1
        return f"不是 {text}。"
