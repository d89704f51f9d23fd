"""Which files of a folder are a project's."""

import os
import stat
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path

from aiflow.exceptions import UnsafePathError
from aiflow.model.language_facts import cache_folders
from aiflow.model.paths import MAX_DEPTH, SafePath
from aiflow.storage.safefs import is_shared, list_folder

# Left by interpreters, editors and systems; never a part of what was generated.
_NOISE = frozenset({".git", ".aiflow", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini"}).union(
    cache_folders()
)


def is_listed(name: str) -> bool:
    """Tell whether a file or folder of this name is a part of a project.

    Not noise, and a name that has characters.
    """
    # Linux allows names that are not UTF-8: Python shows their bytes as lone surrogates, which no JSON
    # carries.
    return name not in _NOISE and (name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name))


def walk_folder(
    root: Path, parts: tuple[str, ...] = (), *, unsafe: list[UnsafePathError] | None = None
) -> Iterator[tuple[SafePath, os.stat_result]]:
    """Yield (path, stat) of the regular files below ``root/parts``; links and unsafe names are left out.

    Args:
        root: the folder.
        parts: where to begin in it.
        unsafe: the reasons for which names are left out are added to it.
    """
    # Each file system lists in its own order; trees, zips and comparisons must be the same everywhere.
    for name, found in sorted(list_folder(root, parts), key=itemgetter(0)):
        if not is_listed(name):
            continue
        # Deeper than a path may be, a file could be neither opened nor downloaded.
        if stat.S_ISDIR(found.st_mode) and len(parts) + 1 < MAX_DEPTH:
            yield from walk_folder(root, (*parts, name), unsafe=unsafe)
        # A hard link could be a second name of a file outside the project, so it is left out as a link is.
        elif stat.S_ISREG(found.st_mode) and not is_shared(found):
            try:
                path = SafePath("/".join((*parts, name)))
            except UnsafePathError as error:
                if unsafe is not None:
                    unsafe.append(error)
                continue
            yield path, found
