"""Who begins a run lets the requests go first that are just being sent."""

import asyncio
from collections.abc import Callable

import pytest

from aiflow.util.openings import Openings, openings

pytestmark = pytest.mark.asyncio
FOR_EVER = 3600.0


async def settled() -> None:
    """Let everything go on that can."""
    for _ in range(20):
        await asyncio.sleep(0)


def beginner(place: Openings, begun: list[int]) -> Callable[[int], "asyncio.Task[None]"]:
    async def begin(number: int) -> None:
        async with place.turn():
            begun.append(number)

    return lambda number: asyncio.create_task(begin(number))


async def test_nobody_waits_where_nothing_is_sent() -> None:
    begun: list[int] = []
    await beginner(Openings(FOR_EVER), begun)(1)
    assert begun == [1]


async def test_who_begins_waits_for_every_request_and_in_the_order_of_coming() -> None:
    place, begun = Openings(FOR_EVER), list[int]()
    begin = beginner(place, begun)
    with place.opening():
        with place.opening():
            tasks = [begin(number) for number in range(3)]
            await settled()
            assert begun == []
        await settled()
        assert begun == []
    await asyncio.gather(*tasks)
    assert begun == [0, 1, 2]


async def test_the_next_waits_for_the_request_of_the_one_before() -> None:
    place, begun = Openings(FOR_EVER), list[int]()
    sent = asyncio.Event()

    async def run() -> None:
        with place.opening():
            await sent.wait()

    async def begin_and_run() -> "asyncio.Task[None]":
        async with place.turn():
            begun.append(0)
            return asyncio.create_task(run())

    first = asyncio.create_task(begin_and_run())
    second = beginner(place, begun)(1)
    await settled()
    assert begun == [0]
    sent.set()
    await (await first)
    await second
    assert begun == [0, 1]


async def test_a_request_that_takes_long_is_not_waited_for() -> None:
    place, begun = Openings(0.001), list[int]()
    with place.opening():
        await beginner(place, begun)(1)  # or this test does not end
    assert begun == [1]


async def test_one_that_fails_and_one_that_is_cancelled_leave_their_place() -> None:
    place, begun = Openings(FOR_EVER), list[int]()
    with pytest.raises(OSError), place.opening():  # noqa: PT011, PT012  # it is ours
        waiting = beginner(place, begun)(1)
        await settled()
        waiting.cancel()
        raise OSError
    await beginner(place, begun)(2)
    assert begun == [2]


async def test_a_loop_has_its_own() -> None:
    assert openings() is openings()
    assert openings() is not await asyncio.to_thread(lambda: asyncio.run(own()))


async def own() -> Openings:
    return openings()
