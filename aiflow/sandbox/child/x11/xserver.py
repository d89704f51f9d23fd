"""An X server without a screen (Xvfb) for one run: its own display, its own key, its picture in a file.

Source: man 1 Xvfb; the file of ``-fbdir`` is in the format of X11/XWDFile.h.
"""

import os
import secrets
import select
import shutil
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..linux import namespaces

SIZE: Final = (1024, 768)
PICTURE: Final = "Xvfb_screen0"
_START_S: Final = 10.0
_WILD: Final = 0xFFFF  # Xauthority's family that fits every address


class XServer:
    """A running Xvfb.

    Args:
        folder: where its picture and its key lie; the program can read both.

    Raises:
        OSError: it is not installed, or did not start.
    """

    def __init__(self, folder: str) -> None:
        program = shutil.which("Xvfb")
        if program is None:
            raise FileNotFoundError("Xvfb")
        self.authority = str(Path(folder) / "Xauthority")
        self._write_authority()
        reading, writing = os.pipe()
        width, height = SIZE
        self._process = subprocess.Popen(  # noqa: S603  # a program of the system and our own arguments
            [
                program,
                *("-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-fbdir", folder),
                *("-auth", self.authority, "-nolisten", "tcp", "-nolisten", "local", "-noreset", "-nocursor"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=[writing],
            preexec_fn=namespaces.die_with_parent,  # noqa: PLW1509  # no thread has been started yet
        )
        os.close(writing)
        number = _line(reading)
        if not number:
            self._process.kill()
            raise OSError("Xvfb did not start")
        self._number = int(number)
        self.display = f":{self._number}"

    def _write_authority(self) -> None:
        name, cookie = b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16)
        parts = (b"", b"", name, cookie)  # address and display: any
        entry = struct.pack(">H", _WILD) + b"".join(struct.pack(">H", len(part)) + part for part in parts)
        fd = os.open(self.authority, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(fd, entry)
        os.close(fd)

    def remove(self) -> None:
        """Remove the files that a killed server leaves in /tmp."""
        for path in (f"/tmp/.X11-unix/X{self._number}", f"/tmp/.X{self._number}-lock"):  # noqa: S108  # X's own places
            with suppress(OSError):  # it had removed it itself
                os.unlink(path)  # noqa: PTH108  # pathlib does the same


def _line(fd: int) -> bytes:
    """Return the number that Xvfb writes when it is ready; less than a line where Xvfb has ended."""
    text = b""
    while not text.endswith(b"\n") and select.select([fd], [], [], _START_S)[0]:
        part = os.read(fd, 16)
        if not part:
            break
        text += part
    os.close(fd)
    return text.strip()
