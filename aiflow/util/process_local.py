"""What each process has once.

Threads, and pipes to processes of ours, are not there in one that was forked.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import TypeVar

_T = TypeVar("_T")


def per_process(make: Callable[[], _T]) -> Callable[[], _T]:
    """Return what gives this process's own one; ``make`` makes it when it is first asked for.

    A fork (``multiprocessing`` on Linux, a pre-forking server) copies the object that stands for a thread,
    but not the thread: who waited for it would wait for ever. And two processes that write into one pipe
    understand nothing.
    """

    @cache
    def of(_pid: int) -> _T:
        return make()

    return lambda: of(os.getpid())
