"""A circuit breaker for each address (Nygard, "Release It!").

Closed: requests pass, consecutive failures are counted. Open, after too many of them: requests are refused at
once. Half-open, after a timeout: one request, the probe, is let through, and its result decides.

Why not a library: pybreaker's asynchronous calls need Tornado coroutines; aiobreaker has had no release since
2021; purgatory lets every waiting request through when it is half-open, counts a cancelled request as a
failure or (excluded) as a success that closes the circuit, and reads the wall clock. A cancelled run is
neither, and forty students must not be the probe together.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from aiflow.exceptions import CircuitOpenError, ConnectError, EngineError, OverloadedError, StallError

BreakerState = Literal["closed", "open", "half_open"]
# Errors that mean that the address itself is in trouble; a refused key or a full quota proves it alive.
_FAILURES = (ConnectError, StallError, OverloadedError)
# While a probe runs, the timeout has passed: a wait of zero would invite a busy loop.
_PROBE_WAIT_S = 1.0


class Attempt:
    """One request that a breaker let through."""

    def __init__(self, *, is_probe: bool) -> None:
        self.is_probe = is_probe
        self.is_recorded = False


class Breaker:
    """The breaker of one address; safe to share between threads and event loops.

    Args:
        address: the address that it guards, for its messages.
        failures: the number of consecutive failures that opens it.
        timeout_s: how long it stays open.
        clock: returns seconds; tests pass their own.
    """

    def __init__(
        self,
        address: str,
        failures: int,
        timeout_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._failures = failures
        self._timeout_s = timeout_s
        self._clock = clock
        # Not asyncio's lock, which belongs to one event loop; nothing is awaited while it is held.
        self._lock = threading.Lock()
        self._count = 0
        self._opened_at: float | None = None
        self._probe: Attempt | None = None

    @property
    def state(self) -> BreakerState:
        """The state now; reading it changes nothing."""
        with self._lock:
            return self._state()

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """Guard one request: ``with breaker.attempt() as attempt``.

        An ``EngineError`` that means that the address is in trouble counts as a failure, any other one as a
        success; a cancellation or a closed generator does not count.

        Yields:
            The attempt.

        Raises:
            CircuitOpenError: the circuit is open; ``retry_after_s`` is the time until the next probe.
        """
        attempt = self._admit()
        try:
            yield attempt
        except EngineError as error:
            self._record(attempt, failed=isinstance(error, _FAILURES))
            raise
        else:
            self._record(attempt, failed=False)
        finally:
            self._leave(attempt)

    def mark_alive(self, attempt: Attempt) -> None:
        """Record that the request is being answered: the first text of a probe closes the circuit."""
        # An answer takes minutes; others need not wait for the end of it.
        if attempt.is_probe and not attempt.is_recorded:
            self._record(attempt, failed=False)

    def _state(self) -> BreakerState:
        if self._opened_at is None:
            return "closed"
        return "open" if self._clock() < self._opened_at + self._timeout_s else "half_open"

    def _admit(self) -> Attempt:
        with self._lock:
            state = self._state()
            if state == "closed":
                return Attempt(is_probe=False)
            if state == "half_open" and self._probe is None:
                self._probe = Attempt(is_probe=True)
                return self._probe
            opened_at = self._opened_at or 0.0
            left = max(_PROBE_WAIT_S, opened_at + self._timeout_s - self._clock())
        raise CircuitOpenError(
            f"模型服务（{self.address}）连续出错，先停一会儿再试：大约 {left:.0f} 秒后可以重试。"
            "如果一直这样，请检查网络，或运行 aiflow doctor 看看。",
            retry_after_s=left,
        )

    def _record(self, attempt: Attempt, *, failed: bool) -> None:
        with self._lock:
            is_probing = attempt.is_probe and not attempt.is_recorded
            attempt.is_recorded = True
            if self._probe is attempt:
                self._probe = None
            # Answers are slow: one that was sent before the failures can arrive minutes after them.
            if self._opened_at is not None and not is_probing:
                return  # a request from before the circuit opened proves nothing
            if not failed:
                self._count = 0
                self._opened_at = None
                return
            self._count += 1
            if is_probing or self._count >= self._failures:
                self._opened_at = self._clock()

    def _leave(self, attempt: Attempt) -> None:
        with self._lock:
            # A cancelled probe has no result; without this no other request could become the probe.
            if self._probe is attempt:
                self._probe = None


_breakers: dict[str, Breaker] = {}
_breakers_lock = threading.Lock()


def get_breaker(address: str, failures: int, timeout_s: float) -> Breaker:
    """Return this process's breaker of an address; the numbers of the first caller stay."""
    # Two threads must not count the failures of one address in two breakers.
    with _breakers_lock:
        if address not in _breakers:
            _breakers[address] = Breaker(address, failures, timeout_s)
        return _breakers[address]


def reset_breakers() -> None:
    """Delete all breakers, as a new process has none."""
    with _breakers_lock:
        _breakers.clear()
