"""The list of 5,000 projects: the first one, and one after another that changed one of them.

    python -m tests.benchmarks.server_list [--projects N]

A real Jupyter server with the extension; beside it, in the same run, reading every manifest as JSON.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from aiflow.storage.manifest import Manifest
from aiflow.storage.run_folder import MANIFEST_NAME, RECORDS_FOLDER
from tests.benchmarks.server_tree import Client, timed
from tests.benchmarks.table import show
from tests.live.server import LiveServer, write_config

TO_REACH_MS = 300.0


def make_projects(folder: Path, count: int) -> list[Path]:
    """Records of finished runs; returns their manifests."""
    found = []
    for n in range(count):
        manifest = Manifest(
            project_id=uuid4(),
            prompt="帮我写个贪吃蛇",
            engine="lessons",
            created_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n),
            status="completed",
            file_count=3,
        )
        record = folder / RECORDS_FOLDER / str(manifest.project_id)
        record.mkdir(parents=True)
        (record / MANIFEST_NAME).write_text(manifest.model_dump_json(), encoding="utf-8")
        found.append(record / MANIFEST_NAME)
    return found


def read_all(manifests: list[Path]) -> int:
    return len([json.loads(path.read_bytes()) for path in manifests])


def changed(client: Client, manifests: list[Path], rounds: int = 5) -> float:
    """The median time of a list after one project changed, in milliseconds."""
    times = []
    for path in manifests[:rounds]:
        path.write_bytes(path.read_bytes() + b"\n")
        began = time.perf_counter()
        client.get("/api/projects")
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--projects", type=int, default=5_000)
    count = parser.parse_args().projects
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write_config(home, require_venv=False)
        manifests = make_projects(home / "projects", count)
        with LiveServer(home) as server:
            client = Client(server)
            client.get("/api/templates")  # imports the pipeline: not the list's cost
            first = timed(lambda: client.get("/api/projects"), 1)
            status, body, _ = client.get("/api/projects")
            assert status == 200
            assert len(json.loads(body)["projects"]) == count
            again = timed(lambda: client.get("/api/projects"), 20)
            one = changed(client, manifests)
        reading = timed(lambda: read_all(manifests), 3)
    show(
        f"The list of {count:,} projects (ms, median)",
        ("what", "ms", "to reach"),
        [
            ("every manifest read as JSON, in this process", reading, ""),
            ("ours: the first list, every manifest read and checked", first, ""),
            ("ours: again, nothing changed", again, TO_REACH_MS),
            ("ours: after one project changed", one, TO_REACH_MS),
        ],
    )
    return int(max(again, one) > TO_REACH_MS)


if __name__ == "__main__":
    sys.exit(main())
