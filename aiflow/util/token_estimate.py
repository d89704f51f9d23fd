"""An estimate of the tokens of a text, for budgets and for engines whose service counts none."""

import re

_CJK_CHAR = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")


def estimate_tokens(text: str) -> float:
    """Return about how many tokens ``text`` has: two for three Chinese characters, one for four others."""
    # Most code is ASCII, and this is asked with each piece of a stream.
    if text.isascii():
        return len(text) / 4
    chinese = count_cjk(text)
    return chinese * 2 / 3 + (len(text) - chinese) / 4


def count_cjk(text: str) -> int:
    """Return the number of Chinese, Japanese and full-width characters in ``text``."""
    return len(_CJK_CHAR.findall(text))
