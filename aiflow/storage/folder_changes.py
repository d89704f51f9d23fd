"""The differences between a project's folder and its events."""

import time
from dataclasses import dataclass

from aiflow.model.snapshot import Snapshot
from aiflow.model.versions import ChangeKind
from aiflow.storage.project_folder import ProjectFolder

# A file that is this much younger than its latest event was changed after it: times of files are coarse.
_CLOCK_MARGIN_S = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """A file that is not as the events describe it."""

    path: str
    kind: ChangeKind
    size_bytes: int | None


def find_changes(state: Snapshot, folder: ProjectFolder) -> list[Change]:
    """Return the files that are not as the events describe them, in the order of their paths.

    A folder that is gone as a whole has no changes: the events are all that is left of the project.
    """
    if not folder.root.is_dir():
        return []
    now = time.time()
    known = {path: file for path, file in state.files.items() if file.status == "created"}
    there = dict(folder.walk())
    found = [Change(path, "deleted", None) for path in known if path not in there]
    for path, status in there.items():
        file = known.get(path)
        if file is None:
            found.append(Change(path, "added", status.st_size))
        elif status.st_size != file.size_bytes or (
            # A time in the future says nothing, and would make the file a changed one at each look.
            file.written_at is not None
            and file.written_at.timestamp() + _CLOCK_MARGIN_S < status.st_mtime <= now
        ):
            found.append(Change(path, "modified", status.st_size))
    return sorted(found, key=lambda change: change.path)
