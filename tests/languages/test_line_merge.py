"""Files without a syntax tree are merged by lines."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aiflow.languages.files import merge_file
from aiflow.languages.line_merge import merge_lines
from tests.linear_time import MAX_RATIO, growth

OLD = "# 贪吃蛇\n\n- 吃食物  \n- 计分\n\n\n## 怎么玩\n\n用方向键。\n"


@pytest.mark.parametrize(
    ("new", "merged"),
    [
        ("# 贪吃蛇\n- 吃食物\n- 计分\n## 怎么玩\n用方向键。", OLD),
        (
            "# 贪吃蛇\n- 吃食物\n- 计分\n- 排行榜\n## 怎么玩\n用方向键。\n",
            OLD.replace("计分\n", "计分\n- 排行榜\n"),
        ),
        ("# 贪吃蛇\n- 吃食物\n## 怎么玩\n用方向键。\n", OLD.replace("- 计分\n", "")),
        ("# 贪吃蛇\n\n- 吃食物\n- 计时\n\n## 怎么玩\n\n用方向键。\n", OLD.replace("计分", "计时")),
        ("", ""),
    ],
)
def test_blank_lines_and_trailing_blanks_are_no_change(new, merged):
    assert merge_file("README.md", OLD, new) == merged


def test_line_ends_stay():
    assert merge_lines("a\r\nb\r\n", "a\nc\nb") == "a\r\nc\r\nb\r\n"
    assert merge_lines("\ufeffa\nb", "a\nb\nc\n") == "\ufeffa\nb\nc"
    assert merge_lines("", "a\n") == "a\n"


TEXTS = st.lists(st.sampled_from(["a", "b ", "", "  ", "c", "\ta"]), max_size=12).map("\n".join)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS, TEXTS)
def test_the_lines_are_those_of_the_new_text(old, new):
    merged = merge_lines(old, new)

    def words(text: str) -> list[str]:
        return [line.rstrip() for line in text.splitlines() if line.strip()]

    assert words(merged) == words(new)
    assert merge_lines(old, old) == old


@pytest.mark.parametrize("unit", ["a\n", "\n", "a\nb\n\n", "x{n}\n"])
def test_time_is_in_proportion_to_the_text(unit):
    def text(size: int) -> str:
        return "".join(unit.replace("{n}", str(n)) for n in range(size // len(unit)))

    assert (
        growth(lambda old: merge_lines(old, "b\n" + old.replace("1", "3")), text, last_size=200_000)
        < MAX_RATIO
    )
