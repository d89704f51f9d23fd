"""Folders without write permission: nothing is written, the error says so, and the server recovers.

The processes are root's only where the tests are, and then without any of root's power: the kernel asks them
for permission as it asks anybody.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import pytest

from aiflow.sandbox.child.linux.namespaces import drop_capabilities
from tests.live.server import LiveServer, write_config
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="permission bits are POSIX's")

PROMPT = "帮我写个贪吃蛇"
T = TypeVar("T")
NOBODY = 65534
REPOSITORY = Path(__file__).parents[2]
is_root = sys.platform.startswith("linux") and os.getuid() == 0
first = drop_capabilities if is_root else None


def until(look: Callable[[], T | None]) -> T:
    """Look again until there is something."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := look()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)  # the pause between two looks
    return found


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    """Another mode for a while; what is below keeps its own."""
    before = path.stat().st_mode & 0o777
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


@contextmanager
def serving(folder: Path) -> Iterator[LiveServer]:
    """A server whose lessons take about a second: time to do something meanwhile."""
    write_config(folder, lessons={"speed": 40}, run={"durability": "none"}, require_venv=False)
    with LiveServer(folder, first=first) as live:
        yield live


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with serving(tmp_path_factory.mktemp("permissions")) as running:
        yield running


def begin(live: LiveServer) -> str:
    status, body = live.ask("POST", "api/generate", {"prompt": PROMPT})
    assert status == 202, body
    return str(json.loads(body)["project_id"])


def follow(live: LiveServer, project_id: str) -> list[dict[str, Any]]:
    status, data = live.ask("GET", f"api/stream/{project_id}?last_event_id=0")
    assert status == 200, data
    events = [json.loads(line[6:]) for line in data.splitlines() if line.startswith(b"data: ")]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    return events


def the_project(live: LiveServer, project_id: str) -> Path | None:
    """A project's folder, once there is a file in it."""
    return next((path.parent for path in live.folder.glob(f"projects/*_{project_id[:8]}/spec.md")), None)


def finished(live: LiveServer) -> tuple[str, Path, dict[str, bytes]]:
    """A project that is complete: its id, its folder, and what is in it."""
    project_id = begin(live)
    assert follow(live, project_id)[-1]["status"] == "completed"
    folder = until(lambda: the_project(live, project_id))
    return project_id, folder, contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def refused(answer: tuple[int, bytes], status: int, reason: str, words: str) -> None:
    told = json.loads(answer[1])
    assert (answer[0], told["reason"]) == (status, reason), told
    assert words in told["message"]


@pytest.mark.parametrize(("name", "setting"), [("projects", "projects_dir"), ("logs", "logs_dir")])
def test_a_folder_that_cannot_be_written_from_the_start(name: str, setting: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with mode(folder, 0o555), serving(tmp_path) as live:
        refused(live.ask("POST", "api/generate", {"prompt": PROMPT}), 503, "not_ready", setting)
        assert live.ask("GET", "api")[0] == 200, "the rest of Jupyter is there"
        assert list(folder.iterdir()) == []
        folder.chmod(0o755)

        def works() -> str | None:  # it looks again by itself, after a moment
            status, body = live.ask("POST", "api/generate", {"prompt": PROMPT})
            return str(json.loads(body)["project_id"]) if status == 202 else None

        assert follow(live, until(works))[-1]["status"] == "completed"


def test_permission_is_taken_away_during_a_run(live: LiveServer) -> None:
    project_id = begin(live)
    folder = until(lambda: the_project(live, project_id))
    with mode(folder, 0o555):
        events = follow(live, project_id)
        kept = contents(folder)
    last = events[-1]
    assert (last["status"], last["reason"], last["retryable"]) == ("failed", "storage_failed", True)
    assert "权限" in last["message"]
    announced = {
        event["path"]: event["size_bytes"] for event in events if event["event_type"] == "file_written"
    }
    assert {path: len(data) for path, data in kept.items()} == announced, "what was announced is there, whole"

    assert live.ask("POST", f"api/projects/{project_id}/retry", {})[0] == 202
    assert follow(live, project_id)[-1]["status"] == "completed"
    assert kept.items() <= contents(folder).items()


def test_a_finished_project_that_may_not_be_changed(live: LiveServer) -> None:
    project_id, folder, before = finished(live)
    with mode(folder, 0o555), mode(folder.parent, 0o555):
        answer = live.ask("DELETE", f"api/projects/{project_id}")
        refused(answer, 500, "storage_failed", "权限")
        assert contents(folder) == before
        assert live.ask("GET", f"api/projects/{project_id}/files/main.py")[1] == before["main.py"]
        assert live.ask("GET", f"api/projects/{project_id}/download")[0] == 200
    assert project_id in json.dumps(live.json("api/projects"))


@pytest.mark.skipif(not is_root, reason="only root gives a folder away")
@pytest.mark.parametrize("bits", [0o755, 0o700])
def test_a_project_that_belongs_to_somebody_else(bits: int, live: LiveServer) -> None:
    project_id, folder, before = finished(live)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    folder.chmod(bits)
    refused(live.ask("DELETE", f"api/projects/{project_id}"), 500, "storage_failed", "权限")
    assert contents(folder) == before
    assert project_id in json.dumps(live.json("api/projects")), "the list shows it still"
    answer = live.ask("GET", f"api/projects/{project_id}/files/main.py")
    if bits == 0o755:
        assert answer == (200, before["main.py"])
        assert live.ask("GET", f"api/projects/{project_id}/download")[0] == 200
    else:
        refused(answer, 500, "storage_failed", "权限")
        refused(live.ask("GET", f"api/projects/{project_id}/download"), 500, "storage_failed", "权限")


def test_a_notebook_that_may_not_write(tmp_path: Path) -> None:
    """The same in a kernel's process: no traceback of ours, a sentence."""
    config = write_config(tmp_path, lessons={"speed": 1000}, require_venv=False)
    folder = tmp_path / "projects"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.faults.run_flow", str(config), PROMPT, str(uuid4())]
    with mode(folder, 0o555):
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", cwd=REPOSITORY, timeout=60, check=False,
            preexec_fn=first
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("aiflow.exceptions.StorageError: 没有权限读写项目文件夹")
    assert list(folder.iterdir()) == []
