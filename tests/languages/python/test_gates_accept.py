"""Code that the gates must accept: programs that run, and the ways in which people write them."""

import pytest

from aiflow.config import GatesConfig
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources

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
    "turtle": ('from turtle import *\nspeed(0)\nfor i in range(36):\n    forward(100)\n    left(170)\n'
        'pencolor("red")\ndone()\n'),
    "stars": ("from random import *\nfrom time import *\nfrom os import *\nfrom itertools import *\n"
        "from datetime import *\nprint(randint(1, 2), sleep(0), getcwd(), permutations([1]), "
        "timedelta(1))\n"),
    "pygame_star": ("from pygame import *\ninit()\nscreen = display.set_mode((9, 9))\ntime.Clock()\n"
        "print(K_UP, Rect(0, 0, 1, 1), math.Vector2())\n"),
    "thread": ("import threading\nclass Timer(threading.Thread):\n    def run(self):\n        print(1)\n"
        "Timer().start()\n"),
    "loop_at_top": "for i in range(3):\n    if i:\n        print(total)\n    total = i\n",
    "shell": ("import cmd\nclass Shell(cmd.Cmd):\n    def do_quit(self, line):\n        return True\n"
        "    def emptyline(self):\n        pass\nShell().cmdloop()\n"),
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
    "walrus": ("while (line := input()) != 'q':\n    print(line)\n"
        "print([y for x in range(3) if (y := x * 2)], y)\n"),
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
    "ellipsis": ("from typing import Callable\nf: Callable[..., int] = len\nx = ...\n"
        "print(f([1]), x, [1, 2][...] if False else 0)\nt: tuple[int, ...] = (1,)\n"),
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
    "closures": ("buttons = []\nfor i in range(3):\n    buttons.append(lambda i=i: print(i))\n"
        "[b() for b in buttons]\n"),
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
print(json.dumps(totals, ensure_ascii=False, indent=2), Counter(totals))
print(f"{datetime.now():%Y-%m-%d}", date.today())
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
