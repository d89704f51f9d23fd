"""The retry policy: which failures are retried, after how long, and the notice that the student reads."""

from aiflow.config import OpenAIConfig
from aiflow.exceptions import (
    BadAnswerError,
    ConnectError,
    EngineError,
    OverloadedError,
    RateLimitError,
)

# When a service asks for a longer wait, the run fails and the student decides.
LONGEST_WAIT_S = 60.0
# A second attempt can help, and nothing was paid for yet. Not a stall: it has cost a minute already.
_RETRIED: dict[type[EngineError], str] = {
    ConnectError: "连接出了问题",
    RateLimitError: "服务太忙",
    OverloadedError: "服务暂时出错",
    BadAnswerError: "收到的回答不完整",
}


def retry_delay(failure: EngineError, attempt: int, settings: OpenAIConfig, jitter: float) -> float | None:
    """Return the seconds to wait before the next attempt, or None when the request is not retried.

    Args:
        failure: the error of the last attempt.
        attempt: its number, from 1.
        settings: the number of attempts and the first delay, which doubles with each attempt.
        jitter: a number from 0 to 1 that spreads the retries of many runs.
    """
    if attempt >= settings.max_attempts or not failure.retryable or type(failure) not in _RETRIED:
        return None
    # Jitter: runs of a class that failed together must not come back in the same second.
    delay = settings.backoff_s * 2 ** (attempt - 1) * (0.75 + 0.5 * jitter)
    # The service's own wait is a lower bound: an earlier attempt would be refused again.
    delay = max(delay, failure.retry_after_s or 0.0)
    return delay if delay <= LONGEST_WAIT_S else None


def retry_notice(failure: EngineError, delay: float, attempt: int, settings: OpenAIConfig) -> str:
    """Return the Chinese notice that announces a retry.

    Args:
        failure: a retried error.
        delay: seconds until the attempt.
        attempt: the number of the coming attempt.
        settings: the number of attempts.
    """
    when = f"{delay:.0f} 秒后" if delay >= 1 else "马上"
    return f"{_RETRIED[type(failure)]}，{when}再试（第 {attempt} 次，最多 {settings.max_attempts} 次）。"
