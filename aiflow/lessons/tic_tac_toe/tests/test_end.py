"""没有输入了，程序也好好地结束。"""

import contextlib
import io
from unittest import mock

import main


def test_the_end_of_the_input_is_no_crash():
    """没有输入了，或者按了 Ctrl+C，也好好地说再见"""
    for error in (EOFError, KeyboardInterrupt):
        shown = io.StringIO()
        with mock.patch("builtins.input", mock.Mock(side_effect=error)), contextlib.redirect_stdout(shown):
            main.main()
        assert shown.getvalue().endswith("\n再见，下次再玩！\n")
