"""Where each line of a version's files comes from: the version that first had it, and its sentence."""

from collections.abc import Mapping
from typing import Final, Literal

from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.model.entities import MAX_FILE_BYTES
from aiflow.model.line_origins import follow, runs_of_origins
from aiflow.model.trace import LineOrigin
from aiflow.model.versions import Cause
from aiflow.storage.comparison import read_or_none, read_text
from aiflow.storage.manifest import Manifest
from aiflow.storage.originals import read_originals
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore

# A family may be long; the oldest versions of a longer chain count as one.
_MAX_CHAIN: Final = 200


# A state of the files on the way to a version: its place in the chain, and what made it.
_Step = tuple[int, Cause | Literal["person"]]


def find_origins(store: ProjectStore, manifest: Manifest) -> dict[str, list[LineOrigin]]:
    """Return for each text of a version the runs of its lines with the version that each comes from.

    Raises:
        NotFoundError: the version's folder is gone.
        StorageError: the disk refuses.
    """
    lines: dict[str, list[str]] = {}
    origins: dict[str, list[_Step]] = {}
    chain = _chain(store, manifest)
    for step, texts in _states(store, chain):
        for path, text in texts.items():
            new = text.split("\n")
            if new[-1] == "":
                new.pop()
            if new != lines.get(path):
                origins[path] = follow(origins.get(path, []), lines.get(path, []), new, step)
                lines[path] = new
        for path in lines.keys() - texts.keys():
            del lines[path], origins[path]
    return {
        path: [_origin(first, last, chain[at], cause) for first, last, (at, cause) in runs_of_origins(found)]
        for path, found in sorted(origins.items())
    }


def _states(store: ProjectStore, chain: list[Manifest]) -> list[tuple[_Step, dict[str, str]]]:
    """Return the files of a version's ancestors and its own, the oldest first."""
    states: list[tuple[_Step, dict[str, str]]] = []
    for at, one in enumerate(chain):
        folder = store.find(one.project_id)
        if not folder.is_there():
            if one is chain[-1]:
                raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
            continue
        now = _texts({path: read_or_none(folder, path) for path in _readable(folder)})
        try:
            made = _texts(dict(read_originals(folder.record)))
        except NotFoundError:
            made = now  # of an earlier release: what a person changed in it cannot be told
        # A program's own file (a list of scores) is no part of what was made.
        states += [((at, one.cause), made), ((at, "person"), now)]
    return states


def _chain(store: ProjectStore, manifest: Manifest) -> list[Manifest]:
    """Return the version with those that it was made from, the oldest first."""
    chain = [manifest]
    seen = {manifest.project_id}
    while len(chain) < _MAX_CHAIN:
        parent_id = chain[-1].base_id or chain[-1].parent_id
        parent = store.manifest(parent_id) if parent_id is not None else None
        # A damaged record may name itself.
        if parent is None or parent.project_id in seen:
            break
        seen.add(parent.project_id)
        chain.append(parent)
    return chain[::-1]


def _readable(folder: ProjectFolder) -> list[str]:
    return [path for path, size in folder.sizes().items() if size <= MAX_FILE_BYTES]


def _texts(files: Mapping[str, bytes | None]) -> dict[str, str]:
    found = {}
    for path, data in files.items():
        try:
            if data is not None:
                found[path] = read_text(data)
        except (UnicodeDecodeError, UnsafePathError):
            continue
    return found


def _origin(first: int, last: int, manifest: Manifest, cause: Cause | Literal["person"]) -> LineOrigin:
    return LineOrigin(
        first_line=first,
        last_line=last,
        version=manifest.version,
        project_id=str(manifest.project_id),
        request="" if cause == "person" else manifest.prompt,
        cause=cause,
    )
