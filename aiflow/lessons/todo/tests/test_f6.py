"""F6：每次改动立刻保存到 todo.json，保存到一半断电也不会损坏原来的数据。"""

import contextlib
import io
import tempfile
from pathlib import Path
from unittest import mock

import main
import storage
from tasks import Task, TaskList


def test_saved_tasks_are_read_again():
    """存进去再读出来，一模一样"""
    tasks = [Task("写作业"), Task("跑步", True), Task("吃“苹果”\t🍎")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "todo.json"
        storage.save(TaskList(tasks), path)
        assert storage.load(path).tasks == tasks
        storage.save(TaskList(tasks[:1]), path)
        assert storage.load(path).tasks == tasks[:1]
        assert "写作业" in path.read_text(encoding="utf-8")
        assert path.read_text(encoding="utf-8").endswith("]\n")
        assert [one.name for one in Path(folder).iterdir()] == ["todo.json"]


def test_no_file_is_an_empty_list():
    """第一次运行没有文件，就是空清单"""
    with tempfile.TemporaryDirectory() as folder:
        assert storage.load(Path(folder) / "todo.json").tasks == []
    assert storage.DATA_FILE.name == "todo.json"


def test_a_power_cut_leaves_the_old_file():
    """写到一半断电，原来的数据还在"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "todo.json"
        storage.save(TaskList([Task("写作业")]), path)
        with mock.patch("os.fsync", mock.Mock(side_effect=OSError)), contextlib.suppress(OSError):
            storage.save(TaskList([]), path)
        assert storage.load(path).tasks == [Task("写作业")]


def saves_after(*inputs):
    """输入这些以后退出，返回每次保存时有几件事，和显示的字。"""
    counts = []
    output = io.StringIO()
    with (
        mock.patch("builtins.input", mock.Mock(side_effect=[*inputs, "q"])),
        mock.patch("main.storage.load", lambda: TaskList([Task("一")])),
        mock.patch("main.storage.save", lambda task_list: counts.append(len(task_list.tasks))),
        contextlib.redirect_stdout(output),
    ):
        main.main()
    return counts, output.getvalue()


def test_every_change_is_saved_at_once():
    """每次改动都保存；没有改动、命令不对就不保存"""
    counts, shown = saves_after("a", "二", "x", "1", "z", "d", "9")
    assert counts == [2, 1]
    assert "没有这个命令。" in shown
    assert shown.endswith("已保存，再见！\n")


def test_a_full_disk_is_explained():
    """写不进文件，说出原因再结束"""
    output = io.StringIO()
    with (
        mock.patch("builtins.input", mock.Mock(side_effect=["a", "二"])),
        mock.patch("main.storage.load", TaskList),
        mock.patch("main.storage.save", mock.Mock(side_effect=OSError(28, "磁盘满了"))),
        contextlib.redirect_stdout(output),
    ):
        try:
            main.main()
        except SystemExit as error:
            assert error.code == 1
        else:
            raise AssertionError("应该结束")
    assert "文件读写出了问题：磁盘满了" in output.getvalue()
