"""A run's record: its lock, what it asks and is asked, and how it is told from one whose process is gone."""

import subprocess
import sys
from pathlib import Path

import pytest

from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.model.status import IDLE_STATUSES, RequestStatus
from aiflow.storage.manifest import Manifest
from aiflow.storage.run_folder import RunRecord
from tests.records import at_work
from tests.server.projects import Catalogue


@pytest.fixture
def record(tmp_path: Path) -> RunRecord:
    catalogue = Catalogue(tmp_path / "projects")
    return catalogue.store.record(catalogue.run([], status="processing"))


def other(record: RunRecord) -> RunRecord:
    """The same record as somebody else sees it."""
    return RunRecord(record.folder, sync=False)


def test_one_works_at_a_time(record: RunRecord) -> None:
    with at_work(record):
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
    assert record.was_interrupted(manifest) == (status not in IDLE_STATUSES)
    with at_work(other(record)):
        assert not record.was_interrupted(manifest)


def test_a_run_that_begins_holds_its_lock_before_it_can_be_seen(tmp_path: Path) -> None:
    record = RunRecord(tmp_path / "3f2a9c1e-0000-4000-8000-000000000001", sync=False)
    seen: list[bool] = []
    save = record.save
    record.save = lambda manifest: (seen.append(other(record).is_alive()), save(manifest))  # type: ignore[method-assign,assignment,misc,func-returns-value]  # to look in between
    record.create(Manifest(project_id=record.project_id, prompt="计数器", engine="lessons"))
    assert seen == [True]
    assert record.is_held


def test_a_request_to_cancel_is_used_up(record: RunRecord) -> None:
    assert not record.cancel_is_requested(0)
    record.request_cancel(7)
    assert other(record).cancel_is_requested(7)
    assert not record.cancel_is_requested(7)
    (record.folder / "command.json").write_bytes(b"{")
    assert not record.cancel_is_requested(0)


def test_a_request_that_an_earlier_process_was_sent_is_not_obeyed(record: RunRecord) -> None:
    record.request_cancel(6)
    assert not record.cancel_is_requested(7)
    assert not (record.folder / "command.json").exists()


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
