"""A run's record: its lock, what it asks and is asked, and how it is told from one whose process is gone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.model.status import RequestStatus
from aiflow.storage.run_folder import HANDOVER_S, Manifest, RunRecord
from tests.server.projects import Catalogue


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    catalogue = Catalogue(tmp_path / "projects")
    return catalogue.store.record(catalogue.run([], status="processing"))


def other(record: RunRecord) -> RunRecord:
    """The same record as somebody else sees it."""
    return RunRecord(record.folder, sync=False)


def test_one_works_at_a_time(record: RunRecord) -> None:
    with record.working():
        assert other(record).is_alive()
        with pytest.raises(ConflictError):
            other(record).acquire()
    assert not other(record).is_alive()
    other(record).acquire()


def test_a_process_that_dies_gives_its_lock_back(record: RunRecord) -> None:
    code = (
        "import sys; from pathlib import Path; from aiflow.storage.run_folder import RunRecord\n"
        "record = RunRecord(Path(sys.argv[1])); record.acquire(); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", code, str(record.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"held"
        assert record.is_alive()
        assert not record.was_interrupted(record.load())
        process.kill()
        process.wait()
    assert not record.is_alive()
    assert record.was_interrupted(record.load())


@pytest.mark.parametrize("status", RequestStatus)
def test_what_counts_as_interrupted(record: RunRecord, status: RequestStatus) -> None:
    manifest = record.load()
    manifest.status = status
    record.save(manifest)
    begun = status in {RequestStatus.PENDING, RequestStatus.RETRYING}
    assert record.was_interrupted(manifest) == (status is RequestStatus.PROCESSING)
    moment = time.time() - HANDOVER_S - 1
    os.utime(record.folder / "manifest.json", (moment, moment))
    assert record.was_interrupted(manifest) == (begun or status is RequestStatus.PROCESSING)


def test_a_clock_set_back_keeps_no_dead_run_alive(record: RunRecord) -> None:
    manifest = record.load()
    manifest.status = RequestStatus.PENDING
    record.save(manifest)
    moment = time.time() + 10_000
    os.utime(record.folder / "manifest.json", (moment, moment))
    assert record.was_interrupted(manifest)


def test_commands(record: RunRecord) -> None:
    assert record.take_command() is None
    record.send("cancel")
    assert other(record).take_command() == "cancel"
    assert record.take_command() is None
    (record.folder / "command.json").write_bytes(b"{")
    assert record.take_command() is None


def test_damaged_or_gone(record: RunRecord) -> None:
    (record.folder / "manifest.json").write_bytes(b'{"prompt":')
    with pytest.raises(NotFoundError):
        record.load()
    missing = RunRecord(record.folder.with_name("3f2a9c1e-0000-4000-8000-000000000000"))
    assert not missing.is_alive()
    with pytest.raises(NotFoundError):
        missing.acquire()


def test_a_manifest_of_a_newer_version_is_read(record: RunRecord) -> None:
    text = record.load().model_dump_json()[:-1] + ',"something_new":[1]}'
    (record.folder / "manifest.json").write_text(text, encoding="utf-8")
    assert isinstance(record.load(), Manifest)
