"""Writes the files of a plan one by one, for a model that loses the thread in long answers.

Each request holds what is the same for all of them first (the request, the specification, the plan), so that
a server that caches prompts reads it once; then the signatures of the files that are there; then the file.
"""

import asyncio
from collections.abc import Iterator
from contextlib import aclosing, suppress
from pathlib import PurePosixPath

from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.extraction import FileClosed, FileExtractor, FileOpened, FileRefused, FileText, Part
from aiflow.languages.files import outline
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.language_facts import is_source
from aiflow.model.paths import SafePath
from aiflow.model.phases import IMPLEMENT
from aiflow.pipeline.past_runs import size_by_past_runs
from aiflow.pipeline.phases.answer import Answer
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.file_sink import FileSink
from aiflow.storage.project_folder import ProjectFolder


async def asks_by_file(context: PhaseContext) -> bool:
    """Return whether the engine's model is small: by the configuration, its name, or past runs."""
    engine, records = context.engine, context.record.folder.parent
    # Journals are read in a thread: the event loop serves the other runs meanwhile.
    return (engine.size or await asyncio.to_thread(size_by_past_runs, records, engine.model)) == "small"


async def write_by_file(
    context: PhaseContext, spec: Spec, plan: Plan, tests: str, folder: ProjectFolder, sink: FileSink
) -> None:
    """Ask for each planned file that is not there yet, and write it as it comes.

    Args:
        context: the run.
        spec: what the program does.
        plan: its files.
        tests: the tests that the program must pass, as a part of the request; may be empty.
        folder: the project's files.
        sink: writes the files.

    Raises:
        EngineError: when the engine fails.
        LimitError: when a budget is used up.
        StorageError: when the disk refuses.
    """
    purposes = {file.path: file.purpose for file in plan.files} or {plan.main_file: ""}
    written: set[str] = set()
    for path in sorted(purposes, key=lambda path: _position(path, plan.main_file)):
        # An answer may hold further files of the plan; they are not asked for again.
        if path in written:
            continue
        messages = context.messages(
            "implement_file",
            main_file=plan.main_file,
            spec=spec.to_markdown(),
            plan=plan.to_markdown(),
            path=path,
            purpose=purposes[path] or "按照方案写",
            tests=tests,
            written=_outline(folder, sorted(written)) or "（还没有）",
        )
        answer = Answer(context, IMPLEMENT, "implement", messages)
        reader = _OneFile(path, set(purposes), written)
        extractor = FileExtractor(default_path=path)
        async with aclosing(answer.text()) as pieces:
            async for piece in pieces:
                for part in extractor.feed(piece):
                    await _add(reader, part, sink)
        for part in extractor.close():
            await _add(reader, part, sink, cut=answer.finish != "stop")
        written |= reader.closed


async def _add(reader: "_OneFile", part: Part, sink: FileSink, *, cut: bool = False) -> None:
    for accepted in reader.accept(part):
        await sink.add(accepted, cut=cut)


class _OneFile:
    """Selects from an answer what was asked for.

    A file under a name that nobody planned is the file that was asked for; a file that is there already is
    left out, for the model repeats it from its outline.

    Attributes:
        closed: the files that ended.
    """

    def __init__(self, path: str, planned: set[str], written: set[str]) -> None:
        self._path = path
        self._planned = planned
        self._written = written
        self._open: SafePath | None = None
        self.closed: set[str] = set()

    def accept(self, part: Part) -> Iterator[Part]:
        """Yield the part as it is written; nothing where it is left out."""
        if isinstance(part, FileOpened):
            self._open = self._target(part.path)
            if self._open is not None:
                yield FileOpened(self._open)
        elif isinstance(part, FileText):
            if self._open is not None:
                yield FileText(self._open, part.text)
        elif isinstance(part, FileClosed):
            if self._open is not None:
                self.closed.add(self._open)
                yield FileClosed(self._open, part.complete)
            self._open = None
        elif isinstance(part, FileRefused) or self._open is None:
            yield part

    def _target(self, path: SafePath) -> SafePath | None:
        if path in self._written or path in self.closed:
            return None
        is_same_kind = PurePosixPath(path).suffix == PurePosixPath(self._path).suffix
        if path not in self._planned and is_same_kind and self._path not in self.closed:
            return SafePath(self._path)
        return path


def _position(path: str, main_file: str) -> tuple[int, bool]:
    """Return where a file stands: the main file behind the sources that it imports, texts behind both."""
    return (0 if is_source(path) else 1), path == main_file


def _outline(folder: ProjectFolder, paths: list[str]) -> str:
    texts = {}
    for path in paths:
        with suppress(NotFoundError, UnsafePathError):
            texts[path] = folder.read(path).decode("utf-8", "replace")
    return outline(texts)
