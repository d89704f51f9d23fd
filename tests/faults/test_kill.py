"""A process is killed at any moment of a run, and nothing that was there is lost.

The moments are spread over the whole run. ``AIFLOW_KILLS`` sets how many there are of each kind (a few by
default; 200 for the long form, which takes a quarter of an hour): a kernel has one run, a server has six,
each at a moment of its own.
"""

import json
import math
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from aiflow.config import Config
from aiflow.pipeline.flow import Flow
from aiflow.storage.families import family_of
from aiflow.storage.journal import Entry
from aiflow.storage.project_store import ProjectStore
from tests.faults.checks import check_nothing_lost, read_lines
from tests.live.server import LiveServer, write_config

KILLS = int(os.environ.get("AIFLOW_KILLS", "4"))
# The runs that a server works on when it is killed.
RUNS = 6
PROMPT = "帮我写个贪吃蛇"
WISH = "让蛇跑得更快"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("kill")
    path = write_config(folder, lessons={"speed": 25}, run={"durability": "none"}, require_venv=False)
    return Config.load(path, {})


@pytest.fixture(scope="module")
def whole(config: Config) -> tuple[dict[str, bytes], float]:
    """Every file of the run as it must be, and how long the run takes."""
    flow = Flow(PROMPT, config=config)
    began = time.perf_counter()
    project = flow.run_sync()
    seconds = time.perf_counter() - began
    folder = ProjectStore(config.projects_dir, config.run).find(flow.project_id)
    assert project.syntax_validated
    return {path: folder.read(path) for path in folder.sizes()}, seconds


def start(config: Config, prompt: str, *what: str) -> tuple[subprocess.Popen[bytes], UUID]:
    """Start a process that generates or changes a project; return it, and the id of its run."""
    command = [sys.executable, "-m", "tests.faults.run_flow", str(config.folder / "config.json"), prompt]
    process = subprocess.Popen(
        [*command, *what], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2]
    )
    assert process.stdout is not None
    begun = process.stdout.readline().strip()
    if not begun:
        process.kill()
        raise AssertionError(f"the child did not start: {process.communicate()[1].decode()[-2000:]}")
    return process, UUID(begun.decode())


def without_waiting(config: Config) -> Config:
    """The same, for the retry: what matters of it is how it ends."""
    return config.model_copy(update={"lessons": config.lessons.model_copy(update={"speed": 0})})


@pytest.mark.parametrize("moment", range(KILLS))
def test_a_kernel_is_killed(config: Config, whole: tuple[dict[str, bytes], float], moment: int) -> None:
    files, seconds = whole
    rng = random.Random(moment)
    process, project_id = start(config, PROMPT, str(uuid4()))
    store = ProjectStore(config.projects_dir, config.run)
    time.sleep(seconds * (moment + rng.random()) / KILLS)  # the moment itself, not a wait for something
    before = read_lines(store, project_id)
    process.kill()
    process.communicate()
    check_nothing_lost(config, project_id, files, before)
    flow = Flow.open(project_id, config=without_waiting(config))
    if flow.snapshot.status == "completed":
        return
    flow.begin_retry()
    assert flow.run_sync().syntax_validated
    folder = store.find(project_id)
    assert {path: folder.read(path) for path in folder.sizes()} == files
    assert list(folder.record.temporary.iterdir()) == []


@pytest.fixture(scope="module")
def changed(config: Config) -> tuple[Flow, dict[str, bytes], dict[str, bytes], float]:
    """A project, its files, the files of a change of it, and how long the change takes."""
    parent = Flow(PROMPT, config=without_waiting(config))
    parent.run_sync()
    change = Flow.open(parent.project_id, config=config).change(WISH)
    began = time.perf_counter()
    change.run_sync()
    return parent, files_of(parent), files_of(change), time.perf_counter() - began


def files_of(flow: Flow) -> dict[str, bytes]:
    folder = flow.store.find(flow.project_id)
    return {path: folder.read(path) for path in folder.sizes()}


