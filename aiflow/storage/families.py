"""The versions of one program: a family, whose members' manifests name it.

No list of them is kept beside the manifests: two truths would have to be kept in step, and a record that is
deleted by hand would stay in the other one.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from filelock import FileLock, Timeout

from aiflow.config import RunConfig
from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.model.status import project_status_of
from aiflow.model.versions import Version
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import MANIFEST_NAME, RECORDS_FOLDER, THUMBNAIL_NAME, RunRecord
from aiflow.storage.safefs import explain

_LOCK_NAME = "families.lock"
# The lock is held for milliseconds: only a stopped process or a very slow disk holds it for so long.
_LOCK_TIMEOUT_S = 10.0
_FAMILY = re.compile(rb'"family_id": ?"([0-9a-f-]{36})"')


def family_of(store: ProjectStore, family_id: UUID) -> list[Manifest]:
    """Return the manifests of a family, the oldest version first; a version that was deleted has none."""
    names = store.record_names()
    # Without this, a server that runs for months would remember every project that was ever deleted.
    for name in store.families.keys() - set(names):
        store.families.pop(name, None)
    for name in names:
        if name not in store.families and (found := _family_in(store, name)) is not None:
            store.families[name] = found
    family = str(family_id)  # two UUIDs are compared in Python, a thousand of them in milliseconds
    members = [UUID(name) for name in names if store.families.get(name) == family]
    manifests = (store.manifest(member) for member in members)
    known = [manifest for manifest in manifests if manifest is not None]
    return sorted(known, key=lambda manifest: (manifest.version, manifest.created_at))


def _family_in(store: ProjectStore, name: str) -> str | None:
    """Return the family that a manifest names; None where there is none yet."""
    try:
        # Searched, not parsed: there may be thousands of other families.
        data = (store.projects_dir / RECORDS_FOLDER / name / MANIFEST_NAME).read_bytes()
        named = _FAMILY.search(data)
        # A manifest of version 0.1 names no family: its project is a family of its own.
        return str(UUID(named[1].decode() if named else name))
    except (OSError, ValueError):
        return None  # no record, or one that is being made


def children_of(store: ProjectStore, manifest: Manifest) -> list[Manifest]:
    """Return the versions that were made from one: while there are any, its files stay as they are."""
    family = family_of(store, manifest.family_id)
    return [one for one in family if one.parent_id == manifest.project_id]


def version_of(store: ProjectStore, manifest: Manifest) -> Version:
    """Return the row of a version in the list of its family."""
    record = store.record(manifest.project_id)
    given = record.given_names().label
    return Version(
        family_id=manifest.family_id,
        version=manifest.version,
        parent_id=manifest.parent_id,
        cause=manifest.cause,
        request=manifest.prompt,
        project_id=manifest.project_id,
        # A label that was given during a run is in the manifest only after the next event.
        label=(manifest.label if given is None else given) or None,
        status=project_status_of(manifest.status),
        request_status=manifest.status,
        created_at=manifest.created_at,
        file_count=manifest.file_count,
        changes=manifest.changes,
        tests=manifest.tests,
        thumbnail=os.path.isfile(f"{record.folder}{os.sep}{THUMBNAIL_NAME}"),  # noqa: PTH113 - half the time
    )


def create_version(store: ProjectStore, record: RunRecord, manifest: Manifest) -> Manifest:
    """Make the record of a new version, and hold its lock; return the manifest with its family and number.

    Every version is made here, whatever its cause. One without a parent is the first of its own family; for
    another one only ``parent_id`` and ``cause`` need to be right in ``manifest``. A title that a person gave
    the parent stays.

    Args:
        store: the projects.
        record: of the new version; not there yet.
        manifest: the request.

    Raises:
        NotFoundError: when the parent is gone.
        ConflictError: when another process made the record at the same time.
        StorageError: when the disk refuses.
    """
    if manifest.parent_id is None:
        record.create(manifest)
        return manifest
    # The last number is read and used under one lock: two changes of one version would get the same number.
    with families_locked(store):
        parent = store.manifest(manifest.parent_id)
        if parent is None:
            raise NotFoundError("没有这个版本。它可能已经被删除。")
        last = max(known.version for known in family_of(store, parent.family_id))
        manifest = manifest.model_copy(
            update={
                "family_id": parent.family_id,
                "version": last + 1,
                "base_prompt": parent.base_prompt or parent.prompt,
            }
        )
        # Still under the lock: the next version must count this one.
        record.create(manifest)
        above = store.record(parent.project_id)
        # The journal's title, not the manifest's: that may be the specification's, which no person gave.
        title = above.given_names().title or fold_without_text(above.journal_path).title
        if title is not None:
            record.rename(title)
    return manifest


def prune(store: ProjectStore, newest: Manifest) -> tuple[list[Manifest], bool]:
    """Delete the oldest versions of a family that is over its limits.

    Only a version without children, a label and a run at work is deleted, never the newest or its parent: a
    chain of versions that were made from each other is kept, however long it is.

    Returns:
        The deleted versions, and whether the family is still over its limits.

    Raises:
        StorageError: when the disk refuses.
    """
    removed: list[Manifest] = []
    with families_locked(store):
        family = family_of(store, newest.family_id)
        # Measured once: each measurement walks a whole record, and a deletion changes no other size.
        sizes = {one.project_id: _bytes_of(store, one) for one in family}
        while _is_over(store.limits, [sizes[one.project_id] for one in family]):
            # Computed again after each deletion: a version whose last child is gone may be the next.
            kept = {one.parent_id for one in family} | {family[-1].project_id, newest.project_id}
            found = next((one for one in family if _may_go(store, one) and one.project_id not in kept), None)
            if found is None:
                return removed, True
            store.delete(found.project_id)
            family.remove(found)
            removed.append(found)
    return removed, False


def _is_over(limits: RunConfig, sizes: list[int]) -> bool:
    return len(sizes) > limits.max_versions or sum(sizes) > limits.history_mb * 1_000_000


def _may_go(store: ProjectStore, manifest: Manifest) -> bool:
    record = store.record(manifest.project_id)
    label = record.given_names().label
    # A label is the person's way to keep a version; the notice about a pruned family says so.
    return not (manifest.label if label is None else label) and not record.is_alive()


def _bytes_of(store: ProjectStore, manifest: Manifest) -> int:
    record = store.record(manifest.project_id).folder
    # The record counts too: the journal and the transcripts may be larger than the files.
    kept = sum(path.stat().st_size for path in record.rglob("*") if path.is_file())
    return kept + (manifest.size_bytes or 0)


@contextmanager
def families_locked(store: ProjectStore) -> Iterator[None]:
    """Let no other thread or process add to a family, so that no version gets a child while the block lasts.

    One lock for all families, held for milliseconds: one for each would outlive its family.

    Raises:
        ConflictError: when another process holds it for too long.
        StorageError: when the disk refuses.
    """
    folder = store.projects_dir / RECORDS_FOLDER
    lock = FileLock(folder / _LOCK_NAME, thread_local=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_LOCK_TIMEOUT_S, poll_interval=0.01)
    except Timeout:
        raise ConflictError("另一个程序正在新建版本，请过一会儿再试。", retryable=True) from None
    except OSError as error:
        raise explain(error) from error
    try:
        yield
    finally:
        lock.release()
