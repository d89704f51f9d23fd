"""Comments that name features."""

import pytest

from aiflow.languages.python.marks import find_marks


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("# F2\ndef eat():\n    pass\n", {2: ["F2"]}),
        ("def eat():  # F2、F3：吃苹果\n    pass\n", {1: ["F2", "F3"]}),
        ("def eat():\n    # F4 得分\n    score = 1\n", {3: ["F4"]}),
        ("# F1\n# 说明\n\nx = 1\n", {4: ["F1"]}),
        ("x = '# F2'\n", {}),
        ("# 见 F2\nx = 1\n", {}),
        ("# f2\n# F\n# F12345\nx = 1\n", {}),
        ("# F2\nx = (\n", {}),
        ("", {}),
    ],
)
def test_a_mark_is_about_the_line_at_or_below_it(text: str, marks: dict[int, list[str]]) -> None:
    assert find_marks(text) == marks
