"""F4：按总分排名，同分的名次相同。"""

from reader import Student
from report import ranking_rows, ranking_table
from stats import ranking


def students(*totals):
    """总分是这些的学生。"""
    return [Student(f"{total} 分的人", {"语文": total}) for total in totals]


def test_the_highest_is_first():
    """总分高的在前面"""
    ranks = ranking(students(70, 90, 80))
    assert [(rank, student.total) for rank, student in ranks] == [(1, 90), (2, 80), (3, 70)]


def test_equal_totals_share_a_rank():
    """同分的名次相同，下一名要跳过去"""
    ranks = ranking(students(80, 90, 80, 70, 80))
    assert [rank for rank, _ in ranks] == [1, 2, 2, 2, 5]
    assert ranking([]) == []


def test_the_table_has_rank_name_scores_and_total():
    """排名表里有名次、姓名、各科和总分，缺考写“缺考”"""
    one = Student("甲", {"语文": 88.0, "数学": 92.5})
    two = Student("乙", {"语文": 70.0})
    rows = ranking_rows([(1, one), (2, two)], ["语文", "数学"])
    assert rows[0][:5] == ["1", "甲", "88", "92.5", "180.5"]
    assert rows[1][:5] == ["2", "乙", "70", "缺考", "70"]
    lines = ranking_table([(1, one)], ["语文", "数学"]).splitlines()
    assert lines[0].split()[:5] == ["名次", "姓名", "语文", "数学", "总分"]
    assert lines[1].split()[:2] == ["1", "甲"]
