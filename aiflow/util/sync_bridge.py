"""Calling asynchronous code from a script, or from a notebook's cell without ``await``."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, wait
from typing import Any, TypeVar

T = TypeVar("T")

# On Windows a blocked wait is not interrupted; the interrupt is seen between two waits.
_INTERRUPT_POLL_S = 0.1


def run_blocking(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` to its end; where this thread has a running loop, in a thread of its own.

    Args:
        coroutine: the work.

    Returns:
        Its result; its exceptions are raised here.

    Raises:
        KeyboardInterrupt: the caller was interrupted. The coroutine is cancelled and has ended.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    result: Future[T] = Future()
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = Future()

    async def work() -> T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine that asyncio.run runs has a task
        started.set_result((asyncio.get_running_loop(), task))
        return await coroutine

    def target() -> None:
        try:
            result.set_result(asyncio.run(work()))
        except BaseException as error:  # noqa: BLE001 - every exception belongs to the caller's thread
            result.set_exception(error)

    try:
        threading.Thread(target=target, name="aiflow-run", daemon=True).start()
        while not wait([result], _INTERRUPT_POLL_S).done:
            pass
    # Jupyter's stop button: without this the run would go on unseen in its thread.
    except KeyboardInterrupt:
        loop, task = started.result()
        if not result.done():
            loop.call_soon_threadsafe(task.cancel)
        wait([result])
        raise
    return result.result()
