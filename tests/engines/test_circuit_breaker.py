"""The circuit breaker: closed, open, half-open, with a clock of its own."""

from collections.abc import Iterator

import pytest

from aiflow.engines.circuit_breaker import Breaker, get_breaker, reset_breakers
from aiflow.exceptions import (
    AuthError,
    CircuitOpenError,
    ConnectError,
    EngineError,
    OverloadedError,
    QuotaError,
    RateLimitError,
    StallError,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("http://127.0.0.1:1", 3, 30, clock=clock)


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    reset_breakers()
    yield
    reset_breakers()


def fail(breaker: Breaker, error: BaseException | None = None) -> None:
    error = error or ConnectError("断了")
    with pytest.raises(type(error)), breaker.attempt():
        raise error


def succeed(breaker: Breaker) -> None:
    with breaker.attempt():
        pass


def refuse(breaker: Breaker) -> CircuitOpenError:
    with pytest.raises(CircuitOpenError) as caught, breaker.attempt():
        raise AssertionError("must not be let in")
    return caught.value


@pytest.mark.parametrize("error", [ConnectError("x"), StallError("x"), OverloadedError("x")])
def test_it_opens_after_failures_in_a_row(breaker: Breaker, error: EngineError) -> None:
    for _ in range(3):
        assert breaker.state == "closed"
        fail(breaker, error)
    assert breaker.state == "open"
    refused = refuse(breaker)
    assert refused.retry_after_s == 30
    assert refused.reason == "circuit_open"
    assert refused.retryable
    assert "30 秒" in refused.message


def test_a_success_between_starts_the_count_again(breaker: Breaker) -> None:
    for _ in range(5):
        fail(breaker)
        fail(breaker)
        succeed(breaker)
    assert breaker.state == "closed"


@pytest.mark.parametrize("error", [AuthError("x"), QuotaError("x"), RateLimitError("x")])
def test_what_shows_that_the_service_lives_does_not_open_it(breaker: Breaker, error: EngineError) -> None:
    for _ in range(9):
        fail(breaker, error)
    assert breaker.state == "closed"


def test_half_open_lets_one_through_and_its_success_closes(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 29.9
    assert breaker.state == "open"
    clock.now += 0.1
    assert breaker.state == "half_open"
    with breaker.attempt() as probe:
        assert probe.is_probe
        assert refuse(breaker).retry_after_s == 1  # forty students are not the probe together
        breaker.mark_alive(probe)
        assert breaker.state == "closed"
        succeed(breaker)
    assert breaker.state == "closed"


def test_a_failed_probe_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 30
    fail(breaker)
    assert breaker.state == "open"
    assert refuse(breaker).retry_after_s == 30
    clock.now += 30
    succeed(breaker)
    assert breaker.state == "closed"
    fail(breaker)
    assert breaker.state == "closed"


@pytest.mark.parametrize("end", [GeneratorExit(), KeyboardInterrupt(), RuntimeError("a bug of ours")])
def test_a_cancelled_probe_says_nothing(breaker: Breaker, clock: Clock, end: BaseException) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 30
    fail(breaker, end)
    assert breaker.state == "half_open"
    succeed(breaker)
    assert breaker.state == "closed"


def test_a_probe_that_began_well_and_was_cut_counts_once(breaker: Breaker, clock: Clock) -> None:
    for _ in range(3):
        fail(breaker)
    clock.now += 30
    cut = ConnectError("断了")
    with pytest.raises(ConnectError), breaker.attempt() as probe:
        raise (breaker.mark_alive(probe), cut)[1]
    assert breaker.state == "closed"


def test_stragglers_neither_close_nor_prolong_it(breaker: Breaker, clock: Clock) -> None:
    with breaker.attempt():
        for _ in range(3):
            fail(breaker)
    assert breaker.state == "open"
    clock.now += 30
    assert breaker.state == "half_open"


def test_one_breaker_an_address() -> None:
    first = get_breaker("http://127.0.0.1:1", 1, 30)
    assert get_breaker("http://127.0.0.1:1", 1, 30) is first
    second = get_breaker("http://127.0.0.1:2", 1, 30)
    fail(first)
    assert first.state == "open"
    assert second.state == "closed"
