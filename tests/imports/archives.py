"""Archives and what becomes of them; those of students: in GBK, with folders around, plain ones."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.imports.zips import make_zip

MAIN = "print('开始')\n"
HELLO = "def hello():\n    return '你好'\n"


@dataclass(frozen=True)
class Case:
    """An archive.

    Attributes:
        name: of the test.
        make: returns the bytes.
        files: what some of the imported files hold; None for whatever it is.
        only: these are all files that are imported.
        left_out: a part of a path → a part of the reason.
        notes: parts of the notes.
        main: the main file.
        title: the specification's.
        refused: the reason, where nothing is imported.
    """

    name: str
    make: Callable[[], bytes]
    files: dict[str, str | bytes | None] = field(default_factory=dict)
    only: bool = False
    left_out: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    main: str = ""
    title: str = ""
    refused: str = ""


def zipped(files: dict[str, Any], **options: str) -> Callable[[], bytes]:
    return lambda: make_zip(files, **options)


GBK_MAIN = "# -*- coding: gbk -*-\nprint('你好，世界')\n"
GBK = [
    Case(
        "names and sources in GBK",
        zipped({"主程序.py": "print('你好')\n", "说明.txt": "这是说明"}, names="gbk", contents="gbk"),
        {"主程序.py": "print('你好')\n", "说明.txt": "这是说明"},
        notes=("从 GBK 转成了 UTF-8",),
        main="主程序.py",
    ),
    Case(
        "a folder named in GBK",
        zipped({"贪吃蛇/main.py": MAIN, "贪吃蛇/数据/成绩.csv": "a,b\n"}, names="gbk"),
        {"main.py": MAIN, "数据/成绩.csv": "a,b\n"},
        only=True,
        title="贪吃蛇",
    ),
    Case(
        "a declared encoding",
        zipped({"main.py": GBK_MAIN}, contents="gbk"),
        {"main.py": GBK_MAIN.replace("gbk", "utf-8")},
        notes=("main.py",),
    ),
    Case(
        "a declared encoding on the second line",
        zipped({"main.py": "#!/usr/bin/python\n" + GBK_MAIN}, contents="gbk"),
        {"main.py": "#!/usr/bin/python\n" + GBK_MAIN.replace("gbk", "utf-8")},
    ),
    Case(
        "a name that could be UTF-8 too",
        zipped({"目.py": MAIN}, names="gbk"),
        {"目.py": MAIN},
        main="目.py",
    ),
    Case(
        "UTF-8 names without their mark",
        lambda: make_zip({"主程序.py": MAIN, "说明.md": "# 说明\n"}, names="utf-8"),
        {"主程序.py": MAIN, "说明.md": "# 说明\n"},
    ),
    Case(
        "data that the program reads as GBK",
        lambda: make_zip(
            {
                "main.py": "print(open('scores.csv', encoding='gbk').read())\n",
                "scores.csv": "姓名\n".encode("gbk"),
            }
        ),
        {"scores.csv": "姓名\n".encode("gbk")},
        notes=("编码没有改",),
    ),
    Case(
        "data that the program reads as UTF-8",
        lambda: make_zip({"main.py": MAIN, "scores.csv": "姓名,分数\n".encode("gbk")}),
        {"scores.csv": "姓名,分数\n"},
        notes=("scores.csv",),
    ),
    Case(
        "marks of Windows' editor",
        lambda: make_zip(
            {
                "main.py": b"\xef\xbb\xbf" + MAIN.encode(),
                "说明.txt": b"\xff\xfe" + "你好\r\n".encode("utf-16-le"),
            }
        ),
        {"main.py": MAIN, "说明.txt": "你好\r\n"},
        notes=("BOM", "UTF-16"),
    ),
    Case(
        "lines of Windows stay",
        zipped(
            {"main.py": "print('甲')\r\nprint('乙')\r\n", "pic.png": b"\x89PNG\r\n\xc4\xbf"}, contents="gbk"
        ),
        {"main.py": "print('甲')\r\nprint('乙')\r\n", "pic.png": b"\x89PNG\r\n\xc4\xbf"},
    ),
]


WRAPPERS = [
    Case(
        "a folder around",
        zipped({"game/main.py": MAIN, "game/a/b.py": HELLO}),
        {"main.py": MAIN, "a/b.py": HELLO},
        only=True,
        title="game",
    ),
    Case(
        "two folders around",
        zipped({"snake-main/snake/main.py": MAIN, "snake-main/snake/a.txt": "x"}),
        {"main.py": MAIN, "a.txt": "x"},
        only=True,
        title="snake-main",
    ),
    Case(
        "macOS",
        zipped({"game/main.py": MAIN, "__MACOSX/game/._main.py": b"\0", "game/.DS_Store": b"\0"}),
        {"main.py": MAIN},
        only=True,
        left_out={"__MACOSX": "工具", ".DS_Store": "工具"},
    ),
    Case(
        "git and caches",
        zipped(
            {
                "g/main.py": MAIN,
                "g/.git/config": "x",
                "g/__pycache__/main.pyc": b"x",
                "g/.vscode/settings.json": "{}",
            }
        ),
        {"main.py": MAIN},
        only=True,
        left_out={"g/.git/": "工具", "g/__pycache__/": "工具", ".vscode": "工具"},
    ),
    Case(
        "a virtual environment of any name",
        zipped(
            {"g/main.py": MAIN, "g/我的环境/pyvenv.cfg": "x", "g/我的环境/lib/a.py": "x", "g/venv/b.py": "x"}
        ),
        {"main.py": MAIN},
        only=True,
        left_out={"g/我的环境/": "工具", "g/venv/": "工具"},
    ),
    Case(
        "a .gitignore",
        zipped(
            {
                "g/main.py": MAIN,
                "g/.gitignore": "*.log\n/build/\n!keep.log\n",
                "g/a.log": "x",
                "g/keep.log": "x",
                "g/build/x.py": "x",
                "g/sub/.gitignore": "secret.txt\n",
                "g/sub/secret.txt": "x",
                "g/secret.txt": "y",
            }
        ),
        {"main.py": MAIN, "keep.log": "x", "secret.txt": "y", ".gitignore": None, "sub/.gitignore": None},
        only=True,
        left_out={"a.log": ".gitignore", "build/x.py": ".gitignore", "sub/secret.txt": ".gitignore"},
    ),
    Case(
        "a package stays a folder",
        zipped({"game/__init__.py": "", "game/main.py": MAIN}),
        {"game/main.py": MAIN, "game/__init__.py": ""},
        only=True,
        main="game/main.py",
    ),
    Case(
        "a folder that is imported by its name stays",
        zipped({"src/main.py": "from src.tool import hello\nhello()\n", "src/tool.py": HELLO}),
        {"src/main.py": None, "src/tool.py": HELLO},
        only=True,
        main="src/main.py",
    ),
    Case(
        "separators of Windows",
        lambda: make_zip({"game\\main.py": MAIN, "game\\a\\b.txt": "x"}, names="ascii"),
        {"main.py": MAIN, "a/b.txt": "x"},
        only=True,
    ),
    Case(
        "empty folders and a readme beside",
        zipped({"game/": b"", "game/main.py": MAIN, "README.md": "# 游戏\n\n好玩。\n"}),
        {"game/main.py": MAIN, "README.md": None},
        title="游戏",
        main="game/main.py",
    ),
]

SPEC = "# 贪吃蛇\n\n项目类型: snake_game\n\n一个游戏。\n\n## 功能\n\n- 移动\n- 得分\n"
PLAN = "# 方案\n\n## 文件\n\n- `main.py`：入口\n"

PLAIN = [
    Case("one file", zipped({"hello.py": MAIN}), {"hello.py": MAIN}, main="hello.py", title="上传"),
    Case(
        "a readme",
        zipped({"main.py": MAIN, "README.md": "# 猜数字\n\n猜一个数。\n\n## 功能\n\n- 猜\n"}),
        {"README.md": None},
        title="猜数字",
        main="main.py",
    ),
    Case(
        "a readme that says what to start",
        zipped({"README.md": "# 天气\n\n运行：`python weather.py`\n", "weather.py": MAIN, "app.py": HELLO}),
        main="weather.py",
    ),
    Case(
        "a guard",
        zipped({"a.py": HELLO, "b.py": "import a\nif __name__ == '__main__':\n    a.hello()\n"}),
        main="b.py",
    ),
    Case(
        "a file that no other imports",
        zipped({"tools.py": HELLO * 20, "开始.py": "import tools\ntools.hello()\n"}),
        main="开始.py",
    ),
    Case(
        "examples beside the program",
        zipped(
            {"snake.py": "import time\ntime.sleep(0)\n", "examples/main.py": MAIN, "config.py": "SIZE = 3\n"}
        ),
        main="snake.py",
    ),
    Case(
        "a program in a folder beside settings",
        zipped({"settings.py": "SIZE = 3\n", "app/main.py": "print(1)\n", "test_main.py": "assert 1\n"}),
        main="app/main.py",
    ),
    Case(
        "our own download",
        zipped({"main.py": MAIN, "spec.md": SPEC, "plan.md": PLAN}),
        {"main.py": MAIN, "spec.md": SPEC, "plan.md": PLAN},
        only=True,
        title="贪吃蛇",
        main="main.py",
    ),
    Case(
        "a syntax error is reported, not repaired",
        zipped({"main.py": "print('a'\n"}),
        {"main.py": "print('a'\n"},
    ),
    Case("docstrings", zipped({"main.py": '"""数星星的小程序。"""\nprint(1)\n'}), title="上传"),
    Case(
        "data and pictures",
        zipped({"main.py": MAIN, "a.png": b"\x89PNG\0", "s/b.wav": b"RIFF\0", "c.json": "{}"}),
        {"a.png": b"\x89PNG\0", "s/b.wav": b"RIFF\0", "c.json": "{}"},
    ),
    Case(
        "a file that is too large",
        zipped({"main.py": MAIN, "big.bin": random.Random(2).randbytes(1_200_000)}),
        {"main.py": MAIN},
        only=True,
        left_out={"big.bin": "1000 KB"},
    ),
]
