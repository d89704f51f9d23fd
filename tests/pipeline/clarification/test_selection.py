"""The questions about a request: against labelled requests, and the rules one by one."""

from pathlib import Path

import pytest

from aiflow.exceptions import ConfigError
from aiflow.pipeline.clarification.bank import load_bank
from aiflow.pipeline.clarification.phrases import Phrases, normalised
from aiflow.pipeline.clarification.selection import select_questions
from tests.pipeline.clarification.measure import figures, labelled


@pytest.mark.parametrize(
    ("name", "half"), [("requests.toml", 0), ("requests.toml", 1), ("unseen.toml", 0), ("unseen.toml", 1)]
)
def test_open_slots_are_asked_about_and_nothing_else(name: str, half: int) -> None:
    found = figures(labelled(name)[half::2])
    assert found.recall >= 0.9
    assert found.needless <= 0.3


def slots(sentence: str, ask: str = "always", **more: object) -> list[str | None]:
    return [one.slot for one in select_questions(load_bank(), sentence, ask, **more)]  # type: ignore[arg-type]  # words


def test_auto_asks_only_where_two_things_that_matter_are_open() -> None:
    assert slots("猜数字，范围 1 到 100，最多猜 7 次") == ["persistence"]
    assert slots("猜数字，范围 1 到 100，最多猜 7 次", "auto") == []
    assert len(slots("帮我写个贪吃蛇", "auto")) == 3
    assert slots("帮我写个贪吃蛇", "never") == []


def test_a_change_asks_only_about_its_own_sentence() -> None:
    assert slots("让蛇跑得更快", is_change=True) == []
    assert slots("加一个排行榜", is_change=True) == ["persistence"]
    assert slots("加一个排行榜，存到文件里", is_change=True) == []
    assert slots("add a two-player mode", is_change=True) == ["controls"]


def test_no_slot_is_asked_about_again() -> None:
    assert slots("加一个排行榜", is_change=True, asked={"persistence"}) == []


@pytest.mark.parametrize(
    ("phrase", "text", "is_found"),
    [
        ("#条命", "有三条命", True),
        ("#条命", "有 3 条命", True),
        ("high score", "Keep the High-Scores", True),
        ("ai", "a painter", False),
        ("撞*结束", "撞到墙就结束", True),
        ("撞*结束", "撞到墙就死。按 Q 结束", False),
        ("key", "monkeys", False),
    ],
)
def test_phrases(phrase: str, text: str, is_found: bool) -> None:
    assert Phrases([phrase]).found_in(normalised(text)) is is_found


def test_a_teacher_s_bank(tmp_path: Path) -> None:
    (tmp_path / "poem.toml").write_text(
        'name = "poem"\nnames = ["写诗机"]\n'
        '[[question]]\nslot = "look"\ntext = "几行？"\nwhy = "长短不同。"\n'
        'recommended = "four"\noptions = [{ id = "four", text = "四行" }, { id = "eight", text = "八行" }]\n',
        encoding="utf-8",
    )
    (asked,) = select_questions(load_bank([tmp_path]), "做一个写诗机", "always")
    assert (asked.text, asked.recommended) == ("几行？", "four")
    (tmp_path / "broken.toml").write_text('name = "broken"\nquestions = []\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"broken\.toml"):
        load_bank([tmp_path])
    with pytest.raises(ConfigError, match="no_folder"):
        load_bank([tmp_path / "no_folder"])


def test_the_questions_are_complete_in_both_languages() -> None:
    bank = load_bank()
    questions = [*bank.changes, *(one for kind in bank.types for one in kind.question)]
    assert all(one.text_en and one.why_en for one in questions)
    assert all(option.text_en for one in questions for option in one.options)
