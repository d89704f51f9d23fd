"""Measures the cost of ``run.durability``.

``python -m tests.benchmarks.durability [FOLDER]``, on the disk that the folder is on.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Literal
from uuid import uuid4

from aiflow.config import RunConfig
from aiflow.storage.project_store import ProjectStore
from tests.benchmarks.table import show

FILES = 150
DATA = b"print('hello')\n" * 200


def measure(folder: Path, durability: Literal["full", "file", "none"]) -> list[float]:
    """Return how many milliseconds each file took, from its first byte to its name."""
    store = ProjectStore(folder / durability, RunConfig(durability=durability))
    project = store.folder(uuid4(), "benchmark").make()
    found = []
    for number in range(FILES):
        began = time.perf_counter()
        writer = project.begin(f"src/file_{number}.py")
        writer.write_bytes(DATA)
        writer.commit()
        found.append((time.perf_counter() - began) * 1000)
    return found


def plain(folder: Path) -> list[float]:
    """The same bytes by ``Path.write_bytes``: the comparison."""
    folder.mkdir()
    found = []
    for number in range(FILES):
        began = time.perf_counter()
        (folder / f"file_{number}.py").write_bytes(DATA)
        found.append((time.perf_counter() - began) * 1000)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.durability", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="on the disk to be measured")
    with tempfile.TemporaryDirectory(dir=parser.parse_args().folder) as place:
        rows = [("Path.write_bytes", plain(Path(place) / "plain"))]
        rows += [(name, measure(Path(place), name)) for name in ("none", "file", "full")]
    show(
        f"run.durability: one file of {len(DATA)} bytes, {FILES} of them",
        ("durability", "p50 ms", "p99 ms"),
        [(name, statistics.median(times), statistics.quantiles(times, n=100)[98]) for name, times in rows],
    )


if __name__ == "__main__":
    main()
