"""Faults that the gates must find: a wide table of broken programs, one rule each."""

import pytest

from aiflow.config import GatesConfig
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources
from aiflow.model.artifacts import Plan, PlannedFile
from aiflow.model.findings import Finding

CONFIG = GatesConfig(plugins=False)

# name: (rule, severity, a word of the message, main.py)
MAIN_ONLY = {
    "missing_colon": ("syntax", "error", "冒号", "if True\n    print(1)\n"),
    "return_outside": ("syntax", "error", "return", "print(1)\nreturn 1\n"),
    "duplicate_argument": ("syntax", "error", "同名", "def f(a, a):\n    return a\nf(1, 2)\n"),
    "nonlocal_at_top": ("syntax", "error", "nonlocal", "nonlocal x\nprint(1)\n"),
    "break_outside": ("syntax", "error", "break", "print(1)\nbreak\n"),
    "yield_in_class": ("syntax", "error", "yield", "class A:\n    yield 1\nprint(A)\n"),
    "global_after_use": ("syntax", "error", "global", "x = 1\ndef f():\n    print(x)\n    global x\nf()\n"),
    "tabs_and_spaces": ("syntax", "error", "Tab", "if True:\n        print(1)\n\tprint(2)\n"),
    "null_byte": ("syntax", "error", "NUL", "print(1)\0\n"),
    "chinese_comma": ("syntax", "error", "中文标点", "print(1，2)\n"),
    "open_bracket": ("syntax", "error", "括号", "print((1)\n"),
    "python2_print": ("syntax", "error", "print", "print 'hello'\n"),
    "await_outside": ("syntax", "error", "await",
        "import asyncio\ndef f():\n    await asyncio.sleep(1)\nf()\n"),
    "random_not_imported": ("undefined_name", "error", "import random", "print(random.randint(1, 6))\n"),
    "typo": ("undefined_name", "error", "score", "score = 1\nprint(scroe)\n"),
    "typing_not_imported": (
        "undefined_name",
        "error",
        "from typing import List",
        "def f(a: List[int]) -> None:\n    print(a)\nf([1])\n",
    ),
    "called_before_definition": (
        "undefined_name",
        "error",
        "后面",
        "main()\ndef main():\n    print(1)\n",
    ),
    "local_of_another": (
        "undefined_name",
        "error",
        "别的函数",
        "def a():\n    score = 1\n    return 1\ndef b():\n    print(score)\na()\nb()\n",
    ),
    "forgotten_self": (
        "undefined_name",
        "error",
        "name",
        ("class A:\n    def __init__(self):\n        self.name = 1\n    def show(self):\n"
            "        print(name)\nA().show()\n"),
    ),
    "in_f_string": ("undefined_name", "error", "nmae", 'name = "a"\nprint(f"{nmae}")\n'),
    "after_del": ("undefined_name", "error", "x", "x = 1\ndel x\nprint(x)\n"),
    "comprehension_scope": ("undefined_name", "error", "i", "a = [i for i in range(3)]\nprint(i)\n"),
    "kernel_name": ("undefined_name", "error", "display", "display(1)\n"),
    "star_of_stdlib": ("undefined_name", "error", "random",
        "from math import *\nprint(sqrt(4), random.random())\n"),
    "star_of_turtle": ("undefined_name", "error", "random",
        "from turtle import *\nforward(random.randint(1, 9))\n"),
    "star_of_pygame": ("undefined_name", "error", "random",
        "from pygame.locals import *\nprint(K_UP, random.random())\n"),
    "star_of_all_pygame": ("undefined_name", "error", "random",
        "from pygame import *\ninit()\ntime.wait(random.randint(1, 9))\n"),
    "pygame_constant": ("undefined_name", "error", "pygame.QUIT",
        "import pygame\nprint(pygame.init(), QUIT)\n"),
    "star_of_tkinter": ("undefined_name", "error", "messagebox",
        "from tkinter import *\nTk()\nmessagebox.showinfo()\n"),
    "score_without_global": (
        "undefined_local",
        "error",
        "global score",
        "score = 0\ndef add():\n    score += 1\nadd()\n",
    ),
    "third_party": ("dependency", "error", "numpy", "import numpy as np\nprint(np.zeros(3))\n"),
    "other_name": ("dependency", "error", "opencv-python", "import cv2\nprint(cv2)\n"),
    "submodule": ("dependency", "error", "PIL", "from PIL import Image\nprint(Image)\n"),
    "in_function": ("dependency", "error", "requests",
        "def f():\n    import requests\n    print(requests)\nf()\n"),
    "optional": (
        "dependency",
        "warning",
        "colorama",
        "try:\n    import colorama\nexcept ImportError:\n    colorama = None\nprint(colorama)\n",
    ),
    "python2_module": ("dependency", "error", "tkinter", "import Tkinter\nTkinter.Tk()\n"),
    "misspelt_module": ("dependency", "error", "import random", "import ramdom\nprint(ramdom.random())\n"),
    "curses": ("windows", "error", "curses", "import curses\ncurses.wrapper(print)\n"),
    "termios": ("windows", "error", "termios", "import sys, termios\nprint(termios.tcgetattr(sys.stdin))\n"),
    "from_fcntl": ("windows", "error", "fcntl", "from fcntl import flock\nprint(flock)\n"),
    "fork": ("windows", "error", "os.fork", "import os\nos.fork()\n"),
    "fork_alias": ("windows", "error", "os.fork", "import os as system\nsystem.fork()\n"),
    "from_os": ("windows", "error", "os.getuid", "from os import getuid\nprint(getuid())\n"),
    "alarm": ("windows", "error", "signal.alarm", "import signal\nsignal.alarm(3)\n"),
    "clear": ("windows", "warning", "cls", 'import os\nos.system("clear")\n'),
    "ls": ("windows", "error", "ls", 'import subprocess\nsubprocess.run(["ls", "-l"])\n'),
    "tmp": ("windows", "error", "/tmp/a.txt", ('with open("/tmp/a.txt", "w", '
        'encoding="utf-8") as f:\n    f.write("a")\n')),
    "tmp_constant": (
        "windows",
        "error",
        "/home",
        'SAVE = "/home/me/save.json"\nwith open(SAVE, encoding="utf-8") as f:\n    print(f.read())\n',
    ),
    "tmp_f_string": (
        "windows",
        "error",
        "/tmp/",
        'n = 1\nwith open(f"/tmp/{n}.txt", encoding="utf-8") as f:\n    print(f.read())\n',
    ),
    "font_path": (
        "windows",
        "error",
        "/usr/share",
        'import pygame\npygame.init()\npygame.font.Font("/usr/share/fonts/a.ttf", 20)\n',
    ),
    "colon_in_name": ("windows", "error", "score:1.txt",
        'open("score:1.txt", "w", encoding="utf-8").close()\n'),
    "reserved_name": ("windows", "error", "con.txt", 'open("con.txt", "w", encoding="utf-8").close()\n'),
    "strftime": ("windows", "error", "%-", 'import time\nprint(time.strftime("%-d"))\n'),
    "no_encoding": ("windows", "warning", "encoding", 'with open("a.txt", "w") as f:\n    f.write("你好")\n'),
    "read_text": ("windows", "warning", "encoding",
        'from pathlib import Path\nprint(Path("a").read_text())\n'),
    "preexec": ("windows", "error", "preexec_fn",
        "import subprocess\nsubprocess.run(['a'], preexec_fn=print)\n"),
    "stdin_select": ("windows", "error", "stdin",
        "import select, sys\nselect.select([sys.stdin], [], [], 0)\n"),
    "no_call_of_main": ("no_main", "error", "main()", "def main():\n    print(1)\n"),
    "empty_guard": ("no_main", "error", "什么也不会发生", "x = 1\nif __name__ == '__main__':\n    pass\n"),
    "empty_main": ("no_main", "error", "空", ""),
    "omitted": ("placeholder", "error", "省略", "print(1)\n# 其余代码省略\n"),
    "omitted_here": ("placeholder", "error", "省略",
        "def f():\n    # 此处省略若干行\n    return 1\nprint(f())\n"),
    "same_as_above": ("placeholder", "error", "同上", "def f():\n    x = 1\n    # 同上\nf()\n"),
    "rest_of_code": ("placeholder", "error", "rest of", "print(1)\n# ... rest of the code ...\n"),
    "rest_remains": ("placeholder", "error", "rest of",
        "print(1)\n# The rest of the code remains the same\nprint(2)\n"),
    "existing": ("placeholder", "error", "existing", "# ... existing code ...\nprint(1)\n"),
    "your_code": ("placeholder", "error", "your code", "def f():\n    # your code here\n    return 1\nf()\n"),
    "todo_pass": ("placeholder", "error", "TODO",
        "def move():\n    # TODO: implement movement\n    pass\nmove()\n"),
    "dots_body": ("placeholder", "error", "move", "def move():\n    ...\nmove()\n"),
    "pass_body": ("placeholder", "error", "move", "def move():\n    pass\nmove()\n"),
    "docstring_body": ("placeholder", "error", "move", 'def move():\n    """移动蛇"""\nmove()\n'),
    "not_implemented": ("placeholder", "error", "save",
        "def save():\n    raise NotImplementedError\nsave()\n"),
    "coming_soon": ("placeholder", "error", "save", "def save():\n    print('功能待实现')\nsave()\n"),
    "pass_method": (
        "placeholder",
        "error",
        "move",
        "class Snake:\n    def move(self):\n        pass\nSnake().move()\n",
    ),
    "dots_at_top": ("placeholder", "error", "...", "x = 1\n...\nprint(x)\n"),
    "dots_in_branch": ("placeholder", "error", "...", "x = 1\nif x:\n    ...\nprint(x)\n"),
}  # fmt: skip


