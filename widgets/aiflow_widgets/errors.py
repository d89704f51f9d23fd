"""Errors as the page gets them in a message: the shape that the server's answers have."""

from typing import Any

from aiflow.exceptions import AIFlowError, ConflictError, InputError, NotFoundError


class ChangedError(ConflictError):
    """A file is not the one that was read."""

    default_reason = "changed"


_STATUS: tuple[tuple[type[AIFlowError], int], ...] = (
    (ChangedError, 412),
    (ConflictError, 409),
    (NotFoundError, 404),
    (InputError, 400),
)


def as_reply(error: AIFlowError) -> dict[str, Any]:
    """Return what the page is told."""
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    return {
        "status": status,
        "message": error.message,
        "reason": error.reason,
        "retryable": error.retryable,
    }
