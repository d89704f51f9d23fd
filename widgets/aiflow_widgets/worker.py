"""A thread with an event loop, in which the kernel's side of the workbench works.

A cell that computes for a minute holds the kernel's own loop; a run, and the page that watches it, go on
here.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """One thread, one loop, until the process ends."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._launched: set[asyncio.Task[None]] = set()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="aiflow-workbench", daemon=True)
        self._thread.start()
        ready.wait()

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(ready.set)
        self.loop.run_forever()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin ``work`` there; its result is the future's."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def launch(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin ``work`` there; nobody waits for it, so an error of it is reported by the loop."""

        def begin() -> None:
            task = self.loop.create_task(work)
            self._launched.add(task)
            task.add_done_callback(self._ended)

        self.loop.call_soon_threadsafe(begin)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._launched.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.loop.call_exception_handler({"message": "AI Code Flow 工作台里出错了", "exception": error})


@cache
def worker() -> Worker:
    """The one of this process, begun when it is first asked for."""
    return Worker()
