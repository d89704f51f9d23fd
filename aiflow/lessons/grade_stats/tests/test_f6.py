"""F6：缺考的格子不算分；有问题的行会列出来，说明第几行、什么问题，其余的照常统计。"""

import tempfile
from pathlib import Path

from reader import read_score, read_student, read_table


def fault_of(*row):
    """读一行，返回说的错。"""
    try:
        read_student(list(row), ["语文", "数学"])
    except ValueError as error:
        return str(error)
    return ""


def test_absent_is_not_zero():
    """空格子、缺考、请假都不算分，不会当成 0"""
    for text in ("", " ", "缺考", "请假", "-", "/"):
        assert read_student(["甲", text, "90"], ["语文", "数学"]).scores == {"数学": 90}


def test_faults_of_a_row():
    """没有姓名、少了格子、不是数字、超出范围，都说得清楚"""
    assert fault_of("甲", "80", "90") == ""
    assert fault_of(" ", "80", "90") == "没有姓名"
    assert fault_of("甲", "80") == "甲 应该有 2 个分数，这里有 1 个"
    assert fault_of("甲", "80", "90", "70") == "甲 应该有 2 个分数，这里有 3 个"
    assert fault_of("甲", "八十", "90") == "甲 的语文“八十”不是数字"
    assert fault_of("甲", "150", "90") == "甲 的语文 150 不在 0 到 100 之间"
    assert fault_of("甲", "-1", "90") == "甲 的语文 -1 不在 0 到 100 之间"
    assert fault_of("甲", "nan", "90") == "甲 的语文 nan 不在 0 到 100 之间"


def test_zero_and_a_hundred_are_scores():
    """0 分和 100 分是好的分数"""
    assert read_score("甲", "语文", "0") == 0
    assert read_score("甲", "语文", "100") == 100
    assert read_score("甲", "语文", "92.5") == 92.5


def test_good_rows_are_kept():
    """坏的行列出第几行、什么问题，其余的照常统计"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        path.write_text("姓名,语文\n甲,80\n,70\n乙,x\n\n丙,60\n", encoding="utf-8")
        table = read_table(path)
    assert [student.name for student in table.students] == ["甲", "丙"]
    assert table.problems == ["第 3 行：没有姓名", "第 4 行：乙 的语文“x”不是数字"]
