"""A run's record beside its project: manifest, lock, command, and what earlier attempts left.

    projects/.aiflow/3f2a9c1e-…/
        manifest.json    what was asked for and where it stands
        journal.jsonl    its events
        run.lock         held while a process works on it
        command.json     what another process asks of the one that holds the lock
        calls/           what was sent to the model and what it answered, word for word
        tmp/             files that are not complete yet
        attempts/        an earlier attempt's files, while a retry is under way
        repairs/         what repairs changed, as diffs
        thumbnail.png    the first picture of the program's window
        title.txt        what a person calls the project

The record can be deleted; the project folder then still lists, opens and downloads.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from aiflow.exceptions import ConflictError, InputError, NotFoundError, StorageError, UnsafePathError
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.entities import PROJECT_NAME, Timestamp
from aiflow.model.paths import SafePath
from aiflow.model.status import FINAL_STATUSES, RequestStatus
from aiflow.model.validators import check_title
from aiflow.storage.safefs import explain, open_file, write_atomic
from aiflow.util.timestamps import utc_now

RECORDS_FOLDER = ".aiflow"
MANIFEST_NAME = "manifest.json"
THUMBNAIL_NAME = "thumbnail.png"
TITLE_NAME = "title.txt"
_PNG = b"\x89PNG\r\n\x1a\n"
_MAX_THUMBNAIL_BYTES = 8_000_000
RESTING_STATUSES = FINAL_STATUSES | {RequestStatus.PAUSED}
# From a run's beginning to the first of its work; a process that dies in between is noticed this much later.
HANDOVER_S = 2.0
Command = Literal["cancel"]


class Manifest(BaseModel):
    """What was asked for and where it stands; a summary of the journal that a list can be made from."""

    model_config = ConfigDict(extra="ignore")

    project_id: UUID
    prompt: str
    template: str | None = None
    engine: str
    created_at: Timestamp = Field(default_factory=utc_now)
    project_name: str | None = Field(default=None, pattern=PROJECT_NAME.pattern)  # becomes a part of a path
    title: str | None = None
    main_file: str | None = None
    status: RequestStatus = RequestStatus.PENDING
    retry_count: int = 0
    pause_after: list[str] = Field(default_factory=list)
    derived_from: UUID | None = None
    given_spec: Spec | None = None
    given_plan: Plan | None = None
    syntax_validated: bool = False
    file_count: int = 0
    size_bytes: int | None = Field(default=None, ge=0)  # None: written by a version that did not count them
    user: str = ""


class RunRecord:
    """One run's folder.

    Args:
        folder: ``projects/.aiflow/{id}``.
        sync: fsync what is written.
    """

    def __init__(self, folder: Path, *, sync: bool = True) -> None:
        self.folder = folder
        self.sync = sync

    @cached_property
    def _lock(self) -> FileLock:
        # Made when it is wanted: a list of thousands of runs looks at none of their locks.
        return FileLock(self.folder / "run.lock", thread_local=False)

    @property
    def project_id(self) -> UUID:
        """The run's id, which is the folder's name."""
        return UUID(self.folder.name)

    @property
    def journal_path(self) -> Path:
        """The events."""
        return self.folder / "journal.jsonl"

    @property
    def temporary(self) -> Path:
        """Where files grow until they are complete."""
        return self.folder / "tmp"

    @property
    def attempts(self) -> Path:
        """Where an earlier attempt's files wait."""
        return self.folder / "attempts"

    def create(self, manifest: Manifest) -> None:
        """Make the folder and the manifest.

        Raises:
            StorageError: when the disk refuses.
        """
        try:
            self.temporary.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error) from error
        self.save(manifest)

    def load(self) -> Manifest:
        """Read the manifest.

        Raises:
            NotFoundError: when there is none that can be read.
        """
        try:
            return Manifest.model_validate_json((self.folder / MANIFEST_NAME).read_bytes())
        except (OSError, ValidationError):
            raise NotFoundError("没有这个项目的运行记录。") from None

    def save(self, manifest: Manifest, *, sync: bool = True) -> None:
        """Write the manifest, whole or not at all.

        Args:
            manifest: a summary; what it says of a run that goes on is made again from the journal where it is
                lost.
            sync: fsync it, where this record does so at all.

        Raises:
            StorageError: when the disk refuses.
        """
        try:
            write_atomic(
                self.folder / MANIFEST_NAME,
                manifest.model_dump_json(indent=1).encode(),
                sync=sync and self.sync,
            )
        except OSError as error:
            raise explain(error) from error

    def acquire(self) -> None:
        """Take the lock: this process works on the run from now on.

        Raises:
            ConflictError: when somebody works on it already.
            NotFoundError: when the record is gone.
        """
        if not self.folder.is_dir():
            raise NotFoundError("没有这个项目的运行记录。")
        try:
            self._lock.acquire(timeout=0.2, poll_interval=0.02)
        except Timeout:
            raise ConflictError("这个项目正在生成，请先等它结束，或者停止它。") from None
        except OSError as error:
            raise explain(error) from error

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._lock.is_locked

    def is_alive(self) -> bool:
        """Whether some process works on the run."""
        if self.is_held:
            return True
        if not self.folder.is_dir():
            return False
        probe = FileLock(self.folder / "run.lock", thread_local=False)
        try:
            probe.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False  # a folder that cannot be locked is nobody's work place
        probe.release()
        return False

    def was_interrupted(self, manifest: Manifest) -> bool:
        """Whether the record says that it is being worked on, and nobody is."""
        if manifest.status in RESTING_STATUSES or self._is_handed_over(manifest):
            return False
        return not self.is_alive()

    def _is_handed_over(self, manifest: Manifest) -> bool:
        """Whether the run was begun a moment ago: between that and the work, nobody holds the lock."""
        if manifest.status not in {RequestStatus.PENDING, RequestStatus.RETRYING}:
            return False
        try:
            age = time.time() - (self.folder / MANIFEST_NAME).stat().st_mtime
        except OSError:
            return False
        # A clock that was set back must not keep a dead run alive.
        return 0 <= age < HANDOVER_S

    def send(self, command: Command) -> None:
        """Ask the process that holds the lock to do something.

        Raises:
            StorageError: when the disk refuses.
        """
        try:
            write_atomic(self.folder / "command.json", json.dumps({"command": command}).encode(), sync=False)
        except OSError as error:
            raise explain(error) from error

    def take_command(self) -> Command | None:
        """Return what was asked since the last call, and forget it."""
        path = self.folder / "command.json"
        try:
            found: Any = json.loads(path.read_bytes())
            path.unlink()
        except (OSError, json.JSONDecodeError):
            return None
        return "cancel" if isinstance(found, dict) and found.get("command") == "cancel" else None

    @property
    def calls(self) -> Path:
        """What was said between the pipeline and the model; see ``aiflow.storage.transcripts``."""
        return self.folder / "calls"

    @property
    def thumbnail_path(self) -> Path:
        """The first picture of the program's window, where it has one."""
        return self.folder / THUMBNAIL_NAME

    def thumbnail(self) -> bytes:
        """Return the first picture of the program's window, as a PNG.

        Raises:
            NotFoundError: when there is none. A program drew it: what is no picture, or far too large, is
                none.
            StorageError: when the disk refuses.
        """
        try:
            with open_file(self.folder, SafePath(THUMBNAIL_NAME)) as file:
                data = file.read(_MAX_THUMBNAIL_BYTES + 1)
        except (NotFoundError, UnsafePathError):
            data = b""
        if not data.startswith(_PNG) or len(data) > _MAX_THUMBNAIL_BYTES:
            raise NotFoundError("这个项目没有缩略图：它没有窗口，或者还没有试运行过。", reason="no_thumbnail")
        return data

    def given_title(self) -> str | None:
        """Return what a person calls the project, None where nobody has renamed it."""
        try:
            return check_title((self.folder / TITLE_NAME).read_text(encoding="utf-8"))
        except (OSError, UnicodeError, InputError):
            return None  # nobody has, or something else wrote there

    def rename(self, title: object) -> str:
        """Keep what a person calls the project; return it without the space around it.

        It has a file of its own: a run that is at work, and one that is done again, write the manifest as
        they know it.

        Raises:
            InputError: when it cannot be a title; see ``check_title``.
            StorageError: when the disk refuses.
        """
        said = check_title(title)
        manifest = self.folder / MANIFEST_NAME
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomic(self.folder / TITLE_NAME, said.encode(), sync=self.sync)
            if manifest.exists():
                os.utime(manifest)  # whoever lists projects looks again at those whose manifest is younger
        except OSError as error:
            raise explain(error) from error
        return said

    def keep_diff(self, name: str, diff: str) -> None:
        """Keep what a repair changed.

        Raises:
            StorageError: when the disk refuses.
        """
        folder = self.folder / "repairs"
        try:
            folder.mkdir(exist_ok=True)
            write_atomic(folder / name, diff.encode("utf-8", "replace"), sync=False)
        except OSError as error:
            raise explain(error) from error

    def clear_temporary(self) -> None:
        """Throw away what was not complete when a run ended.

        Raises:
            StorageError: when the disk refuses.
        """
        try:
            shutil.rmtree(self.temporary, ignore_errors=True)
            self.temporary.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error) from error

    @contextmanager
    def working(self) -> Iterator[None]:
        """Hold the lock for as long as the block lasts."""
        self.acquire()
        try:
            yield
        finally:
            self.release()


def gone() -> StorageError:
    """Return the error for a record or a folder that was deleted while it was used."""
    return StorageError("项目文件夹不见了，可能被删除或改名。请重新生成。")
