"""How well students' words find the prepared changes, and that other wishes find none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aiflow.engines.lesson_library import load_lessons
from aiflow.engines.lesson_wishes import find_changes
from aiflow.model.markdown_reader import Outline, plain

LESSONS = {lesson.id: lesson for lesson in load_lessons()}
FOLDER = Path(__file__).parent


def found(lesson_id: str, sentence: str) -> list[str]:
    lesson = LESSONS[lesson_id]
    return [change.id for change in find_changes(sentence, lesson.changes, lesson.manifest.things).changes]


def lines(name: str) -> Iterator[str]:
    text = (FOLDER / name).read_text(encoding="utf-8")
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def phrasings() -> dict[str, list[tuple[str, str, str]]]:
    """The sentences that the words were chosen with, and the others: lesson, change, sentence."""
    groups: dict[str, list[tuple[str, str, str]]] = {"tuned": [], "unseen": []}
    lesson = change = group = ""
    for line in lines("wishes.txt"):
        if line.split("/")[0] in LESSONS:
            (lesson, change), group = line.split("/"), "tuned"
        elif line == "unseen":
            group = line
        else:
            groups[group].append((lesson, change, line))
    return groups


def test_every_change_has_ten_phrasings() -> None:
    counted: dict[tuple[str, str], int] = {}
    for lesson, change, _ in [*phrasings()["tuned"], *phrasings()["unseen"]]:
        counted[lesson, change] = counted.get((lesson, change), 0) + 1
    assert counted.keys() == {(one.id, change.id) for one in LESSONS.values() for change in one.changes}
    assert min(counted.values()) >= 10


@pytest.mark.parametrize(("group", "least"), [("tuned", 0.98), ("unseen", 0.85)])
def test_students_words_find_the_change(group: str, least: float) -> None:
    results = [(found(lesson, sentence), change) for lesson, change, sentence in phrasings()[group]]
    right = sum(ids == [change] for ids, change in results)
    wrong = [(ids, change) for ids, change in results if ids not in ([], [change])]
    assert right / len(results) >= least
    assert len(wrong) / len(results) <= 0.015, wrong


def test_one_more_of_something_is_no_typo_for_one_more_snake() -> None:
    assert found("snake", "让蛇跑得更快一点，再加一个排行榜") == ["faster", "leaderboard"]
    assert found("snake", "再加一条蛇") == ["two_players"]


def test_another_wish_gets_no_prepared_change() -> None:
    wrong, lesson, count = [], "", 0
    for line in lines("not_prepared.txt"):
        if line in LESSONS:
            lesson = line
            continue
        count += 1
        if ids := found(lesson, line):
            wrong.append((line, ids))
    assert count > 100
    assert wrong == []


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=LESSONS)
def test_the_ideas_of_a_lessons_readme_are_prepared(lesson) -> None:
    readme = next(file.text for file in lesson.files if file.path == "README.md")
    ideas = [plain(item) for item in Outline(readme).items_under(lambda title: "改一改" in title)]
    assert len(ideas) == 3
    assert [idea for idea in ideas if len(found(lesson.id, idea)) != 1] == []


@pytest.mark.parametrize(
    ("lesson", "sentence", "changes"),
    [
        ("snake", "让蛇跑得更快，加一个排行榜", ["faster", "leaderboard"]),
        ("snake", "加个排行榜并且让蛇更快", ["leaderboard", "faster"]),
        ("snake", "make the snake faster and add a leaderboard", ["faster", "leaderboard"]),
        ("snake", "蛇快一点、变成蓝色、再加上双人模式", ["faster", "blue", "two_players"]),
        ("breakout", "球快一点，多几条命，还要有暂停", ["faster", "lives", "pause"]),
        ("todo", "加上日期和进度条", ["due_dates", "progress"]),
        ("quiz", "限时10秒，两个人比赛", ["timer", "two_players"]),
        ("snake", "让蛇快一點，換個顏色", ["faster", "colours"]),
        ("snake", "add a leaderbord", ["leaderboard"]),
        ("snake", "ADD A LEADERBOARD!!!", ["leaderboard"]),
        ("snake", "让蛇更快，这样更刺激", ["faster"]),
        ("snake", "加一个排行榜，再加背景音乐", ["leaderboard"]),
        ("snake", "加个排行榜和背景音乐", []),
        ("snake", "快" * 5000, []),
        ("snake", "", []),
    ],
)
def test_sentences_with_several_wishes_typos_and_other_characters(
    lesson: str, sentence: str, changes: list[str]
) -> None:
    assert found(lesson, sentence) == changes
