"""The state of a run without the model's text, which is by far the most of a journal."""

from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from aiflow.model.snapshot import Snapshot
from aiflow.storage.journal_reader import JournalReader


class StateReader:
    """Follows the state of a run from call to call; what was read once is not read again.

    Args:
        path: the journal.
    """

    def __init__(self, path: Path) -> None:
        self._reader = JournalReader(path)
        self._state = Snapshot()

    def catch_up(self) -> Snapshot:
        """Return the state now; the same object each time.

        Raises:
            StorageError: if the journal cannot be read.
        """
        for line in self._reader.read_all():
            if line.event_type != "chunk":
                with suppress(ValidationError):  # a newer version's event is skipped
                    self._state.apply(line.event())
        return self._state


def fold_without_text(path: Path) -> Snapshot:
    """Return the state of a run as its journal holds it.

    Raises:
        StorageError: if the journal cannot be read.
    """
    return StateReader(path).catch_up()
