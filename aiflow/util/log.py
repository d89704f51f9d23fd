"""logs/system_trace.jsonl: one JSON object a line for every request, phase, model call, file and error.

Times are in milliseconds, sizes in bytes or characters. What a person wrote and what a model answered is
never in it, only how long it was; a value that is a secret is taken out wherever it comes from.
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
# Ends of lines for some readers, though not for JSON: escaped, a line is one for everybody.
_ESCAPED = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


class Trace:
    """Writes the trace; several of them may write to one file.

    Args:
        logs_dir: made when it is not there; None writes nothing (a library user who wants no files).
        secrets: values that must never stand in it.
    """

    def __init__(self, logs_dir: Path | None, secrets: Iterable[SecretStr] = ()) -> None:
        self._secrets = tuple(secret for secret in secrets if secret)  # wrapped: frames can be shown
        self._logger = _logger_for(logs_dir / TRACE_NAME) if logs_dir is not None else None

    def note(self, kind: str, **fields: Any) -> None:
        """Write one line.

        ``kind`` (``request``, ``phase``, ``model_call``, ``file``, ``error``) and its fields.
        """
        if self._logger is None:
            return
        record = {"time": format_time(utc_now()), "kind": kind, **fields}
        line = json.dumps(record, ensure_ascii=False, default=str)
        self._logger.info(mask(line.translate(_ESCAPED), self._secrets))

    @contextmanager
    def timed(self, kind: str, **fields: Any) -> Iterator[dict[str, Any]]:
        """Write one line when the block ends, with its ``duration_ms`` and its ``outcome``.

        The block may add fields.
        """
        start = time.perf_counter()
        more: dict[str, Any] = {"outcome": "ok"}
        try:
            yield more
        except AIFlowError as error:
            more["outcome"] = error.reason
            raise
        except BaseException as error:
            more["outcome"] = type(error).__name__
            raise
        finally:
            duration = round((time.perf_counter() - start) * 1000, 1)
            self.note(kind, **fields, **more, duration_ms=duration)


def place_of(error: BaseException) -> str:
    """Return where ``error`` was raised, ``store.py:120``.

    No path of the machine and nothing of what was said.
    """
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
