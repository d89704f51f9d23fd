"""Every error that this project raises on purpose.

    AIFlowError
    ├── ConfigError            config.json or the environment is wrong            config_invalid
    ├── InputError             a value of the caller breaks a rule                 invalid_input
    │   └── UnsafePathError    a path that must not be written or read             unsafe_path
    ├── NotFoundError          no such project, file, lesson or template           not_found
    ├── ConflictError          the state does not allow the action                 conflict
    ├── StorageError           the disk refused                                    storage_failed
    ├── LimitError             a size, time or token limit was reached             limit_reached
    ├── RunCancelledError      the run was stopped                                 cancelled
    ├── RunnerError            a generated program could not be started            runner_failed
    └── EngineError            the model, or the way to it                         engine_failed
        ├── NoLessonError      no lesson answers the request                       no_lesson
        ├── EngineSetupError   no address, key or model to call                    engine_not_set_up
        ├── ConnectError       no connection, name, TLS; or cut while streaming    connection_failed
        ├── StallError         no byte for too long                                timeout
        ├── AuthError          the key was refused                                 auth_failed
        ├── QuotaError         balance or plan used up                             quota_exhausted
        ├── RateLimitError     too many requests just now                          rate_limited
        ├── OverloadedError    the service is at fault (5xx)                       service_unavailable
        ├── RefusedError       the content was refused                             content_refused
        ├── ContextError       the request does not fit the model                  context_too_long
        ├── ModelError         the model is unknown or not in the plan             model_unavailable
        ├── BadRequestError    the service finds the request wrong                 bad_request
        ├── BadAnswerError     an answer that is none: empty, garbage, wrong type  bad_answer
        └── CircuitOpenError   the address failed too often; waiting               circuit_open

``message`` is Chinese and written for a student: what happened, why, what to do next. ``reason`` is a stable
word for programs. ``retryable`` says whether the same action can succeed later. No message ever carries a
secret, a traceback or a path of the machine.
"""

from typing import ClassVar


class AIFlowError(Exception):
    """Base of all of them.

    Args:
        message: Chinese, for the person who reads it.
        reason: a stable word; the class's own where it is not given.
        retryable: the class's own where it is not given.
        retry_after_s: seconds that the other side asked us to wait, where it did.
    """

    default_reason: ClassVar[str] = "internal_error"
    default_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        retryable: bool | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.retryable = self.default_retryable if retryable is None else retryable
        self.retry_after_s = retry_after_s


class ConfigError(AIFlowError):
    """The configuration is missing or wrong; names the key, what it holds and what it may hold."""

    default_reason = "config_invalid"


class InputError(AIFlowError):
    """A value of the caller breaks a rule."""

    default_reason = "invalid_input"


class UnsafePathError(InputError):
    """A path that leaves the project, or that some platform cannot hold."""

    default_reason = "unsafe_path"


class NotFoundError(AIFlowError):
    """No such project, file, lesson or template."""

    default_reason = "not_found"


class ConflictError(AIFlowError):
    """The state of the run or of the file does not allow the action."""

    default_reason = "conflict"


class StorageError(AIFlowError):
    """The disk refused: full, read-only, gone."""

    default_reason = "storage_failed"
    default_retryable = True


class LimitError(AIFlowError):
    """A size, time or token limit was reached."""

    default_reason = "limit_reached"
    default_retryable = True


class RunCancelledError(AIFlowError):
    """Somebody stopped the run."""

    default_reason = "cancelled"
    default_retryable = True


class RunnerError(AIFlowError):
    """A generated program could not be started."""

    default_reason = "runner_failed"


class EngineError(AIFlowError):
    """The model, or the way to it."""

    default_reason = "engine_failed"
    default_retryable = True


class NoLessonError(EngineError):
    """No lesson answers the request."""

    default_reason = "no_lesson"
    default_retryable = False


class EngineSetupError(EngineError):
    """No address, key or model to call."""

    default_reason = "engine_not_set_up"
    default_retryable = False


class ConnectError(EngineError):
    """No connection, name or TLS, or the connection was cut while streaming."""

    default_reason = "connection_failed"


class StallError(EngineError):
    """No byte for too long."""

    default_reason = "timeout"


class AuthError(EngineError):
    """The key was refused."""

    default_reason = "auth_failed"
    default_retryable = False


class QuotaError(EngineError):
    """Balance or plan used up; asking again cannot help."""

    default_reason = "quota_exhausted"
    default_retryable = False


class RateLimitError(EngineError):
    """Too many requests just now."""

    default_reason = "rate_limited"


class OverloadedError(EngineError):
    """The service is at fault (5xx, 529)."""

    default_reason = "service_unavailable"


class RefusedError(EngineError):
    """The service refused the content."""

    default_reason = "content_refused"
    default_retryable = False


class ContextError(EngineError):
    """The request does not fit the model's context."""

    default_reason = "context_too_long"
    default_retryable = False


class ModelError(EngineError):
    """The model is unknown or not in the plan."""

    default_reason = "model_unavailable"
    default_retryable = False


class BadRequestError(EngineError):
    """The service finds the request wrong."""

    default_reason = "bad_request"
    default_retryable = False


class BadAnswerError(EngineError):
    """An answer that is none: empty, garbage, the wrong content type."""

    default_reason = "bad_answer"


class CircuitOpenError(EngineError):
    """The address failed too often; it is left alone for a while."""

    default_reason = "circuit_open"
