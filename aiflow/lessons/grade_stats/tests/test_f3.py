"""F3：每一科：人数、平均分、中位数、最高分、最低分、标准差、及格率。"""

import math

from reader import Student, Table
from report import subject_table
from stats import subject_stats


def stats_of(*scores):
    """一科的分数的统计数字。"""
    students = [Student(str(number), {"语文": score}) for number, score in enumerate(scores)]
    return subject_stats(Table(["语文"], [*students, Student("没考", {})]), "语文")


def test_numbers_are_those_of_a_calculator():
    """数字和用计算器算的一样"""
    found = stats_of(50, 60, 70, 100)
    assert (found.subject, found.count) == ("语文", 4)
    assert (found.mean, found.median) == (70, 65)
    assert (found.highest, found.lowest) == (100, 50)
    assert math.isclose(found.deviation, math.sqrt(350))
    assert found.pass_rate == 0.75


def test_sixty_is_a_pass():
    """60 分刚好及格，59.5 分不及格"""
    assert stats_of(60).pass_rate == 1
    assert stats_of(59.5, 60).pass_rate == 0.5


def test_nobody_has_a_score():
    """没有一个人考，就没有统计数字"""
    assert subject_stats(Table(["语文"], [Student("甲", {})]), "语文") is None


def test_the_table_shows_all_numbers():
    """表里每一科一行，数字写得整齐"""
    lines = subject_table([stats_of(50, 60, 70, 100)]).splitlines()
    assert lines[0].split() == ["科目", "人数", "平均", "中位数", "最高", "最低", "标准差", "及格率"]
    assert lines[1].split() == ["语文", "4", "70.00", "65", "100", "50", "18.71", "75.0%"]
