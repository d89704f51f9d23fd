"""算数：每一科的统计数字，学生的排名。"""

import statistics
from dataclasses import dataclass

from reader import Student, Table

PASS_MARK = 60
BANDS = [(90, 100), (80, 89), (70, 79), (60, 69), (0, 59)]


@dataclass
class SubjectStats:
    """一科的统计数字。"""

    subject: str
    count: int
    mean: float
    median: float
    highest: float
    lowest: float
    deviation: float
    pass_rate: float  # 0 到 1
    bands: list[int]  # 每个分数段有几个人


def subject_stats(table: Table, subject: str) -> SubjectStats | None:
    """算一科；没有一个人有分数，就是 None。"""
    scores = [s.scores[subject] for s in table.students if subject in s.scores]
    if not scores:
        return None
    return SubjectStats(
        subject=subject,
        count=len(scores),
        mean=statistics.mean(scores),
        median=statistics.median(scores),
        highest=max(scores),
        lowest=min(scores),
        # 全班都在，不是抽样，所以用总体标准差。
        deviation=statistics.pstdev(scores),
        pass_rate=sum(score >= PASS_MARK for score in scores) / len(scores),
        bands=count_bands(scores),
    )


def count_bands(scores: list[float]) -> list[int]:
    """数一数每个分数段有几个人；89.5 分算 80 到 89 这一段。"""
    return [sum(low <= score < high + 1 for score in scores) for low, high in BANDS]


def ranking(students: list[Student]) -> list[tuple[int, Student]]:
    """按总分排名；同分的名次相同，下一名要跳过去。"""
    ordered = sorted(students, key=lambda student: student.total, reverse=True)
    result: list[tuple[int, Student]] = []
    for position, student in enumerate(ordered, start=1):
        rank = position
        if result and result[-1][1].total == student.total:
            rank = result[-1][0]
        result.append((rank, student))
    return result
