"""A run whose process is gone: it is ended as interrupted, so that it can be retried."""

import time
from collections.abc import Callable
from uuid import UUID

from aiflow.config import Config
from aiflow.entities import RequestStatus
from aiflow.events import Snapshot
from aiflow.exceptions import ConflictError
from aiflow.record import RESTING_STATUSES
from aiflow.session import Session
from aiflow.store import ProjectStore
from aiflow.trace import Trace

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
            # What was read above may be older than the last thing that its process did.
            if session.snapshot.status in RESTING_STATUSES:
                return False
            session.stop(RequestStatus.FAILED)
    except ConflictError:
        return False  # somebody was faster
    return True


def watch_writer(store: ProjectStore, project_id: UUID, config: Config) -> Callable[[], bool]:
    """Return what a reader asks while nothing comes; it ends the run of a process that is gone, now and then.

    The reader goes on: the end is an event like any other.
    """
    checked = time.monotonic()

    def is_over() -> bool:
        nonlocal checked
        if time.monotonic() - checked >= WRITER_CHECK_S:
            checked = time.monotonic()
            recover(store, project_id, config)
        return False

    return is_over
