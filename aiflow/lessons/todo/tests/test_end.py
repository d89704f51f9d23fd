"""没有输入了，程序也好好地结束。"""

import contextlib
import io
from unittest import mock

import main
from tasks import TaskList


def test_the_end_of_the_input_is_no_crash():
    """没有输入了，或者按了 Ctrl+C，也好好地说再见"""
    for error in (EOFError, KeyboardInterrupt):
        output = io.StringIO()
        with (
            mock.patch("builtins.input", mock.Mock(side_effect=error)),
            mock.patch("main.storage.load", TaskList),
            contextlib.redirect_stdout(output),
        ):
            main.main()
        assert output.getvalue().endswith("\n已保存，再见！\n")
