"""F6：题库写错时，指出第几题、错在哪里。"""

import contextlib
import io
import json
import tempfile
from pathlib import Path
from unittest import mock

import main
import quiz

GOOD = {"question": "1 + 1 = ?", "options": ["1", "2", "3", "4"], "answer": "2", "why": "数一数。"}


def fault_of(data):
    """把这些字节写成题库，返回读题库时说的错；没有错就是空的。"""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my.json"
        if data is not None:
            path.write_bytes(data)
        try:
            quiz.load(path)
        except quiz.BankError as error:
            return str(error)
    return ""


def fault_of_item(**changed):
    """第二题改成这样，返回说的错。"""
    return fault_of(json.dumps([GOOD, GOOD | changed]).encode())


def test_a_good_bank_has_no_fault():
    """好的题库没有错"""
    assert fault_of_item() == ""
    assert fault_of_item(options=["2", "b", "c", "d"]) == ""


def test_a_fault_names_the_question():
    """缺了东西、选项不对、答案不对，都说是第 2 题"""
    assert fault_of_item(why=None) == "第 2 题缺少 why，或者没有用引号。"
    assert fault_of_item(question=3) == "第 2 题缺少 question，或者没有用引号。"
    assert fault_of_item(answer=None) == "第 2 题缺少 answer，或者没有用引号。"
    assert fault_of_item(options=["1", "2", "3"]) == "第 2 题要有 4 个选项。"
    assert fault_of_item(options="1234") == "第 2 题要有 4 个选项。"
    assert fault_of_item(options=["1", "2", "2", "4"]) == "第 2 题有重复的选项。"
    assert fault_of_item(options=["2", 4, "4", "5"]) == "第 2 题有重复的选项。"
    assert fault_of_item(answer="5") == "第 2 题的答案不在选项里。"
    assert fault_of(json.dumps([3]).encode()) == "第 1 题不是用大括号写的。"


def test_a_broken_file_is_explained():
    """文件没有、空的、不是 JSON、编码不对，都说得清楚"""
    assert fault_of(None) == "找不到题库 my.json。"
    assert fault_of(b"[]") == fault_of(b"{}") == "题库里没有题。"
    assert fault_of(b"[\n{,}\n]") == "题库第 2 行写错了，看看是不是少了逗号或引号。"
    assert fault_of("题".encode("gbk")) == "题库要存成 UTF-8 编码。"


def test_the_program_says_it_and_ends():
    """程序说出错在哪里就结束，不显示一大段报错"""
    with mock.patch("main.load", mock.Mock(side_effect=quiz.BankError("第 2 题要有 4 个选项。"))):
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            try:
                main.main()
            except SystemExit as error:
                assert error.code == "题库有问题：第 2 题要有 4 个选项。"
            else:
                raise AssertionError("程序应该结束")