def check(files: dict[str, str], plan: Plan | None = None, incomplete: tuple[str, ...] = ()) -> list[Finding]:
    return run_gates(Sources.of(files, plan=plan, incomplete=incomplete), gates_for(CONFIG))


@pytest.mark.parametrize("name", MAIN_ONLY)
def test_is_found_in_one_file(name: str) -> None:
    rule, severity, word, text = MAIN_ONLY[name]
    found = check({"main.py": text})
    matching = [
        item for item in found if item.rule == rule and item.severity == severity and word in item.message
    ]
    assert matching, found
    others = [item for item in found if item.severity == "error" and item.rule != rule]
    assert not others, "one fault, one kind of error"
    for item in matching:
        assert item.path == "main.py"
        assert "main.py" in item.message
        assert item.line is None or f"第 {item.line} 行" in item.message or rule == "no_main"


PROJECTS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "missing_class": (
        "missing_name",
        "main.py",
        "是不是想用 Snak",
        {"main.py": "from snake import Snake\nSnake()\n", "snake.py": "class Snak:\n    x = 1\n"},
    ),
    "missing_attribute": (
        "missing_name",
        "main.py",
        "mvoe",
        {"main.py": "import snake\nsnake.mvoe()\n", "snake.py": "def move():\n    print(1)\n"},
    ),
    "defined_elsewhere": (
        "missing_name",
        "main.py",
        "board.py",
        {
            "main.py": "from snake import Board\nBoard()\n",
            "snake.py": "x = 1\n",
            "board.py": "class Board:\n    x = 1\n",
        },
    ),
    "alias": (
        "missing_name",
        "main.py",
        "WIDHT",
        {"main.py": "import settings as s\nprint(s.WIDHT)\n", "settings.py": "WIDTH = 3\n"},
    ),
    "relative": (
        "missing_name",
        "game/board.py",
        "Snake",
        {
            "main.py": "from game import board\nprint(board)\n",
            "game/__init__.py": "",
            "game/board.py": "from .snake import Snake\nprint(Snake)\n",
            "game/snake.py": "x = 1\n",
        },
    ),
    "package_attribute": (
        "missing_name",
        "main.py",
        "roll",
        {
            "main.py": "import game.dice\nprint(game.dice.roll())\n",
            "game/__init__.py": "",
            "game/dice.py": "def rol():\n    return 1\n",
        },
    ),
    "from_star": (
        "undefined_name",
        "main.py",
        "HEIGHT",
        {"main.py": "from settings import *\nprint(WIDTH, HEIGHT)\n", "settings.py": "WIDTH = 1\n"},
    ),
    "star_with_all": (
        "undefined_name",
        "main.py",
        "B",
        {"main.py": "from settings import *\nprint(A, B)\n",
         "settings.py": "__all__ = ['A']\nA = 1\nB = 2\n"},
    ),
    "no_such_file": (
        "dependency",
        "main.py",
        "snake.py",
        {"main.py": "from snake import Snake\nSnake()\n"},
    ),
    "no_such_relative": (
        "missing_module",
        "game/a.py",
        ".b",
        {"main.py": "import game.a\nprint(game)\n", "game/__init__.py": "",
         "game/a.py": "from .b import x\nprint(x)\n"},
    ),
    "shadowed": (
        "missing_name",
        "main.py",
        "同名",
        {"main.py": "import random\nprint(random.randint(1, 6))\n",
         "random.py": "def dice():\n    return 6\n"},
    ),
    "circular": (
        "circular_import",
        "b.py",
        "互相导入",
        {"main.py": "import a\nprint(a)\n", "a.py": "from b import B\nA = 1\n",
         "b.py": "from a import A\nB = A\n"},
    ),
    "bad_json": ("syntax", "data.json", "JSON", {"main.py": "print(1)\n", "data.json": "{'a': 1,}"}),
    "bad_toml": ("syntax", "a.toml", "TOML", {"main.py": "print(1)\n", "a.toml": "a = \n"}),
    "omitted_in_page": (
        "placeholder",
        "index.html",
        "省略",
        {"main.py": "print(1)\n", "index.html": "<p>a</p>\n<!-- 其余内容省略 -->\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROJECTS)
def test_is_found_between_files(name: str) -> None:
    rule, path, word, files = PROJECTS[name]
    found = [item for item in check(files) if item.severity == "error"]
    assert [item.rule for item in found] == [rule], found
    assert found[0].path == path
    assert word in found[0].message


def test_files_that_nobody_wrote() -> None:
    plan = Plan(
        files=[
            PlannedFile(path=path)
            for path in ("main.py", "snake.py", "README.md", "words.txt", "scores.json", "spec.md")
        ]
    )
    main = 'with open("words.txt", encoding="utf-8") as file:\n    print(file.read())\n'
    found = {item.path: item.severity for item in check({"main.py": main}, plan)}
    assert found == {
        "snake.py": "error",
        "README.md": "warning",
        "words.txt": "error",
        "scores.json": "warning",
    }


def test_a_file_that_the_program_makes_is_not_missed() -> None:
    plan = Plan(files=[PlannedFile(path="main.py"), PlannedFile(path="scores.json")])
    main = (
        "import os\nif os.path.exists('scores.json'):\n"
        '    with open("scores.json", encoding="utf-8") as file:\n        print(file.read())\n'
    )
    assert [item.severity for item in check({"main.py": main}, plan)] == ["info"]


def test_no_python_file_and_no_main_among_many() -> None:
    assert [item.rule for item in check({"README.md": "# a"})] == ["no_main"]
    assert [item.rule for item in check({"a.py": "print(1)", "b.py": "print(2)"})] == ["no_main"]


def test_a_file_cut_off() -> None:
    found = check({"main.py": "print(1)\n", "b.py": "x = (1,"}, incomplete=("b.py",))
    assert ("incomplete", "b.py") in {(item.rule, item.path) for item in found}


def test_a_missing_import_is_said_once() -> None:
    text = "print(random.random())\n" * 20
    assert len(check({"main.py": text})) == 1


def test_wrong_encoding() -> None:
    sources = Sources.of({"main.py": "print('你好')\n".encode("gbk"), "README.md": "你好".encode("gbk")})
    found = {item.path: (item.rule, item.severity) for item in run_gates(sources, gates_for(CONFIG))}
    assert found == {"main.py": ("encoding", "error"), "README.md": ("encoding", "warning")}
