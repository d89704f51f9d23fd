"""不写文件名就用例子；出了错用一句话说明。"""

import contextlib
import io
import tempfile
from pathlib import Path
from unittest import mock

import main


def message_of(*arguments):
    """运行程序，返回结束时说的话。"""
    with mock.patch("sys.argv", ["main.py", *arguments]), contextlib.redirect_stdout(io.StringIO()):
        try:
            main.main()
        except SystemExit as error:
            return error.code
    return None


def test_faults_are_one_sentence():
    """文件不存在、是空的，用一句话说明"""
    assert message_of("没有.csv") == "找不到文件“没有.csv”。"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "空.csv"
        path.touch()
        assert message_of(str(path)) == "“空.csv”没法统计：文件是空的。"
    with mock.patch("main.show_report", mock.Mock(side_effect=OSError(28, "磁盘满了"))):
        assert message_of("a.csv") == "文件读写出了问题：磁盘满了。"


def test_the_example_is_used_without_a_name():
    """不写文件名，就统计自带的例子"""
    with mock.patch("main.show_report") as show_report:
        assert message_of() is None
    assert show_report.call_args.args[0].name == "scores.csv"
