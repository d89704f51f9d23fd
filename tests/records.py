"""A run's record as another process has it."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiflow.storage.run_folder import RunRecord


@contextmanager
def at_work(record: RunRecord) -> Iterator[None]:
    """Hold the run's lock for as long as the block lasts."""
    record.acquire()
    try:
        yield
    finally:
        record.release()
