"""Versions: one of a project of 10 MB, and the list of a family of 50 among 1,000 other projects.

python -m tests.benchmarks.versions
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiflow.config import Config, RunConfig
from aiflow.storage.folder_copy import copy_files
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.changes import Changes
from aiflow.workspace.copies import Copies
from aiflow.workspace.files import Files
from aiflow.workspace.projects import Projects
from aiflow.workspace.versions import Versions
from tests.benchmarks.server_list import make_projects
from tests.benchmarks.table import show
from tests.server.projects import Catalogue

LARGE_S = 0.5
LISTED_MS = 20.0
FILES, FILE_BYTES = 200, 50_000
FAMILY, OTHERS = 50, 1_000
ROUNDS = 5


def median(work: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """The median time of some work, in seconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def large_files() -> dict[str, bytes | str]:
    """A program of almost 10 MB: pictures and tables, and some sources."""
    sources = {f"teil_{n}.py": f"x = {n}\n" * 100 for n in range(20)}
    line = "Wort;12;34;56\n"
    tables = {f"daten/{n}.csv": line * (FILE_BYTES // len(line)) for n in range(FILES - 21)}
    return {"main.py": "print(1)\n", **sources, **tables}


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        config = Config(projects_dir=home / "projects", logs_dir=home / "logs", run=RunConfig())
        store = ProjectStore(config.projects_dir, config.run)
        copies = Copies(config, store)
        catalogue = Catalogue(config.projects_dir)
        large = catalogue.project(large_files())
        copied = median(lambda: copies.make(large.project_id, "copy"))
        files = Files(store, Changes(store), copies)
        edited = median(lambda: files.save(large.project_id, "main.py", b"print(2)\n"))
        plain = median(lambda: copy_files(large, catalogue.project({})))

        first = catalogue.project({"main.py": "print(1)\n"})
        for _ in range(FAMILY - 1):
            copies.make(first.project_id, "copy")
        make_projects(config.projects_dir, OTHERS)
        versions = Versions(store, config, copies)
        cold = median(
            lambda: Versions(ProjectStore(store.projects_dir), config, copies).listing(first.project_id), 1
        )
        listed = median(lambda: versions.listing(first.project_id), 20)
        projects = Projects(store, config)
        projects.summaries()
        summaries = median(projects.summaries, 20)
        assert len(versions.listing(first.project_id)["versions"]) == FAMILY
    show(
        f"A version of a project of {FILES} files and {FILES * FILE_BYTES // 1_000_000} MB (seconds, median)",
        ("what", "s", "to reach"),
        [
            ("its files copied, each one synced", plain, ""),
            ("a copy, with its record and journal", copied, LARGE_S),
            ("a file saved in a version with children", edited, LARGE_S),
        ],
    )
    show(
        f"A family of {FAMILY} versions among {OTHERS:,} other projects (ms, median)",
        ("what", "ms", "to reach"),
        [
            ("`versions`, the first time in a process", cold * 1000, ""),
            ("`versions`, again", listed * 1000, LISTED_MS),
            ("the list of all projects, with its counts of versions", summaries * 1000, ""),
        ],
    )
    return int(max(copied, edited) > LARGE_S or listed * 1000 > LISTED_MS)


if __name__ == "__main__":
    sys.exit(main())
