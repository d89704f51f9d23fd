"""Engines by name, and an engine of somebody else's."""

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from aiflow.config import Config
from aiflow.engines import registry
from aiflow.engines.base import Delta, EngineRequest, FinishDelta, TextDelta
from aiflow.engines.lessons import LessonsEngine
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.exceptions import ConfigError
from tests.engines.example_engine import EchoEngine


def announce(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    point = EntryPoint(name, value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point] if group == registry.GROUP else [])


def test_the_engines_of_this_distribution() -> None:
    assert {"lessons", "openai"} <= set(registry.engine_names())
    assert isinstance(registry.load_engine(Config()), LessonsEngine)
    assert isinstance(registry.load_engine(Config(), "openai"), OpenAIEngine)
    assert registry.load_engine(Config(engine="openai")).model == Config().openai.model


def test_an_unknown_engine_is_named_with_what_there_is() -> None:
    with pytest.raises(ConfigError) as caught:
        registry.load_engine(Config(engine="nothing"))
    for part in ("engine", "nothing", "lessons", "openai"):
        assert part in caught.value.message


@pytest.mark.parametrize("value", ["no_such_package_at_all:Engine", "aiflow.engines.base:NoSuchEngine"])
def test_an_engine_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    announce(monkeypatch, "broken", value)
    with pytest.raises(ConfigError) as caught:
        registry.load_engine(Config(), "broken")
    assert "broken" in caught.value.message


@pytest.mark.asyncio
async def test_the_example_engine_is_found_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    announce(monkeypatch, "echo", "tests.engines.example_engine:EchoEngine")
    assert "echo" in registry.engine_names()
    engine = registry.load_engine(Config(engine="echo"))
    assert isinstance(engine, EchoEngine)
    deltas: list[Delta] = [delta async for delta in engine.stream(EngineRequest("implement", (), "你好"))]
    assert "".join(d.text for d in deltas if isinstance(d, TextDelta) and d.channel == "content") == (
        "<file path=\"main.py\">\nprint('你好')\n</file>\n"
    )
    assert deltas[-1] == FinishDelta("stop")


def test_the_example_engine_is_short() -> None:
    file = Path(sys.modules[EchoEngine.__module__].__file__ or "")
    assert len(file.read_text(encoding="utf-8").splitlines()) < 70
