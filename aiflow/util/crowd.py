"""How many runs of this process are being answered or checked right now.

What is done at once for one student is done in larger steps for forty: then the figure says how large.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# So many at once are served as one is.
FEW = 4


class Crowd:
    """Counts who is at work; runs live in several threads and loops."""

    def __init__(self) -> None:
        self._size = 0
        self._lock = Lock()

    @property
    def size(self) -> int:
        """How many are at work."""
        return self._size

    @property
    def is_large(self) -> bool:
        """Whether it is worth doing things in larger steps, or elsewhere."""
        return self._size > FEW

    @contextmanager
    def joined(self) -> Iterator[None]:
        """Count one more while the block lasts."""
        self._change(1)
        try:
            yield
        finally:
            self._change(-1)

    def _change(self, by: int) -> None:
        with self._lock:
            self._size += by


CROWD = Crowd()
