"""Faults that show only when a program is started.

Where imports are looked for, and names that only an editor sees.
"""

import pytest

from aiflow.config import GatesConfig
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding

CONFIG = GatesConfig(plugins=False)

# name: (rule, path, a word of the message, files)
FOUND: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "sibling_of_a_package": (
        "missing_module",
        "game/player.py",
        "game.settings",
        {
            "main.py": "from game.player import show\nshow()\n",
            "game/__init__.py": "",
            "game/player.py": "from settings import WIDTH\ndef show():\n    print(WIDTH)\n",
            "game/settings.py": "WIDTH = 1\n",
        },
    ),
    "sibling_without_init": (
        "missing_module",
        "src/game.py",
        "src.player",
        {
            "main.py": "from src.game import run\nrun()\n",
            "src/game.py": "import player\ndef run():\n    print(player.P)\n",
            "src/player.py": "P = 1\n",
        },
    ),
    "relative_in_main": (
        "relative_import",
        "main.py",
        "from game import",
        {"main.py": "from .game import run\nrun()\n", "game.py": "def run():\n    print(1)\n"},
    ),
    "beyond_the_top": (
        "relative_import",
        "game/a.py",
        "超出",
        {
            "main.py": "import game.a\nprint(game)\n",
            "game/__init__.py": "",
            "game/a.py": "from .. import settings\nprint(settings)\n",
            "settings.py": "",
        },
    ),
    "no_such_submodule": (
        "missing_module",
        "main.py",
        "game.sound",
        {"main.py": "from game.sound import play\nplay()\n", "game/__init__.py": "", "game/a.py": "x = 1\n"},
    ),
    "library_by_call": (
        "dependency",
        "main.py",
        "numpy",
        {"main.py": "import importlib\nnp = importlib.import_module('numpy')\nprint(np)\n"},
    ),
    "for_editors_only": (
        "undefined_name",
        "main.py",
        "TYPE_CHECKING",
        {
            "main.py": (
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from decimal import Decimal\n"
                "print(Decimal(1))\n"
            )
        },
    ),
    "class_name_in_comprehension": (
        "undefined_name",
        "main.py",
        "推导式",
        {"main.py": "class Board:\n    size = 3\n    cells = [size for _ in range(9)]\nprint(Board.cells)\n"},
    ),
    "omitted_traditional": (
        "placeholder",
        "main.py",
        "其餘程式碼省略",
        {"main.py": "print(1)\n# 其餘程式碼省略\n"},
    ),
    "same_as_above_omitted": (
        "placeholder",
        "main.py",
        "代码同上",
        {"main.py": "print(1)\n# （代码同上，略）\n"},
    ),
    "write_it_yourself": (
        "placeholder",
        "main.py",
        "自行补充",
        {"main.py": "print(1)\n# 后续代码请自行补充\n"},
    ),
}

CLEAN: dict[str, dict[str, str]] = {
    "search_path_changed": {
        "main.py": "import os\nimport sys\nsys.path.insert(0, "
        "os.path.join(os.path.dirname(__file__), 'game'))\n"
        "from game.player import show\nshow()\n",
        "game/player.py": "from settings import WIDTH\ndef show():\n    print(WIDTH)\n",
        "game/settings.py": "WIDTH = 1\n",
    },
    "either_way": {
        "main.py": "try:\n    from .game import run\nexcept ImportError:\n    from game import run\nrun()\n",
        "game.py": "def run():\n    print(1)\n",
    },
    "not_started_from_main": {
        "main.py": "print(1)\n",
        "tools/make.py": "from helper import x\nprint(x)\n",
        "tools/helper.py": "x = 1\n",
    },
    "dots_in_a_package": {
        "main.py": "from game.ui.window import show\nshow()\n",
        "game/__init__.py": "",
        "game/settings.py": "W = 1\n",
        "game/ui/__init__.py": "",
        "game/ui/window.py": (
            "from ..settings import W\nfrom . import draw\ndef show():\n    print(W, draw.x)\n"
        ),
        "game/ui/draw.py": "x = 1\n",
    },
    "library_of_the_same_name": {
        "main.py": "from tools.pygame import start\nstart()\n",
        "tools/__init__.py": "",
        "tools/pygame.py": "import pygame\ndef start():\n    pygame.init()\n",
    },
    "main_in_a_folder": {
        "src/main.py": "from player import P\nprint(P)\n",
        "src/player.py": "P = 1\n",
    },
    "editors_and_else": {
        "main.py": (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from decimal import Decimal\n"
            "else:\n    Decimal = float\nprint(Decimal(1))\n"
        )
    },
    "class_name_in_the_first_part": {
        "main.py": (
            "class Board:\n    size = 3\n    cells = [0 for _ in range(size)]\n"
            "    pairs = [size for size in range(3)]\nprint(Board.cells, Board.pairs)\n"
        )
    },
    "helper_taken_away": {
        "main.py": (
            "def _double(x):\n    return 2 * x\ndef four():\n    return _double(2)\nprint(four())\n"
            "del _double\n"
        )
    },
    "not_on_windows": {
        "main.py": "def stop():\n    # not implemented on Windows\n    return None\nprint(stop())\n"
    },
}


def found(files: dict[str, str]) -> list[Finding]:
    return run_gates(Sources.of(files), gates_for(CONFIG))


@pytest.mark.parametrize("name", FOUND)
def test_is_found(name: str) -> None:
    rule, path, word, files = FOUND[name]
    hits = [item for item in found(files) if item.rule == rule and item.path == path]
    assert hits, found(files)
    assert any(word in item.message and item.severity == "error" for item in hits), hits


@pytest.mark.parametrize("name", CLEAN)
def test_is_left_alone(name: str) -> None:
    assert [item for item in found(CLEAN[name]) if item.severity == "error"] == []
