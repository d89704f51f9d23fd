"""读成绩表：认编码，检查每一行。"""

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

FULL_MARK = 100
ABSENT = {"", "缺考", "请假", "-", "/"}

# 先试 UTF-8（utf-8-sig 会去掉开头的 BOM），再试 GB18030（它包含 GBK）。
# 顺序不能反：GBK 常常把 UTF-8 读成乱码，却不报错。
ENCODINGS = ["utf-8-sig", "gb18030"]


class TableError(Exception):
    """这份成绩表没法用。"""


@dataclass
class Student:
    """一个学生。缺考的科目不在 scores 里。"""

    name: str
    scores: dict[str, float]

    @property
    def total(self) -> float:
        """总分。"""
        return sum(self.scores.values())


@dataclass
class Table:
    """读出来的成绩表。"""

    subjects: list[str]
    students: list[Student] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def decode(data: bytes) -> str:
    """把文件的字节变成文字。"""
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue  # 不是这种编码，试下一种
    raise TableError("认不出文件的编码，请另存为 UTF-8 的 CSV。")


def read_table(path: Path) -> Table:
    """读一份成绩表。"""
    reader = csv.reader(io.StringIO(decode(path.read_bytes()), newline=""))
    try:
        rows = [(reader.line_num, row) for row in reader]  # 行号和这一行的格子
    except csv.Error as error:
        raise TableError("有的行读不懂，这真的是 CSV 文件吗？") from error
    if not rows:
        raise TableError("文件是空的。")
    header = [cell.strip() for cell in rows[0][1]]
    subjects = header[1:]
    if not subjects or not all(subjects):
        raise TableError("第一行要写：姓名,科目,科目……")
    if len(set(subjects)) < len(subjects):
        raise TableError("表头里有重复的科目。")

    table = Table(subjects)
    for line, row in rows[1:]:
        if not any(cell.strip() for cell in row):
            continue  # 空行
        try:
            table.students.append(read_student(row, subjects))
        except ValueError as error:
            table.problems.append(f"第 {line} 行：{error}")
    if not table.students:
        raise TableError("没有一行能用的成绩。")
    return table


def read_student(row: list[str], subjects: list[str]) -> Student:
    """读一行；有问题就报错，说明问题在哪里。"""
    name = row[0].strip()
    if not name:
        raise ValueError("没有姓名")
    if len(row) != len(subjects) + 1:
        raise ValueError(f"{name} 应该有 {len(subjects)} 个分数，这里有 {len(row) - 1} 个")
    scores: dict[str, float] = {}
    for subject, cell in zip(subjects, row[1:]):
        text = cell.strip()
        if text not in ABSENT:
            scores[subject] = read_score(name, subject, text)
    return Student(name, scores)


def read_score(name: str, subject: str, text: str) -> float:
    """把文字变成分数，必须在 0 到 100 之间。"""
    try:
        score = float(text)
    except ValueError:
        raise ValueError(f"{name} 的{subject}“{text}”不是数字") from None
    if not 0 <= score <= FULL_MARK:  # nan 也会被挡在这里
        raise ValueError(f"{name} 的{subject} {text} 不在 0 到 {FULL_MARK} 之间")
    return score
