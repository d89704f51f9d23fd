"""Reads and writes files of /proc, without pathlib: this module is loaded in every program's process."""


def read(path: str) -> str:
    """Return a file's text; names in it may be in any encoding.

    Raises:
        FileNotFoundError, ProcessLookupError: the process has ended.
    """
    with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # see above
        return file.read()


def write(path: str, text: str) -> None:
    """Write a setting in one call, as the kernel requires.

    Raises:
        OSError: it refuses.
    """
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123  # see above
        file.write(text)
