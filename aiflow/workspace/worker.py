"""A thread with an event loop of its own.

Runs write to the disk (fsync) and parse in it, so they delay neither a Jupyter server's loop nor a
kernel's; and a cell that computes for a minute delays neither the runs nor the page that shows them.
"""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")

_STOP_S = 5.0


class Worker:
    """One thread, one loop.

    Args:
        name: the thread's.
    """

    def __init__(self, name: str = "aiflow-runs") -> None:
        self.loop = asyncio.new_event_loop()
        self._launched: set[asyncio.Task[None]] = set()
        # A daemon, so that a run that hangs cannot keep a kernel or a server from exiting.
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.close()

    async def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Await ``work`` in the worker's loop, from whichever loop this is called in."""
        if asyncio.get_running_loop() is self.loop:
            return await work
        return await asyncio.wrap_future(self.submit(work))

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start ``work`` in the worker's loop; its result is the future's."""
        return asyncio.run_coroutine_threadsafe(work, self.loop)

    def launch(self, work: Coroutine[Any, Any, None]) -> None:
        """Start ``work`` in the worker's loop; the loop's exception handler reports its error."""

        def begin() -> None:
            task = self.loop.create_task(work)
            # The loop itself holds tasks weakly, and would drop one that waits.
            self._launched.add(task)
            task.add_done_callback(self._ended)

        self.loop.call_soon_threadsafe(begin)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._launched.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.loop.call_exception_handler({"message": "AI Code Flow 工作台里出错了", "exception": error})

    async def stop(self) -> None:
        """End the loop and the thread."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        await asyncio.to_thread(self._thread.join, _STOP_S)
