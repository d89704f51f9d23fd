"""What the gates must leave alone: programs that run, and the ways in which people write them."""

import pytest

from aiflow.config import GatesConfig
from aiflow.validation import Sources, gates_for, run_gates

CONFIG = GatesConfig(plugins=False)

CLEAN = {
    "hello": 'print("你好")\n',
    "guard": 'def main():\n    print(1)\n\nif __name__ == "__main__":\n    main()\n',
    "guess": """
import random

answer = random.randint(1, 100)
while True:
    try:
        guess = int(input("猜一个数："))
    except ValueError:
        print("请输入数字")
        continue
    if guess == answer:
        break
    print("大了" if guess > answer else "小了")
""",
    "pygame": """
import sys
import pygame
from pygame.locals import *
from pygame.math import Vector2

pygame.init()
screen = pygame.display.set_mode((640, 480))
clock = pygame.time.Clock()
player = Rect(0, 0, 10, 10)
speed = Vector2(1, 0)
while True:
    for event in pygame.event.get():
        if event.type == QUIT or (event.type == KEYDOWN and event.key == K_ESCAPE):
            pygame.quit()
            sys.exit()
    screen.fill((0, 0, 0))
    pygame.draw.rect(screen, Color("red"), player)
    pygame.display.flip()
    clock.tick(60)
""",
    "tkinter": """
from tkinter import *
from tkinter import messagebox, ttk
import tkinter as tk

class App(tk.Tk):
    def __init__(self):
        super().__init__()
        self.label = Label(self, text="0")
        self.label.pack(side=LEFT)
        Button(self, text="+", command=self.add).pack()

    def add(self):
        self.label["text"] = str(int(self.label["text"]) + 1)
        messagebox.showinfo("提示", "好")

App().mainloop()
""",
    "turtle": 'from turtle import *\nspeed(0)\nfor i in range(36):\n    forward(100)\n    left(170)\npencolor("red")\ndone()\n',
    "stars": "from random import *\nfrom time import *\nfrom os import *\nfrom itertools import *\nfrom datetime import *\nprint(randint(1, 2), sleep(0), getcwd(), permutations([1]), timedelta(1))\n",
    "pygame_star": "from pygame import *\ninit()\nscreen = display.set_mode((9, 9))\ntime.Clock()\nprint(K_UP, Rect(0, 0, 1, 1), math.Vector2())\n",
    "thread": "import threading\nclass Timer(threading.Thread):\n    def run(self):\n        print(1)\nTimer().start()\n",
    "loop_at_top": "for i in range(3):\n    if i:\n        print(total)\n    total = i\n",
    "percent": 'print("%-10s" % "a", f"{0.5:%}", "50%-off", f"{1:<10}{2:>-5}")\n',
    "sys_platform": 'import os\nimport sys\nif sys.platform.startswith("win"):\n    clear = "cls"\nelse:\n    clear = "clear"\nos.system(clear)\n',
    "shell": "import cmd\nclass Shell(cmd.Cmd):\n    def do_quit(self, line):\n        return True\n    def emptyline(self):\n        pass\nShell().cmdloop()\n",
    "math_star": "from math import *\nprint(sin(pi / 2), sqrt(2), floor(2.5))\n",
    "dataclass": """
from __future__ import annotations
from dataclasses import dataclass, field

@dataclass
class Node:
    value: int
    next: Node | None = None
    children: list[Node] = field(default_factory=list)

print(Node(1))
""",
    "forward_reference": """
class Tree:
    def __init__(self, parent: "Tree | None" = None):
        self.parent = parent

    def make(self) -> "Tree":
        return Tree(self)

print(Tree().make())
""",
    "match": """
command = input().split()
match command:
    case ["go", direction]:
        print(direction)
    case ["take", *things] if things:
        print(things)
    case {"a": value, **rest}:
        print(value, rest)
    case str() as text:
        print(text)
    case _:
        print("?")
""",
    "walrus": "while (line := input()) != 'q':\n    print(line)\nprint([y for x in range(3) if (y := x * 2)], y)\n",
    "scopes": """
class A:
    size = 3
    cells = [0] * size
    grid = [[0 for _ in range(3)] for _ in range(size)]

    def total(self):
        return sum(c for c in self.cells) + A.size

    @staticmethod
    def make():
        return __class__

def outer():
    count = 0
    def inner():
        nonlocal count
        count += 1
        return count
    return inner

print(A().total(), outer()(), A.make(), __file__, __name__, __doc__)
""",
    "globals": """
def start():
    global score, lives
    score = 0
    lives = 3

def show():
    print(score, lives)

start()
show()
""",
    "globals_used_first": """
def show():
    print(state)

def start():
    global state
    state = 1

start()
show()
""",
    "loop_carried": """
def run():
    first = True
    for number in [1, 2, 3]:
        if not first:
            print(number - before)
        before = number
        first = False

run()
""",
    "conditional": """
import os
if os.name == "nt":
    import msvcrt
    def read_key():
        return msvcrt.getwch()
else:
    import termios
    import tty
    import sys
    def read_key():
        old = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)
        key = sys.stdin.read(1)
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, old)
        return key
print(read_key())
""",
    "try_import": """
try:
    import msvcrt
except ImportError:
    import termios, tty
    msvcrt = None
try:
    import readline
except ImportError:
    pass
try:
    import curses
    HAS_CURSES = True
except ImportError:
    HAS_CURSES = False
if HAS_CURSES:
    curses.wrapper(print)
print(msvcrt)
""",
    "two_getch": """
class _Unix:
    def __init__(self):
        import tty, sys
    def __call__(self):
        import sys, termios, tty
        tty.setraw(sys.stdin.fileno())
        return sys.stdin.read(1)

class _Windows:
    def __call__(self):
        import msvcrt
        return msvcrt.getch()

class Getch:
    def __init__(self):
        try:
            self.impl = _Windows()
        except ImportError:
            self.impl = _Unix()

print(Getch())
""",
    "early_return": """
import os
import platform
import subprocess

def clear():
    if platform.system() == "Windows":
        os.system("cls")
        return
    os.system("clear")

def clear_two():
    os.system("cls" if os.name == "nt" else "clear")

def clear_three():
    command = "clear"
    if os.name in ("nt", "dos"):
        command = "cls"
    os.system(command)

IS_WINDOWS = os.name == "nt"

def clear_four():
    if IS_WINDOWS:
        subprocess.run("cls", shell=True)
    else:
        subprocess.run(["clear"])

os.system("cls||clear")
clear()
clear_two()
clear_three()
clear_four()
""",
    "signals": """
import os
import signal
if hasattr(signal, "SIGALRM"):
    signal.alarm(3)
try:
    print(os.getuid())
except AttributeError:
    print(os.getlogin())
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.kill(os.getpid(), signal.SIGTERM)
""",
    "paths": """
import os
import tempfile
BASE = Path(__file__).resolve().parent
SAVE = BASE / "data" / "save.json"
commands = {"/home": "回家", "/tmp": "临时", "/help": "帮助"}
command = input()
if command == "/home/":
    print(commands)
if command.startswith("/usr/"):
    print("a")
for font in ["C:/Windows/Fonts/simhei.ttf", "/System/Library/Fonts/PingFang.ttc", "/usr/share/fonts/a.ttc"]:
    if os.path.exists(font):
        print(font)
with open(SAVE, "w", encoding="utf-8") as file:
    file.write("{}")
with open("image.png", "rb") as file:
    print(file.read())
with tempfile.TemporaryDirectory() as folder:
    print(folder)
print(Path("a.txt").read_text("utf-8"), os.path.join("a", "b"))
""",
    "server": """
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/home/":
            self.send_response(200)

    def log_message(self, *args):
        pass

HTTPServer(("", 8000), Handler).serve_forever()
""",
    "meant_to_be_empty": """
from abc import ABC, abstractmethod
from typing import Protocol, overload

class QuitGame(Exception):
    pass

class Quiet(Exception): ...

class Drawable(Protocol):
    def draw(self) -> None: ...

class Shape(ABC):
    @abstractmethod
    def area(self):
        pass

    @property
    @abstractmethod
    def name(self): ...

class Square(Shape):
    name = "a"
    def area(self):
        return 4

class Scene:
    def update(self):
        pass

    def draw(self):
        raise NotImplementedError

class Menu(Scene):
    def draw(self):
        print("menu")

class NullSound:
    def play(self):
        pass

class Point:
    pass

@overload
def f(a: int) -> int: ...
@overload
def f(a: str) -> str: ...
def f(a):
    return a

def do_nothing():
    pass

def on_idle():
    pass  # 什么也不做

try:
    f(1)
except QuitGame:
    pass
except (ValueError, TypeError):
    ...
for _ in range(3):
    pass
while not f(0):
    f(1)
else:
    pass
print(Square().area(), Menu().draw(), Menu().update(), NullSound().play(), Point(), Quiet, Drawable, Shape)
do_nothing()
on_idle()
""",
    "honest_comments": '''
"""一个小程序。

其余代码在别的文件里，这里省略。
"""
# 省略号的长度
DOTS = "..."
# 同上，但是向下移动
y = 1
# 其他函数
def show(text):
    # 名字太长时省略显示
    return text[:3] + DOTS
# 剩余的方法数量
left = 3
# the rest of the list
print(show("abcd"), y, left, "其余代码省略", "# rest of the code")
# TODO 以后可以加上音乐
# 类似于贪吃蛇的玩法
print("...")
# 待办事项：占位符用 _ 表示
# ------------
# ...... 分隔线
print("同上")
''',
    "ellipsis": "from typing import Callable\nf: Callable[..., int] = len\nx = ...\nprint(f([1]), x, [1, 2][...] if False else 0)\nt: tuple[int, ...] = (1,)\n",
    "async": """
import asyncio

async def tick(n):
    await asyncio.sleep(0)
    async with asyncio.Lock() as lock:
        print(n, lock)
    return [i async for i in gen()]

async def gen():
    yield 1

asyncio.run(tick(3))
""",
    "exec": 'exec("a = 1")\nprint(1)\n',
    "made_names": "for name in ('a', 'b'):\n    globals()[name] = 1\nprint(len(globals()))\n",
    "name_error": "try:\n    raw_input\nexcept NameError:\n    raw_input = input\nprint(raw_input)\n",
    "closures": "buttons = []\nfor i in range(3):\n    buttons.append(lambda i=i: print(i))\n[b() for b in buttons]\n",
    "decorators": """
import functools
import time

def timed(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        start = time.perf_counter()
        result = func(*args, **kwargs)
        print(f"{func.__name__!r:>10} {time.perf_counter() - start:.{3}f}")
        return result
    return wrapper

@timed
def work(n, /, *, m=2):
    return n ** m

print(work(3))
""",
    "csv_and_json": """
import csv
import json
from collections import Counter, defaultdict
from datetime import date, datetime

with open("a.csv", newline="", encoding="utf-8-sig") as file:
    rows = list(csv.DictReader(file))
totals = defaultdict(int)
for row in rows:
    totals[row["name"]] += int(row["score"])
print(json.dumps(totals, ensure_ascii=False, indent=2), Counter(totals), f"{datetime.now():%Y-%m-%d}", date.today())
""",
    "main_calls": "import sys\ndef main() -> int:\n    return 0\nsys.exit(main())\n",
    "class_started": "class Game:\n    def run(self):\n        print(1)\ngame = Game()\ngame.run()\n",
    "assigned_start": "def main():\n    print(1)\nresult = main()\n",
    "exit_and_quit": "if input() == 'q':\n    quit()\nexit()\n",
    "generics": """
from typing import Generic, TypeVar, NamedTuple, TypedDict
from enum import Enum, auto
T = TypeVar("T")
class Stack(Generic[T]):
    def __init__(self) -> None:
        self.items: list[T] = []
class P(NamedTuple):
    x: int
    y: int = 0
class D(TypedDict, total=False):
    a: int
class Direction(Enum):
    UP = auto()
    DOWN = auto()
    @property
    def opposite(self) -> "Direction":
        return Direction.DOWN if self is Direction.UP else Direction.UP
print(Stack[int](), P(1), D(a=1), Direction.UP.opposite)
""",
    "type_checking": """
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import numpy as np
def f(a: np.ndarray) -> Unknown:
    return a
print(f(1))
""",
    "bom_and_crlf": "\ufeffprint('你好')\r\nprint(1)\r\n",
    "warnings": 'import re\nprint(re.findall("\\d", "1"))\nx = 3\nif x is 3:\n    print(x)\n',
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_one_file_is_left_alone(name: str) -> None:
    found = run_gates(Sources.of({"main.py": CLEAN[name]}), gates_for(CONFIG))
    assert [item for item in found if item.severity != "info"] == []
