"""Finds words, numbers and menu entries in the output of a program, however it words them."""

import unicodedata
from collections.abc import Iterable, Sequence

Words = str | Sequence[str]
_LABEL_SEPARATORS = ".、,)）:：]】>=-—–> \t"
_MAX_LABEL = 3


def fold(text: str) -> str:
    """Return a text in small letters, with half-width punctuation and single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


def alternatives(words: Words) -> list[str]:
    """Return the alternatives of one expectation: a text is its only one."""
    return [words] if isinstance(words, str) else list(words)


def has(text: str, words: Words) -> bool:
    """Return whether a text contains one of the alternatives; blanks in Chinese do not count."""
    folded = fold(text)
    dense = folded.replace(" ", "")
    return any(
        fold(word) in folded if word.isascii() else fold(word).replace(" ", "") in dense
        for word in alternatives(words)
    )


def numbers_in(text: str, *, grouped: bool = False) -> list[float]:
    """Return the numbers of a text in their order.

    Args:
        text: any text.
        grouped: whether a comma before three digits separates thousands.
    """
    text = unicodedata.normalize("NFKC", text).replace("−", "-")
    found, at = [], 0
    while at < len(text):
        if not _is_digit(text[at]):
            at += 1
            continue
        first = at
        while at < len(text) and (_is_digit(text[at]) or _goes_on(text, at, grouped=grouped)):
            at += 1
        digits = text[first:at].replace(",", "")
        negative = first > 0 and text[first - 1] == "-" and (first < 2 or not text[first - 2].isalnum())
        found.append(-float(digits) if negative else float(digits))
    return found


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9"


def _goes_on(text: str, at: int, *, grouped: bool) -> bool:
    """Return whether the character between two digits belongs to their number."""
    if not (at + 1 < len(text) and _is_digit(text[at + 1])):
        return False
    if text[at] == ".":
        # A second point makes a version or a date of it.
        return "." not in text[max(0, at - 15) : at].rpartition(" ")[2].rpartition("\n")[2]
    return grouped and text[at] == "," and text[at + 1 : at + 4].isdecimal() and not _digit_at(text, at + 4)


def _digit_at(text: str, at: int) -> bool:
    return at < len(text) and _is_digit(text[at])


def has_numbers(text: str, wanted: Iterable[float], within: float) -> bool:
    """Return whether the wanted numbers are in a text in this order; others may be between them."""
    wanted = list(wanted)
    return any(_in_order(numbers_in(text, grouped=grouped), wanted, within) for grouped in (False, True))


def _in_order(numbers: list[float], wanted: list[float], within: float) -> bool:
    left = iter(numbers)
    return all(any(abs(number - one) <= within for number in left) for one in wanted)


def menu_label(text: str, words: Words) -> str:
    """Return what a person types to choose the entry of a menu that contains one of the words.

    The label stands before the word (``1. 添加``, ``a) add``) or behind it (``添加(1)``). Where there is
    none, the word itself is typed.
    """
    lines = unicodedata.normalize("NFKC", text).splitlines()
    for line in reversed(lines):
        for word in alternatives(words):
            at = line.lower().find(unicodedata.normalize("NFKC", word).lower())
            if at < 0:
                continue
            label = _before(line, at) or _behind(line, at + len(word))
            if label:
                return label
    present = [word for word in alternatives(words) if has(text, word)]
    return (present or alternatives(words))[0]


def _before(line: str, at: int) -> str:
    """Return the label before a position: the nearest one, else the line's only one (``1. Please add``)."""
    end = at
    # Other words of the entry may stand between: "1. 新建一个任务".
    while end > 0 and not line[end - 1].isascii():
        end -= 1
    return _label_before(line, end) or _only_label(line[:at])


def _label_before(line: str, end: int) -> str:
    stop = end
    while stop > 0 and line[stop - 1] in _LABEL_SEPARATORS:
        stop -= 1
    first = stop
    while first > 0 and _is_label_char(line[first - 1]):
        first -= 1
    label = line[first:stop]
    # A letter right before the word is a part of it.
    return label if _is_label(label) and (label.isdigit() or stop < end) else ""


def _only_label(text: str) -> str:
    first = text.split(maxsplit=1)[:1]
    label = first[0].strip("()[]" + _LABEL_SEPARATORS) if first else ""
    return label if _is_label(label) and sum(char.isdigit() for char in text) <= _MAX_LABEL else ""


def _is_label_char(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _is_label(label: str) -> bool:
    return 0 < len(label) <= _MAX_LABEL and (label.isdigit() or (len(label) == 1 and _is_label_char(label)))


def _behind(line: str, at: int) -> str:
    rest = line[at : at + 12]
    for opening in "([=:【":
        _, found, inside = rest.partition(opening)
        label = inside.strip().split(")")[0].split("]")[0].split(",")[0].split(" ")[0].strip()
        if found and _is_label(label):
            return label
    return ""
