"""A version's files as they were before a person changed them: when they were made, and before each step.

Both are zips in the version's record, so that a name in them is never a path of the machine:

    originals.zip      the files as the run, the copy or the import made them
    undo/{token}.zip   the files that one step replaced, and what it put in their place
"""

import json
import secrets
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiflow.exceptions import NotFoundError
from aiflow.storage.comparison import read_or_none
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.run_folder import RunRecord
from aiflow.storage.safefs import explain, replace_file

ORIGINALS_NAME = "originals.zip"
UNDO_FOLDER = "undo"
_LEVEL = 1  # sources shrink to a third even so, and ten megabytes take a tenth of a second
_TOKEN_DIGITS = frozenset("0123456789abcdef")
_STEP_NAME = "step.json"
_FILES = "files/"


@dataclass(frozen=True, slots=True)
class Step:
    """One step that can be undone.

    Attributes:
        before: the bytes of each file before it; None where there was none.
        after: the entity tag of each file after it; None where there is none.
    """

    before: Mapping[str, bytes | None]
    after: Mapping[str, str | None]


def keep_originals(folder: ProjectFolder) -> None:
    """Keep the files of a version as they are now: it has just been made.

    Raises:
        StorageError: when the disk refuses; an older copy is then still there.
    """
    files: dict[str, bytes | None] = {}
    for path, size in folder.sizes().items():
        # Larger than a file of ours may be: somebody put it there, so it is none that was made.
        if size <= folder.limits.max_file_bytes:
            files[path] = read_or_none(folder, path)
    _write_zip(folder.record, ORIGINALS_NAME, files)


def read_originals(record: RunRecord) -> dict[str, bytes]:
    """Return the files as they were made.

    Raises:
        NotFoundError: when they were not kept: the version is of an earlier release.
        StorageError: when the disk refuses.
    """
    files = _read_zip(record.folder / ORIGINALS_NAME)
    if files is None:
        raise NotFoundError("这个版本没有保存刚生成时的内容，不能还原。", reason="no_original")
    return files


def edited_files(folder: ProjectFolder) -> list[str]:
    """Return the files that are not as they were made; none where no originals were kept.

    Raises:
        StorageError: when the disk refuses.
    """
    try:
        with zipfile.ZipFile(folder.record.folder / ORIGINALS_NAME) as archive:
            members = {one.filename.removeprefix(_FILES): one for one in archive.infolist()}
    except (FileNotFoundError, zipfile.BadZipFile):
        return []
    except OSError as error:
        raise explain(error) from error
    sizes = folder.sizes()
    # The size and the checksum of the archive say so without unpacking it: the page asks after each save.
    return [
        path
        for path, member in members.items()
        if sizes.get(path) != member.file_size or zlib.crc32(read_or_none(folder, path) or b"") != member.CRC
    ]


def keep_step(record: RunRecord, step: Step) -> str:
    """Keep what a step is about to replace; return the token that undoes it.

    Raises:
        StorageError: when the disk refuses; the step must then not be made.
    """
    # The time comes first, so that the names sort by it. The random part keeps two steps apart where the
    # clock
    # is coarse, as on Windows.
    token = f"{time.time_ns():016x}{secrets.token_hex(8)}"
    step_json = json.dumps({"before": [*step.before], "after": dict(step.after)}).encode()
    try:
        (record.folder / UNDO_FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise explain(error) from error
    _write_zip(record, f"{UNDO_FOLDER}/{token}.zip", step.before, {_STEP_NAME: step_json})
    return token


def read_step(record: RunRecord, token: str) -> Step:
    """Return a step that can be undone.

    Raises:
        NotFoundError: when there is none with this token.
        StorageError: when the disk refuses.
    """
    # The token comes from a request: digits alone cannot name a file outside the folder.
    known = _read_zip(_step_path(record, token)) if set(token) <= _TOKEN_DIGITS else None
    path = _step_path(record, token)
    found = _member(path, _STEP_NAME) if known is not None else None
    if known is None or found is None:
        raise NotFoundError("这一步已经撤销过，或者不能再撤销了。", reason="no_undo")
    step = json.loads(found)
    return Step({path: known.get(path) for path in step["before"]}, step["after"])


def forget_step(record: RunRecord, token: str) -> None:
    """Remove a step that was undone."""
    _step_path(record, token).unlink(missing_ok=True)


def undo_tokens(record: RunRecord) -> list[str]:
    """Return the tokens of the steps that can be undone, the latest first."""
    return sorted((path.stem for path in (record.folder / UNDO_FOLDER).glob("*.zip")), reverse=True)


def _step_path(record: RunRecord, token: str) -> Path:
    return record.folder / UNDO_FOLDER / f"{token}.zip"


def _write_zip(
    record: RunRecord, name: str, files: Mapping[str, bytes | None], more: Mapping[str, bytes] | None = None
) -> None:
    target = record.folder / name
    # A killed process must not leave half a zip under the right name.
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            for path, data in files.items():
                # A zip has no entry for a file that was not there: step.json alone names it.
                if data is not None:
                    archive.writestr(f"{_FILES}{path}", data)
            for member, data in (more or {}).items():
                archive.writestr(member, data)
        replace_file(temporary, target)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise explain(error) from error


def _read_zip(path: Path) -> dict[str, bytes] | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.startswith(_FILES)]
            return {name.removeprefix(_FILES): archive.read(name) for name in names}
    except (FileNotFoundError, zipfile.BadZipFile, zlib.error):
        return None  # not kept, or damaged by something else
    except OSError as error:
        raise explain(error) from error


def _member(path: Path, name: str) -> bytes | None:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(name)
    except (KeyError, zipfile.BadZipFile, OSError):
        return None
