"""A small model is asked for one file at a time, over HTTP."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from aiflow import AIFlowError, Config, Flow
from aiflow.engines.openai.model_sizes import size_by_name
from aiflow.model.events import FileWrittenEvent
from aiflow.model.status import RequestStatus
from aiflow.storage.journal_reader import read_events
from tests.modelserver import Gate, ModelServer, answer
from tests.pipeline.conftest import Reconfigure

GAME = '<file path="game.py">\ndef judge(secret: int, guess: int) -> str:\n    return "猜中了"\n</file>\n'
MAIN = '<file path="main.py">\nfrom game import judge\n\nprint(judge(1, 1))\n</file>\n'
README = '<file path="README.md">\n# 猜数字\n</file>\n'


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as running:
        yield running


@pytest.fixture
def small(reconfigure: Reconfigure, server: ModelServer) -> Config:
    config = reconfigure("openai", base_url=server.base_url, size="small", max_attempts=1)
    return config.model_copy(update={"engine": "openai"})


def asked(server: ModelServer) -> list[str]:
    """The last line of each request for files: it names one."""
    return [
        request.json["messages"][-1]["content"].splitlines()[-1]
        for request in server.requests
        if request.phase == "implement"
    ]


def written(flow: Flow) -> list[str]:
    return [one.path for one in read_events(flow.record.journal_path) if isinstance(one, FileWrittenEvent)]


@pytest.mark.asyncio
async def test_each_file_has_a_request_of_its_own(small: Config, server: ModelServer) -> None:
    # The second answer repeats a file that is there, the third has a name of its own.
    again = GAME.replace("猜中了", "换了")
    server.script(answer(GAME), answer(again + MAIN), phase="implement")
    server.script(answer(README.replace("README.md", "说明.md")), phase="implement")
    flow = Flow("帮我写个猜数字", config=small)
    project = await flow.run()
    assert [line.partition("：")[2].partition("（")[0] for line in asked(server)] == [
        "game.py", "main.py", "README.md",
    ]  # fmt: skip
    assert written(flow) == ["spec.md", "plan.md", "game.py", "main.py", "README.md"]
    assert project.root is not None
    assert "猜中了" in (project.root / "game.py").read_text(encoding="utf-8")
    second = json.dumps(server.requests[3].json, ensure_ascii=False)
    assert "def judge(secret: int, guess: int) -> str" in second, "the signatures of what is there"
    assert "return" not in second, "not their bodies"


@pytest.mark.asyncio
async def test_a_model_that_writes_all_files_is_not_asked_again(small: Config, server: ModelServer) -> None:
    flow = Flow("帮我写个猜数字", config=small)
    await flow.run()
    assert len(asked(server)) == 1
    assert sorted(written(flow)) == ["README.md", "game.py", "main.py", "plan.md", "spec.md"]


@pytest.mark.asyncio
async def test_cancel_and_budget_keep_the_files_that_are_there(small: Config, server: ModelServer) -> None:
    gate = Gate()
    server.script(answer(GAME), answer(MAIN, gates={2: gate}), phase="implement")
    flow = Flow("帮我写个猜数字", config=small)
    flow.begin()
    run = asyncio.create_task(flow.run())
    await gate.reached()
    await flow.cancel()
    with pytest.raises(AIFlowError):
        await run
    assert flow.snapshot.status is RequestStatus.CANCELLED
    assert written(flow)[-1] == "game.py"
    gate.open()
    few = small.model_copy(update={"run": small.run.model_copy(update={"token_budget": 420})})
    server.script(answer(GAME), answer(MAIN + "# " + "很长" * 600), phase="implement")
    flow = Flow("帮我写个猜数字", config=few)
    with pytest.raises(AIFlowError) as caught:
        await flow.run()
    assert caught.value.reason == "token_budget"
    assert "game.py" in written(flow)


@pytest.mark.asyncio
async def test_auto_learns_from_past_runs(small: Config, server: ModelServer, tmp_path: Path) -> None:
    settings = small.openai.model_copy(update={"size": "auto", "model": "some-model"})
    run = small.run.model_copy(update={"repair_attempts": 0})
    config = small.model_copy(update={"openai": settings, "run": run})
    for _ in range(4):
        server.script(answer(MAIN), phase="implement")  # game.py is planned and missing
        await Flow("帮我写个猜数字", config=config).run()
    assert len(asked(server)) == 4, "one request a run, until there are runs to decide from"
    server.script(answer(GAME), answer(MAIN), answer(README), phase="implement")
    await Flow("帮我写个猜数字", config=config).run()
    assert len(asked(server)) == 7


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("qwen2.5-coder-1.5b", "small"),
        ("Qwen/Qwen2.5-Coder-3B-Instruct-GGUF", "small"),
        ("llama3.2:1b", "small"),
        ("gemma-2-2b-it", "small"),
        ("qwen2.5-coder:7b-instruct-q4_0", "large"),
        ("deepseek-r1-distill-qwen-32b", "large"),
        ("Qwen3-30B-A3B", "large"),
        ("mixtral-8x7b", None),
        ("MiniMax-M2.5", None),
        ("gpt-4o-mini", None),
        ("", None),
    ],
)
def test_the_size_in_a_name(model: str, size: str | None) -> None:
    assert size_by_name(model) == size
