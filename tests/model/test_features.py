"""The features of a changed specification: ids that stay, marks that models write, and what is not a mark."""

import pytest

from aiflow.model.artifacts import Spec, mark_features

BEFORE = ["棋盘 20 × 20，蛇从中间出发", "方向键控制，不能掉头", "吃到苹果长一格，得 1 分", "P 键暂停"]


def spec(*features: str) -> Spec:
    return Spec.from_markdown("# 贪吃蛇\n\n## 功能\n\n" + "".join(f"- {feature}\n" for feature in features))


def marked(*features: str) -> tuple[list[str], dict[str, list[str]]]:
    found = mark_features(spec(*BEFORE), spec(*features))
    return found.feature_ids, found.changes.model_dump()


def test_a_first_version_numbers_its_features() -> None:
    assert spec(*BEFORE).feature_ids == ["F1", "F2", "F3", "F4"]


@pytest.mark.parametrize(
    "new",
    ["【新】结束时列出前五名", "结束时列出前五名（新增）", "**[NEW]** 结束时列出前五名", "结束时列出前五名"],
)
@pytest.mark.parametrize(
    "changed", ["【改】吃到苹果长一格，得 2 分", "吃到苹果长一格，得 2 分 (修改)", "吃到苹果长一格，得 2 分"]
)
@pytest.mark.parametrize("removed", [["【删】P 键暂停"], ["~~P 键暂停~~"], ["P 键暂停（删除）"], []])
def test_marks_are_read_in_every_form_and_may_be_missing(new: str, changed: str, removed: list[str]) -> None:
    ids, changes = marked(BEFORE[0], BEFORE[1], changed, *removed, new)
    assert ids == ["F1", "F2", "F3", "F5"]
    assert changes == {"new": ["F5"], "changed": ["F3"], "removed": ["F4"]}


def test_the_marks_are_no_part_of_a_feature() -> None:
    changed = spec("【新】**排行榜**：前五名", "计分（修改）", "【不变】暂停", "【删】音效")
    assert changed.features == ["**排行榜**：前五名", "计分", "暂停"]
    assert "【新】" in changed.to_markdown()


def test_a_feature_keeps_its_id_wherever_it_stands() -> None:
    ids, changes = marked(*reversed(BEFORE))
    assert ids == ["F4", "F3", "F2", "F1"]
    assert changes == {"new": [], "changed": [], "removed": []}


def test_blanks_and_punctuation_make_no_change() -> None:
    assert marked("棋盘20×20, 蛇从中间出发。", *BEFORE[1:])[1]["changed"] == []


def test_ids_in_the_text_are_followed() -> None:
    ids, changes = marked(
        "F1：棋盘 20 × 20，蛇从中间出发", "F2：触摸屏也能玩", "[F4] 按 P 暂停", "【新】F9：排行榜"
    )
    assert ids == ["F1", "F2", "F4", "F5"]
    assert changes == {"new": ["F5"], "changed": ["F2", "F4"], "removed": ["F3"]}


def test_a_function_key_is_no_id() -> None:
    assert spec("F1：打开帮助", "方向键移动").features == ["F1：打开帮助", "方向键移动"]


def test_an_id_is_not_given_twice() -> None:
    second = mark_features(spec(*BEFORE), spec(*BEFORE[:3]))
    third = mark_features(second, spec(*BEFORE[:3], "排行榜"))
    assert third.feature_ids == ["F1", "F2", "F3", "F5"]


def test_edited_fields_count_as_the_text_does() -> None:
    edited = spec(*BEFORE)
    edited.features = [*BEFORE[:3], "结束时列出前五名"]
    found = mark_features(spec(*BEFORE), edited)
    assert found.feature_ids == ["F1", "F2", "F3", "F5"]
    assert found.changes.model_dump() == {"new": ["F5"], "changed": [], "removed": ["F4"]}


@pytest.mark.parametrize(
    "text", ["改动原因：速度更有挑战。", "## 修改说明\n\n速度更有挑战。", "Reason: 速度更有挑战。"]
)
def test_the_reason_is_read(text: str) -> None:
    assert Spec.from_markdown(f"# 贪吃蛇\n\n## 功能\n- 计分\n\n{text}\n").reason == "速度更有挑战。"
