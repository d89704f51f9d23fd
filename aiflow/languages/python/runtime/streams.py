"""The program's three standard streams: input reports that it is waited for, the outputs keep their order.

Standard output and standard error are two pipes, which have no order between them. The supervisor reads
standard output first, which is right whenever an error comes after a print. For the other direction standard
output waits, before its first text after an error, until that error has been read out of its pipe.
"""

import io
import sys
import time
from contextlib import suppress
from typing import Any, Final

from .channel import Channel

if sys.platform != "win32":
    import fcntl
    import termios

_LOOK_S: Final = 0.0005
_MOST_S: Final = (
    0.5  # a carrier that does not come is waited for no longer: its order is lost, the program is not
)


def install(channel: Channel) -> None:
    """Replace the interpreter's own three streams.

    Args:
        channel: to which a wait for input is reported.
    """
    sys.stdin = io.TextIOWrapper(io.BufferedReader(_AskingStdin(channel)), encoding="utf-8", errors="replace")
    sys.__stdin__ = sys.stdin  # type: ignore[misc]  # also for who looks there
    errors = _Errors()
    sys.stdout = sys.__stdout__ = _text(_AfterErrors(errors), "strict", lines=False)  # type: ignore[misc]  # the same
    # A traceback in lines: the interpreter writes it word by word.
    sys.stderr = sys.__stderr__ = _text(errors, "backslashreplace", lines=True)  # type: ignore[misc]  # the same


def _text(raw: io.FileIO, errors: str, *, lines: bool) -> io.TextIOWrapper:
    """Return the stream that ``python -u`` makes of a descriptor, or, with ``lines``, that of a terminal."""
    made = io.TextIOWrapper(
        raw,  # unbuffered, as the interpreter's own with -u
        encoding="utf-8",
        errors=errors,
        newline="\n",
        line_buffering=lines,
        write_through=not lines,
    )
    made.mode = "w"  # type: ignore[misc]  # the interpreter sets it as well
    return made


class _AskingStdin(io.FileIO):
    """Standard input that tells the page when the program waits for it."""

    def __init__(self, channel: Channel) -> None:
        super().__init__(0, "r", closefd=False)
        self._channel = channel

    def readinto(self, buffer: Any) -> int | None:
        """Announces the wait, then waits."""
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()
        with suppress(OSError):  # the program closed the channel: it still may read
            self._channel.report("input")
        return super().readinto(buffer)

    def readall(self) -> bytes:
        """Announces each wait on the way to the end; the base class would read past ``readinto``."""
        parts = []
        buffer = bytearray(1 << 16)
        while count := self.readinto(buffer):
            parts.append(bytes(buffer[:count]))
        return b"".join(parts)


class _Errors(io.FileIO):
    """Standard error; knows whether it has been written to since it was last waited for."""

    def __init__(self) -> None:
        super().__init__(2, "w", closefd=False)
        self.name = "<stderr>"
        self._written = False

    def write(self, data: Any) -> int:
        """Writes, and remembers it."""
        self._written = True
        return super().write(data)

    def wait_until_read(self) -> None:
        """Waits until what was written here is on its way.

        The system has no other word for an empty pipe than its size.
        """
        if not self._written:
            return
        self._written = False
        deadline = time.monotonic() + _MOST_S
        while _unread(2) and time.monotonic() < deadline:
            time.sleep(_LOOK_S)


class _AfterErrors(io.FileIO):
    """Standard output, which lets the errors before it go first."""

    def __init__(self, errors: _Errors) -> None:
        super().__init__(1, "w", closefd=False)
        self.name = "<stdout>"
        self._errors = errors

    def write(self, data: Any) -> int:
        """Writes when the errors are on their way."""
        self._errors.wait_until_read()
        return super().write(data)


def _unread(fd: int) -> int:
    """How many bytes lie in a pipe; Windows tells it only to the reader, there the order may be lost."""
    if sys.platform == "win32":
        return 0
    try:
        return int.from_bytes(fcntl.ioctl(fd, termios.FIONREAD, bytes(4)), sys.byteorder)
    except OSError:  # the program has closed it, or put something else in its place
        return 0
