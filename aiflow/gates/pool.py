"""Gates in processes of their own.

Parsing holds the interpreter, and with it every event loop of this process.

There are at most as many as processors. Each is kept for the next project, so that forty programs that come
to their gates at once start two interpreters and not forty; one that has had nothing to do for a minute ends,
and so does one whose parent is gone.
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
# One that takes longer is ended: it is a project that was made to hold it.
TIMEOUT_S = 120.0
_CLOSE_S = 5.0
# How much later than typing and reading the checks get a processor: from the first, for loading them is most
# of a start.
_BEGIN = "import os; hasattr(os, 'nice') and os.nice(5); from aiflow.gates.pool_worker import main; main()"


class HelperError(Exception):
    """A helper could not be started, or ended before it had answered."""


class Helper:
    """One process, asked by one thread at a time.

    Raises:
        HelperError: when the system does not start it.
    """

    def __init__(self) -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        # Typing goes before checking; elsewhere the process says so itself.
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
            raise HelperError from error
        # There, for both were asked for.
        self._projects = cast("IO[bytes]", self._process.stdin)
        self._answers = cast("IO[bytes]", self._process.stdout)

    def ask(self, data: bytes) -> bytes:
        """Return the answer to ``data``.

        Raises:
            HelperError: when the process is gone, or was ended because it took too long.
        """
        self.is_used = True
        watch = threading.Timer(TIMEOUT_S, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            write_message(self._projects, data)
            return read_message(self._answers)
        except (OSError, EOFError) as error:
            self.close()
            raise HelperError from error
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


class Helpers:
    """All helpers of this process: a thread for each, which waits for it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(PROCESSES, "aiflow-gates")
        self._own = threading.local()
        self._all: list[Helper] = []

    def ask(self, pack: Callable[[], bytes]) -> "Future[bytes]":
        """Return the answer to what ``pack`` returns when it is there.

        It raises what ``pack`` and ``Helper.ask`` raise.
        """
        return self._threads.submit(self._ask, pack)

    def close(self) -> None:
        """End all of them."""
        self._threads.shutdown(cancel_futures=True)
        for helper in self._all:
            helper.close()

    def _ask(self, pack: Callable[[], bytes]) -> bytes:
        data = pack()
        helper = self._helper()
        was_used = helper.is_used
        try:
            return helper.ask(data)
        except HelperError:
            self._forget(helper)
            if not was_used:
                raise
        # It had ended meanwhile, for it had nothing to do; or the project before this one broke it.
        fresh = self._helper()
        try:
            return fresh.ask(data)
        except HelperError:
            self._forget(fresh)
            raise

    def _helper(self) -> Helper:
        helper: Helper | None = getattr(self._own, "helper", None)
        if helper is None:
            helper = self._own.helper = Helper()
            self._all.append(helper)
        return helper

    def _forget(self, helper: Helper) -> None:
        self._own.helper = None
        self._all.remove(helper)


@per_process
def helpers() -> Helpers:
    """Return those of this process."""
    ours = Helpers()
    atexit.register(ours.close)
    return ours
