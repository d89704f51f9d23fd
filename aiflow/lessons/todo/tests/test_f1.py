"""F1：显示清单：编号、有没有完成、内容，以及还剩几件。"""

import contextlib
import io

import main
from tasks import Task, TaskList


def shown(*tasks):
    """显示这些事，返回显示出来的行。"""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        main.show(TaskList(list(tasks)))
    return output.getvalue().splitlines()


def test_every_task_has_its_number():
    """每件事有编号和内容，完成的打勾"""
    lines = shown(Task("写作业"), Task("跑步", True), Task("看书"))
    assert "  1. [ ] 写作业" in lines
    assert "  2. [✓] 跑步" in lines
    assert "  3. [ ] 看书" in lines


def test_what_is_left_is_counted():
    """还剩几件，数得对"""
    assert "还有 2 件没完成。" in shown(Task("写作业"), Task("跑步", True), Task("看书"))
    assert "还有 0 件没完成。" in shown(Task("跑步", True))
    assert TaskList([Task("一"), Task("二", True)]).left() == 1


def test_an_empty_list_says_what_to_do():
    """清单是空的，告诉你怎样开始"""
    lines = shown()
    assert "清单是空的，输入 a 添加第一件事。" in lines
    assert not any("没完成" in line for line in lines)
