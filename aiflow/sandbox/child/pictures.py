"""Encodes pixels: JPEG while a picture moves, PNG (lossless) once it stands still."""

import struct
import zlib
from typing import Any, Final, NamedTuple

_QUALITY: Final = 85


class Pixels(NamedTuple):
    """A copy of a window's content."""

    data: bytes
    width: int
    height: int
    pitch: int
    order: str  # of the four bytes of a pixel, as simplejpeg calls it


def jpeg(pixels: Pixels) -> bytes:
    """Return a JPEG without colour subsampling: game graphics have sharp edges."""
    import simplejpeg  # type: ignore[import-untyped]  # noqa: PLC0415  # it ships no types; heavy, for what draws only

    encoded: bytes = simplejpeg.encode_jpeg(_rows(pixels), _QUALITY, pixels.order, "444", fastdct=True)
    return encoded


def png(pixels: Pixels) -> bytes:
    """Return a PNG, made with zlib alone, which releases the interpreter's lock while it compresses.

    Source: https://www.w3.org/TR/png-3/
    """
    import numpy as np  # noqa: PLC0415  # heavy, and only for programs that draw

    rows = np.zeros((pixels.height, pixels.width * 3 + 1), np.uint8)  # each row starts with its filter: none
    colours = _rows(pixels)[:, :, 2::-1] if pixels.order == "BGRX" else _rows(pixels)[:, :, :3]
    rows[:, 1:] = colours.reshape(pixels.height, -1)
    header = struct.pack(">IIBBBBB", pixels.width, pixels.height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _rows(pixels: Pixels) -> Any:
    import numpy as np  # noqa: PLC0415  # heavy, and only for programs that draw

    flat = np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.pitch)
    return np.ascontiguousarray(flat[:, : pixels.width * 4]).reshape(pixels.height, pixels.width, 4)
