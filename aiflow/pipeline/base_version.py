"""The version that a change starts from: only read, so that nothing is lost where the change fails."""

from contextlib import suppress
from functools import cached_property

from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.model.artifacts import Spec, mark_features
from aiflow.model.line_diff import count_lines
from aiflow.model.snapshot import Snapshot
from aiflow.model.versions import ChangeKind, FileChange
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.project_folder import ProjectFolder

# The change has its own of these, written at the end of their phases.
RESULT_FILES = frozenset({"spec.md", "plan.md"})


class BaseVersion:
    """The files of the version that is changed, as they are on disk with a person's edits.

    Args:
        folder: the version's.
    """

    def __init__(self, folder: ProjectFolder) -> None:
        self.folder = folder

    @cached_property
    def snapshot(self) -> Snapshot:
        """The state of the run that made it."""
        return fold_without_text(self.folder.record.journal_path)

    @cached_property
    def spec(self) -> Spec:
        """Its specification as the file has it, which a person may have edited; features keep their ids."""
        known = self.snapshot.spec or Spec()
        text = read_text(self.folder, "spec.md")
        if text is None or text == known.markdown:
            return known
        return mark_features(known, Spec.from_markdown(text))

    def texts(self) -> dict[str, str]:
        """Return the files that are text, by their paths."""
        return read_texts(self.folder)

    def copy_to(self, folder: ProjectFolder) -> dict[str, int]:
        """Copy all files but the results of the phases; return the size of each.

        Raises:
            LimitError: when a file, or all of them, are larger than a project may be.
            StorageError: when the disk refuses.
        """
        copied = {}
        for path in self.folder.sizes():
            if path not in RESULT_FILES:
                # Deleted by somebody while the others were copied: then the change starts without it.
                with suppress(NotFoundError):
                    copied[path] = folder.write(path, self.folder.read(path))
        return copied

    def change(self, path: str, folder: ProjectFolder) -> FileChange | None:
        """Return how the file ``path`` in ``folder`` differs from the one here; None where it does not."""
        before, after = _read(self.folder, path), _read(folder, path)
        if before == after:
            return None
        kind: ChangeKind = "added" if before is None else "deleted" if after is None else "modified"
        try:
            added, removed = count_lines((before or b"").decode(), (after or b"").decode())
        except UnicodeDecodeError:
            added = removed = 0  # a picture has no lines
        return FileChange(path=path, kind=kind, lines_added=added, lines_removed=removed)


def read_texts(folder: ProjectFolder) -> dict[str, str]:
    """Return the files of a project that are text, by their paths."""
    texts = {path: read_text(folder, path) for path in folder.sizes()}
    return {path: text for path, text in texts.items() if text is not None}


def read_text(folder: ProjectFolder, path: str) -> str | None:
    """Return the text of a file; None where there is none, or it is not text."""
    try:
        data = _read(folder, path)
        return None if data is None or b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


def _read(folder: ProjectFolder, path: str) -> bytes | None:
    try:
        return folder.read(path)
    except (NotFoundError, UnsafePathError):
        return None
