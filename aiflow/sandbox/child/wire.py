"""Messages between server, supervisor and program: one byte of kind, four of length, the payload.

The program's end of a channel is in hostile hands, so a reader believes neither kind nor length.
"""

import json
import os
import struct
import sys
import threading
from typing import Any, Final

HEADER: Final = struct.Struct(">cI")
FRAME: Final = struct.Struct(">IHHB")  # number, width, height, format (an index into FRAME_FORMATS)
FIGURE_HEAD: Final = struct.Struct(">I")  # the figure's number; a PNG follows
PNG_START: Final = b"\x89PNG\r\n\x1a\n"
FRAME_FORMATS: Final = ("image/jpeg", "image/png")

JSON: Final = b"J"
STDIN: Final = b"I"
STDOUT: Final = b"O"
STDERR: Final = b"E"
PICTURE: Final = b"F"
FIGURE: Final = b"G"

# Of a full screen's PNG at most; without a limit a hostile length would be allocated.
MAX_PAYLOAD: Final = 32 * 1024 * 1024


class WireError(Exception):
    """The bytes on a channel are no message."""


def read_message(fd: int) -> tuple[bytes, bytes] | None:
    """Block for the next message of a channel.

    Returns:
        Its kind and payload, or None where the other side has closed the channel.

    Raises:
        WireError: it announces more than any message holds.
    """
    head = _read_exactly(fd, HEADER.size)
    if head is None:
        return None
    kind, length = HEADER.unpack(head)
    if length > MAX_PAYLOAD:
        raise WireError(f"a message of {length} bytes")
    payload = _read_exactly(fd, length)
    return None if payload is None else (kind, payload)


def _read_exactly(fd: int, count: int) -> bytes | None:
    parts: list[bytes] = []
    while count > 0:
        # In parts: a pipe holds 64 KiB, and a hostile length must not be reserved at once.
        part = os.read(fd, min(count, 1 << 20))
        if not part:
            return None
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


class Sender:
    """The writing end of a channel; any thread may send."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._lock = threading.Lock()

    def send(self, kind: bytes, payload: bytes) -> None:
        """Block until the whole message is written.

        Raises:
            OSError: the other side is gone.
        """
        rest = memoryview(HEADER.pack(kind, len(payload)) + payload)
        # Two threads' messages must not mix: a header would be read from the middle of a picture.
        with self._lock:
            while rest:
                rest = rest[os.write(self._fd, rest) :]

    def send_json(self, value: Any) -> None:
        """Send a JSON value."""
        self.send(JSON, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def binary_fd(fd: int) -> int:
    """Return the descriptor, without the newline translation of Windows."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # exists there only

        msvcrt.setmode(fd, os.O_BINARY)
    return fd
