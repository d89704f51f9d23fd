"""Requests to a model that are just being sent, and those who begin another run meanwhile.

Where forty students ask at the same moment, each step of each run waits for a step of all the others: every request comes
to the model when the last one does, every answer ends when the last one does, and they all meet again there. One who
begins therefore lets those pass who have begun: their requests are on the way at once, and his own only where it would
have been anyway.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from weakref import WeakKeyDictionary

# It takes some milliseconds of this machine's time; a service that is slow to answer is nobody's to wait for.
LONGEST_S = 0.02


class Openings:
    """Those of one event loop.

    Args:
        longest_s: how long a request counts as being sent.
    """

    def __init__(self, longest_s: float = LONGEST_S) -> None:
        self._longest_s = longest_s
        self._sent = 0
        self._turns = asyncio.Lock()
        self._nobody = asyncio.Event()
        self._nobody.set()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Count a request as being sent while the block lasts, but not for longer than ``longest_s``."""
        self._sent += 1
        self._nobody.clear()
        is_counted = True

        def over() -> None:
            nonlocal is_counted
            if is_counted:
                is_counted = False
                self._sent -= 1
                if not self._sent:
                    self._nobody.set()

        timer = asyncio.get_running_loop().call_later(self._longest_s, over)
        try:
            yield
        finally:
            timer.cancel()
            over()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Begin a run in the block: one after the other, each when no request is being sent."""
        async with self._turns:
            await asyncio.sleep(0)  # the run that was begun before comes to its request here
            await self._nobody.wait()
            yield


_OF_LOOPS: WeakKeyDictionary[asyncio.AbstractEventLoop, Openings] = WeakKeyDictionary()


def openings() -> Openings:
    """Return those of the running event loop."""
    return _OF_LOOPS.setdefault(asyncio.get_running_loop(), Openings())
