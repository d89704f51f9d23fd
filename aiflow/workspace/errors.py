"""Errors as a page gets them.

One status for each exception, one shape for all, whichever transport carries them.
"""

import errno
from http import HTTPStatus
from typing import Any

from aiflow.exceptions import (
    AIFlowError,
    ConfigError,
    ConflictError,
    EngineSetupError,
    InputError,
    LimitError,
    NoLessonError,
    NotFoundError,
    StorageError,
)


class ChangedError(ConflictError):
    """The file is not the version that the client's condition names (``If-Match``, ``If-None-Match``)."""

    default_reason = "changed"
    default_retryable = True


class BusyError(LimitError):
    """One person, or all together, have too many runs or programs."""

    default_reason = "too_many_runs"


class NotReadyError(ConfigError):
    """A start-up check failed; every call is refused until it passes."""

    default_reason = "not_ready"
    default_retryable = True


# The first class that matches counts, so a subclass stands before its base.
_STATUSES: tuple[tuple[type[AIFlowError], HTTPStatus], ...] = (
    (ChangedError, HTTPStatus.PRECONDITION_FAILED),
    (BusyError, HTTPStatus.TOO_MANY_REQUESTS),
    (InputError, HTTPStatus.BAD_REQUEST),
    (NoLessonError, HTTPStatus.BAD_REQUEST),
    (EngineSetupError, HTTPStatus.CONFLICT),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (LimitError, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (ConfigError, HTTPStatus.SERVICE_UNAVAILABLE),
)

_SENTENCES: dict[int, tuple[str, str]] = {
    400: ("请求的格式不对。", "invalid_input"),
    403: ("没有权限。请刷新页面，或者重新登录，再试一次。", "forbidden"),
    404: ("没有这个地址。", "not_found"),
    405: ("这个地址不支持这种请求。", "method_not_allowed"),
    413: ("发来的内容太大了。", "too_large"),
    500: ("服务器出错了，请再试一次。如果一直这样，请告诉老师。", "internal_error"),
}


def status_of(error: BaseException) -> int:
    """Return the HTTP status of ``error``; 500 for an exception that is not one of ours."""
    # A full disk has a status of its own: a monitor can tell it from a disk that fails.
    if isinstance(error, StorageError):
        cause = error.__cause__
        # With a quota the system reports EDQUOT, although the disk itself still has room.
        full = isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT}
        return HTTPStatus.INSUFFICIENT_STORAGE if full else HTTPStatus.INTERNAL_SERVER_ERROR
    return next(
        (status for kind, status in _STATUSES if isinstance(error, kind)), HTTPStatus.INTERNAL_SERVER_ERROR
    )


def answer_to(error: Exception) -> dict[str, Any]:
    """Return what REST answers to ``error``, and its status: a message has no status line."""
    status = status_of(error)
    return {"status": int(status), **body_of(status, error)}


def body_of(status: int, error: BaseException | None) -> dict[str, Any]:
    """Return the JSON body of an error answer.

    Only the message of an ``AIFlowError`` is passed on; that of another exception may hold a path or a
    secret.
    """
    if isinstance(error, AIFlowError):
        return {"message": error.message, "reason": error.reason, "retryable": error.retryable}
    message, reason = _SENTENCES.get(status, _SENTENCES[500 if status >= 500 else 400])
    return {"message": message, "reason": reason, "retryable": status >= 500}
