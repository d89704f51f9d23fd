"""The features of a specification: their ids, which stay the same through changes, and what a change marks.

A model that changes a program repeats the whole specification and marks in it what is new, changed or removed
(``【新】``, ``(修改)``, ``[removed]``). The marks are a hint; the texts decide, because models forget marks.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

Mark = Literal["new", "changed", "removed", ""]

_WORDS_OF: dict[Mark, str] = {
    "new": "新 新增 新功能 新加 增加 添加 new added add",
    "changed": "改 改动 修改 更改 变更 更新 调整 有变化 changed change modified updated update",
    "removed": "删 删除 删掉 移除 去掉 取消 removed remove deleted delete",
    "": "不变 保留 原有 未变 没变 保持不变 无变化 unchanged same kept",
}
_WORDS = {word: mark for mark, words in _WORDS_OF.items() for word in words.split()}
_BRACKETS = {"【": "】", "[": "]", "(": ")", "（": "）", "〔": "〕", "「": "」", "［": "］"}
_OPENINGS = {closing: opening for opening, closing in _BRACKETS.items()}
# A bare id needs a mark behind it, because "F5 刷新" is about a key.
_ID = re.compile(r"[\[【(（]?(F\d{1,4})(?:[\]】)）]\s*[:：]?|\s*[:：、]|[.)]\s)\s*", re.IGNORECASE)
# Below, two texts are two features. Of a text that is marked as changed, less has to be left.
_SIMILAR = 0.55
_SIMILAR_IF_MARKED = 0.3
# The comparison of every pair is quadratic, and the texts are a model's.
_MAX_PAIRS = 10_000
_MAX_COMPARED = 200


class FeatureChanges(BaseModel):
    """The ids of the features that a change adds, changes and removes."""

    new: list[str] = Field(default_factory=list)
    changed: list[str] = Field(default_factory=list)
    removed: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FeatureItem:
    """One item of a specification's list of features.

    Attributes:
        text: without id and mark.
        mark: what the text says of itself.
        feature_id: where the text names one, ``F3``.
    """

    text: str
    mark: Mark = ""
    feature_id: str = ""

    @property
    def is_removed(self) -> bool:
        """Whether the change removes it."""
        return self.mark == "removed"


def read_features(items: Sequence[str]) -> list[FeatureItem]:
    """Return the features that list items give, the removed ones included."""
    found = [_read_mark(item) for item in items]
    ids = [_ID.match(item.text) for item in found]
    # "F1：打开帮助" is about a key. It is an id where the other features have one as well.
    # A new feature may lack one, because a model often does not know which id comes next.
    if not any(ids) or not all(match or item.mark == "new" for match, item in zip(ids, found, strict=True)):
        return found
    # A mark stands before the id or behind it: "【新】F4：计时" and "F4：【新】计时".
    return [
        FeatureItem(*_second_mark(item.text[match.end() :], item.mark), match[1].upper()) if match else item
        for match, item in zip(ids, found, strict=True)
    ]


def first_ids(count: int) -> list[str]:
    """Return the ids of the features of a first version."""
    return [f"F{number}" for number in range(1, count + 1)]


def compare_features(
    old: dict[str, str], items: Sequence[FeatureItem], used: Sequence[str] = ()
) -> tuple[list[str], FeatureChanges]:
    """Return the ids of the features that remain, and what changed.

    A feature keeps its id where its text is the same, names the id, or is similar enough.

    Args:
        old: the features before, id to text.
        items: the features that the changed specification lists.
        used: ids of features that are gone; they are not given again.
    """
    # Certain matches first: a text that is only similar must not get the id of an equal one.
    ids = _equal(old, items)
    found = set(ids.values())
    _match(ids, {id_: text for id_, text in old.items() if id_ not in found}, items)
    changes = FeatureChanges()
    # Ids of removed features count, too, because in older versions they still name those features.
    number = max((int(id_[1:]) for id_ in [*old, *used] if id_[1:].isdigit()), default=0)
    kept: list[str] = []
    for at, item in enumerate(items):
        if item.is_removed:
            continue
        id_ = ids.get(at, "")
        if not id_:
            number += 1
            id_ = f"F{number}"
            changes.new.append(id_)
        elif _folded(old[id_]) != _folded(item.text):
            changes.changed.append(id_)
        kept.append(id_)
    remaining = set(kept)
    # A feature that is no longer listed is removed, too: models leave it out instead of marking it.
    changes.removed = [id_ for id_ in old if id_ not in remaining]
    return kept, changes


def _read_mark(item: str) -> FeatureItem:
    text = item.strip()
    # In GitHub's Markdown two tildes delete a text, and models use them for a removed feature.
    if len(text) > 4 and text[:2] == text[-2:] == "~~":
        return FeatureItem(text[2:-2].strip(), "removed")
    return FeatureItem(*_second_mark(text, ""))


def _second_mark(text: str, mark: Mark) -> tuple[str, Mark]:
    """Return the text without the mark that it begins or ends with, and this mark, or else ``mark``."""
    text = text.strip()
    # Models set the mark alone in bold, or the mark together with the text: "**【新】** 计时".
    start = text.lstrip("*")
    if start[:1] in _BRACKETS:
        word, closing, rest = start[1:].partition(_BRACKETS[start[0]])
        if closing and word.strip().lower() in _WORDS:
            stars = len(text) - len(start)
            return rest.removeprefix("*" * stars).lstrip(" ：:"), _WORDS[word.strip().lower()]
    # A sentence may end after its mark: "可以暂停（新增）。".
    end = text.rstrip("*。. ")
    if end[-1:] in _OPENINGS:
        before, opening, word = end[:-1].rpartition(_OPENINGS[end[-1]])
        # Of a text that is nothing but a mark, no feature would be left.
        if opening and before.strip("* ") and word.strip().lower() in _WORDS:
            return before.rstrip("* "), _WORDS[word.strip().lower()]
    return text, mark


def _equal(old: dict[str, str], items: Sequence[FeatureItem]) -> dict[int, str]:
    """Return the ids of the items that name an old one or have an old text, by their places."""
    # Reversed, so that of two equal texts the first one gives its id.
    by_text = {_folded(text): id_ for id_, text in reversed(old.items())}
    ids: dict[str, int] = {}
    for at, item in enumerate(items):
        id_ = item.feature_id if item.feature_id in old else by_text.get(_folded(item.text), "")
        if id_:
            # Two items may name one id. Only the first gets it, or one id would stand for two features.
            ids.setdefault(id_, at)
    return {at: id_ for id_, at in ids.items()}


def _match(ids: dict[int, str], old: dict[str, str], items: Sequence[FeatureItem]) -> None:
    """Give further items the ids of the old features that they resemble most."""
    # A feature that the model itself calls new may still resemble an old one: "双人模式", "单人模式".
    open_items = [at for at, item in enumerate(items) if at not in ids and item.mark != "new"]
    if len(old) * len(open_items) > _MAX_PAIRS:
        return
    pairs = {id_: _pairs(text) for id_, text in old.items()}
    scores = []
    for at in open_items:
        own = _pairs(items[at].text)
        least = _SIMILAR_IF_MARKED if items[at].mark else _SIMILAR
        for id_, other in pairs.items():
            score = 2 * (own & other).total() / max(1, own.total() + other.total())
            if score >= least:
                scores.append((-score, at, id_))
    # The best pairs first, else an early item takes the feature that fits a later one better.
    for _, at, id_ in sorted(scores):
        if at not in ids and id_ in pairs:
            ids[at] = id_
            del pairs[id_]


def _folded(text: str) -> str:
    """Return the letters and digits of ``text``; blanks, punctuation and case make no other feature."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _pairs(text: str) -> Counter[str]:
    # Pairs of characters, not words: Chinese has no blanks that would divide it into words.
    folded = _folded(text)[:_MAX_COMPARED]
    return Counter(folded[at : at + 2] for at in range(max(1, len(folded) - 1)))
