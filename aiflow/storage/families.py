"""The versions of one program: a family, whose members' manifests name it.

No list of them is kept beside the manifests: two truths would have to be kept in step, and a record that is
deleted by hand would stay in the other one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from filelock import FileLock, Timeout

from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import RECORDS_FOLDER, Manifest, RunRecord
from aiflow.storage.safefs import explain

_LOCK_NAME = "families.lock"
_LOCK_TIMEOUT_S = 10.0


def family_of(store: ProjectStore, family_id: UUID) -> list[Manifest]:
    """Return the manifests of a family, the oldest version first; a version that was deleted has none."""
    found = (store.manifest(record.project_id) for record in store.records())
    family = [manifest for manifest in found if manifest is not None and manifest.family_id == family_id]
    return sorted(family, key=lambda manifest: (manifest.version, manifest.created_at))


def create_version(store: ProjectStore, record: RunRecord, manifest: Manifest) -> Manifest:
    """Make the record of a new version, and hold its lock; return the manifest with its family and number.

    Every version is made here, whatever its cause. One without a parent is the first of its own family; for
    another one only ``parent_id`` and ``cause`` need to be right in ``manifest``.

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
        record.create(manifest)
    return manifest


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
