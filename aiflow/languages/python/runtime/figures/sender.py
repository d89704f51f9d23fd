"""Sends figures to the page: as many as a page can hold, and one that moves not too often."""

import io
import sys
import time
from typing import Any, Final

from ..channel import Channel

MAX_FIGURES: Final = 20
_MAX_PIXELS: Final = 2000
_MAX_BYTES: Final = 4 * 1024 * 1024
# A program that draws a figure again and again (``plt.pause``) shows it this often.
_INTERVAL_S: Final = 0.3


class _Shown:
    """A figure that was sent; ``skipped`` is true while the page has an older state of it."""

    def __init__(self, number: int, figure: Any) -> None:
        self.number = number
        self.figure = figure
        self.sent_at = float("-inf")
        self.skipped = False


class FigureSender:
    """Numbers the figures and sends them.

    Args:
        channel: to the page.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        # By the identity of the figure, which is kept: another object could get the same one.
        self._shown: dict[int, _Shown] = {}
        self._is_full = False

    def send(self, figure: Any) -> None:
        """Send a figure of matplotlib as it looks now, unless it has just been sent."""
        shown = self._shown.get(id(figure))
        if shown is None:
            if len(self._shown) == MAX_FIGURES:
                self._report_full()
                return
            shown = self._shown[id(figure)] = _Shown(len(self._shown) + 1, figure)
        shown.skipped = time.monotonic() - shown.sent_at < _INTERVAL_S
        if not shown.skipped:
            self._send(shown)

    def finish(self) -> None:
        """Send the figures that have changed since they were sent."""
        for shown in self._shown.values():
            if shown.skipped:
                shown.skipped = False
                self._send(shown)

    def _send(self, shown: _Shown) -> None:
        try:
            self._channel.send_figure(shown.number, _png(shown.figure))
        except OSError:
            return  # the page is gone, and the program goes on
        shown.sent_at = time.monotonic()

    def _report_full(self) -> None:
        if not self._is_full:
            self._is_full = True
            sys.stderr.write(f"已经显示了 {MAX_FIGURES} 张图，后面的图不再显示。\n")


def _png(figure: Any) -> bytes:
    # A figure of a square metre would fill the memory.
    dpi = min(figure.get_dpi(), _MAX_PIXELS / max(*figure.get_size_inches(), 0.01))
    image = io.BytesIO()
    figure.savefig(image, format="png", dpi=dpi)
    while image.tell() > _MAX_BYTES:
        dpi /= 2
        image = io.BytesIO()
        figure.savefig(image, format="png", dpi=dpi)
    return image.getvalue()
