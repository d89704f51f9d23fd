"""F7：todo.json 被改坏时，把它改名留下，从空清单开始，并告诉用户。"""

import contextlib
import io
import tempfile
from pathlib import Path
from unittest import mock

import main
import storage

BROKEN = ["[{]", "", "[1]", '{"text": 1}', '[{"text": "少了 done"}]', "[null]", "5"]


def test_broken_files_are_noticed():
    """不是 JSON、少了东西、不是清单，都看得出来是坏的"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "todo.json"
        for text in BROKEN:
            path.write_text(text, encoding="utf-8")
            try:
                storage.load(path)
            except storage.BrokenDataError as error:
                assert str(error) == "todo.json 的内容读不懂。"
            else:
                raise AssertionError(f"没看出来是坏的：{text}")


def test_a_broken_file_is_put_aside():
    """坏文件改名留着，内容一个字不少"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "todo.json"
        path.write_text("[{]", encoding="utf-8")
        aside = storage.put_aside(path)
        assert aside.name == "todo.broken.json"
        assert aside.read_text(encoding="utf-8") == "[{]"
        assert not path.exists()


def test_the_user_is_told():
    """打开坏文件：告诉用户，从空清单开始"""
    output = io.StringIO()
    error = storage.BrokenDataError("todo.json 的内容读不懂。")
    with (
        mock.patch("main.storage.load", mock.Mock(side_effect=error)),
        mock.patch("main.storage.put_aside", lambda: Path("todo.broken.json")),
        contextlib.redirect_stdout(output),
    ):
        task_list = main.open_list()
    assert task_list.tasks == []
    assert output.getvalue() == "todo.json 的内容读不懂。 已改名为 todo.broken.json 留着，现在从空清单开始。\n"
