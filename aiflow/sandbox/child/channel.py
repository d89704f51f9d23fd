"""The program's end of its channel to the supervisor, for the runtime of its language."""

import json
from typing import Any

from . import pictures, wire


class Channel:
    """Two descriptors, and the messages of a program over them.

    Args:
        incoming: from which the page's messages are read.
        outgoing: to which the program's reports and pictures are written.
    """

    def __init__(self, incoming: int, outgoing: int) -> None:
        self._incoming = incoming
        self._sender = wire.Sender(outgoing)

    def report(self, event: str) -> None:
        """Report ``begun``, ``input`` (the program waits for a line) or ``window`` (it has opened one).

        Raises:
            OSError: the supervisor is gone, or the program closed the channel.
        """
        self._sender.send_json({"type": event})

    def send_picture(self, number: int, pixels: pictures.Pixels, *, lossless: bool) -> None:
        """Encode and send a picture of the window.

        Args:
            number: counts the pictures from 1.
            pixels: the window's content.
            lossless: as PNG; otherwise as JPEG.

        Raises:
            OSError: as for ``report``.
        """
        image = pictures.png(pixels) if lossless else pictures.jpeg(pixels)
        head = wire.FRAME.pack(number, pixels.width, pixels.height, int(lossless))
        self._sender.send(wire.PICTURE, head + image)

    def send_figure(self, number: int, image: bytes) -> None:
        """Send a figure.

        Args:
            number: counts the figures from 1; one with the number of an earlier one takes its place.
            image: a PNG.

        Raises:
            OSError: as for ``report``.
        """
        self._sender.send(wire.FIGURE, wire.FIGURE_HEAD.pack(number) + image)

    def receive(self) -> dict[str, Any] | None:
        """Block for the page's next message; None after the last one."""
        message = wire.read_message(self._incoming)
        if message is None:
            return None
        value: dict[str, Any] = json.loads(message[1])
        return value
