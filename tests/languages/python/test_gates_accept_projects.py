"""Code that the gates must accept: projects of several files, and the lessons."""

from pathlib import Path

import pytest

import aiflow
from aiflow.config import GatesConfig
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources

CONFIG = GatesConfig(plugins=False)

PROJECTS = {
    "modules": {
        "main.py": ("import settings\nfrom snake import Snake, helper\nsettings.volume = 3\n"
            "print(settings.volume, settings.WIDTH)\nSnake().move()\nhelper()\n"),
        "settings.py": "WIDTH, (HEIGHT, DEPTH) = 1, (2, 3)\n",
        "snake.py": ("from settings import *\nimport random as rnd\nif WIDTH:\n    def helper():\n"
            "        return rnd.random()\nelse:\n    helper = None\nclass Snake:\n    def move(self):\n"
            "        return HEIGHT + DEPTH\n"),
    },
    "packages": {
        "main.py": ("from game import Snake, board\nimport game.dice as dice\nimport game.board\n"
            "print(Snake, board.SIZE, dice.roll(), game.board.SIZE, game.Snake)\n"),
        "game/__init__.py": "from .snake import *\nfrom . import dice\n",
        "game/snake.py": "__all__ = ['Snake']\nclass Snake:\n    from_where = 1\n",
        "game/board.py": "from .snake import Snake\nfrom .dice import roll\nSIZE = roll() and Snake\n",
        "game/dice.py": "import random\ndef roll():\n    return random.random()\n",
        "game/random.py": "x = 1\n",
    },
    "namespace": {
        "main.py": "from utils.text import center\nprint(center)\n",
        "utils/text.py": "def center():\n    return 1\n",
    },
    "src": {
        "src/main.py": "from board import Board\nprint(Board)\n",
        "src/board.py": "class Board:\n    x = 1\n",
        "README.md": "# 说明\n\n其余代码省略。\n\n```python\nimport numpy\n```\n",
    },
    "open_module": {
        "main.py": "import config\nfrom config import anything\nprint(config.whatever, anything)\n",
        "config.py": "def __getattr__(name):\n    return 1\n",
    },
    "set_by_function": {
        "main.py": "import state\nstate.start()\nprint(state.score)\n",
        "state.py": "def start():\n    global score\n    score = 0\n",
    },
    "circular_but_fine": {
        "main.py": "import a\na.go()\n",
        "a.py": "import b\ndef go():\n    return b.B()\nA = 1\n",
        "b.py": "import a\nclass B:\n    def value(self):\n        return a.A\n",
    },
    "circular_in_function": {
        "main.py": "from a import go\ngo()\n",
        "a.py": "from b import B\ndef go():\n    return B()\n",
        "b.py": "class B:\n    def __init__(self):\n        from a import go\n        self.go = go\n",
    },
    "shadowed_by_a_variable": {
        "main.py": "import snake\ndef f(snake):\n    return snake.anything\nprint(f(snake))\n",
        "snake.py": "x = 1\n",
    },
    "hinted_across": {
        "main.py": "from player import Player\nprint(Player())\n",
        "player.py": "class Player:\n    def hit(self, enemy: 'Enemy') -> 'Enemy':\n        return enemy\n",
    },
    "tests_beside": {
        "main.py": "def add(a, b):\n    return a + b\nprint(add(1, 2))\n",
        "test_main.py": ("import unittest\nfrom main import add\n"
            "class T(unittest.TestCase):\n    def setUp(self):\n"
            "        pass\n    def test_a(self):\n        self.assertEqual(add(1, 2), 3)\n"),
        "data.json": "[]",
        "requirements.txt": "pygame\n",
        "a.png": "\x00\x01",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", PROJECTS)
def test_a_project_is_left_alone(name: str) -> None:
    found = run_gates(Sources.of(PROJECTS[name]), gates_for(CONFIG))
    assert [item for item in found if item.severity != "info"] == []


LESSONS = sorted(path for path in (Path(aiflow.__file__).parent / "lessons").glob("*/files") if path.is_dir())


@pytest.mark.parametrize("folder", LESSONS, ids=lambda folder: folder.parent.name)
def test_the_lessons_are_left_alone(folder: Path) -> None:
    paths = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    found = run_gates(Sources(tuple(paths), lambda path: (folder / path).read_bytes()), gates_for(CONFIG))
    assert [item for item in found if item.severity != "info"] == []


def test_there_are_lessons() -> None:
    assert len(LESSONS) >= 3
