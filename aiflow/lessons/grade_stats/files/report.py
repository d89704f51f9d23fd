"""把结果排成整齐的报告。"""

import csv
import unicodedata
from pathlib import Path

from reader import Student, Table
from stats import BANDS, SubjectStats


def width(text: str) -> int:
    """文字在屏幕上有多宽：一个中文字占两格。"""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def pad(text: str, size: int) -> str:
    """在左边补空格，让文字靠右对齐。"""
    return " " * (size - width(text)) + text


def number(value: float) -> str:
    """88.0 写成 88，92.5 还是 92.5。"""
    return f"{value:.1f}".removesuffix(".0")


def subject_table(all_stats: list[SubjectStats]) -> str:
    """每一科一行的表。"""
    titles = ["科目", "人数", "平均", "中位数", "最高", "最低", "标准差", "及格率"]
    rows = [titles]
    for item in all_stats:
        numbers = [item.median, item.highest, item.lowest]
        rows.append(
            [
                item.subject,
                str(item.count),
                f"{item.mean:.2f}",
                *[number(value) for value in numbers],
                f"{item.deviation:.2f}",
                f"{item.pass_rate:.1%}",
            ]
        )
    return table(rows)


def table(rows: list[list[str]]) -> str:
    """每一列按最宽的那格对齐。"""
    sizes = [max(width(cell) for cell in column) for column in zip(*rows)]
    lines = ["  ".join(pad(cell, size) for cell, size in zip(row, sizes)) for row in rows]
    return "\n".join(lines)


def bands_chart(item: SubjectStats) -> str:
    """一科的分数段图。"""
    lines = [f"{item.subject}的分数段"]
    for (low, high), count in zip(BANDS, item.bands):
        lines.append(f"{low:>4}-{high:<3} {'█' * count} {count}")
    return "\n".join(lines)


def ranking_table(ranks: list[tuple[int, Student]], subjects: list[str]) -> str:
    """排名表。"""
    return table([ranking_header(subjects), *ranking_rows(ranks, subjects)])


def ranking_header(subjects: list[str]) -> list[str]:
    """排名表的表头。"""
    return ["名次", "姓名", *subjects, "总分"]


def ranking_rows(ranks: list[tuple[int, Student]], subjects: list[str]) -> list[list[str]]:
    """排名表的每一行；缺考写“缺考”。"""
    rows = []
    for rank, student in ranks:
        cells = [
            number(student.scores[subject]) if subject in student.scores else "缺考"
            for subject in subjects
        ]
        rows.append([str(rank), student.name, *cells, number(student.total)])
    return rows


def save_ranking(path: Path, ranks: list[tuple[int, Student]], data: Table) -> None:
    """保存排名；utf-8-sig 让 Excel 打开中文不乱码。"""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(ranking_header(data.subjects))
        writer.writerows(ranking_rows(ranks, data.subjects))
