"""Plays a program with its own windows (tkinter, turtle) through a virtual X server."""

import mmap
import os
import struct
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from .. import pictures
from ..channel import Channel
from . import xclient
from .xserver import PICTURE

_POLL_S: Final = 1 / 40
_STILL_S: Final = 0.25
_BOX_S: Final = 0.1
_BUTTONS: Final = {0: 1, 1: 2, 2: 3, 3: 8, 4: 9}
_MOST_TYPED: Final = 50  # at once: there are not many more keys to spare
_KEYMAP_S: Final = 0.05  # Tk reads a changed keymap at its own time, and X does not report it
_WHEEL_STEP: Final = 100.0
_KEYSYMS: Final = {
    "Backspace": 0xFF08, "Tab": 0xFF09, "Enter": 0xFF0D, "Escape": 0xFF1B, "Delete": 0xFFFF, "Home": 0xFF50,
    "ArrowLeft": 0xFF51, "ArrowUp": 0xFF52, "ArrowRight": 0xFF53, "ArrowDown": 0xFF54, "PageUp": 0xFF55,
    "PageDown": 0xFF56, "End": 0xFF57, "Insert": 0xFF63, "NumLock": 0xFF7F, "CapsLock": 0xFFE5,
    "ContextMenu": 0xFF67, "ShiftLeft": 0xFFE1, "ShiftRight": 0xFFE2, "ControlLeft": 0xFFE3,
    "ControlRight": 0xFFE4, "MetaLeft": 0xFFEB, "MetaRight": 0xFFEC, "AltLeft": 0xFFE9, "AltRight": 0xFFEA,
    "NumpadEnter": 0xFF8D, "Space": 0x20,
} | {f"F{number}": 0xFFBD + number for number in range(1, 13)}  # fmt: skip


