from typing import Any, ClassVar


class FigureManagerBase:
    figures: ClassVar[dict[int, Any]] = {}

    def __init__(self, canvas, num):
        self.canvas, self.num = canvas, num

    @classmethod
    def pyplot_show(cls, *, block=None):
        for manager in list(cls.figures.values()):
            manager.show()
        if block is None or block:
            cls.start_main_loop()
