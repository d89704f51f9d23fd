"""Changes of a project after its run's end, as events: ``saved``, then ``checked``; and ``named``.

An event is appended under the run's lock, like those of a run. The lock is held for the moment of the change
only, so of two processes that notice one change only the first appends it: the second one finds it in the
journal. While a run works on the project nothing is appended here; what changed is noticed after its end.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.model.events import ChangedBy, CheckedEvent, FindingCounts, SavedEvent, TestEvent
from aiflow.model.status import FINAL_STATUSES
from aiflow.model.tests import TestResult
from aiflow.storage.folder_changes import find_changes
from aiflow.storage.journal import Journal
from aiflow.storage.journal_reader import JournalFold, fold_without_text
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import GivenNames, RunRecord
from aiflow.storage.run_state import named, summarise
from aiflow.workspace.downloads import find_syntax_findings


class Recording:
    """Appends the events of one change; without a journal it does nothing.

    Args:
        folder: the project.
        journal: the writing end; None while a run works on the project, and without a record.
    """

    def __init__(self, folder: ProjectFolder, journal: Journal | None) -> None:
        self._folder = folder
        self._journal = journal
        self._saved = self._tested = False

    def saved(self, event: SavedEvent) -> None:
        """Append that a file changed.

        Raises:
            StorageError: if the disk refuses.
        """
        self._saved = True
        if self._journal is not None:
            self._journal.append(event)

    def named(self, given: GivenNames) -> None:
        """Append that a person changed the title or the label.

        Raises:
            StorageError: if the disk refuses.
        """
        if self._journal is not None:
            record = self._folder.record
            self._journal.append(named(fold_without_text(record.journal_path), given))
            record.forget_names()
            self._summarise(self._journal)

    def tested(self, result: TestResult) -> None:
        """Append the result of a test.

        Raises:
            StorageError: if the disk refuses.
        """
        self._tested = True
        if self._journal is not None:
            self._journal.append(TestEvent.of(result))

    def check(self) -> None:
        """Update the manifest; after ``saved``, check the files again before, and append the result.

        Raises:
            StorageError: if the disk refuses.
        """
        if self._journal is None or not (self._saved or self._tested):
            return
        if self._saved:
            self._append_check(self._journal)
        self._summarise(self._journal, is_checked=self._saved)

    def _append_check(self, journal: Journal) -> None:
        # The files on disk are checked, not the event's: a file can break another one that imports it.
        counts = Counter[str](found.severity for found in find_syntax_findings(self._folder))
        journal.append(
            CheckedEvent(syntax_validated=counts["error"] == 0, findings=FindingCounts.model_validate(counts))
        )

    def _summarise(self, journal: Journal, *, is_checked: bool = False) -> None:
        """Derive the manifest from the events, which must be complete for that."""
        record = self._folder.record
        manifest, state = record.load(), fold_without_text(record.journal_path)
        changes = find_changes(state, self._folder)
        for change in changes:
            journal.append(change)
        # A save of version 0.1 changed the manifest only.
        is_known = is_checked or bool(state.syntax_validated) == manifest.syntax_validated
        if changes or not is_known:
            self._append_check(journal)
            state = fold_without_text(record.journal_path)
        record.save(summarise(manifest, state))


class Changes:
    """Writes the events that follow a run's end. Its methods use the disk: call them in a thread.

    Args:
        store: the projects.

    Attributes:
        on_change: is called with the id of a project that this process has changed.
    """

    def __init__(self, store: ProjectStore) -> None:
        self.on_change: Callable[[UUID], None] = lambda _: None
        self._store = store
        # One change at a time in this process, so that none has to wait for another one's lock.
        self._lock = threading.Lock()

    def has_ended(self, project_id: UUID) -> bool:
        """Return whether a project's run has ended, so that a change of its files is an event."""
        return _has_ended(self._store.record(project_id))

    @contextmanager
    def recording(self, folder: ProjectFolder) -> Iterator[Recording]:
        """Yield what appends the events of the change that the block makes; then check the files.

        Raises (at the end of the block):
            StorageError: if the disk refuses.
        """
        with self._recording(folder) as recording:
            yield recording
        self.on_change(folder.project_id)

    @contextmanager
    def _recording(self, folder: ProjectFolder) -> Iterator[Recording]:
        with self._lock:
            if not _has_ended(folder.record) or not _acquire(folder.record):
                yield Recording(folder, None)
                return
            try:
                sync = self._store.limits.durability == "full"
                journal = Journal(folder.record.journal_path, folder.project_id, sync=sync)
                try:
                    recording = Recording(folder, journal)
                    yield recording
                    recording.check()
                finally:
                    journal.close()
            finally:
                folder.record.release()

    def reconcile(self, project_id: UUID, state: JournalFold, by: ChangedBy) -> bool:
        """Append what changed on disk without an event; return whether the events are complete now.

        Args:
            project_id: the project.
            state: of the project's run.
            by: what wrote the files.

        Raises:
            NotFoundError: if there is no such project.
            StorageError: if the disk refuses.
        """
        folder = self._store.find(project_id)
        if not _has_ended(folder.record) or not folder.is_there():
            return False
        # Most looks find nothing, and they then need no lock that would delay a save.
        if not find_changes(state.catch_up(), folder):
            return True
        with self._recording(folder) as recording:
            # Again, under the lock: another process may have appended them meanwhile.
            for change in find_changes(state.catch_up(), folder, by):
                recording.saved(change)
        # A program may still write, or the lock was another process's: the next look has to try again.
        return not find_changes(state.catch_up(), folder)


def _has_ended(record: RunRecord) -> bool:
    try:
        return record.load().status in FINAL_STATUSES and record.journal_path.is_file()
    except NotFoundError:
        return False


def _acquire(record: RunRecord) -> bool:
    try:
        record.acquire()
    # Another process works on the project; it appends the events itself.
    except ConflictError:
        return False
    return True
