"""Which of the names that are there a misspelt one means; none where two could be meant."""

import difflib
import re
from collections.abc import Iterable
from typing import Final

_LONG: Final = 8
_MIN_WORD: Final = 4
# No program needs so many, and comparing them takes time.
_MAX_NAME: Final = 60
_MAX_NAMES: Final = 4000
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
# Programs for players name what a key does by the key.
_KEYS: Final = {"w": "up", "a": "left", "s": "down", "d": "right"}


def only_candidate(name: str, names: Iterable[str]) -> str | None:
    """Return the one name that ``name`` is a slip of, None where there is none or more than one."""
    there = set(names) - {name}
    if len(there) > _MAX_NAMES:
        return None
    by_key = [found for found in there if _is_key_of(name, found)]
    close = by_key or [found for found in there if _is_slip(name, found)]
    # `QIUT` is near `QUIT` and `quit`: the one in the same capitals is meant.
    alike = close if len(close) == 1 else [found for found in close if _case(found) == _case(name)]
    return alike[0] if len(alike) == 1 else None


def only_builtin(name: str, names: Iterable[str], *, is_called: bool) -> str | None:
    """Return the one built-in name that ``name`` is a slip of.

    These names are short and near to ordinary words (``item`` and ``iter``, ``lst`` and ``list``): only
    letters in another order count, and for a function that is called one letter inside the word.
    """
    found = [other for other in names if _is_slip_of_builtin(name, other, is_called=is_called)]
    return found[0] if len(found) == 1 else None


def _is_slip_of_builtin(name: str, other: str, *, is_called: bool) -> bool:
    flat, wanted = name.lower(), other.lower()
    if len(flat) < _MIN_WORD or flat[0] != wanted[0] or not _is_slip(name, other):
        return False
    same_letters = sorted(flat) == sorted(wanted)
    return same_letters or (is_called and len(wanted) > _MIN_WORD and flat[-1] == wanted[-1])


def _case(name: str) -> str:
    return "upper" if name.isupper() else "class" if name[:1].isupper() else "lower"


def _is_slip(name: str, other: str) -> bool:
    """Return whether two names differ in their layout, or by one letter in a word (two in a long one)."""
    if len(name) > _MAX_NAME or abs(len(name) - len(other)) > 2:
        return False
    flat, flat_other = name.replace("_", "").lower(), other.replace("_", "").lower()
    if flat == flat_other:
        return len(flat) > 1
    if len(name) < _MIN_WORD - 1:
        return False
    # player1 is not player2, and enemy is not enemies: these are other things, not slips.
    if re.findall(r"\d+", name) != re.findall(r"\d+", other) or _is_plural(flat, flat_other):
        return False
    limit = 2 if min(len(flat), len(flat_other)) >= _LONG else 1
    # Comparing the letters that occur at all is quick, and rules out nearly every pair.
    if len(set(flat) ^ set(flat_other)) > 2 * limit or _distance(flat, flat_other) > limit:
        return False
    return _differ_in_a_word(name, other)


def _distance(one: str, two: str) -> int:
    """Return how many letters of the longer word the other one lacks, or has elsewhere."""
    matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
    return max(len(one), len(two)) - sum(block.size for block in matcher.get_matching_blocks())


def _is_plural(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    return long in {f"{short}s", f"{short}es", f"{short.removesuffix('y')}ies"}


def _differ_in_a_word(name: str, other: str) -> bool:
    """Return whether the difference is inside words that are long enough: x_pos is not y_pos."""
    words, others = _WORDS.findall(name), _WORDS.findall(other)
    if len(words) != len(others):
        return min(len(name), len(other)) >= _LONG
    pairs = [(a, b) for a, b in zip(words, others, strict=True) if a.lower() != b.lower()]
    return bool(pairs) and all(
        min(len(a), len(b)) >= _MIN_WORD - 1 and max(len(a), len(b)) >= _MIN_WORD for a, b in pairs
    )


def _is_key_of(name: str, other: str) -> bool:
    """Return whether ``name`` ends with a key of a game, and ``other`` with what that key does."""
    before, _, key = name.rpartition("_")
    return bool(before) and key.lower() in _KEYS and other.lower() == f"{before}_{_KEYS[key.lower()]}".lower()
