"""Tests of a project run in the sandbox: every end of a test is a result, and the others still run."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from aiflow.config import TestsConfig
from aiflow.languages.files import find_tests
from aiflow.model.trace import Execution
from aiflow.sandbox.test_run import TestOutcome, TestRun

PROGRAM = """import random


def total(numbers):
    return sum(numbers)


def broken():
    raise ValueError("不行")


def main():
    count = int(input("几个数？"))
    print("总分", total([count, 2]))


if __name__ == "__main__":
    main()
"""

GAME = """import pygame

pygame.init()
screen = pygame.display.set_mode((80, 60))
font = pygame.font.Font(None, 20)
clock = pygame.time.Clock()
x, score = 10, 0
while True:
    for event in pygame.event.get():
        if event.type == pygame.KEYDOWN and event.key == pygame.K_ESCAPE:
            raise SystemExit
    if pygame.key.get_pressed()[pygame.K_RIGHT]:
        x, score = x + 1, score + 1
    screen.fill((0, 0, 0))
    screen.blit(font.render(f"Score {score}", True, (255, 255, 255)), (0, 0))
    pygame.draw.rect(screen, (200, 0, 0), (x, 30, 10, 10))
    pygame.display.flip()
    clock.tick(60)
"""


async def outcomes(files: Mapping[str, str], folder: Path, **limits: float) -> dict[str, TestOutcome]:
    def fill(root: Path) -> None:
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")

    config = TestsConfig.model_validate(limits)
    run = TestRun(fill=fill, main="main.py", temporary=folder, tests=config)
    cases = [case for path, text in files.items() for case in find_tests(path, text)]
    found = {outcome.result.test.partition("::")[2]: outcome async for outcome in run.outcomes(cases)}
    assert len(found) == len(cases)
    assert os.listdir(folder) == []  # noqa: PTH208 - async code
    return found


def said(found: Mapping[str, TestOutcome]) -> dict[str, tuple[str, str]]:
    return {name: (one.result.status, one.result.message) for name, one in found.items()}


async def test_a_message_tells_what_was_expected_and_what_came(tmp_path: Path) -> None:
    tests = '''# 功能：F1、F3
from main import broken, total

class Thing: ...

def test_right():
    """总分对"""
    assert total([1, 2]) == 3

def test_constant():
    assert 4 == total([1, 2]), "应该加起来。"

def test_denied():
    assert not total([1])

def test_less():
    assert total([5]) < 3

def test_contains():
    assert 3 in [total([1])]

def test_object():
    assert total([1]) == Thing()

def test_raises():
    broken()

def test_reads():
    input()

def helper():
    assert False
'''
    found = await outcomes({"main.py": PROGRAM, "tests/test_f1.py": tests}, tmp_path)
    assert said(found) == {
        "test_right": ("passed", ""),
        "test_constant": ("failed", "应该加起来：total([1, 2]) 应该是 4，得到 3。"),
        "test_denied": ("failed", "total([1]) 不应该成立，得到 1。"),
        "test_less": ("failed", "total([5]) 应该小于 3，得到 5。"),
        "test_contains": ("failed", "[total([1])] 里应该有 3，得到 [1]。"),
        "test_object": ("failed", "total([1]) 应该是 Thing 对象，得到 1。"),
        "test_raises": (
            "failed",
            "main.py 第 9 行出错了：ValueError: 不行。值的类型是对的，但内容不合适。",
        ),
        "test_reads": ("failed", "程序在等人打字（input），测试里没有人可以打字。"),
    }
    assert (found["test_raises"].path, found["test_raises"].line) == ("main.py", 9)
    assert found["test_right"].result.title == "总分对"
    assert found["test_right"].result.features == ["F1", "F3"]


async def test_time_and_chance_are_the_same_in_every_run(tmp_path: Path) -> None:
    tests = """import datetime
import random
import time

def test_chance():
    assert random.randint(1, 100) == 18

def test_time():
    start = time.time()
    time.sleep(100)
    assert 100 <= time.time() - start < 101
    now = datetime.datetime.now()
    assert (now.year, now.month) == (2026, 1)
    assert isinstance(datetime.datetime(2020, 1, 1), datetime.datetime) and isinstance(now, datetime.date)
    while time.perf_counter() < 200:
        pass
"""
    found = await outcomes({"main.py": "", "tests/test_f1.py": tests}, tmp_path)
    assert said(found) == {"test_chance": ("passed", ""), "test_time": ("passed", "")}


async def test_a_test_that_does_not_end_well_is_an_error_and_the_others_run(tmp_path: Path) -> None:
    tests = """import os
import sys

def test_hangs():
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

def test_exits():
    sys.exit(0)

def test_kills():
    os._exit(0)

def test_prints():
    while True:
        print("a" * 1000)

def test_lies():
    os.write(1, b'{"test": 5, "at": "end", "status": "failed", "ms": 1}' + bytes([10]))
    assert True
