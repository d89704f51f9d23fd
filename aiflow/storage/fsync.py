"""Background fsync: the disk may take its time, and one event loop writes for forty runs.

What is wanted while the disk is at work is done with one further call, however often it was wanted.
"""

import os
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

from aiflow.util.process_local import per_process

# These threads wait for the disk, not for the processor: a few keep the disk busy.
_THREADS = 4


# A forked process inherits the pool without its threads: nothing would ever be written there.
@per_process
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, "aiflow-fsync")


class Syncing:
    """The fsyncs of one file."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._is_wanted = False
        self._is_working = False
        self._work: Future[None] | None = None
        self._failure: OSError | None = None

    def want(self, fd: int) -> None:
        """Have ``fd`` on the disk soon.

        Raises:
            OSError: what the disk said the last time.
        """
        with self._lock:
            failure, self._failure = self._failure, None
            self._is_wanted = True
            is_working, self._is_working = self._is_working, True
        if not is_working:
            self._work = _threads().submit(self._sync, fd)
        if failure is not None:
            raise failure

    def flush(self) -> None:
        """Wait until the disk has what was wanted."""
        if self._work is not None:
            self._work.result()

    def _sync(self, fd: int) -> None:
        # A request during an fsync may not be covered by it, so one more follows.
        while self._goes_on():
            try:
                os.fsync(fd)
            except OSError as error:
                self._failure = error  # no caller awaits this thread: the next request raises it

    def _goes_on(self) -> bool:
        with self._lock:
            # Both in one step: a request between the two would be served neither by this thread nor by a new
            # one.
            self._is_working, self._is_wanted = self._is_wanted, False
            return self._is_working
