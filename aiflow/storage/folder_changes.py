"""The differences between a project's folder and its events."""

import time

from aiflow.model.events import ChangedBy, SavedEvent
from aiflow.model.snapshot import Snapshot
from aiflow.storage.project_folder import ProjectFolder

# A file that is this much younger than its latest event was changed after it: times of files are coarse.
_CLOCK_MARGIN_S = 0.05


def find_changes(state: Snapshot, folder: ProjectFolder, by: ChangedBy = "outside") -> list[SavedEvent]:
    """Return an event for each file that is not as the events describe it, in the order of their paths.

    A folder that is gone as a whole has no changes: the events are all that is left of the project.
    """
    if not folder.root.is_dir():
        return []
    now = time.time()
    # A file that is still being written, or was refused, is not on the disk under its name.
    known = {path: file for path, file in state.files.items() if file.status == "created"}
    there = dict(folder.walk())
    found = [SavedEvent(path=path, kind="deleted", by=by) for path in known if path not in there]
    for path, status in there.items():
        file = known.get(path)
        if file is None:
            found.append(SavedEvent(path=path, kind="added", by=by, size_bytes=status.st_size))
        # Sizes and times only: reading every file at each look would be slow on a network disk.
        elif status.st_size != file.size_bytes or (
            # A time in the future says nothing, and would make the file a changed one at each look.
            file.written_at is not None
            and file.written_at.timestamp() + _CLOCK_MARGIN_S < status.st_mtime <= now
        ):
            found.append(SavedEvent(path=path, kind="modified", by=by, size_bytes=status.st_size))
    return sorted(found, key=lambda event: event.path)
