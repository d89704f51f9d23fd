"""Many who begin at the same moment.

They let each other pass, and nobody waits for a service that does not answer.
"""

import asyncio
import socket
from collections.abc import Iterator

import pytest

TOGETHER = 12


@pytest.fixture
def silent_service() -> Iterator[socket.socket]:
    """A model that takes every request and answers none."""
    with socket.create_server(("127.0.0.1", 0), backlog=4 * TOGETHER) as listening:
        listening.settimeout(60)
        yield listening


@pytest.fixture
def config_values(config_values, silent_service):
    base_url = f"http://127.0.0.1:{silent_service.getsockname()[1]}/v1"
    server = {"max_runs": TOGETHER, "max_runs_per_user": TOGETHER}
    openai = {"base_url": base_url, "model": "silent"}
    return {**config_values, "engine": "openai", "openai": openai, "server": server}


async def test_all_are_begun_while_no_request_is_answered(api, silent_service):
    async with asyncio.timeout(60):
        first = await api.generate()
        asked, _ = await asyncio.to_thread(silent_service.accept)
        with asked:
            others = await asyncio.gather(*(api.generate() for _ in range(TOGETHER - 1)))
            while await statuses(api) != dict.fromkeys([first, *others], "processing"):
                continue  # the last one was accepted a moment ago


async def statuses(api) -> dict[str, str]:
    listed = (await api.json("api/projects"))["projects"]
    return {one["project_id"]: one["request_status"] for one in listed}
