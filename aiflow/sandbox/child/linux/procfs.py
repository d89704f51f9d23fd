"""The small files of /proc. Without pathlib: what is loaded here is loaded in every program's process."""


def read(path: str) -> str:
    """Returns a file's text; names in it may be in any encoding.

    Raises:
        FileNotFoundError, ProcessLookupError: the process has ended.
    """
    with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123  # see above
        return file.read()


def write(path: str, text: str) -> None:
    """Writes a setting in one go, as the kernel wants it.

    Raises:
        OSError: it refuses.
    """
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123  # see above
        file.write(text)
