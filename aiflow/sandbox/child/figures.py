"""Which figures of a program reach the page: it keeps them all, so they are bounded in number and bytes."""

from typing import Final

from . import wire

_MAX_FIGURES: Final = 20
# One that is drawn again and again counts each time.
_MAX_BYTES: Final = 32 * 1024 * 1024


class FigureLimit:
    """The figures that one run may still show."""

    def __init__(self) -> None:
        self._numbers: set[bytes] = set()
        self._bytes = _MAX_BYTES

    def admits(self, payload: bytes) -> bool:
        """Return whether a message is a figure that may pass; the program can write anything there."""
        number, image = payload[: wire.FIGURE_HEAD.size], payload[wire.FIGURE_HEAD.size :]
        if not image.startswith(wire.PNG_START) or len(image) > self._bytes:
            return False
        if number not in self._numbers and len(self._numbers) >= _MAX_FIGURES:
            return False
        self._numbers.add(number)
        self._bytes -= len(image)
        return True
