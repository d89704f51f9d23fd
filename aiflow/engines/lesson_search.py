"""Lesson search: finds the lesson that answers a request, by its words."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from aiflow.engines.lesson_library import Lesson, LessonManifest, sort_key

# Words around the subject of a request. Without them, "snake" finds its lesson in "write me a snake game,
# please" and not in "a shop for snake leather". Earlier alternatives win: longer phrases come first.
_CHINESE_FILLER = (
    "请你?|帮我|给我|为我|替我|帮忙|麻烦|我想要?|我要|想要|可以|能不能|能否|用|写一?[个款]?|做一?[个款]?"
    "|制作|编写|开发|实现|(?<!学)生成|设计|创建|弄|来一?[个款]?|玩|一[个款]|小?游戏|小?程序|小?项目"
    "|小?工具|应用|软件|代码|简单|有趣|好玩|经典|的|吧|啊|吗|呢|个|在|里"
)
_ENGLISH_FILLER = (
    "please can could would you i want need like to write make create build code give show me my us a an the"
    " one some simple small little tiny basic classic fun nice game games program programme project app"
    " python pygame with in using for play of and hello hi"
)
_FILLER = re.compile(f"{_CHINESE_FILLER}|(?<![a-z0-9])(?:{'|'.join(_ENGLISH_FILLER.split())})(?![a-z0-9])")
# "A game, but not snake" must not find the snake lesson.
_NEGATION = (
    "(?:不要|不想要?|不是|不做|不写|别做|别写|除了|(?<![a-z])(?:not|no|without|except)(?![a-z]))"
    " ?(?:an? |the )?"
)
_CJK = r"\u3400-\u9fff"


def find_lesson(request: str, lessons: Sequence[Lesson]) -> Lesson | None:
    """Find the lesson that answers a request, by its words.

    A lesson answers if one of its ``keywords`` occurs (all parts of one written ``a + b``), or if the request
    is nothing but one of its ``alone`` words and filler; a phrase in ``unless`` rules it out. Latin words
    count only as whole words, Chinese ones anywhere.

    Args:
        request: what the student typed, Chinese or English.
        lessons: the lessons to choose from.

    Returns:
        The one with the most and longest words found (of equals, the first in the list), or None.
    """
    words = normalise(request)
    scores = {lesson.id: _score(words, lesson.manifest) for lesson in lessons}
    best = min(lessons, key=lambda lesson: (-scores[lesson.id], sort_key(lesson)), default=None)
    return best if best is not None and scores[best.id] > 0 else None


def nearest_lessons(request: str, lessons: Sequence[Lesson], count: int = 3) -> list[Lesson]:
    """Return the lessons that share most words with a request, best first.

    Args:
        request: what the student typed.
        lessons: the lessons to choose from.
        count: how many are returned.
    """
    wanted = _pairs(_FILLER.sub(" ", normalise(request)))

    def distance(lesson: Lesson) -> tuple[int, tuple[int, str]]:
        manifest = lesson.manifest
        texts = [manifest.title, manifest.title_en, *manifest.keywords, manifest.summary]
        # Negative, so that one ascending sort puts the best first and keeps the list's order among equals.
        return -len(wanted & _pairs(normalise(" ".join(texts)))), sort_key(lesson)

    return sorted(lessons, key=distance)[:count]


def normalise(text: str) -> str:
    """Fold case and width, drop spaces beside Chinese, and turn what joins Latin words into single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    # Runs of spaces first: a pattern that looks behind them would try each of their suffixes.
    folded = re.sub(r"[-_/\s]+", " ", folded).strip()
    return re.sub(rf"(?<=[{_CJK}]) | (?=[{_CJK}])", "", folded)


def _pairs(text: str) -> set[str]:
    """Return the Latin words of a text and its pairs of neighbouring Chinese characters."""
    # Shorter Latin words are filler; Chinese has no blanks, so pairs stand for its words.
    words = set(re.findall(r"[a-z]{3,}", text))
    runs = re.findall(rf"[{_CJK}]+", text)
    return words | {run[i : i + 2] for run in runs for i in range(len(run) - 1)}


def _score(words: str, manifest: LessonManifest) -> int:
    # Before anything is counted: an unwanted word must neither find a lesson nor rule one out.
    words = _without_negated(words, [*manifest.keywords, *manifest.alone])
    if any(_occurs(normalise(phrase), words) for phrase in manifest.unless):
        return 0
    score = sum(_weight(words, keyword) for keyword in manifest.keywords)
    rest = _subject(words)
    if rest and any(rest == _subject(normalise(word)) for word in manifest.alone):
        score += 1
    return score


def _subject(words: str) -> str:
    """Return a request without its filler and punctuation."""
    return " ".join(re.findall(rf"[a-z0-9{_CJK}]+", _FILLER.sub(" ", words)))


def _without_negated(words: str, keywords: Iterable[str]) -> str:
    """Return ``words`` without the keywords that are named as unwanted ("not snake")."""
    # Longest first, since the first alternative that matches wins.
    phrases = sorted(
        (normalise(keyword) for keyword in keywords if " + " not in keyword), key=len, reverse=True
    )
    return re.sub(f"{_NEGATION}(?:{'|'.join(map(re.escape, phrases))})", " ", words)


def _weight(words: str, keyword: str) -> int:
    parts = [normalise(part) for part in keyword.split(" + ")]
    return sum(len(part) for part in parts) if all(_occurs(part, words) for part in parts) else 0


def _occurs(phrase: str, words: str) -> bool:
    """Return whether a phrase occurs; one that begins or ends with a Latin letter only as whole words."""
    at = words.find(phrase)
    while at >= 0:
        # "Pong" must not be found in "sponge".
        before, after = words[at - 1 : at], words[at + len(phrase) :][:1]
        if not (joins(before, phrase[:1]) or joins(phrase[-1:], after)):
            return True
        at = words.find(phrase, at + 1)
    return False


def joins(left: str, right: str) -> bool:
    """Return whether two neighbouring characters belong to one Latin word or number."""
    return all(char.isascii() and char.isalnum() for char in (left, right))
