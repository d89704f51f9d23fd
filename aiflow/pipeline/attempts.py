"""The end of a failed retry: the files of the attempt before it return, with their events."""

from collections.abc import Iterator
from pathlib import Path

from aiflow.model.artifacts import Artifact
from aiflow.model.events import ArtifactEvent, EventBase, FileWrittenEvent, SavedEvent, StatusEvent
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import RequestStatus
from aiflow.storage.journal_reader import read_events
from aiflow.storage.project_folder import ProjectFolder


def restore(folder: ProjectFolder, snapshot: Snapshot, journal: Path) -> Iterator[EventBase]:
    """Bring back the files that a retry set aside; yield the events that bring the snapshot up to date.

    Raises:
        StorageError: when the disk refuses.
    """
    if not folder.restore():
        return
    sizes = folder.sizes()
    # Written by the attempt that failed and not there before it: readers of the journal must drop them.
    for path in [path for path in snapshot.files if path not in sizes]:
        yield SavedEvent(path=path, kind="deleted", by="outside")
    for path, size in sizes.items():
        # Also where the size is the same: the text is the earlier attempt's.
        yield FileWrittenEvent(filename=path.rpartition("/")[2], path=path, size_bytes=size)
    for phase, artifact in _artifacts_before_retry(journal).items():
        yield ArtifactEvent(phase=phase, artifact=artifact)


def _artifacts_before_retry(journal: Path) -> dict[str, Artifact]:
    state, before = Snapshot(), dict[str, Artifact]()
    for event in read_events(journal):
        # The last retry counts: a project may have been retried more than once.
        if isinstance(event, StatusEvent) and event.status is RequestStatus.RETRYING:
            before = dict(state.artifacts)
        state.apply(event)
    return before