"""
    missing = "from main import nothing\n\ndef test_missing():\n    assert nothing()\n"
    slow = "while True:\n    pass\n\ndef test_one():\n    assert 1\n\ndef test_two():\n    assert 1\n"
    files = {"tests/test_f1.py": tests, "tests/test_f2.py": missing, "tests/test_f3.py": slow}
    found = await outcomes({"main.py": PROGRAM} | files, tmp_path, timeout_s=0.5)
    refused = "ImportError: cannot import name 'nothing' from 'main' (./main.py)"
    endless = "0.5 秒还没有结束：可能有停不下来的循环。"
    assert said(found) == {
        "test_hangs": ("error", endless),
        "test_exits": ("error", "程序在测试里调用了 exit()，测试没有做完。"),
        "test_kills": ("error", "测试把整个程序结束掉了。"),
        "test_prints": ("error", "程序不停地打印，停不下来。"),
        "test_lies": ("passed", ""),
        "test_missing": (
            "error",
            f"tests/test_f2.py 第 1 行出错了：{refused}。模块「main」里没有「nothing」这个名字。",
        ),
        "test_one": ("error", endless),
        "test_two": ("error", endless),
    }
    assert {name for name in found if found[name].is_unreadable} == {
        "test_missing",
        "test_one",
        "test_two",
    }


async def test_what_is_left_when_the_time_is_up_is_told(tmp_path: Path) -> None:
    tests = "def test_hangs():\n    while True: pass\n\ndef test_next():\n    assert True\n"
    found = await outcomes({"main.py": "", "tests/test_f1.py": tests}, tmp_path, timeout_s=0.5, budget_s=0.2)
    assert said(found)["test_next"] == ("error", "所有测试一共 0.2 秒，没有轮到这一个。")


async def test_a_dialogue_types_lines_and_looks_for_texts(tmp_path: Path) -> None:
    scenarios = """[[scenario]]
name = "adds"
title = "加起来"
feature = "F2"
kind = "console"
lines = ["3"]
output = ["几个数", "总分 5"]
exit = 0
[[scenario]]
name = "wrong"
kind = "console"
lines = ["3"]
output = ["总分 6"]
[[scenario]]
name = "letters"
kind = "console"
lines = ["x"]
output = ["总分"]
"""
    found = await outcomes({"main.py": PROGRAM, "tests/f2.scenario.toml": scenarios}, tmp_path)
    assert said(found)["adds"] == ("passed", "")
    assert said(found)["wrong"] == ("failed", "应该打印“总分 6”，得到：几个数？总分 5")
    assert said(found)["letters"][1].startswith("main.py 第 13 行出错了：ValueError")
    assert (found["adds"].result.title, found["adds"].result.features) == ("加起来", ["F2"])


async def test_a_game_is_played_in_its_own_time(tmp_path: Path) -> None:
    scenarios = """[[scenario]]
name = "moves"
kind = "game"
seconds = 3
keys = [{at = 0.5, key = "Right", hold = 1}, {at = 2, key = "Escape"}]
expect = ["picture_changed", "score_grew", "ended"]
[[scenario]]
name = "rests"
kind = "game"
seconds = 1
expect = ["score_grew"]
"""
    found = await outcomes({"main.py": GAME, "tests/f1.scenario.toml": scenarios}, tmp_path)
    assert said(found) == {
        "moves": ("passed", ""),
        "rests": ("failed", "玩了 1 秒，分数应该变大，可是没有变大。"),
    }


def test_pytest_runs_the_same_files(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "main.py").write_text(PROGRAM, encoding="utf-8")
    text = "from main import total\n\ndef test_total():\n    assert total([1, 2]) == 3\n"
    (tmp_path / "tests" / "test_f1.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=alone, capture_output=True, encoding="utf-8", check=False
    )
    assert "1 passed" in done.stdout


async def test_what_a_test_executes_is_recorded_where_it_is_asked_for(tmp_path: Path) -> None:
    tests = """from main import broken, total

def double(numbers):
    return total(numbers) * 2

def test_total():
    assert double([1]) == 2

def test_broken():
    broken()
"""

    def fill(root: Path) -> None:
        (root / "tests").mkdir()
        (root / "main.py").write_text(PROGRAM, encoding="utf-8")
        (root / "tests" / "test_f1.py").write_text(tests, encoding="utf-8")

    text = (
        '[[scenario]]\nname = "talk"\ntitle = "总分"\nkind = "console"\nlines = ["3"]\noutput = ["总分 5"]\n'
    )
    cases = [*find_tests("tests/test_f1.py", tests), *find_tests("tests/f1.scenario.toml", text)]
    run = TestRun(fill=fill, main="main.py", temporary=tmp_path, record=True)
    found = {one.result.test.partition("::")[2]: one.execution async for one in run.outcomes(cases)}
    assert found["test_total"] == Execution({"main.py": frozenset({5})}, frozenset({("main.py", 4)}))
    assert found["test_broken"] == Execution({"main.py": frozenset({9})}, frozenset({("main.py", 8)}))
    assert found["talk"] == Execution({"main.py": frozenset({5, 13, 14})}, frozenset())
    unrecorded = [one.execution async for one in replace(run, record=False).outcomes(cases)]
    assert unrecorded == [None, None, None]