class Desktop:
    """The display's picture, cropped to its windows, on its way out; keys and mouse on their way in."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._client = xclient.XClient()
        self._lock = threading.Lock()  # of the connection: two threads use it
        self._wanted = threading.Semaphore(0)
        self._box = (0, 0, 0, 0)
        self._boxed_at = 0.0
        self._pressed: dict[str, int] = {}
        self._wheel = 0.0
        self._sent: pictures.Pixels | None = None
        self._sharp = True
        self._count = 0
        self._changed_at = 0.0
        self._open_picture()
        threading.Thread(target=self._serve, daemon=True).start()

    def _open_picture(self) -> None:
        with (Path(os.environ["XAUTHORITY"]).parent / PICTURE).open("rb") as file:
            self._screen = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        header = struct.unpack_from(">25I", self._screen)
        self._start = header[0] + header[19] * 12  # the header and the colours
        self._width, self._height, self._pitch = header[4], header[5], header[12]

    def grant(self) -> None:
        """Allow one more picture: the page asks for it."""
        self._wanted.release()

    def _serve(self) -> None:
        with suppress(OSError, xclient.XError):  # the program ends, or closed the channel: it plays unseen
            while True:
                self._wanted.acquire()
                pixels, sharp = self._next()
                self._count += 1
                self._channel.send_picture(self._count, pixels, lossless=sharp)
                time.sleep(_POLL_S)

    def _next(self) -> tuple[pictures.Pixels, bool]:
        """Block until the display shows something new, or has stood still.

        X does not report when it draws, so the display is polled.
        """
        while True:
            pixels, now = self._capture(), time.monotonic()
            if pixels is not None and pixels != self._sent:
                self._sent, self._sharp, self._changed_at = pixels, self._count == 0, now
                return pixels, self._sharp
            if pixels is not None and not self._sharp and now - self._changed_at > _STILL_S:
                self._sharp = True
                return pixels, True
            time.sleep(_POLL_S)

    def _capture(self) -> pictures.Pixels | None:
        """Return the pixels of the windows; None while there is none."""
        if time.monotonic() - self._boxed_at > _BOX_S:
            self._find_box()
        left, top, right, bottom = self._box
        if right <= left or bottom <= top:
            return None
        rows = (self._start + y * self._pitch for y in range(top, bottom))
        data = b"".join(self._screen[row + left * 4 : row + right * 4] for row in rows)
        return pictures.Pixels(data, right - left, bottom - top, (right - left) * 4, "BGRX")

    def _find_box(self) -> None:
        with self._lock:
            windows = self._client.windows()
        self._boxed_at = time.monotonic()
        if windows and self._box == (0, 0, 0, 0):
            self._channel.report("window")
        left = max(0, min((x for _, x, _, _, _ in windows), default=0))
        top = max(0, min((y for _, _, y, _, _ in windows), default=0))
        right = min(self._width, max((x + width for _, x, _, width, _ in windows), default=0))
        bottom = min(self._height, max((y + height for _, _, y, _, height in windows), default=0))
        self._box = (left, top, right, bottom)

    def handle(self, event: dict[str, Any]) -> None:
        """Handle one event of the page; see ``PlayRun.send_input``."""
        with self._lock:
            match event["type"]:
                case "key_down" | "key_up":
                    self._key(event)
                case "text":
                    self._type(str(event["text"]))
                case "wheel":
                    self._turn_wheel(float(event.get("dy", 0)))
                case "pointer_move" | "pointer_down" | "pointer_up":
                    self._pointer(event)
                case "focus":
                    windows = self._client.windows()
                    self._client.focus(windows[-1][0] if windows else None)
                case "blur":
                    for code in list(self._pressed):
                        self._key({"type": "key_up", "code": code})
            self._client.sync()

    def _key(self, event: dict[str, Any]) -> None:
        code, name = str(event["code"]), str(event.get("key", ""))
        if event["type"] == "key_up":
            held = self._pressed.pop(code, None)
            if held is not None:
                self._client.fake(xclient.KEY_RELEASE, held)
            return
        keysym = _KEYSYMS.get(code) or (_keysym(name) if len(name) == 1 else None)
        keycode = self._client.keycode(keysym) if keysym else None
        if keycode is not None:
            self._pressed[code] = keycode
            self._client.fake(xclient.KEY_PRESS, keycode)

    def _type(self, text: str) -> None:
        """Type characters that no key has; first all get keys, and the program time to read them."""
        known = len(self._client.keycodes)
        codes = [self._client.keycode(_keysym(character)) for character in text[:_MOST_TYPED]]
        self._client.sync()
        if len(self._client.keycodes) != known:
            time.sleep(_KEYMAP_S)
        for code in codes:
            if code is not None:
                self._client.fake(xclient.KEY_PRESS, code)
                self._client.fake(xclient.KEY_RELEASE, code)

    def _pointer(self, event: dict[str, Any]) -> None:
        x, y = self._box[0] + int(float(event["x"])), self._box[1] + int(float(event["y"]))
        x, y = min(max(x, 0), self._width - 1), min(max(y, 0), self._height - 1)
        self._client.fake(xclient.MOTION, 0, x, y)
        button = _BUTTONS.get(int(event.get("button", 0)))
        if event["type"] != "pointer_move" and button is not None:
            down = event["type"] == "pointer_down"
            self._client.fake(xclient.BUTTON_PRESS if down else xclient.BUTTON_RELEASE, button)

    def _turn_wheel(self, down: float) -> None:
        self._wheel += down / _WHEEL_STEP
        steps = int(self._wheel)
        self._wheel -= steps
        for _ in range(min(abs(steps), 20)):
            self._client.fake(xclient.BUTTON_PRESS, 5 if steps > 0 else 4)
            self._client.fake(xclient.BUTTON_RELEASE, 5 if steps > 0 else 4)


def serve_desktop(channel: Channel) -> None:
    """Show the windows of this process's X display in the page, from a thread of their own.

    The program is not changed: it opens its windows as on any screen.
    """
    desktop = Desktop(channel)

    def listen() -> None:
        while message := channel.receive():
            if message["do"] == "credit":
                desktop.grant()
            elif message["do"] == "event":
                desktop.handle(message["event"])

    threading.Thread(target=listen, daemon=True).start()


def _keysym(character: str) -> int:
    """Return a character's keysym (X protocol, appendix A): Latin-1 as it is, the rest flagged."""
    number = ord(character)
    return number if number < 0x100 else 0x01000000 | number
