"""Wish search: finds the prepared changes that a sentence asks for, and the parts that none answers.

A word of a change is not enough: "a leaderboard on a website" is another wish. A part of the sentence is
answered only if a change's phrase occurs in it and nothing else in it has a meaning of its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pydantic import BaseModel

from aiflow.engines.lesson_changes import LessonChange
from aiflow.engines.lesson_format import read_words
from aiflow.engines.lesson_search import joins, normalise

# A wish of this length is no prepared one, and each word is looked for in all of it.
_LONGEST_WISH = 300
# A shorter word with another letter is another word.
_SHORTEST_TYPO_LATIN = 5
_SHORTEST_TYPO_CHINESE = 4
# One of these in another's place is no typo: "one more of them" is not "one more snake".
_MEASURE_WORDS = frozenset("个条只种些次把块位名")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[a-z']+")
# A number that no phrase names asks for something else than what is prepared: five lives, not seven.
_NUMBER = re.compile(r"[0-9]+|[二三四五六七八九十百千万]+")
_PUNCTUATION = re.compile(r"[,.;:!?，。；：、！？~…()\n]+")
_FILE_NAME = re.compile(r"(?<![a-z0-9])[a-z0-9]{1,30}\.[a-z]{2,4}(?![a-z0-9])")
_TOLERATED = 1  # a Chinese character that no word explains: a particle more often than a meaning

Span = tuple[int, int]


class _Filler(BaseModel, frozen=True, extra="forbid"):
    ignored: list[str]
    words: list[str]
    english: str
    turning: list[str]
    reasons: list[str]
    joints: list[str]
    traditional: str


class _Vocabulary(BaseModel, frozen=True, extra="forbid"):
    """``words.toml``."""

    groups: dict[str, list[str]]
    impossible: dict[str, list[str]]
    filler: _Filler

    def alternatives(self, part: str) -> list[str]:
        """Return the words of a phrase's part, its groups written out."""
        words: list[str] = []
        for word in part.split("|"):
            words += self.groups[word[1:-1]] if word[:1] == "{" else [normalise(word)]
        return words


@dataclass(frozen=True, slots=True)
class Wishes:
    """The wishes of a sentence.

    Attributes:
        changes: the prepared changes, in the order in which the sentence names them.
        rest: the parts of the sentence that no change answers.
        impossible: why one of these parts cannot be done at all; may be empty.
    """

    changes: tuple[LessonChange, ...] = ()
    rest: tuple[str, ...] = ()
    impossible: str = ""


@dataclass(frozen=True, slots=True)
class _Match:
    change: LessonChange
    core: tuple[Span, ...]  # of each part of the phrase, its longest word
    cells: frozenset[int]  # of all words of the phrase


def find_changes(sentence: str, changes: Sequence[LessonChange], things: Sequence[str]) -> Wishes:
    """Find the prepared changes that a sentence asks for.

    Args:
        sentence: what the student typed, Chinese or English.
        changes: the lesson's.
        things: the lesson's own nouns; a sentence may name them freely.
    """
    # A click on an offered sentence must never depend on the words in it.
    for change in changes:
        if sentence.strip(" 。.!！") == change.manifest.sentence:
            return Wishes((change,))
    words = _vocabulary()
    text = normalise(sentence).translate(_simplified())
    if len(text) > _LONGEST_WISH:
        return Wishes(rest=(sentence[:40] + "…",))
    # Commas of the same length: a span stays a place in the whole text.
    text = _FILE_NAME.sub(lambda name: "," * len(name.group()), text)
    for word in words.filler.ignored:
        for start, end in _exact(word, text):
            text = text[:start] + "," * (end - start) + text[end:]
    clauses = list(_clauses(text))
    matches = [match for change in changes if (match := _match(change, text, clauses))]
    # The matches decide which words are explained, and these decide which matches stay.
    while True:
        chosen = _choose(matches)
        wrong = [clause for clause in clauses if not _is_explained(text, clause, chosen, things)]
        kept = [match for match in chosen if not any(_inside(span, wrong) for span in match.core)]
        if len(kept) == len(chosen):
            break
        matches = [match for match in matches if match in kept or match not in chosen]
    chosen.sort(key=lambda match: match.core[0])
    rest = tuple(text[start:end].strip() for start, end in wrong if not _is_reason(text[start:end]))
    reasons = (why for why, named in words.impossible.items() if any(_find_word(one, text) for one in named))
    return Wishes(tuple(match.change for match in chosen), rest, next(reasons, ""))


def _find_word(word: str, text: str) -> list[Span]:
    """Return where a word occurs, whole if it is Latin; where it does not, where one with a typo does."""
    found = _exact(word, text)
    if found or " " in word:
        return found
    if word.isascii():
        if len(word) < _SHORTEST_TYPO_LATIN:
            return []
        return [match.span() for match in _LATIN.finditer(text) if _is_typo(match.group(), word)]
    if len(word) < _SHORTEST_TYPO_CHINESE:
        return []
    size = len(word)
    return [
        (at, at + size)
        for at in range(len(text) - size + 1)
        if text[at] == word[0] and _is_chinese_typo(text[at : at + size], word)
    ]


