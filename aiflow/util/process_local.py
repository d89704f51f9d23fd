"""Per-process values: objects that a forked process must not share with its parent."""

import os
from collections.abc import Callable
from functools import cache
from typing import TypeVar

_T = TypeVar("_T")


def per_process(make: Callable[[], _T]) -> Callable[[], _T]:
    """Return a function that returns this process's own value.

    A fork (``multiprocessing`` on Linux, a pre-forking server) copies the object that stands for a thread,
    but not the thread: waiting for it would never end. Two processes that write into one pipe garble each
    other's messages.

    Args:
        make: makes the value, at the first call in each process.
    """

    @cache
    def of(_pid: int) -> _T:
        return make()

    return lambda: of(os.getpid())
