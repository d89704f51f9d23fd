"""Code that the gates must accept.

Guarded platform code, portable paths, bodies and comments that are meant.
"""

import pytest

from aiflow.config import GatesConfig
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources

CONFIG = GatesConfig(plugins=False)

CLEAN = {
    "percent": 'print("%-10s" % "a", f"{0.5:%}", "50%-off", f"{1:<10}{2:>-5}")\n',
    "sys_platform": ('import os\nimport sys\nif sys.platform.startswith("win"):\n    clear = "cls"\nelse:\n'
        '    clear = "clear"\nos.system(clear)\n'),
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
from pathlib import Path

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
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_one_file_is_left_alone(name: str) -> None:
    found = run_gates(Sources.of({"main.py": CLEAN[name]}), gates_for(CONFIG))
    assert [item for item in found if item.severity != "info"] == []
