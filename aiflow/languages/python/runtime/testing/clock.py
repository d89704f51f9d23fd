"""A clock that moves only when the program looks at it or waits: the same time in every run.

A program that waits, by ``time.sleep`` or by pygame, goes on at once, that much later. Each look at the clock
moves it by a millisecond, so that a loop that waits for a time ends.
"""

import datetime
import time
from typing import Any, Final

START: Final = 1_767_258_000.0  # 2026-01-01 09:00:00 UTC
_LOOK_S: Final = 0.001


class _Kind(type):
    """A class in the place of one of the standard library, of which the old one's objects are instances."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, cls.__mro__[1])


class Clock:
    """The program's time."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        """Return the seconds since 1970, a little later each time."""
        self.passed += _LOOK_S
        return START + self.passed

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.passed += max(0.0, float(seconds))

    def patch(self) -> None:
        """Put this clock in the place of the machine's."""
        clock = self
        time.time = clock.now
        time.monotonic = time.perf_counter = lambda: clock.now() - START
        time.time_ns = lambda: int(clock.now() * 1e9)
        time.sleep = clock.wait  # type: ignore[assignment]  # for the program
        local = datetime.datetime

        class Local(local, metaclass=_Kind):  # type: ignore[valid-type,misc]  # a class with the name that programs import
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return cls.fromtimestamp(clock.now(), tz)

            @classmethod
            def today(cls) -> Any:
                return cls.fromtimestamp(clock.now())

            @classmethod
            def utcnow(cls) -> Any:
                return cls.fromtimestamp(clock.now(), datetime.UTC).replace(tzinfo=None)

        class Day(datetime.date, metaclass=_Kind):
            @classmethod
            def today(cls) -> Any:
                return cls.fromtimestamp(clock.now())

        Local.__name__ = Local.__qualname__ = "datetime"
        Day.__name__ = Day.__qualname__ = "date"
        datetime.datetime = Local  # type: ignore[misc]  # for the program
        datetime.date = Day  # type: ignore[misc]  # the same

    def patch_pygame(self, pygame: Any) -> None:
        """Put this clock in the place of pygame's."""
        clock = self

        class Ticks:
            """``pygame.time.Clock`` without waiting."""

            def __init__(self) -> None:
                self._last = clock.passed
                self._length = 0.0

            def tick(self, framerate: float = 0) -> int:
                wanted = self._last + (1 / framerate if framerate else 0.0)
                clock.wait(wanted - clock.passed)
                self._length, self._last = clock.passed - self._last, clock.passed
                return round(self._length * 1000)

            tick_busy_loop = tick

            def get_time(self) -> int:
                return round(self._length * 1000)

            get_rawtime = get_time

            def get_fps(self) -> float:
                return 1 / self._length if self._length else 0.0

        def wait(milliseconds: int) -> int:
            clock.wait(milliseconds / 1000)
            return milliseconds

        pygame.time.Clock = Ticks
        pygame.time.get_ticks = lambda: int((clock.now() - START) * 1000)
        pygame.time.wait = pygame.time.delay = wait
