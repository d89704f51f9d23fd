"""From the extractor's parts to files on disk, while the model types the next one."""

import asyncio

from aiflow.exceptions import LimitError, UnsafePathError
from aiflow.extraction import FileClosed, FileOpened, FileRefused, FileText, Part
from aiflow.model.events import DiagnosticEvent, FileWrittenEvent
from aiflow.model.findings import Finding
from aiflow.model.phases import IMPLEMENT
from aiflow.pipeline.event_writer import Emitter
from aiflow.storage.project_folder import FileWriter, ProjectFolder
from aiflow.util.log import Trace

PHASE = IMPLEMENT


class FileSink:
    """Writes the files of one answer.

    Args:
        folder: where they go.
        emitter: where their events go.
        trace: the log.
        only: accept nothing but this path (a repair); other files are left out.

    Attributes:
        written: the paths that are on disk, in order, each once.
        incomplete: the paths whose text was cut off and that are not on disk from this answer.
    """

    def __init__(
        self,
        folder: ProjectFolder,
        emitter: Emitter,
        trace: Trace,
        *,
        only: str | None = None,
    ) -> None:
        self._folder = folder
        self._emitter = emitter
        self._trace = trace
        self._only = only
        self._writer: FileWriter | None = None
        self._path: str | None = None
        self._unfinished: FileWriter | None = None
        # Looked up once an answer: a file costs the same in a large project as in a small one.
        self._sizes: dict[str, int] | None = None
        self.written: list[str] = []
        self.incomplete: set[str] = set()

    async def take(self, part: Part) -> None:
        """Take the next part.

        Raises:
            StorageError: when the disk refuses.
        """
        if isinstance(part, FileText):
            self._write(part.text)
        elif isinstance(part, FileOpened):
            self._open(part.path)
        elif isinstance(part, FileClosed):
            await self._close(part)
        elif isinstance(part, FileRefused):
            self._diagnose(None, "unsafe_path", part.message)
        elif part.text:
            self._emitter.text(PHASE, "content", part.text)

    async def finish(self, *, keep_unfinished: bool) -> None:
        """End the answer. A file that was open at its end is kept where the answer ended by itself.

        Raises:
            StorageError: when the disk refuses.
        """
        writer, self._unfinished = self._unfinished, None
        if writer is None:
            return
        if keep_unfinished:
            await self._commit(writer)
            return
        writer.discard()
        self.incomplete.add(writer.path)

    @property
    def unfinished(self) -> tuple[str, bytes] | None:
        """The file that was open when the answer ended, and what there is of it."""
        return None if self._unfinished is None else (self._unfinished.path, self._unfinished.peek())

    def discard(self) -> None:
        """Throw away what is not complete: the run was stopped."""
        for writer in (self._writer, self._unfinished):
            if writer is not None:
                writer.discard()
        self._writer = self._unfinished = None

    def _open(self, path: str) -> None:
        self._path = path
        self._writer = None
        if self._only is not None and path != self._only:
            return
        try:
            self._writer = self._folder.begin(path, self._known_sizes())
        except (UnsafePathError, LimitError) as error:
            self._diagnose(path, error.reason, error.message)

    def _write(self, text: str) -> None:
        if self._writer is None:
            return
        try:
            self._writer.write(text)
        except LimitError as error:
            self._writer.discard()
            self._writer = None
            self._diagnose(self._path, error.reason, error.message)
            return
        self._emitter.text(PHASE, "content", text, self._path)

    async def _close(self, part: FileClosed) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        if part.complete:
            await self._commit(writer)
        else:
            self._unfinished = writer

    async def _commit(self, writer: FileWriter) -> None:
        try:
            self._folder.check_room(writer.path, writer.size, self._known_sizes())
        except LimitError as error:
            writer.discard()
            self._diagnose(writer.path, error.reason, error.message)
            return
        # The disk may take its time to say that it has the file; the other runs go on meanwhile.
        size = await asyncio.to_thread(writer.commit)
        self._known_sizes()[writer.path] = size
        announce(self._emitter, self._trace, writer.path, size)
        self.incomplete.discard(writer.path)
        if writer.path not in self.written:
            self.written.append(writer.path)

    def _known_sizes(self) -> dict[str, int]:
        if self._sizes is None:
            self._sizes = self._folder.sizes()
        return self._sizes

    def _diagnose(self, path: str | None, rule: str, message: str) -> None:
        self._emitter.emit(DiagnosticEvent(path=path, rule=rule, message=message))


def announce(emitter: Emitter, trace: Trace, path: str, size: int) -> None:
    """Say that a file is on disk. Raises StorageError when the journal cannot be written."""
    name = path.rsplit("/", 1)[-1]
    emitter.emit(FileWrittenEvent(filename=name, path=path, size_bytes=size))
    trace.write("file", path=path, size_bytes=size)


def diagnose(emitter: Emitter, finding: Finding) -> None:
    """Say what a gate found. Raises StorageError when the journal cannot be written."""
    emitter.emit(
        DiagnosticEvent(
            path=finding.path,
            line=finding.line,
            rule=finding.rule,
            message=finding.message,
            severity=finding.severity,
        )
    )
