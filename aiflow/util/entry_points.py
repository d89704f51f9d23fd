"""Plug-ins of other distributions: the entry points of a group, looked up once.

A look-up reads the metadata of every installed distribution. That takes some 20 ms, and forty runs that begin
together would wait for it in turn.
"""

import os
import sys
from functools import lru_cache
from importlib import metadata
from importlib.metadata import EntryPoint


def entry_points(group: str) -> tuple[EntryPoint, ...]:
    """Return the entry points of ``group``, in the order of ``importlib.metadata``."""
    # A package that is installed meanwhile changes one of the folders, and the look-up is repeated.
    return _read(group, tuple((folder, _modified_ns(folder)) for folder in sys.path))


@lru_cache(maxsize=16)
def _read(group: str, _state: tuple[tuple[str, int], ...]) -> tuple[EntryPoint, ...]:
    return tuple(metadata.entry_points(group=group))


def _modified_ns(folder: str) -> int:
    try:
        return os.stat(folder or ".").st_mtime_ns  # noqa: PTH116 - for every run; a Path costs more than the call
    except OSError:
        return 0  # sys.path may name folders that do not exist
