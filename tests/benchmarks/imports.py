"""Measures how long an import of 10 MB takes: a game with pictures, and a program of source only.

    python -m tests.benchmarks.imports

In this process, from the zip on disk to the ended journal, with everything synced to the disk.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

from aiflow import Config
from aiflow.workspace.importing.project import import_project
from tests.benchmarks.table import show
from tests.imports.zips import make_zip

TARGET_S = 2.0
_ROUNDS = 5


def functions(count: int) -> str:
    return '"""A module."""\n' + "".join(
        f'def f{number}(x):\n    """Add {number}."""\n    return x + {number}\n\n\n'
        for number in range(count)
    )


def game() -> bytes:
    """A game of 200 KB of source in 40 files, and 110 pictures."""
    random = Random(1)
    sources = {f"game/part{number}.py": functions(100) for number in range(40)}
    pictures = {f"game/assets/{number}.png": random.randbytes(88_000) for number in range(110)}
    return make_zip({"game/main.py": "import part0\nprint(part0.f0(1))\n", **sources, **pictures})


def source() -> bytes:
    """Ten megabytes of source, which nobody writes."""
    return make_zip({f"big/m{number}.py": functions(1_000) for number in range(190)})


def seconds(data: bytes, folder: Path) -> float:
    """Return how long an import takes, the first one aside: it loads modules."""
    path = folder / "program.zip"
    path.write_bytes(data)
    config = Config.model_validate({"folder": folder, "projects_dir": folder / "projects"})
    found = []
    for _ in range(_ROUNDS + 1):
        began = time.perf_counter()
        import_project(path, config=config)
        found.append(time.perf_counter() - began)
    return median(found[1:])


def main() -> int:
    """Measure and print; return 1 where the target is missed."""
    rows: list[tuple[str, str, str, str]] = []
    is_met = True
    programs: dict[str, Callable[[], bytes]] = {"a game with pictures": game, "source only": source}
    for name, make in programs.items():
        data = make()
        with tempfile.TemporaryDirectory() as folder:
            took = seconds(data, Path(folder))
        is_met = is_met and took <= TARGET_S
        rows.append((name, f"{len(data) / 1e6:.1f} MB", f"{took:.2f} s", f"{TARGET_S:.0f} s"))
    show("An import of 10 MB", ("program", "zip", "median of 5", "target"), rows)
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
