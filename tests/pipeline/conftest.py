"""A configuration whose folders are the test's own, and an engine that answers what the test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from aiflow import Config
from aiflow.engines.base import Delta, Engine, EngineRequest, FinishDelta, TextDelta, UsageDelta
from aiflow.exceptions import AIFlowError

SPEC = "# 计数器\n\n项目类型: counter\n\n数到三的程序。\n\n## 功能\n\n- 从一数到三\n"
PLAN = "# 方案\n\n## 文件\n\n- `main.py`：主程序\n\n## 依赖\n\n- 无\n"
MAIN = 'for number in (1, 2, 3):\n    print("数到", number)\n'
FILES = f'<file path="main.py">\n{MAIN}</file>\n'

Answer = str | AIFlowError | asyncio.Event | FinishDelta


class Script(Engine):
    """Answers each phase with the next of its answers; the last one again and again.

    An answer is a text, or a list of texts, errors to raise, events to wait for, and ways to finish.
    """

    name = "lessons"
    model = "script"

    def __init__(self, **answers: list[str | list[Answer]]) -> None:
        defaults: dict[str, list[str | list[Answer]]] = {
            "specify": [SPEC],
            "plan": [PLAN],
            "implement": [FILES],
        }
        self.answers = defaults | answers
        self.requests: list[EngineRequest] = []
        self.closed = 0
        self.waiting = asyncio.Event()

    async def stream(self, request: EngineRequest) -> AsyncIterator[Delta]:
        asked = sum(earlier.phase == request.phase for earlier in self.requests)
        self.requests.append(request)
        answers = self.answers[request.phase]
        answer = answers[min(asked, len(answers) - 1)]
        finish = FinishDelta("stop")
        try:
            for piece in [answer] if isinstance(answer, str) else answer:
                if isinstance(piece, str):
                    yield TextDelta("content", piece)
                elif isinstance(piece, FinishDelta):
                    finish = piece
                elif isinstance(piece, asyncio.Event):
                    self.waiting.set()
                    await piece.wait()
                else:
                    raise piece
            yield UsageDelta(10, 20)
            yield finish
        finally:
            self.closed += 1


@pytest.fixture
def config(tmp_path: Path) -> Config:
    values = {
        "projects_dir": str(tmp_path / "projects"),
        "logs_dir": str(tmp_path / "logs"),
        "lessons": {"speed": 0},
        "run": {"durability": "none"},
        "tests": {"enabled": False},
        "gates": {"smoke_run": False, "plugins": False},
    }
    return Config.model_validate(values | {"folder": tmp_path})


Reconfigure = Callable[..., Config]


@pytest.fixture
def reconfigure(config: Config) -> Reconfigure:
    """Return the configuration with values of one section changed: ``reconfigure("run", budget_s=1)``."""

    def change(section: str, **values: object) -> Config:
        changed = getattr(config, section).model_copy(update=values)
        return config.model_copy(update={section: changed})

    return change
