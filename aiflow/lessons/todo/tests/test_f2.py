"""F2：添加一件事。"""

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


def test_a_task_is_added_at_the_end():
    """新的一件事加在最后，还没完成，去掉前后的空格"""
    task_list = TaskList([Task("写作业")])
    task_list.add("  跑步 ")
    assert task_list.tasks == [Task("写作业"), Task("跑步", False)]


def test_an_empty_text_is_refused():
    """内容不能是空的"""
    for text in ("", "   "):
        task_list = TaskList()
        try:
            task_list.add(text)
        except ValueError as error:
            assert str(error) == "内容不能是空的。"
        else:
            raise AssertionError("空的内容应该拒绝")
        assert task_list.tasks == []


def test_the_command_asks_for_the_text():
    """输入 a 再输入内容，清单里就有了；大写 A 也可以"""
    task_list = TaskList()
    shown = run(task_list, "a", "写作业", " A ", "跑步")
    assert [task.text for task in task_list.tasks] == ["写作业", "跑步"]
    assert "  2. [ ] 跑步" in shown


def test_two_lists_do_not_share_tasks():
    """两个清单互不影响"""
    first, second = TaskList(), TaskList()
    first.add("写作业")
    assert second.tasks == []
