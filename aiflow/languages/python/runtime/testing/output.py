"""The program's streams in a test: its output is kept up to a length, its input is scripted."""

import io
import sys
from collections.abc import Sequence
from typing import Final

_MAX_CHARS: Final = 200_000


class TooMuchOutput(BaseException):
    """A program prints without end; no ``except Exception`` of its own may stop this."""


class InputRefusedError(Exception):
    """A program waits for a line, and there is nobody to type it."""


class _Text(io.TextIOBase):
    """A text stream in the place of a standard one."""

    encoding = "utf-8"

    def reconfigure(self, **_settings: object) -> None:
        """Do nothing: programs for Windows set the encoding, which is right already."""


class Printed(_Text):
    """Keeps what is printed; raises ``TooMuchOutput`` when it is too much."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._chars = 0

    def writable(self) -> bool:
        """Anything may be printed."""
        return True

    def write(self, text: str) -> int:
        """Keep a text.

        Raises:
            TooMuchOutput: too much was printed.
        """
        self._chars += len(text)
        if self._chars > _MAX_CHARS:
            raise TooMuchOutput
        self._parts.append(str(text))
        return len(text)

    @property
    def text(self) -> str:
        """All that was printed."""
        return "".join(self._parts)


class Typed(_Text):
    """Standard input: some lines, then its end, or a refusal.

    Args:
        lines: that are typed; None where nobody types.
    """

    def __init__(self, lines: Sequence[str] | None) -> None:
        self._lines = None if lines is None else list(lines)

    def readable(self) -> bool:
        """There may be lines."""
        return True

    def readline(self, _size: int | None = -1, /) -> str:  # type: ignore[override]  # only whole lines are asked for
        """Return the next line; an empty text at the end.

        Raises:
            InputRefusedError: nobody types.
        """
        if self._lines is None:
            raise InputRefusedError
        return self._lines.pop(0) + "\n" if self._lines else ""

    def read(self, _size: int | None = -1, /) -> str:
        """Return all lines that are left.

        Raises:
            InputRefusedError: nobody types.
        """
        text = ""
        while line := self.readline():
            text += line
        return text


def install(lines: Sequence[str] | None = None) -> Printed:
    """Put these streams in the place of the program's; return what is printed from now on."""
    printed = Printed()
    sys.stdin = sys.__stdin__ = Typed(lines)  # type: ignore[assignment,misc]  # a text stream
    sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = printed  # type: ignore[assignment,misc]  # the same
    return printed
