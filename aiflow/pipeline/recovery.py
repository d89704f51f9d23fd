"""A run whose process is gone: it is ended as interrupted, so that it can be retried."""

import time
from collections.abc import Callable
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import ConflictError
from aiflow.model.snapshot import Snapshot, fold
from aiflow.model.status import RequestStatus
from aiflow.pipeline.run_writer import Session
from aiflow.storage.journal_reader import ends_run, read_events
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import RESTING_STATUSES, Manifest
from aiflow.util.log import Trace

WRITER_CHECK_S = 1.0


def recover(store: ProjectStore, project_id: UUID, config: Config) -> bool:
    """End a run whose process is gone as failed, to be retried; return whether it was one.

    Raises:
        StorageError: when the disk refuses.
    """
    manifest = store.manifest(project_id)
    if manifest is None or not store.record(project_id).was_interrupted(manifest):
        return False
    try:
        with Session(store, project_id, config, Trace(config.logs_dir), Snapshot()) as session:
            # What was read above may be older than the last thing that its process did, or its process may
            # have been killed between the journal's last event and the manifest that follows it.
            if session.snapshot.status in RESTING_STATUSES:
                _catch_up(store, project_id, session.snapshot)
                return False
            session.stop(RequestStatus.FAILED)
    except ConflictError:
        return False  # somebody was faster
    return True


def watch_writer(store: ProjectStore, project_id: UUID, config: Config) -> Callable[[], bool]:
    """Return a function for a reader of the journal to call while nothing comes.

    Once a second at most it ends a run whose process is gone; that end is an event like any other, so the
    reader goes on. It returns True if the record is gone and there is nothing more to read.
    """
    journal = store.record(project_id).journal_path
    checked, known_size = time.monotonic(), -1

    def is_over() -> bool:
        nonlocal checked, known_size
        if time.monotonic() - checked < WRITER_CHECK_S:
            return False
        checked = time.monotonic()
        try:
            size = journal.stat().st_size
        except FileNotFoundError:
            return True
        except OSError:
            return False  # the reader's own reading reports it
        if size == known_size:
            recover(store, project_id, config)
        # A journal that has just grown has a writer; asking for the lock each time would cost forty runs a
        # tenth of a core.
        known_size = size
        return False

    return is_over


def current_manifest(store: ProjectStore, project_id: UUID) -> Manifest | None:
    """Return what the record says of a run, None where there is no record.

    A run's end stands in the journal some milliseconds before it stands in the manifest, and whoever has just
    seen it there may ask at once; so where the journal has come to its end, what it says counts.
    """
    manifest = store.manifest(project_id)
    if manifest is None or manifest.status in RESTING_STATUSES:
        return manifest
    path = store.record(project_id).journal_path
    if ends_run(path):
        _take_over(store, manifest, fold(read_events(path)))
    return manifest


def _catch_up(store: ProjectStore, project_id: UUID, snapshot: Snapshot) -> None:
    """Let the manifest say what the journal says."""
    record = store.record(project_id)
    manifest = record.load()
    if manifest.status is not snapshot.status:
        _take_over(store, manifest, snapshot)
        record.save(manifest)


def _take_over(store: ProjectStore, manifest: Manifest, snapshot: Snapshot) -> None:
    manifest.status = snapshot.status
    manifest.retry_count = snapshot.retry_count
    manifest.syntax_validated = snapshot.project is not None and snapshot.project.syntax_validated
    sizes = store.find(manifest.project_id).sizes()
    manifest.file_count, manifest.size_bytes = len(sizes), sum(sizes.values())
