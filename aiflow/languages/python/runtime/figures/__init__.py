"""Shows matplotlib's figures without a display: ``plt.show()`` sends each as a picture.

The program is not changed: matplotlib is given a backend of ours in the moment in which it has been loaded.
``savefig`` and everything else is matplotlib's own.
"""

import atexit
import logging
import os
import sys
from functools import partial
from typing import Any

from ..after_import import AfterImport
from ..channel import Channel
from .sender import FigureSender

# Backends that write files work without a display.
_WRITERS = frozenset({"agg", "cairo", "pdf", "pgf", "ps", "svg", "template"})
# The first that is installed draws Chinese labels; matplotlib's own font has no Chinese.
_CHINESE = (
    "Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Source Han Sans SC", "WenQuanYi Micro Hei",
    "SimHei", "Heiti SC", "Heiti TC", "Arial Unicode MS", "Noto Sans CJK JP",
)  # fmt: skip


def install(channel: Channel) -> None:
    """Arrange that matplotlib shows its figures in the page, where the program has no display.

    Args:
        channel: to the page.
    """
    if os.environ.get("MPLBACKEND") != "agg":
        return
    sender = FigureSender(channel)
    atexit.register(sender.finish)

    # matplotlib makes the backend's objects itself, so they get the sender from their class.
    def connect(backend: Any) -> None:
        backend.FigureManager.sender = sender

    sys.meta_path[:0] = [
        AfterImport("matplotlib", _use_backend),
        AfterImport("matplotlib.font_manager", _use_chinese_font),
        AfterImport(f"{__name__}.backend", connect),
    ]


def _use_backend(matplotlib: Any) -> None:
    if not hasattr(matplotlib, "use"):
        return  # a file of the program's own has this name
    ours = f"module://{__name__}.backend"
    matplotlib.use(ours)
    matplotlib.use = partial(_use, matplotlib.use, ours)


def _use(use: Any, ours: str, backend: str, *, force: bool = True) -> None:
    """Do what ``matplotlib.use`` does; a program that asks for windows gets the page instead."""
    use(backend if backend.lower() in _WRITERS else ours, force=force)


def _use_chinese_font(font_manager: Any) -> None:
    manager = font_manager.fontManager
    names = {font.name for font in manager.ttflist}
    found = next((name for name in _CHINESE if name in names), None)
    if found is None:
        return
    settings: Any = vars(sys.modules["matplotlib"])["rcParams"]
    settings["font.sans-serif"] = [found, *settings["font.sans-serif"]]
    settings["axes.unicode_minus"] = False  # Chinese fonts often lack the sign
    # Programs name fonts of other systems: the Chinese one takes their place, without a warning for each.
    manager.defaultFamily["ttf"] = found
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
