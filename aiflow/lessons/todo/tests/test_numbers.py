"""编号输错时有提示。"""

import contextlib
import io
from unittest import mock

import main
from tasks import Task, TaskList


def run(task_list, *inputs):
    """一条一条地输入，最后退出；返回显示出来的字。"""
    output = io.StringIO()
    with (
        mock.patch("builtins.input", mock.Mock(side_effect=[*inputs, "q"])),
        mock.patch("main.storage.save"),
        contextlib.redirect_stdout(output),
    ):
        main.run(task_list)
    return output.getvalue()


def test_a_wrong_number_is_explained():
    """编号输错时有提示，什么也不改"""
    task = Task("写作业")
    shown = run(TaskList([task]), "d", "2", "d", "0", "d", "-1", "d", "一")
    assert "没有第 2 件事。" in shown
    assert "没有第 0 件事。" in shown
    assert "没有第 -1 件事。" in shown
    assert "请输入编号，比如 1。" in shown
    assert not task.done


def test_a_wrong_number_is_told_before_the_text():
    """编号不对，先说编号，不再问内容"""
    shown = run(TaskList([Task("一")]), "e", "5", "x", "5")
    assert shown.count("没有第 5 件事。") == 2
