"""What other distributions bring: the entry points of a group, looked up once.

Reading every installed distribution takes some 20 ms, and forty runs that begin at once would wait for it in
turn. A package that is installed meanwhile changes one of the folders, and is seen.
"""

import os
import sys
from functools import lru_cache
from importlib import metadata
from importlib.metadata import EntryPoint


def entry_points(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of ``group``, in the order in which they are found."""
    return _read(group, tuple((folder, _changed_at(folder)) for folder in sys.path))


@lru_cache(maxsize=16)
def _read(group: str, _state: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    return tuple(metadata.entry_points(group=group))


def _changed_at(folder: str) -> int:
    try:
        return os.stat(folder or ".").st_mtime_ns  # noqa: PTH116 - asked for every run; a Path costs more than the call
    except OSError:
        return 0  # a folder of the path that is not there is usual
