"""A process is killed at any moment of a change: the version before stays as it was, and a retry succeeds.

``AIFLOW_KILLS`` sets how many moments there are, as for the other kills.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from aiflow.config import Config
from aiflow.pipeline.flow import Flow
from aiflow.pipeline.recovery import recover
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from tests.faults.checks import read_lines
from tests.live.server import write_config
from tests.modelserver import ModelServer, answer
from tests.pipeline.change.cases import CHANGED, FILES, GENERATED, NEW_WORDS
from tests.pipeline.change.tools import WISH

KILLS = int(os.environ.get("AIFLOW_KILLS", "2"))
SECONDS = 0.6  # what the whole change takes
_DELTAS = sum(len(text) for text in CHANGED.values()) // 8


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory, model: ModelServer) -> Config:
    openai = {"base_url": model.base_url, "model": "test", "backoff_s": 0}
    path = write_config(
        tmp_path_factory.mktemp("kill"),
        engine="openai",
        openai=openai,
        run={"durability": "none"},
        require_venv=False,
    )
    return Config.load(path, {})


@pytest.fixture(scope="module")
def first(config: Config, model: ModelServer) -> Flow:
    for phase, text in GENERATED.items():
        model.script(answer(text), phase=phase)
    flow = Flow("数到三", config=config)
    flow.run_sync()
    return flow


def bytes_of(folder: ProjectFolder) -> dict[str, bytes]:
    return {path: folder.read(path) for path in folder.sizes()}


@pytest.mark.parametrize("moment", range(KILLS))
def test_a_change_is_killed(config: Config, model: ModelServer, first: Flow, moment: int) -> None:
    store = ProjectStore(config.projects_dir, config.run)
    before = bytes_of(store.find(first.project_id))
    for phase, text in CHANGED.items():
        reply = answer(text)
        reply.pace_s = SECONDS / _DELTAS
        model.always(reply, phase)
    config_file, root = str(config.folder / "config.json"), Path(__file__).parents[2]
    command = [sys.executable, "-m", "tests.faults.run_change", config_file, str(first.project_id), WISH]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root)
    assert process.stdout is not None
    project_id = UUID(process.stdout.readline().decode().strip())
    time.sleep(SECONDS * (moment + random.Random(moment).random()) / KILLS)  # the moment itself, not a wait
    seen = read_lines(store, project_id)
    process.kill()
    process.communicate()
    assert bytes_of(store.find(first.project_id)) == before
    assert read_lines(store, project_id)[: len(seen)] == seen
    for path, data in bytes_of(store.find(project_id)).items():
        assert path in {"spec.md", "plan.md"} or data.decode() in {FILES.get(path), NEW_WORDS}, path
    again = Flow.open(project_id, config=config)
    if again.snapshot.status != "completed":
        recover(store, project_id, config)
        again.begin_retry()
        assert again.run_sync().syntax_validated
    after = bytes_of(store.find(project_id))
    assert after["words.py"].decode() == NEW_WORDS
    assert after["main.py"] == before["main.py"]
    assert bytes_of(store.find(first.project_id)) == before
    assert list(store.record(project_id).temporary.iterdir()) == []
