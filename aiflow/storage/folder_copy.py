"""The files of a project, copied into another project or into a folder where its program may run."""

import shutil
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from aiflow.exceptions import LimitError, NotFoundError, UnsafePathError
from aiflow.model.paths import SafePath
from aiflow.storage.project_folder import FileWriter, ProjectFolder
from aiflow.storage.safefs import explain

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


def copy_program(folder: ProjectFolder, target: Path) -> None:
    """Copy the files of a project into any folder, for a program that may change them.

    Raises:
        StorageError: when the disk refuses.
    """
    try:
        for path in folder.sizes():
            place = target.joinpath(*path.split("/"))
            # Copied file by file through safe opens: a link that appeared meanwhile is not followed.
            place.parent.mkdir(parents=True, exist_ok=True)
            # A person can remove or replace a file at any moment.
            with (
                suppress(NotFoundError, UnsafePathError),
                folder.open(path) as source,
                place.open("wb") as copy,
            ):
                shutil.copyfileobj(source, copy)
    except OSError as error:
        raise explain(error) from error
