"""The files of one project, copied into another one."""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from aiflow.exceptions import LimitError, NotFoundError
from aiflow.model.paths import SafePath
from aiflow.storage.project_folder import FileWriter, ProjectFolder

_THREADS = 8


def copy_files(
    source: ProjectFolder, target: ProjectFolder, leave_out: Collection[str] = ()
) -> dict[str, int]:
    """Copy the files of a project into one that has none of them; return the size of each.

    A file that is deleted meanwhile is left out.

    Raises:
        LimitError: when there are more files or bytes than a project may have.
        StorageError: when the disk refuses.
    """
    sizes = {path: size for path, size in source.sizes().items() if path not in leave_out}
    if len(sizes) > target.limits.max_files:
        raise LimitError(f"一个项目最多 {target.limits.max_files} 个文件。", reason="too_many_files")
    if sizes:
        # Before the first copy, so that a refusal leaves nothing behind. The target is empty: any path will
        # do.
        target.check_room(next(iter(sizes)), sum(sizes.values()), {})

    def copy(path: str) -> int | None:
        with suppress(NotFoundError):
            data = source.read(path)
            # Not through begin: it would list the target's folder once more for each file.
            writer = FileWriter(target, SafePath(path))
            try:
                writer.write_bytes(data)
            except BaseException:
                writer.discard()
                raise
            return writer.commit()
        return None

    # Side by side: each file waits for the disk (fsync), and a project may have two hundred.
    with ThreadPoolExecutor(_THREADS) as threads:
        copied = zip(sizes, threads.map(copy, sizes), strict=True)
        return {path: size for path, size in copied if size is not None}
