"""How circuit breakers stand in other processes.

Each writes down that it opened, for ``aiflow doctor`` to read.

One small file an address, in the folder of the logs: the address (without path or credentials), when it
opened, until when, and which process says so. Nothing decides by it; a breaker obeys only its own process's
experience.
"""

import hashlib
import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from aiflow.storage.safefs import write_atomic

# A note that was never taken back (its process was killed) says nothing after so long.
_FORGOTTEN_AFTER_S = 600.0


@dataclass(frozen=True, slots=True)
class Note:
    """That a breaker opened in some process.

    Attributes:
        state: open, or half-open when its time is up and no request has tried since.
        process: its id.
        left_s: how long it stays open.
    """

    state: Literal["open", "half_open"]
    process: int
    left_s: float


class BreakerNotes:
    """The note of one address.

    Args:
        folder: where the logs are; None writes nothing and knows nothing.
        address: of the service.
    """

    def __init__(self, folder: Path | None, address: str) -> None:
        name = hashlib.sha256(address.encode("utf-8")).hexdigest()[:12]
        self._file = folder / f"breaker-{name}.json" if folder is not None else None
        self._address = address

    def opened(self, timeout_s: float) -> None:
        """Write down that this process's breaker opened, for ``timeout_s`` from now."""
        if self._file is None:
            return
        now = time.time()
        note = {"address": self._address, "process": os.getpid(), "opened_at": now, "until": now + timeout_s}
        # What is for other eyes only must not fail the run; without it they see only their own process.
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(self._file, json.dumps(note).encode("utf-8"), sync=False)

    def closed(self) -> None:
        """Take back what was written: the service answers again."""
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)

    def read(self) -> Note | None:
        """Return what another process wrote, or None."""
        if self._file is None:
            return None
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
            process, until = int(found["process"]), float(found["until"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # none there, or half of one
        left = until - time.time()
        if process == os.getpid() or left < -_FORGOTTEN_AFTER_S:
            return None
        return Note("open" if left > 0 else "half_open", process, max(0.0, left))
