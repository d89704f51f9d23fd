"""The backend that matplotlib loads: it draws into memory, and showing a figure sends it.

Source: https://matplotlib.org/stable/users/explain/figure/writing_a_backend_pyplot_interface.html
"""

from typing import Any, ClassVar

import matplotlib.pyplot as plt
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from .sender import FigureSender


class FigureManager(FigureManagerBase):
    """The window of a figure, which is a picture in the page.

    Attributes:
        sender: of this program; set when this module has been loaded.
    """

    sender: ClassVar[FigureSender]

    def show(self) -> None:
        """Send the figure."""
        self.sender.send(self.canvas.figure)

    @classmethod
    def start_main_loop(cls) -> None:
        """Do what a person does where ``plt.show()`` waits: look at the windows and close them."""
        cls.sender.finish()
        plt.close("all")


class FigureCanvas(FigureCanvasAgg):
    """The canvas of a figure, in memory."""

    manager_class: Any = FigureManager
