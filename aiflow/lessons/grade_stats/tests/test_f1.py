"""F1：读 CSV：第一列是姓名，后面每一列是一科，科目的名字从表头里取。"""

import tempfile
from pathlib import Path

from reader import Student, TableError, read_table


def table_of(text):
    """把这些字写成一份成绩表，再读出来。"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        path.write_text(text, encoding="utf-8")
        return read_table(path)


def fault_of(text):
    """返回这份成绩表的错。"""
    try:
        table_of(text)
    except TableError as error:
        return str(error)
    raise AssertionError("应该说出错误")


def test_subjects_come_from_the_first_row():
    """科目的名字从表头里取，前后的空格去掉"""
    table = table_of("姓名, 语文 ,数学\n王小明,88,92.5\n")
    assert table.subjects == ["语文", "数学"]
    assert table.students == [Student("王小明", {"语文": 88, "数学": 92.5})]
    assert table.problems == []


def test_every_row_is_a_student():
    """每一行是一个学生，空行不算"""
    table = table_of("姓名,语文\n\n甲,1\n , \n乙,2\n")
    assert [student.name for student in table.students] == ["甲", "乙"]


def test_a_cell_may_hold_a_comma():
    """加了引号的格子里可以有逗号"""
    assert table_of('姓名,语文\n"王,小明",88\n').students[0].name == "王,小明"


def test_a_bad_table_is_refused():
    """空的、没有科目、科目重复、没有成绩，都说得清楚"""
    assert fault_of("") == "文件是空的。"
    assert fault_of("姓名\n甲\n") == "第一行要写：姓名,科目,科目……"
    assert fault_of("姓名,语文,\n甲,1,2\n") == "第一行要写：姓名,科目,科目……"
    assert fault_of("姓名,语文,语文\n甲,1,2\n") == "表头里有重复的科目。"
    assert fault_of("姓名,语文\n") == "没有一行能用的成绩。"


def test_total():
    """总分是各科加起来"""
    assert Student("甲", {"语文": 80, "数学": 90.5}).total == 170.5
    assert Student("乙", {}).total == 0