@pytest.mark.parametrize("moment", range(math.ceil(KILLS / 2)))
def test_a_change_is_killed(
    config: Config, changed: tuple[Flow, dict[str, bytes], dict[str, bytes], float], moment: int
) -> None:
    parent, earlier, files, seconds = changed
    rng = random.Random(moment)
    process, project_id = start(config, WISH, "change", str(parent.project_id))
    time.sleep(2 * seconds * (moment + rng.random()) / KILLS)  # the moment itself, not a wait for something
    before = read_lines(parent.store, project_id)
    process.kill()
    process.communicate()
    check_nothing_lost(config, project_id, files, before, earlier=earlier)
    assert files_of(parent) == earlier, "the parent is as it was"
    flow = Flow.open(project_id, config=without_waiting(config))
    if flow.snapshot.status != "completed":
        flow.begin_retry()
        flow.run_sync()
    assert files_of(flow) == files
    family = [one.project_id for one in family_of(parent.store, parent.project_id)]
    assert family.count(project_id) == 1


def generate_at_moments(server: LiveServer, moments: list[float]) -> list[UUID]:
    """Start runs so that each is as old as its moment (in seconds) when this returns."""
    found: list[UUID] = []
    ages = sorted(moments, reverse=True)
    began = time.perf_counter()
    for age in ages:
        time.sleep(max(0.0, began + ages[0] - age - time.perf_counter()))  # the moment itself, no wait
        status, body = server.ask("POST", "api/generate", {"prompt": PROMPT})
        assert status == 202, body
        found.append(UUID(json.loads(body)["project_id"]))
    time.sleep(max(0.0, began + ages[0] - time.perf_counter()))
    return found


def check_resumed_and_retried(
    server: LiveServer, project_id: UUID, before: list[Entry], lines: list[Entry]
) -> None:
    """Resume where the client was before the crash, then retry what was interrupted, and take it home."""
    listed = next(
        row for row in server.json("api/projects")["projects"] if row["project_id"] == str(project_id)
    )
    assert listed["status"] in {"failed", "completed"}
    seen = before[-1].seq if before else 0
    _, stream = server.ask("GET", f"api/stream/{project_id}", Last_Event_ID=str(seen))
    ids = [int(line[4:]) for line in stream.splitlines() if line.startswith(b"id: ")]
    assert ids == list(range(seen + 1, len(lines) + 1))
    if listed["status"] == "failed":
        assert server.ask("POST", f"api/projects/{project_id}/retry", {})[0] == 202
        _, stream = server.ask("GET", f"api/stream/{project_id}", Last_Event_ID=str(ids[-1] if ids else seen))
        assert b'"status":"completed"' in stream
    assert server.ask("GET", f"api/projects/{project_id}/download")[0] == 200


@pytest.mark.parametrize("kill", range(math.ceil(KILLS / RUNS)))
def test_the_server_is_killed(
    tmp_path: Path, config: Config, whole: tuple[dict[str, bytes], float], kill: int
) -> None:
    files, seconds = whole
    rng = random.Random(kill)
    write_config(tmp_path, lessons={"speed": 25}, run={"durability": "none"}, require_venv=False)
    own = Config.load(tmp_path / "config.json", {})
    store = ProjectStore(own.projects_dir, own.run)
    with LiveServer(tmp_path) as server:
        ids = generate_at_moments(server, [seconds * rng.random() for _ in range(RUNS)])
        before = {project_id: read_lines(store, project_id) for project_id in ids}
        server.kill()
    for project_id in ids:
        check_nothing_lost(own, project_id, files, before[project_id])
    write_config(tmp_path, lessons={"speed": 0}, run={"durability": "none"}, require_venv=False)
    with LiveServer(tmp_path) as server:
        for project_id in ids:
            check_resumed_and_retried(server, project_id, before[project_id], read_lines(store, project_id))
