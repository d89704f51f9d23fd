"""The tree of 200 and of 1,000 files: unchanged, after a change, and the delay of a change from outside.

    python -m tests.benchmarks.server_tree [--files 200 1000]

200 files are the most that a project has; a program may write more. A real Jupyter server with the extension;
beside it, in the same run, Jupyter's own contents API for the same folders and a bare ``os.scandir`` walk.
"""

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aiflow import Config, Flow
from aiflow.engines.base import RequestPhase
from aiflow.engines.testing import Script, ScriptedEngine
from tests.benchmarks.table import show
from tests.live.server import TOKEN, LiveServer, write_config

FILES_PER_FOLDER = 50
# The page's promise for a file that a program, an editor or git writes.
SEEN_MS = 1000.0
# A page that asks Jupyter's own interface reads every folder; a page of ours asks once a second.
TIMES_FASTER = 20


class Client:
    """One connection that is kept, as a browser's is."""

    def __init__(self, server: LiveServer) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)

    def get(self, path: str, **headers: str) -> tuple[int, bytes, Any]:
        self._connection.request("GET", path, headers={"Authorization": f"token {TOKEN}", **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read(), answer.headers


def timed(action: Callable[[], object], rounds: int) -> float:
    """The median in milliseconds."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        action()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def scandir_walk(folder: str) -> int:
    count = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                count += scandir_walk(entry.path)
            else:
                entry.stat(follow_symlinks=False)
                count += 1
    return count


def contents_walk(client: Client, path: str) -> int:
    """The requests of a page that shows the whole tree through Jupyter's own interface."""
    status, body, _ = client.get(f"/api/contents/{path}?content=1")
    assert status == 200, body
    found = json.loads(body)["content"]
    return sum(contents_walk(client, item["path"]) if item["type"] == "directory" else 1 for item in found)


def make_project(home: Path, files: int) -> tuple[str, Path]:
    """Return the id and the folder of a finished run whose program has written further files."""
    answers: dict[RequestPhase, Script] = {
        "specify": f"# project of {files}\n",
        "plan": "# 方案\n",
        "implement": '<file path="main.py">\nprint(1)\n</file>\n',
    }
    config = Config.load(home / "config.json")
    flow = Flow("一个大项目", engine=ScriptedEngine(answers), config=config)
    root = flow.run_sync().root
    assert root is not None
    for n in range(files - sum(path.is_file() for path in root.rglob("*"))):
        path = root / f"d{n // FILES_PER_FOLDER:03}" / f"file{n:05}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"print(1)\n")
    return str(flow.project_id), root


def until_changed(client: Client, url: str, write: Callable[[int], object], rounds: int = 20) -> float:
    """Return the longest time from a change on disk to the first answer that shows it, in milliseconds."""
    longest = 0.0
    for n in range(rounds):
        _, _, headers = client.get(url)
        began = time.perf_counter()
        write(n)
        while client.get(url, **{"If-None-Match": headers["ETag"]})[0] == 304:
            time.sleep(0.002)
        longest = max(longest, (time.perf_counter() - began) * 1000)
    return longest


def measure(server: LiveServer, home: Path, files: int) -> bool:
    """Print one table; return whether the targets were met."""
    project_id, root = make_project(home, files)
    client, url = Client(server), f"/api/projects/{project_id}"
    status, body, headers = client.get(url)
    assert status == 200, body
    assert json.loads(body)["total_files"] == files
    contents = timed(lambda: contents_walk(client, f"projects/{root.name}"), 3)
    time.sleep(2)  # the watch begins in the background; until then each request reads the folder
    walk = timed(lambda: scandir_walk(str(root)), 20)
    whole = timed(lambda: client.get(url), 50)
    unchanged = timed(lambda: client.get(url, **{"If-None-Match": headers["ETag"]}), 200)
    assert client.get(url, **{"If-None-Match": headers["ETag"]})[0] == 304
    empty = timed(lambda: client.get("/api/templates/none"), 100)

    def change(n: int) -> None:
        (root / "d000" / "file_new.py").write_bytes(b"x" * (n + 1))

    seen = until_changed(client, url, change)
    rows = [
        ("Jupyter's contents API, all folders", contents, ""),
        ("os.scandir walk with stat", walk, ""),
        ("a request that does nothing (404)", empty, ""),
        ("ours: unchanged, If-None-Match", unchanged, f"{contents / TIMES_FASTER:.2f}"),
        ("ours: unchanged, whole body", whole, ""),
        ("ours: a change from outside is seen, the longest of 20", seen, f"{SEEN_MS:.0f}"),
    ]
    show(f"Tree of {files:,} files (ms, median)", ("what", "ms", "target"), rows)
    return unchanged * TIMES_FASTER <= contents and seen <= SEEN_MS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--files", type=int, nargs="+", default=[200, 1_000])
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write_config(home, projects_dir="notebooks/projects", require_venv=False)
        with LiveServer(home) as server:
            met = [measure(server, home, files) for files in parser.parse_args().files]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
