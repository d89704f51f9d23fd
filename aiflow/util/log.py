"""The log, logs/system_trace.jsonl: a JSON object a line for each request, phase, model call, file and error.

Times are in milliseconds, sizes in bytes or characters. Texts of people and models are never logged, only
their length; secrets are redacted in every field.
"""

import json
import logging
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from concurrent_log_handler import ConcurrentRotatingFileHandler
from pydantic import SecretStr

from aiflow.exceptions import AIFlowError
from aiflow.util.redaction import mask
from aiflow.util.timestamps import format_time, utc_now

TRACE_NAME = "system_trace.jsonl"
MAX_BYTES = 5_000_000
BACKUPS = 3
# Line ends for some programs, though not for JSON; escaped, every program reads the same lines.
_ESCAPED = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


class Trace:
    """A writer of the log; several writers, in several processes, may share one file.

    Args:
        logs_dir: the folder, created when missing; None disables the log.
        secrets: values to redact.
    """

    def __init__(self, logs_dir: Path | None, secrets: Iterable[SecretStr] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)  # wrapped: frames can be shown
        self._logger = _logger_for(logs_dir / TRACE_NAME) if logs_dir is not None else None

    def write(self, kind: str, **fields: Any) -> None:
        """Write one line.

        Args:
            kind: ``request``, ``phase``, ``model_call``, ``file`` or ``error``.
            **fields: the fields of the object.
        """
        if self._logger is None:
            return
        record = {"time": format_time(utc_now()), "kind": kind, **fields}
        line = json.dumps(record, ensure_ascii=False, default=str)
        self._logger.info(mask(line.translate(_ESCAPED), self._secrets))

    @contextmanager
    def timed(self, kind: str, **fields: Any) -> Iterator[dict[str, Any]]:
        """Write one line when the block ends, with its ``duration_ms`` and its ``outcome``.

        Args:
            kind: as in ``write``.
            **fields: fields that are known before.

        Yields:
            A dict to which the block adds further fields.
        """
        start = time.perf_counter()
        more: dict[str, Any] = {"outcome": "ok"}
        try:
            yield more
        except AIFlowError as error:
            more["outcome"] = error.reason
            raise
        # A cancellation is none of ours, and the line must still be written.
        except BaseException as error:
            more["outcome"] = type(error).__name__
            raise
        finally:
            duration = round((time.perf_counter() - start) * 1000, 1)
            self.write(kind, **fields, **more, duration_ms=duration)


def location_of(error: BaseException) -> str:
    """Return where ``error`` was raised, as ``store.py:120``, without folders and texts of the user."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return f"{Path(last[0].filename).name}:{last[0].lineno}" if last else ""


def _logger_for(path: Path) -> logging.Logger:
    """Return the process's logger of a log file."""
    logger = logging.getLogger(f"aiflow.util.log.{path.resolve()}")
    if not logger.handlers:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Server, kernels and commands share the file: it is locked for each line and for a rotation.
        handler = ConcurrentRotatingFileHandler(
            str(path),
            maxBytes=MAX_BYTES,
            backupCount=BACKUPS,
            encoding="utf-8",
            newline="",
            unicode_error_policy="replace",
        )
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger
