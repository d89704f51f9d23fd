"""The differences between the files of two projects."""

from collections.abc import Iterable

from pydantic import BaseModel

from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.model.entities import MAX_FILE_BYTES
from aiflow.model.line_diff import Hunk, count_lines, hunks
from aiflow.model.notebook_html import comparison_html
from aiflow.model.versions import ChangeKind, FileChange
from aiflow.storage.project_folder import ProjectFolder

# More changed lines than a person reads, and an answer that a page can still hold.
_LINES_SHOWN = 20_000


class FileDifference(FileChange):
    """A file that is not the same in two versions.

    Attributes:
        binary: whether one of the two is no text; it then has no hunks.
        cut: whether the hunks are left out, because the whole answer would be too large.
        hunks: from the one version to the other.
    """

    binary: bool = False
    cut: bool = False
    hunks: list[Hunk]

    @property
    def change(self) -> FileChange:
        """The difference without its hunks."""
        return FileChange.model_validate(self.model_dump(include=set(FileChange.model_fields)))


class Comparison(BaseModel):
    """The files that differ between two versions, in the order of their paths."""

    files: list[FileDifference]

    def _repr_html_(self) -> str:
        return comparison_html(self.files)


class Changes(list[FileChange]):
    """The files that a version changed, as a list that shows itself as a diff in a notebook.

    Args:
        changes: the files that differ.
        old: the files of the version before; None where it was deleted.
        new: the files of this version.
    """

    def __init__(self, changes: Iterable[FileChange], old: ProjectFolder | None, new: ProjectFolder) -> None:
        super().__init__(changes)
        self._old = old
        self._new = new

    def _repr_html_(self) -> str:
        # Only now: most of those who ask what changed do not look at the lines.
        files = [] if self._old is None else compare_folders(self._old, self._new).files
        return comparison_html(file for file in files if file.path in {change.path for change in self})


def compare_folders(old: ProjectFolder, new: ProjectFolder) -> Comparison:
    """Return what differs between the files of two folders.

    Raises:
        StorageError: if the disk refuses.
    """
    sizes, later = old.sizes(), new.sizes()
    found = []
    room = _LINES_SHOWN
    for path in sorted({*sizes, *later}):
        if max(sizes.get(path, 0), later.get(path, 0)) > MAX_FILE_BYTES:
            # Put there by hand: no file of ours is so large, and it might not fit into the memory.
            before, after = (_etag_or_none(folder, path) for folder in (old, new))
        else:
            before, after = read_or_none(old, path), read_or_none(new, path)
        if before != after:
            difference = compare_files(path, before, after)
            room -= sum(len(hunk.lines) for hunk in difference.hunks)
            if room < 0:
                # The counts stay: a person still sees which files changed, and by how much.
                difference = difference.model_copy(update={"hunks": [], "cut": True})
            found.append(difference)
    return Comparison(files=found)


def compare_files(path: str, before: bytes | None, after: bytes | None) -> FileDifference:
    """Return how the bytes of a file differ; None stands for a file that is not there."""
    kind: ChangeKind = "added" if before is None else "deleted" if after is None else "modified"
    try:
        old, new = read_text(before), read_text(after)
    except UnicodeDecodeError:
        return FileDifference(path=path, kind=kind, binary=True, hunks=[])
    added, removed = count_lines(old, new)
    return FileDifference(
        path=path, kind=kind, lines_added=added, lines_removed=removed, hunks=hunks(old, new)
    )


def read_or_none(folder: ProjectFolder, path: str) -> bytes | None:
    """Return the bytes of a file; None where it is not there."""
    try:
        return folder.read(path)
    # Between the listing and the read, a file may be deleted or become a link.
    except (NotFoundError, UnsafePathError):
        return None


def _etag_or_none(folder: ProjectFolder, path: str) -> bytes | None:
    """Return what stands for the bytes of a file that is not read as a whole; never a text."""
    try:
        # A zero byte is in no text, so the tag is never shown as a line of the file.
        return b"\0" + folder.etag(path).encode()
    except (NotFoundError, UnsafePathError):
        return None


def read_text(data: bytes | None) -> str:
    """Return bytes as the text that a comparison shows; an empty one for a file that is not there.

    Raises:
        UnicodeDecodeError: when they are no text.
    """
    text = (data or b"").decode()
    # A zero byte is valid UTF-8, but git and editors too treat a file with one as binary.
    if "\0" in text:
        raise UnicodeDecodeError("utf-8", data or b"", 0, 1, "no text")
    return text
