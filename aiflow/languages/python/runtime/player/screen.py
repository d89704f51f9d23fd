"""The program's window.

What ``flip`` and ``update`` show is copied, and sent when the page asks for a picture.

The program is never slowed: it pays for one copy of its pixels (0.05 ms at 640x480); a thread encodes and
sends the newest copy, one per picture that the page has asked for. Pictures that nobody asked for in time are
dropped, never queued.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from ..channel import Channel, Pixels

_MAX_SIZE: Final = 4096
_MIN_COPY_S: Final = 1 / 240  # a loop without a clock flips a thousand times a second
_MIN_SEND_S: Final = 1 / 75  # sixty a second, with room for a clock that trembles
_STILL_S: Final = 0.25


class Screen:
    """The newest picture and who waits for it."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._pygame: Any = None
        self._news = threading.Condition()
        self._credit = 0
        self._pixels: Pixels | None = None
        self._copied_at = 0.0
        self._changed_at = 0.0
        self._missed = False
        self._sent: Pixels | None = None
        self._sharp = True
        self._count = 0

    def grant(self) -> None:
        """The page is ready for one more picture."""
        with self._news:
            self._credit += 1
            self._news.notify()

    def patch(self, pygame: Any) -> None:
        """Listens in on the display, and opens windows that need no screen."""
        self._pygame = pygame
        display = pygame.display
        display.flip = self._showing(display.flip)
        display.update = self._showing(display.update)
        display.toggle_fullscreen = lambda: 1
        open_window = display.set_mode

        def set_mode(size: Any = (0, 0), flags: int = 0, *_ignored: int, **_too: int) -> Any:
            # Depth, display and vsync are the screen's business, and there is none.
            flags &= ~(pygame.FULLSCREEN | pygame.SCALED)  # the page scales, whatever the size
            width, height = size or (0, 0)
            surface = open_window((min(int(width), _MAX_SIZE), min(int(height), _MAX_SIZE)), flags)
            with suppress(OSError):  # the program closed our channel: it plays unseen
                self._channel.report("window")
            return surface

        display.set_mode = set_mode
        threading.Thread(target=self._serve, daemon=True).start()

    def _showing(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def show(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self._shown()
            return result

        return show

    def _shown(self) -> None:
        with self._news:
            if time.monotonic() - self._copied_at < _MIN_COPY_S:
                if not self._missed:
                    self._missed = True
                    self._news.notify()
                return
            self._copy()

    def _copy(self) -> None:
        surface = self._pygame.display.get_surface()
        if surface is None:
            return
        width, height = surface.get_size()
        if surface.get_bitsize() == 32 and surface.get_masks()[:3] == (0xFF0000, 0xFF00, 0xFF):
            data, pitch, order = surface.get_buffer().raw, surface.get_pitch(), "BGRX"
        else:
            data, pitch, order = self._pygame.image.tobytes(surface, "RGBA"), width * 4, "RGBX"
        self._pixels = Pixels(data, width, height, pitch, order)
        self._copied_at = time.monotonic()
        self._missed = False
        self._news.notify()

    def _serve(self) -> None:
        """The thread that sends.

        Encoding and writing happen outside the lock, so the program never waits for them.
        """
        last = 0.0
        try:
            while True:
                pixels, sharp = self._next()
                self._count += 1
                self._channel.send_picture(self._count, pixels, lossless=sharp)
                pause = last + _MIN_SEND_S - time.monotonic()
                if pause > 0 and not sharp:
                    time.sleep(pause)
                last = time.monotonic()
        except OSError:
            return  # the program closed our channel: it plays unseen

    def _next(self) -> tuple[Pixels, bool]:
        """Block until a picture is due and asked for; return it, and whether it stands still."""
        with self._news:
            while True:
                if self._missed and time.monotonic() - self._copied_at > _STILL_S / 5:
                    self._copy()  # the last flip of a burst was not copied, and none came after it
                if self._credit > 0 and self._pixels is not None:
                    if self._changed(self._pixels):
                        self._credit -= 1
                        self._sent, self._sharp = self._pixels, self._count == 0
                        self._changed_at = time.monotonic()
                        return self._sent, self._sharp
                    if not self._sharp and time.monotonic() - self._changed_at > _STILL_S:
                        self._credit -= 1
                        self._sharp = True
                        return self._pixels, True
                self._news.wait(None if self._idle() else _STILL_S / 5)

    def _idle(self) -> bool:
        return not self._missed and (self._sharp or self._credit == 0)

    def _changed(self, pixels: Pixels) -> bool:
        if pixels is self._sent:
            return False
        if pixels == self._sent:
            self._sent = pixels  # the same picture drawn again is not sent again
            return False
        return True
