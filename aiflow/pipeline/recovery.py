"""A run whose process is gone: it is ended as interrupted, so that it can be retried."""

import time
from collections.abc import Callable
from contextlib import closing
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.model.snapshot import fold
from aiflow.model.status import IDLE_STATUSES, RequestStatus
from aiflow.pipeline.run_writer import RunWriter
from aiflow.storage.journal_reader import JournalFold, ends_run, read_events
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_state import summarise
from aiflow.util.log import Trace

WRITER_CHECK_S = 1.0
# An interrupted version of these holds nothing that is not in its parent, or where it was imported from; and
# there is no model to be asked again.
REMOVED_CAUSES = frozenset({"copy", "edit", "import"})


def recover(store: ProjectStore, project_id: UUID, config: Config) -> bool:
    """End a run whose process is gone as failed, to be retried; return whether it was one.

    A copy that was interrupted is removed.

    Raises:
        StorageError: when the disk refuses.
    """
    manifest = store.manifest(project_id)
    record = store.record(project_id)
    if manifest is None or not record.was_interrupted(manifest):
        return False
    try:
        fold = JournalFold(record.journal_path)
        with closing(RunWriter(store, record, config, Trace(config.logs_dir), fold)) as writer:
            # The manifest that was read above may be older than the last thing that the run's process did,
            # which may also have been killed between the journal's last event and the manifest that follows
            # it.
            if writer.is_idle:
                writer.save_summary()
                return False
            if manifest.cause not in REMOVED_CAUSES:
                writer.stop(RequestStatus.FAILED)
                return True
        store.delete(project_id)
    except (ConflictError, NotFoundError):
        return False  # another process was faster, or the project was deleted
    return True


def watch_writer(store: ProjectStore, project_id: UUID, config: Config) -> Callable[[], bool]:
    """Return a function for a reader to call while nothing comes: it returns whether the record is gone.

    Once a second it also ends a run whose process is gone. The reader goes on: that end is an event like any
    other.
    """
    path = store.record(project_id).journal_path
    checked = time.monotonic()
    # No file has this size: the first look only measures, because its writer may be alive.
    size = -1

    def is_over() -> bool:
        nonlocal checked, size
        if time.monotonic() - checked < WRITER_CHECK_S:
            return False
        checked = time.monotonic()
        try:
            now = path.stat().st_size
        except FileNotFoundError:
            return True
        except OSError:
            return False  # reading it raises the same
        if now == size:  # else its writer is alive; to ask for the lock each time would cost forty runs much
            recover(store, project_id, config)
        size = now
        return False

    return is_over


def current_manifest(store: ProjectStore, project_id: UUID) -> Manifest | None:
    """Return the manifest of a run, None where there is no record.

    A run's end is in the journal some milliseconds before it is in the manifest, and a reader that has just
    seen it there may ask at once; so where the journal has come to its end, the summary is derived from it.
    """
    manifest = store.manifest(project_id)
    # Most of a list: their manifest was written after the last event, so the journal need not be read.
    if manifest is None or manifest.status in IDLE_STATUSES:
        return manifest
    path = store.record(project_id).journal_path
    return summarise(manifest, fold(read_events(path))) if ends_run(path) else manifest
