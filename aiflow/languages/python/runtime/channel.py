"""The channel from a program to its page, as the sandbox passes it to ``launcher.main``."""

from typing import Any, NamedTuple, Protocol


class Pixels(NamedTuple):
    """A copy of a window's content.

    Attributes:
        data: four bytes for each pixel, row by row.
        width, height: in pixels.
        pitch: the bytes from one row to the next.
        order: of the four bytes: ``BGRX`` or ``RGBX``.
    """

    data: bytes
    width: int
    height: int
    pitch: int
    order: str


class Channel(Protocol):
    """Sends reports and pictures and receives the page's messages; an OSError means that it is closed."""

    def report(self, event: str) -> None:
        """Report ``begun``, ``input`` or ``window``."""

    def send_picture(self, number: int, pixels: Pixels, *, lossless: bool) -> None:
        """Encode and send a picture; ``number`` counts them from 1."""

    def send_figure(self, number: int, image: bytes) -> None:
        """Send a figure as a PNG; one with the number of an earlier one takes its place."""

    def receive(self) -> dict[str, Any] | None:
        """Block for the page's next message; None after the last one."""
