"""Many runs at once: their places, their turns, and what the server's end leaves."""

from collections import Counter

import pytest

from aiflow.config import ServerConfig
from aiflow.storage.journal_reader import read_events
from aiflow.workspace.run_queue import fair_order
from tests.server.test_stream import Listener, service_of


@pytest.fixture
def config_values(config_values):
    """One run at a time, at a pace that outlasts the test."""
    server = {"max_runs": 1, "max_waiting_per_user": 2}
    return {**config_values, "lessons": {"speed": 1}, "server": server}


async def test_places_move_up_and_cancelling_frees_one_at_once(api, refusal):
    first, second, third = [await api.generate() for _ in range(3)]
    busy = await api.post("api/generate", {"prompt": "贪吃蛇"})
    assert refusal(busy, 429, "too_many_runs")["retryable"]
    assert busy.headers["Retry-After"]
    refusal(await api.post(f"api/projects/{second}/retry"), 409, "conflict")
    refusal(await api.ask("DELETE", f"api/projects/{second}"), 409, "conflict")

    waiting = Listener(api, third)
    await waiting.until(lambda data: "前面还有 2 个".encode() in data)
    listed = {
        one["project_id"]: one["request_status"] for one in (await api.json("api/projects"))["projects"]
    }
    assert listed == {first: "processing", second: "pending", third: "pending"}

    assert (await api.post(f"api/projects/{first}/cancel")).code == 202
    await waiting.until(lambda data: "前面还有 1 个".encode() in data)
    following = Listener(api, second)
    await following.until(lambda data: b'"status":"active"' in data)

    # One that waits is cancelled where it stands.
    assert (await api.post(f"api/projects/{third}/cancel")).code == 202
    await waiting.done
    assert b'"status":"cancelled"' in waiting.data
    assert b'"status":"processing"' not in waiting.data
    assert (await api.post(f"api/projects/{second}/cancel")).code == 202
    await following.done


async def test_the_servers_end_interrupts_and_a_retry_goes_on(api, catalogue, jp_serverapp):
    running, waiting = await api.generate(), await api.generate()
    listener = Listener(api, running)
    await listener.until(lambda data: b'"status":"active"' in data)
    (extension,) = jp_serverapp.extension_manager.extension_apps["aiflow_server"]
    await extension.stop_extension()
    for project_id in (running, waiting):
        record = catalogue.store.record(project_id)
        last = list(read_events(record.journal_path))[-1]
        assert (last.status, last.reason, last.retryable) == ("failed", "interrupted", True)
        assert not record.is_alive()
    # The next server (a new service is made) takes it up.
    assert (await api.post(f"api/projects/{running}/retry")).code == 202
    assert (await api.post(f"api/projects/{running}/cancel")).code == 202


async def test_another_process_cancels_one_that_waits(api, catalogue):
    first, second = await api.generate(), await api.generate()
    catalogue.store.record(second).request_cancel(1)
    events = await api.events(second)
    assert events[-1]["status"] == "cancelled"
    await api.post(f"api/projects/{first}/cancel")


async def test_stops_without_runs(jp_serverapp, api):
    await service_of(jp_serverapp)


class Waiting:
    def __init__(self, user, ticket):
        self.user = user
        self.ticket = ticket

    def __repr__(self):
        return f"{self.user}{self.ticket}"


def test_turns_are_fair():
    """A person with many waiting runs comes after one with few; among equals the first goes first."""
    waiting = [Waiting("a", n) for n in range(1, 5)] + [Waiting("b", 5), Waiting("c", 6), Waiting("b", 7)]
    assert str(fair_order(waiting, Counter())) == "[a1, b5, c6, a2, b7, a3, a4]"
    assert str(fair_order(waiting, Counter(a=2))) == "[b5, c6, b7, a1, a2, a3, a4]"
    assert fair_order([], Counter()) == []


def test_defaults_carry_a_classroom():
    assert ServerConfig().max_runs >= 40
