"""F5：一次清除所有已完成的。"""

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


def test_done_tasks_are_cleared():
    """完成的都没有了，没完成的都留着，返回清除了几件"""
    task_list = TaskList([Task("一", True), Task("二"), Task("三", True)])
    assert task_list.clear_done() == 2
    assert [task.text for task in task_list.tasks] == ["二"]
    assert task_list.clear_done() == 0


def test_the_command_says_how_many():
    """输入 c，说出清除了几件"""
    task_list = TaskList([Task("一", True), Task("二")])
    assert "清除了 1 件。" in run(task_list, "c")
    assert [task.text for task in task_list.tasks] == ["二"]
