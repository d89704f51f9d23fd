"""The calls between the handler of a request and the model's SDK stay few enough to read in one go."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiflow_server
import pytest

import aiflow
from aiflow.engines.openai import engine
from aiflow.workspace.runs import Runs
from aiflow.workspace.worker import Worker

MAX_CALLS = 15
OURS = tuple(str(Path(module.__file__ or "").parent) for module in (aiflow, aiflow_server))


def calls_on_stack() -> list[str]:
    """The functions of ours on this stack, outermost first, without the loop of their thread."""
    found = []
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_qualname
        if frame.f_code.co_filename.startswith(OURS) and name != "Worker._serve":
            found.append(name)
        frame = frame.f_back
    return found[::-1]


class FakeClient:
    """In place of the SDK's client: it writes down how it was reached."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        streaming = SimpleNamespace(create=self._create)
        self.chat = SimpleNamespace(completions=SimpleNamespace(with_streaming_response=streaming))

    async def __aenter__(self) -> "FakeClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    @asynccontextmanager
    async def _create(self, **_: Any) -> AsyncIterator[None]:
        self.calls = self.calls or calls_on_stack()
        raise OSError("no network")
        yield


@pytest.fixture
def config_values() -> dict[str, Any]:
    service = {"base_url": "http://127.0.0.1:9/v1", "model": "m", "max_attempts": 1}
    return {"engine": "openai", "openai": service, "run": {"durability": "none"}}


async def test_a_prompt_reaches_the_sdk_in_few_calls(api, monkeypatch):
    # The chain has three stacks: the handler's, that of the runs' thread, and that of the run's task.
    before_thread: list[str] = []
    before_task: list[str] = []
    client = FakeClient()
    call, run = Worker.call, Runs._run

    def recording_call(self: Worker, work: Any) -> Any:
        before_thread.extend([] if before_thread else calls_on_stack())
        return call(self, work)

    def recording_run(self: Runs, entry: Any) -> Any:
        before_task.extend(calls_on_stack())
        return run(self, entry)

    monkeypatch.setattr(Worker, "call", recording_call)
    monkeypatch.setattr(Runs, "_run", recording_run)
    monkeypatch.setattr(engine, "make_client", lambda *_: client)
    await api.events(await api.generate("帮我写个贪吃蛇"))

    assert before_thread == ["GenerateHandler.post", "Runs.generate"]
    assert before_task == ["Runs._enqueue", "Runs._fill"]
    assert client.calls[0] == "Runs._run"
    chain = [*before_thread, "Worker.call", *before_task, *client.calls]
    assert len(chain) <= MAX_CALLS, " → ".join(chain)
