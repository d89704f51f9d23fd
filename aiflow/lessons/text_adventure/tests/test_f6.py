"""F6：走出大门就赢，并说出一共用了几步。"""

import contextlib
import io
from unittest import mock

import main
from game import Adventure


def talk(answers):
    """运行程序：问题里有哪几个字，就按顺序回答什么；没写的问题直接按回车。返回显示出来的字。"""
    waiting = {part: list(texts) for part, texts in answers.items()}

    def answer(question=""):
        print(question)
        for part, texts in waiting.items():
            if part in question:
                assert texts, f"又问了一次：{question}"
                return texts.pop(0)
        return ""

    shown = io.StringIO()
    with mock.patch("builtins.input", answer), contextlib.redirect_stdout(shown):
        main.main()
    return shown.getvalue()


def test_the_key_opens_the_door_in_the_hall():
    """在门厅用钥匙就赢，说出用了几步"""
    adventure = Adventure()
    adventure.bag, adventure.place, adventure.steps = ["钥匙"], "门厅", 9
    text = adventure.use("钥匙")
    assert adventure.won
    assert "你出来了！一共用了 10 步" in text


def test_the_key_fits_nowhere_else():
    """在别的房间，钥匙没有用"""
    adventure = Adventure()
    adventure.bag = ["钥匙"]
    assert adventure.use("钥匙") == "这里没有能用它打开的门。"
    assert not adventure.won
    assert adventure.steps == 0


def test_the_whole_way():
    """从醒来一路走到结局，赢了就不再问"""
    way = ["拿日记", "上", "拿 灯", "下", "西", "拿 电池", "用 灯", "东", "东", "下", "拿 钥匙"]
    shown = talk({"你要做什么": [*way, "上", "西", "南", "用 钥匙"]})
    assert "*** 你出来了！一共用了 15 步。***" in shown
    assert shown.startswith("=== 图书馆之夜 ===")
    assert shown.rstrip().endswith("再见！")
