"""The error that ended a project's program when it was last run, kept for the next change."""

from contextlib import suppress

from aiflow.storage.run_folder import RunRecord
from aiflow.storage.safefs import write_atomic

_NAME = "last_error.txt"
# The text becomes a part of the next prompt, where room is limited.
_MAX_CHARS = 2000


def keep_error(record: RunRecord, text: str) -> None:
    """Keep the error that ended the program; an empty text says that there was none."""
    path = record.folder / _NAME
    # A disk that refuses takes nothing from the person who runs the program.
    with suppress(OSError):
        if text:
            write_atomic(path, text[:_MAX_CHARS].encode("utf-8", "replace"), sync=False)
        else:
            path.unlink(missing_ok=True)


def last_error(record: RunRecord) -> str:
    """Return the error that ended the program when it was last run; empty where there was none."""
    try:
        # Cut again: another program may have written the file.
        return (record.folder / _NAME).read_text(encoding="utf-8")[:_MAX_CHARS]
    except (OSError, UnicodeError):
        return ""
