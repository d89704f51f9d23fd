"""F4：按平均分排名（缺考的科目不算），平均分相同的名次相同。"""

from reader import Student
from report import ranking_rows, ranking_table
from stats import ranking


def students(*totals):
    """总分是这些的学生。"""
    return [Student(f"{total} 分的人", {"语文": total}) for total in totals]


def test_the_highest_is_first():
    """平均分高的在前面"""
    ranks = ranking(students(70, 90, 80))
    assert [(rank, student.total) for rank, student in ranks] == [(1, 90), (2, 80), (3, 70)]


def test_equal_totals_share_a_rank():
    """同分的名次相同，下一名要跳过去"""
    ranks = ranking(students(80, 90, 80, 70, 80))
    assert [rank for rank, _ in ranks] == [1, 2, 2, 2, 5]
    assert ranking([]) == []


def test_absent_subjects_do_not_count():
    """缺考一科的人，按考了的科目算平均分"""
    absent = Student("甲", {"语文": 85.0})
    both = Student("乙", {"语文": 80.0, "数学": 82.0})
    assert (absent.average, both.average) == (85, 81)
    assert [student for _, student in ranking([both, absent])] == [absent, both]
    assert Student("丙", {}).average == 0


def test_the_table_has_rank_name_scores_and_total():
    """排名表里有名次、姓名、各科、总分和平均分，缺考写“缺考”"""
    one = Student("甲", {"语文": 88.0, "数学": 92.5})
    two = Student("乙", {"语文": 70.0})
    rows = ranking_rows([(1, one), (2, two)], ["语文", "数学"])
    assert rows[0] == ["1", "甲", "88", "92.5", "180.5", "90.2"]
    assert rows[1] == ["2", "乙", "70", "缺考", "70", "70"]
    lines = ranking_table([(1, one)], ["语文", "数学"]).splitlines()
    assert lines[0].split() == ["名次", "姓名", "语文", "数学", "总分", "平均分"]
    assert lines[1].split()[:2] == ["1", "甲"]
