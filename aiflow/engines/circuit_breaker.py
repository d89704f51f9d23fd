"""A circuit breaker per address: who failed too often is left alone for a while (Nygard, "Release It!").

Closed: requests pass, failures in a row are counted. Open: requests are refused at once. After a while
half-open: one request is let through to try, and its end decides.

Why our own: pybreaker's asynchronous calls need Tornado coroutines; aiobreaker has had no release since 2021;
purgatory lets every waiting request through at once when it is half-open, counts a cancelled request as a
failure or (excluded) as a success that closes the circuit, and reads the wall clock. A cancelled run is
neither, and forty students must not be the probe together.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from aiflow.engines.breaker_notes import BreakerNotes
from aiflow.exceptions import CircuitOpenError, ConnectError, EngineError, OverloadedError, StallError

BreakerState = Literal["closed", "open", "half_open"]
# What says that the address itself is in trouble. A refused key or a full quota says that it is alive.
_FAILURES = (ConnectError, StallError, OverloadedError)
_PROBE_WAIT_S = 1.0


class Attempt:
    """One request on its way."""

    def __init__(self, *, is_probe: bool) -> None:
        self.is_probe = is_probe
        self.decided = False


class Breaker:
    """The breaker of one address; safe to share between threads and event loops.

    Args:
        address: what it guards, for its messages.
        failures: so many failures in a row open it.
        timeout_s: so long it stays open.
        notes: where other processes can read that it opened.
        clock: tells seconds; tests pass their own.
    """

    def __init__(
        self,
        address: str,
        failures: int,
        timeout_s: float,
        *,
        notes: BreakerNotes | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._failures = failures
        self._timeout_s = timeout_s
        self._notes = notes or BreakerNotes(None, address)
        self._clock = clock
        self._lock = threading.Lock()
        self._count = 0
        self._opened_at: float | None = None
        self._probe: Attempt | None = None

    @property
    def state(self) -> BreakerState:
        """How it stands now; reading it changes nothing."""
        with self._lock:
            return self._state()

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """Guard one request: ``with breaker.attempt() as attempt``.

        An ``EngineError`` that says that the address is in trouble counts as a failure, other ones as a sign
        of life; a cancellation or a closed generator as nothing at all.

        Raises:
            CircuitOpenError: the address is being left alone; ``retry_after_s`` says for how long.
        """
        attempt = self._admit()
        try:
            yield attempt
        except EngineError as error:
            self._settle(attempt, failed=isinstance(error, _FAILURES))
            raise
        else:
            self._settle(attempt, failed=False)
        finally:
            self._leave(attempt)

    def alive(self, attempt: Attempt) -> None:
        """Say that the request is being answered: a probe's first text closes the circuit for the others."""
        if attempt.is_probe and not attempt.decided:
            self._settle(attempt, failed=False)

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

    def _settle(self, attempt: Attempt, *, failed: bool) -> None:
        before, after = self._decide(attempt, failed=failed)
        if after is not None and after != before:
            self._notes.opened(self._timeout_s)
        elif before is not None and after is None:
            self._notes.closed()

    def _decide(self, attempt: Attempt, *, failed: bool) -> tuple[float | None, float | None]:
        """Count; return when it was opened, before this and after it."""
        with self._lock:
            before = self._opened_at
            probing = attempt.is_probe and not attempt.decided
            attempt.decided = True
            if self._probe is attempt:
                self._probe = None
            if before is not None and not probing:
                return before, before  # a straggler from before it opened says nothing new
            if not failed:
                self._count = 0
                self._opened_at = None
                return before, None
            self._count += 1
            if probing or self._count >= self._failures:
                self._opened_at = self._clock()
            return before, self._opened_at

    def _leave(self, attempt: Attempt) -> None:
        with self._lock:
            if self._probe is attempt:
                self._probe = None


_breakers: dict[str, Breaker] = {}
_breakers_lock = threading.Lock()


def get_breaker(address: str, failures: int, timeout_s: float, notes: BreakerNotes | None = None) -> Breaker:
    """Return the process's breaker of an address; the first caller's numbers and notes stay."""
    with _breakers_lock:
        if address not in _breakers:
            _breakers[address] = Breaker(address, failures, timeout_s, notes=notes)
        return _breakers[address]


def breaker_states() -> dict[str, BreakerState]:
    """Return how the breakers of this process stand, by address."""
    with _breakers_lock:
        return {address: breaker.state for address, breaker in _breakers.items()}


def reset_breakers() -> None:
    """Forget them all, as a new process would."""
    with _breakers_lock:
        _breakers.clear()
