"""Writes the files of an answer to disk while the model is typing the next one."""

import asyncio
from collections.abc import Collection

from aiflow.exceptions import LimitError, UnsafePathError
from aiflow.extraction import FileClosed, FileOpened, FileRefused, FileText, Part
from aiflow.gates.checks import check_file_aside
from aiflow.model.events import DiagnosticEvent
from aiflow.model.findings import Severity
from aiflow.model.paths import SafePath
from aiflow.model.phases import IMPLEMENT
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.storage.project_folder import FileWriter, ProjectFolder


class FileSink:
    """Writes the files of one answer, each as soon as its text ends; the newest text of a path wins.

    Many models forget a closing mark. Such a file ends where the next one begins, or with the answer. It is
    written if the gates find nothing wrong with it; else it is incomplete, and the repair asks for it.

    Args:
        context: the run.
        folder: the project's files.
        locked: paths that the answer must not write: the tests that were written before the code.

    Attributes:
        incomplete: the paths whose newest text was cut off or is not valid, and was not written.
    """

    def __init__(
        self, context: PhaseContext, folder: ProjectFolder, locked: Collection[str] = frozenset()
    ) -> None:
        self._context = context
        self._locked = locked
        self._folder = folder
        self._events = context.events
        self._writer: FileWriter | None = None
        self._path: str | None = None
        # Read once an answer: a file costs the same in a large project as in a small one.
        self._sizes: dict[str, int] | None = None
        self.incomplete: set[str] = set()

    async def add(self, part: Part, *, cut: bool = False) -> None:
        """Write a part of the answer.

        Args:
            part: the next part.
            cut: whether the answer was cut off at its end, so that a file which ends there is not whole.

        Raises:
            StorageError: when the disk refuses.
        """
        if isinstance(part, FileText):
            self._write(part.text)
        elif isinstance(part, FileOpened):
            self._open(part.path)
        elif isinstance(part, FileClosed):
            await self._close(part, cut=cut)
        elif isinstance(part, FileRefused):
            self._diagnose(None, "unsafe_path", part.reason)
        elif part.text:
            self._events.text(IMPLEMENT, "content", part.text)

    def discard(self) -> None:
        """Delete the file that is not complete: the run was stopped."""
        if self._writer is not None:
            self._writer.discard()
            self._writer = None

    def _open(self, path: SafePath) -> None:
        self._path = path
        if path in self._locked:
            self._diagnose(path, "test_locked", "测试已经写好了，不跟着程序改。", "info")
            return
        try:
            self._writer = self._folder.begin(path, self._known_sizes())
        # A bad name costs one file: the other files of the answer are still written.
        except (UnsafePathError, LimitError) as error:
            self._diagnose(path, error.reason, error.message)

    def _write(self, text: str) -> None:
        if self._writer is None:
            return
        try:
            self._writer.write(text)
        except LimitError as error:
            self.discard()
            self._diagnose(self._path, error.reason, error.message)
            return
        self._events.text(IMPLEMENT, "content", text, self._path)

    async def _close(self, part: FileClosed, *, cut: bool) -> None:
        writer = self._writer
        if writer is None:
            return
        # Half a program is worse than none: the repair then asks for the whole file.
        if not cut and (part.complete or await self._is_whole(writer)):
            await self._commit(writer)
        else:
            self.incomplete.add(writer.path)
        self.discard()  # does nothing to a file that is in its place

    async def _is_whole(self, writer: FileWriter) -> bool:
        """Return whether a file without a closing mark is whole after all."""
        data = writer.peek()
        gates = self._context.config.gates
        return bool(data.strip()) and not await check_file_aside(writer.path, data, gates)

    async def _commit(self, writer: FileWriter) -> None:
        try:
            self._folder.check_room(writer.path, writer.size, self._known_sizes())
        except LimitError as error:
            self._diagnose(writer.path, error.reason, error.message)
            return
        # An fsync may take long; the event loop serves the other runs meanwhile.
        size = await asyncio.to_thread(writer.commit)
        self._known_sizes()[writer.path] = size
        self._context.announce(writer.path, size)
        self.incomplete.discard(writer.path)

    def _known_sizes(self) -> dict[str, int]:
        # Listed once for an answer: two hundred listings of two hundred files would be slow.
        if self._sizes is None:
            self._sizes = self._folder.sizes()
        return self._sizes

    def _diagnose(self, path: str | None, rule: str, message: str, severity: Severity = "error") -> None:
        self._events.emit(DiagnosticEvent(path=path, rule=rule, message=message, severity=severity))
