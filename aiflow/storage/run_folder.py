"""A run's record beside its project: manifest, lock, command, and what earlier attempts left.

    projects/.aiflow/3f2a9c1e-…/
        manifest.json    the request, and a summary of the journal
        journal.jsonl    its events
        run.lock         held from a run's beginning to its end or pause
        command.json     a request to cancel, for the process that holds the lock
        calls/           the requests to the model and its answers, word for word
        tmp/             files that are not complete yet
        attempts/        an earlier attempt's files, while a retry is under way
        repairs/         what repairs changed, as diffs
        thumbnail.png    the first picture of the program's window
        last_error.txt   the error that ended the program when it was last run
        title.txt        a person's title that is not in the journal yet: the run is at work, or has no
        journal
        label.txt        the same for a person's label; empty where the label was removed

The record can be deleted; the project folder then still lists, opens and downloads.
"""

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from filelock import FileLock, Timeout
from pydantic import ValidationError

from aiflow.exceptions import ConflictError, InputError, NotFoundError, UnsafePathError
from aiflow.model.paths import SafePath
from aiflow.model.status import IDLE_STATUSES
from aiflow.model.validators import check_label, check_title
from aiflow.storage.manifest import Manifest
from aiflow.storage.safefs import explain, open_file, write_atomic

RECORDS_FOLDER = ".aiflow"
MANIFEST_NAME = "manifest.json"
THUMBNAIL_NAME = "thumbnail.png"
_TITLE_NAME = "title.txt"
_LABEL_NAME = "label.txt"
_PNG = b"\x89PNG\r\n\x1a\n"
_MAX_THUMBNAIL_BYTES = 8_000_000
_COMMAND_NAME = "command.json"


class GivenNames(NamedTuple):
    """Names that a person gave and the journal does not hold yet; None for a name that was not given.

    Attributes:
        title: of the project.
        label: of this version; empty where it was removed.
    """

    title: str | None = None
    label: str | None = None


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
        """Make the folder, take the lock, and write the manifest.

        The lock comes first: a manifest that says pending under a free lock is an interrupted run.

        Raises:
            ConflictError: when another process made it at the same time.
            StorageError: when the disk refuses.
        """
        try:
            self.temporary.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error) from error
        self.acquire()
        try:
            self.save(manifest)
        except BaseException:
            self.release()
            raise

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
            manifest: what to write.
            sync: fsync it, where this record does so at all. The summary can be derived from the journal
                again.

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
            ConflictError: when another process, or another object of this one, holds it.
            NotFoundError: when the record is gone.
            StorageError: when the disk refuses.
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
        """Whether a process holds the lock: it works on the run, or queues it."""
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
            return False  # a folder that cannot be locked is not worked on
        probe.release()
        return False

    def was_interrupted(self, manifest: Manifest) -> bool:
        """Return whether the run is at work by its ``manifest``, but no process works on it."""
        return manifest.status not in IDLE_STATUSES and not self.is_alive()

    def request_cancel(self, seen: int) -> None:
        """Ask the process that holds the lock to cancel the run.

        Args:
            seen: the number of the last event that the caller knows. A process that took the lock after a
                later event is another one than the caller saw, and does not obey.

        Raises:
            StorageError: when the disk refuses.
        """
        command = {"command": "cancel", "seen": seen}
        try:
            write_atomic(self.folder / _COMMAND_NAME, json.dumps(command).encode(), sync=False)
        except OSError as error:
            raise explain(error) from error

    def cancel_is_requested(self, since: int) -> bool:
        """Return whether another process asked to cancel the run; the request is used up.

        Args:
            since: the number of the last event that was written before this process took the lock.
        """
        path = self.folder / _COMMAND_NAME
        try:
            found: Any = json.loads(path.read_bytes())
            path.unlink()
        except (OSError, ValueError):
            return False
        if not isinstance(found, dict) or found.get("command") != "cancel":
            return False
        seen = found.get("seen")
        return isinstance(seen, int) and seen >= since

    @property
    def calls(self) -> Path:
        """The folder of the transcripts; see ``aiflow.storage.transcripts``."""
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

    def given_names(self) -> GivenNames:
        """Return the names that ``rename`` keeps until the journal has them."""
        return GivenNames(
            self._given(_TITLE_NAME, check_title),
            self._given(_LABEL_NAME, check_label),
        )

    def _given(self, name: str, check: Callable[[object], str]) -> str | None:
        try:
            # A Path costs more than the call, and a list asks this of every project.
            with open(f"{self.folder}{os.sep}{name}", encoding="utf-8") as file:  # noqa: PTH123
                return check(file.read())
        except (OSError, UnicodeError, InputError):
            return None  # there is none, or another program wrote the file

    def forget_names(self) -> None:
        """Remove what ``rename`` kept: the journal has it."""
        for name in (_TITLE_NAME, _LABEL_NAME):
            with suppress(OSError):
                (self.folder / name).unlink(missing_ok=True)

    def rename(self, title: object = None, label: object = None) -> GivenNames:
        """Keep what a person calls the project; return all the names that are kept.

        Each name has a file of its own: a run that is at work, and one that is done again, write the manifest
        as they know it.

        Args:
            title: the new title; None leaves it as it is.
            label: the new label, empty for none; None leaves it as it is.

        Raises:
            InputError: when neither is given, or one breaks a rule of ``check_title`` or ``check_label``.
            StorageError: when the disk refuses.
        """
        if title is None and label is None:
            raise InputError("缺少 title 或 label：请写上项目的新名字或标签。")
        kept = self.given_names()
        given = GivenNames(
            kept.title if title is None else check_title(title),
            kept.label if label is None else check_label(label),
        )
        manifest = self.folder / MANIFEST_NAME
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, text in ((_TITLE_NAME, given.title), (_LABEL_NAME, given.label)):
                if text is not None:
                    write_atomic(self.folder / name, text.encode(), sync=self.sync)
            if manifest.exists():
                os.utime(manifest)  # a list reads again what has a younger manifest
        except OSError as error:
            raise explain(error) from error
        return given

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
