"""F5：每一科画一张文字的分数段图，写出人数和百分比，没有人的地方画成点。"""

from report import bands_chart
from stats import BANDS, SubjectStats, count_bands


def test_every_score_is_in_one_band():
    """每个分数正好算在一段里，89.5 分算 80 到 89"""
    assert count_bands([100, 90, 89.5, 80, 75, 60, 59.5, 59, 0]) == [2, 2, 1, 1, 3]
    for half in range(201):
        assert sum(count_bands([half / 2])) == 1
    assert [low for low, _ in BANDS] == [90, 80, 70, 60, 0]


def test_the_chart_has_a_line_for_every_band():
    """每一段一行，写出人数和百分比，条按比例画 20 格"""
    item = SubjectStats("语文", 4, 0, 0, 0, 0, 0, 0, [0, 3, 1, 0, 0])
    lines = bands_chart(item).splitlines()
    assert lines[0] == "语文的分数段"
    assert [line.split()[0] for line in lines[1:]] == ["90-100", "80-89", "70-79", "60-69", "0-59"]
    assert [line.count("█") for line in lines[1:]] == [0, 15, 5, 0, 0]
    assert [line.count("·") for line in lines[1:]] == [20, 5, 15, 20, 20]
    assert lines[2].endswith(" 3 人 75%")
    assert lines[1].endswith(" 0 人 0%")
