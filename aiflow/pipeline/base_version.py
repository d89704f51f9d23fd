"""The version that a change starts from: only read, so that nothing is lost where the change fails."""

from functools import cached_property

from aiflow.model.artifacts import Spec, mark_features
from aiflow.model.snapshot import Snapshot
from aiflow.model.versions import FileChange
from aiflow.storage.comparison import compare_files, read_or_none
from aiflow.storage.folder_copy import copy_files
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
        return copy_files(self.folder, folder, RESULT_FILES)

    def change(self, path: str, folder: ProjectFolder) -> FileChange | None:
        """Return how the file ``path`` in ``folder`` differs from the one here; None where it does not."""
        before, after = read_or_none(self.folder, path), read_or_none(folder, path)
        if before == after:
            return None
        return FileChange.model_validate(compare_files(path, before, after), from_attributes=True)


def read_texts(folder: ProjectFolder) -> dict[str, str]:
    """Return the files of a project that are text, by their paths."""
    texts = {path: read_text(folder, path) for path in folder.sizes()}
    return {path: text for path, text in texts.items() if text is not None}


def read_text(folder: ProjectFolder, path: str) -> str | None:
    """Return the text of a file; None where there is none, or it is not text."""
    try:
        data = read_or_none(folder, path)
        # A zero byte is valid UTF-8, but no text file of a program has one.
        return None if data is None or b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None
