import importlib
import struct
import time
import zlib

import matplotlib
from matplotlib import font_manager  # noqa: F401 - the real one loads it, too
from matplotlib.backend_bases import FigureManagerBase


def _backend():
    return importlib.import_module(matplotlib.rcParams["backend"].removeprefix("module://"))


class Figure:
    def __init__(self, inches):
        self.inches = inches

    def get_dpi(self):
        return 100

    def get_size_inches(self):
        return self.inches

    def savefig(self, file, *, format="png", dpi=100):
        width, height = (round(inch * dpi) for inch in self.inches)
        data = _white(width, height)
        if isinstance(file, str):
            with open(file, "wb") as target:
                target.write(data)
        else:
            file.write(data)


def _white(width, height):
    """A white PNG; of a huge one only its beginning, which nobody looks at."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = (b"\0" + b"\xff" * width) * height if width * height < 10**7 else b""
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def figure(figsize=(6.4, 4.8)):
    canvas = _backend().FigureCanvas(Figure(figsize))
    number = len(FigureManagerBase.figures) + 1
    FigureManagerBase.figures[number] = canvas.manager_class(canvas, number)
    return canvas.figure


def savefig(name):
    list(FigureManagerBase.figures.values())[-1].canvas.figure.savefig(name)


def show(*, block=None):
    _backend().FigureCanvas.manager_class.pyplot_show(block=block)


def close(which):
    assert which == "all"
    FigureManagerBase.figures.clear()


def pause(seconds):
    show(block=False)
    time.sleep(seconds)
