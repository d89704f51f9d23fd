"""A pool of processes that check projects: parsing holds the interpreter, and with it every event loop in it.

There are at most as many workers as processors. A worker is kept for the next project, so that forty projects
that are checked at once start two interpreters and not forty. It ends after an idle minute, and with this
process.
"""

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import IO, cast

from aiflow.gates.pool_worker import read_message, write_message
from aiflow.util.process_local import per_process

PROCESSES = max(1, min(4, os.cpu_count() or 1))
# A project that takes longer was made to; its worker is ended.
TIMEOUT_S = 120.0
_CLOSE_S = 5.0
# A lower priority than the server's, from the first line: importing is most of the cost of a start.
_BEGIN = "import os; hasattr(os, 'nice') and os.nice(5); from aiflow.gates.pool_worker import main; main()"


class PoolWorkerError(Exception):
    """A pool worker could not be started, or ended before its answer."""


class PoolWorker:
    """One process, asked by one thread at a time.

    Raises:
        PoolWorkerError: when the system does not start it.
    """

    def __init__(self) -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        # On Windows the priority is given here; elsewhere the process lowers it itself.
        flags |= getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
        self.is_used = False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                [sys.executable, "-P", "-X", "utf8", "-c", _BEGIN],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=flags,
            )
        except OSError as error:
            raise PoolWorkerError from error
        self._projects = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def ask(self, data: bytes) -> bytes:
        """Send ``data`` and return the answer.

        Raises:
            PoolWorkerError: when the process is gone, or was ended because it took too long.
        """
        self.is_used = True
        # A read from a pipe has no time limit on Windows.
        watch = threading.Timer(TIMEOUT_S, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            write_message(self._projects, data)
            return read_message(self._answers)
        except (OSError, EOFError) as error:
            self.close()
            raise PoolWorkerError from error
        finally:
            watch.cancel()

    def close(self) -> None:
        """End the process; one that does not end with its input is killed."""
        for pipe in (self._projects, self._answers):
            try:
                pipe.close()
            except OSError:
                continue  # what was not sent to a process that is gone
        try:
            self._process.wait(_CLOSE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Pool:
    """All workers of this process, each with a thread that waits for it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(PROCESSES, "aiflow-gates")
        self._own = threading.local()
        self._all: list[PoolWorker] = []

    def submit(self, pack: Callable[[], bytes]) -> "Future[bytes]":
        """Return the future answer to the bytes that ``pack`` returns.

        Its exception is one of ``pack``, or a PoolWorkerError.
        """
        return self._threads.submit(self._ask, pack)

    def close(self) -> None:
        """End all of them."""
        self._threads.shutdown(cancel_futures=True)
        for worker in self._all:
            worker.close()

    def _ask(self, pack: Callable[[], bytes]) -> bytes:
        data = pack()
        while True:
            worker = self._worker()
            was_used = worker.is_used
            try:
                return worker.ask(data)
            except PoolWorkerError:
                self._own.worker = None
                self._all.remove(worker)
                # It had ended after an idle minute, or the project before this one broke it. A fresh worker
                # that fails too was broken by this project.
                if not was_used:
                    raise

    def _worker(self) -> PoolWorker:
        worker: PoolWorker | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = PoolWorker()
            self._all.append(worker)
        return worker


@per_process
def pool() -> Pool:
    """Return the pool of this process."""
    made = Pool()
    atexit.register(made.close)
    return made
