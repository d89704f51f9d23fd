"""F3：把一件事标为完成，或者改回未完成。"""

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


def test_toggling_twice_changes_nothing():
    """打勾，再打一次就去掉"""
    task_list = TaskList([Task("写作业")])
    task_list.toggle(1)
    assert task_list.tasks[0].done is True
    task_list.toggle(1)
    assert task_list.tasks[0].done is False


def test_only_this_task_changes():
    """只改选的那一件"""
    first, second = Task("写作业"), Task("跑步")
    TaskList([first, second]).toggle(2)
    assert (first.done, second.done) == (False, True)


def test_the_command_asks_for_the_number():
    """输入 d 再输入编号"""
    task = Task("写作业")
    shown = run(TaskList([task]), "d", " 1 ")
    assert task.done
    assert "[✓] 写作业" in shown
