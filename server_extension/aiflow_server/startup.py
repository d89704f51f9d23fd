"""From the server's start to the first request: the checks, and the service that is made when they pass.

Loading the extension must cost the server nothing, so the pipeline (pydantic and all) is imported when the
first request comes, in a thread.
"""

import asyncio
import importlib
import time
from typing import TYPE_CHECKING

from aiflow.workspace.errors import NotReadyError

if TYPE_CHECKING:
    from aiflow_server.service import Service
else:
    Service = object

__all__ = ["Service", "Startup"]

# A failed check is repeated after this time, so that a corrected configuration needs no restart.
RECHECK_S = 2.0


class Startup:
    """Makes the service, once."""

    def __init__(self) -> None:
        self._service: Service | None = None
        self._failure: NotReadyError | None = None
        self._checked_at = 0.0
        self._lock = asyncio.Lock()

    async def service(self) -> "Service":
        """Return the service.

        Raises:
            NotReadyError: if a check failed; with the sentence of the first one.
        """
        if self._service is not None:
            return self._service
        async with self._lock:
            if self._service is None:
                if self._failure is None or time.monotonic() - self._checked_at > RECHECK_S:
                    await self._make()
                if self._failure is not None:
                    raise self._failure
            assert self._service is not None  # noqa: S101 - one of the two was set
            return self._service

    async def _make(self) -> None:
        self._failure = None
        found = await asyncio.to_thread(_prepare)
        if isinstance(found, str):
            self._failure = NotReadyError(found)
            self._checked_at = time.monotonic()
        else:
            self._service = found

    async def stop(self) -> None:
        """End everything that the service runs."""
        if self._service is not None:
            await self._service.stop()
            self._service = None


def _prepare() -> "Service | str":
    # Deliberately late: this is what makes loading the extension cheap.
    module = importlib.import_module("aiflow_server.service")
    found: Service | str = module.make_service()
    return found
