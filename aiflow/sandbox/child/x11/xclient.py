"""The little of the X protocol that is needed to type, to click, and to find the windows of one display.

No library serves here: python-xlib had its last release in 2022 and would be imported into the process of
every such program (0.1 s, and its names beside the program's own), xcffib has no wheels, and as an optional
extra either would take away what every installation with Xvfb can do.

Source: X Window System Protocol, version 11, appendix B; the XTEST extension protocol, version 2.2.
"""

import os
import socket
import struct
from pathlib import Path
from typing import Final

_GET_ATTRIBUTES, _GET_GEOMETRY, _QUERY_TREE, _SET_FOCUS = 3, 14, 15, 42
_QUERY_EXTENSION, _CHANGE_KEYMAP, _GET_KEYMAP, _NO_OPERATION = 98, 100, 101, 127
KEY_PRESS, KEY_RELEASE, BUTTON_PRESS, BUTTON_RELEASE, MOTION = 2, 3, 4, 5, 6
_VIEWABLE: Final = 2
_POINTER_ROOT: Final = 1


class XError(Exception):
    """The X server refused, or is gone."""


class XClient:
    """A connection to the display that the environment names.

    Raises:
        XError: there is no such display.
    """

    def __init__(self) -> None:
        number = os.environ["DISPLAY"].lstrip(":").split(".")[0]
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(f"/tmp/.X11-unix/X{number}")  # noqa: S108  # X's own place
        self._setup()
        major = self._ask(_QUERY_EXTENSION, 0, struct.pack("<HH", 5, 0) + b"XTEST\0\0\0")[9]
        if not major:
            raise XError("no XTEST")
        self._xtest = major
        self.keycodes = self._read_keymap()

    def _setup(self) -> None:
        data = Path(os.environ["XAUTHORITY"]).read_bytes()
        cookie, name = data[-16:], b"MIT-MAGIC-COOKIE-1"
        hello = struct.pack("<BxHHHHxx", 0x6C, 11, 0, len(name), len(cookie)) + name + b"\0\0" + cookie
        self._socket.sendall(hello)
        status, length = struct.unpack("<BxxxxxH", self._read(8))
        setup = self._read(length * 4)
        if status != 1:
            raise XError("refused")
        vendor, formats = struct.unpack_from("<H", setup, 16)[0], setup[21]
        self._first_key, self._last_key = setup[26], setup[27]
        (self.root,) = struct.unpack_from("<I", setup, 32 + (vendor + 3) // 4 * 4 + formats * 8)

    def _read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            if not part:
                raise XError("the display is gone")
            data += part
        return data

    def _send(self, opcode: int, detail: int, body: bytes = b"") -> None:
        self._socket.sendall(struct.pack("<BBH", opcode, detail, 1 + len(body) // 4) + body)

    def _ask(self, opcode: int, detail: int, body: bytes = b"") -> bytes:
        """Send a request and return its answer.

        None of our requests subscribes to events, so what comes is the answer or an error.

        Raises:
            XError: the server refused, e.g. because the window is gone.
        """
        self._send(opcode, detail, body)
        while True:
            head = self._read(32)
            if head[0] == 1:
                return head + self._read(struct.unpack_from("<I", head, 4)[0] * 4)
            if head[0] == 0 and head[10] == opcode:
                raise XError(f"request {opcode}: error {head[1]}")

    def _read_keymap(self) -> dict[int, int]:
        count = self._last_key - self._first_key + 1
        answer = self._ask(_GET_KEYMAP, 0, struct.pack("<BBxx", self._first_key, count))
        width = answer[1]
        found: dict[int, int] = {}
        for index, keysym in enumerate(struct.unpack_from(f"<{count * width}I", answer, 32)):
            if keysym:
                found.setdefault(keysym, self._first_key + index // width)
        used = set(found.values())
        self._spare = [code for code in range(self._first_key, self._last_key + 1) if code not in used]
        return found

    def keycode(self, keysym: int) -> int | None:
        """Return the key of a symbol; a symbol without a key is put on a spare one."""
        code = self.keycodes.get(keysym)
        if code is None and self._spare:
            # The oldest of them: a program that is slow still looks up what was pressed before.
            code = self._spare.pop(0)
            self._spare.append(code)
            self.keycodes = {symbol: key for symbol, key in self.keycodes.items() if key != code} | {
                keysym: code
            }
            self._send(_CHANGE_KEYMAP, 1, struct.pack("<BBxxI", code, 1, keysym))
        return code

    def fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        """Simulate input at this display.

        Args:
            kind: one of the constants above.
            detail: the keycode or the button; 0 for an absolute motion.
            x: where the pointer goes, from the left.
            y: the same from the top.
        """
        self._send(self._xtest, 2, struct.pack("<BBxxII8xhh8x", kind, detail, 0, self.root, x, y))

    def windows(self) -> list[tuple[int, int, int, int, int]]:
        """Return the visible top-level windows, lowest first: id, left, top, width, height."""
        found = []
        answer = self._ask(_QUERY_TREE, 0, struct.pack("<I", self.root))
        (count,) = struct.unpack_from("<H", answer, 16)
        for window in struct.unpack_from(f"<{count}I", answer, 32):
            try:
                state = self._ask(_GET_ATTRIBUTES, 0, struct.pack("<I", window))[26]
                place = struct.unpack_from(
                    "<hhHHH", self._ask(_GET_GEOMETRY, 0, struct.pack("<I", window)), 12
                )
            except XError:
                continue  # it was closed meanwhile
            if state == _VIEWABLE and place[2] > 1 and place[3] > 1:
                border = 2 * place[4]
                found.append((window, place[0], place[1], place[2] + border, place[3] + border))
        return found

    def focus(self, window: int | None) -> None:
        """Give a window the keyboard focus, or no window."""
        self._send(_SET_FOCUS, _POINTER_ROOT, struct.pack("<II", window or 0, 0))

    def sync(self) -> None:
        """Wait until the server has processed every request."""
        self._ask(_QUERY_TREE, 0, struct.pack("<I", self.root))
