"""Phrases of the question bank: which of them a person's sentence contains.

A phrase is plain text in small letters. ``#`` stands for a number (also a Chinese one), ``*`` for up to
twelve characters of the same sentence. An English phrase matches whole words, also in the plural; a blank in
it also matches a hyphen or nothing ("high score", "high-score", "highscore").
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

# A prompt has no more; each pattern below is bounded, so the time of a search grows with the text alone.
_MAX_CHARS = 1000
_NUMBER = r"(?:\d{1,6}|[零一二三四五六七八九十百千两半几]{1,4})"
_GAP = r"[^。；;.!！?？]{0,12}?"
_BEGINS_WORD = r"(?<![a-z])"
_ENDS_WORD = r"(?:s|es|ing)?(?![a-z])"
_BLANK_BY_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_WILDCARDS = {"#": _NUMBER, "*": _GAP, " ": r"[ \-]?"}


def normalised(sentence: str) -> str:
    """Return a sentence as phrases are looked up in it: small letters, half-width, single blanks."""
    text = unicodedata.normalize("NFKC", sentence[:_MAX_CHARS]).lower()
    # Between Chinese and other characters some people write a blank, others none.
    return _BLANK_BY_CHINESE.sub("", " ".join(text.split())[:_MAX_CHARS])


class Phrases:
    """A set of phrases.

    Args:
        phrases: the phrases.
    """

    def __init__(self, phrases: Iterable[str]) -> None:
        self._patterns = [(phrase, re.compile(_pattern(phrase))) for phrase in phrases]
        self._any = re.compile("|".join(pattern.pattern for _, pattern in self._patterns) or r"(?!)")

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def found_in(self, text: str) -> bool:
        """Return whether the normalised ``text`` contains one of the phrases."""
        return self._any.search(text) is not None

    def all_in(self, text: str) -> Iterator[str]:
        """Yield the phrases that the normalised ``text`` contains."""
        if self.found_in(text):
            yield from (phrase for phrase, pattern in self._patterns if pattern.search(text))


def _pattern(phrase: str) -> str:
    words = "".join(_WILDCARDS.get(char) or re.escape(char) for char in phrase)
    begins = _BEGINS_WORD if _is_letter(phrase[:1]) else ""
    ends = _ENDS_WORD if _is_letter(phrase[-1:]) else ""
    return f"{begins}{words}{ends}"


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()
