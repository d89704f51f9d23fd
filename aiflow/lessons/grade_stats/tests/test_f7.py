"""F7：把排名另存为 成绩表名_ranking.csv，可以用 Excel 打开，原来的成绩表不会改动。"""

import contextlib
import io
import tempfile
from pathlib import Path
from unittest import mock

import main
from reader import Student, Table
from report import save_ranking

SCORES = "姓名,语文,数学\n甲,70,缺考\n乙,90,70\n丙,x,1\n"


def test_the_file_can_be_opened_in_excel():
    """存下来的文件开头有 BOM，Excel 打开中文不乱码"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a_ranking.csv"
        student = Student("甲", {"语文": 80.0})
        save_ranking(path, [(1, student)], Table(["语文"], [student]))
        data = path.read_bytes()
    assert data.startswith("\ufeff名次,姓名,语文,总分".encode())
    assert "\r\n1,甲,80,80".encode() in data


def report_of(text):
    """统计这份成绩表；返回显示的字、存下的文件和原来的文件。"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "三班.csv"
        path.write_text(text, encoding="utf-8")
        shown = io.StringIO()
        with mock.patch("sys.argv", ["main.py", str(path)]), contextlib.redirect_stdout(shown):
            main.main()
        ranking = Path(folder) / "三班_ranking.csv"
        return shown.getvalue(), ranking.read_text(encoding="utf-8-sig"), path.read_text(encoding="utf-8")


def test_the_whole_report():
    """从读到存走一遍：报告、排名文件，原来的成绩表不变"""
    shown, ranking, original = report_of(SCORES)
    assert shown.startswith("=== 三班.csv 的成绩报告 ===")
    assert "共 2 名学生，2 个科目。" in shown
    assert "及格率" in shown
    assert "语文的分数段" in shown
    assert "名次" in shown.partition("排名\n")[2]
    assert "这些行有问题，没有统计：\n  第 4 行：丙 的语文“x”不是数字" in shown
    assert "排名已保存到 三班_ranking.csv。" in shown
    assert [line.split(",")[:2] for line in ranking.splitlines()] == [["名次", "姓名"], ["1", "乙"], ["2", "甲"]]
    assert original == SCORES


def test_no_problems_are_not_listed():
    """没有问题的行，就不列出来"""
    shown, _, _ = report_of("姓名,语文\n甲,80\n")
    assert "有问题" not in shown


def test_a_subject_without_scores_is_left_out():
    """没有一个人考的科目，不画图"""
    shown, _, _ = report_of("姓名,语文,美术\n甲,80,缺考\n")
    assert "美术的分数段" not in shown