def _is_chinese_typo(typed: str, word: str) -> bool:
    """Return whether one character is wrong."""
    wrong = [a for a, b in zip(typed, word, strict=True) if a != b]
    return len(wrong) == 1 and wrong[0] not in _MEASURE_WORDS


def _is_typo(typed: str, word: str) -> bool:
    """Return whether one letter is wrong, missing or too much, or two neighbours are exchanged."""
    if abs(len(typed) - len(word)) > 1 or typed[:1] != word[:1]:
        return False
    at = next((at for at, (a, b) in enumerate(zip(typed, word, strict=False)) if a != b), None)
    if at is None:
        # A letter more at the end makes a plural or another word, both of which are listed.
        return False
    if len(typed) == len(word):
        exchanged = typed[at : at + 2] == word[at : at + 2][::-1] and typed[at + 2 :] == word[at + 2 :]
        return exchanged or typed[at + 1 :] == word[at + 1 :]
    shorter, longer = sorted((typed, word), key=len)
    return longer[at + 1 :] == shorter[at:]


@cache
def _vocabulary() -> _Vocabulary:
    return _Vocabulary.model_validate(read_words())


@cache
def _simplified() -> Mapping[int, int]:
    pairs = _vocabulary().filler.traditional
    return str.maketrans(pairs[::2], pairs[1::2])


def _clauses(text: str) -> Iterator[Span]:
    """Divide a sentence at its punctuation, and where another wish begins."""
    cuts = [match.span() for match in _PUNCTUATION.finditer(text)]
    for joint in _vocabulary().filler.joints:
        cuts += [(at, at + len(joint)) for at in _places(joint, text)]
    start = 0
    for left, right in sorted(cuts):
        if left > start:
            yield start, left
        # Cuts can overlap, where one joint contains another.
        start = max(start, right)
    if start < len(text):
        yield start, len(text)


def _places(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _match(change: LessonChange, text: str, clauses: Sequence[Span]) -> _Match | None:
    """Return the longest match of a change's phrases, unless a word beside it rules the change out."""
    words = _vocabulary()
    best: _Match | None = None
    for phrase in change.manifest.phrases:
        spans = [
            [span for word in words.alternatives(part) for span in _find_word(word, text)]
            for part in phrase.split(" + ")
        ]
        if all(spans):
            core = tuple(max(part, key=_length) for part in spans)
            match = _Match(change, core, frozenset(_cells(span for part in spans for span in part)))
            if best is None or _weight(match) > _weight(best):
                best = match
    if best is None:
        return None
    beside = [
        text[start:end] for start, end in clauses if any(_inside(span, [(start, end)]) for span in best.core)
    ]
    ruled_out = [word for part in change.manifest.unless for word in words.alternatives(part)]
    return None if any(_exact(word, part) for word in ruled_out for part in beside) else best


def _choose(matches: Sequence[_Match]) -> list[_Match]:
    """Return the matches without those whose words are part of a longer match."""
    chosen: list[_Match] = []
    taken: set[int] = set()
    for match in sorted(matches, key=_weight, reverse=True):
        if not _cells(match.core) <= taken:
            chosen.append(match)
            taken |= match.cells
    return chosen


def _is_explained(text: str, clause: Span, matches: Sequence[_Match], things: Sequence[str]) -> bool:
    """Return whether nothing in a part of the sentence has a meaning beside the matches."""
    start, end = clause
    part = text[start:end]
    words = _vocabulary()
    phrases = {
        word
        for match in matches
        for phrase in match.change.manifest.phrases
        for piece in phrase.split(" + ")
        for word in words.alternatives(piece)
    }
    known = _cells(span for word in phrases for span in _find_word(word, part))
    turned = (span for word in words.filler.turning for span in _exact(word, part))
    numbers = (match.span() for match in _NUMBER.finditer(part))
    if any(not set(range(*span)) <= known for span in (*turned, *numbers)):
        return False
    filler = words.filler.english.split()
    known |= _cells(
        span for word in (*words.filler.words, *map(normalise, things)) for span in _exact(word, part)
    )
    latin = [match for match in _LATIN.finditer(part) if not set(range(*match.span())) <= known]
    if any(match.group() not in filler for match in latin):
        return False
    return sum(at not in known for at, char in enumerate(part) if _CHINESE.match(char)) <= _TOLERATED


def _exact(word: str, text: str) -> list[Span]:
    return [
        (at, at + len(word))
        for at in _places(word, text)
        if not joins(text[at - 1 : at], word[:1]) and not joins(word[-1:], text[at + len(word) :][:1])
    ]


def _is_reason(clause: str) -> bool:
    return clause.strip().startswith(tuple(_vocabulary().filler.reasons))


def _inside(span: Span, clauses: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in clauses)


def _cells(spans: Iterable[Span]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def _length(span: Span) -> int:
    return span[1] - span[0]


def _weight(match: _Match) -> int:
    return len(_cells(match.core))
