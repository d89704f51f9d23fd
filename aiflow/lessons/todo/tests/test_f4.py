"""F4：修改内容，删除一件事。"""

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


def fault_of(action, *arguments):
    """做一件事，返回说的错。"""
    try:
        action(*arguments)
    except ValueError as error:
        return str(error)
    raise AssertionError("应该说出错误")


def test_renaming():
    """换一个内容，完成没完成不变"""
    task_list = TaskList([Task("写作业"), Task("跑步", True)])
    task_list.rename(2, " 游泳 ")
    assert task_list.tasks == [Task("写作业"), Task("游泳", True)]
    assert fault_of(task_list.rename, 2, "  ") == "内容不能是空的。"
    assert fault_of(task_list.rename, 3, "看书") == "没有第 3 件事。"
    assert task_list.tasks[1].text == "游泳"


def test_deleting():
    """删掉选的那一件，别的留着，并返回删掉的"""
    task_list = TaskList([Task("一"), Task("二"), Task("三")])
    assert task_list.delete(2).text == "二"
    assert [task.text for task in task_list.tasks] == ["一", "三"]
    assert fault_of(task_list.delete, 3) == "没有第 3 件事。"


def test_the_commands():
    """e 修改，x 删除并说删了哪一件"""
    task_list = TaskList([Task("一"), Task("二")])
    shown = run(task_list, "e", "2", "二号", "x", "1")
    assert [task.text for task in task_list.tasks] == ["二号"]
    assert "已删除：一" in shown
