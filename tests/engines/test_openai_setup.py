"""The engine for models.

What it checks before it sends anything, what doctor hears, where the key never goes.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from aiflow.config import Config, OpenAIConfig
from aiflow.engines.base import Delta, EngineRequest, Message, TextDelta
from aiflow.engines.circuit_breaker import reset_breakers
from aiflow.engines.openai import client as openai_client
from aiflow.engines.openai.engine import OpenAIEngine
from aiflow.exceptions import EngineError, EngineSetupError
from tests.modelserver import ModelServer, body, closed_port, error

pytestmark = pytest.mark.asyncio

KEY = "sk-aiflow-test-0123456789"


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def server(running: ModelServer) -> ModelServer:
    running.reset()
    reset_breakers()
    return running


def make(server: ModelServer, key: str | None = KEY, **settings: Any) -> OpenAIEngine:
    config = OpenAIConfig(
        **{"base_url": server.base_url, "model": "test-model", "max_attempts": 1, **settings}
    )
    return OpenAIEngine(config, SecretStr(key) if key else None)


async def collect(engine: OpenAIEngine) -> list[Delta]:
    request = EngineRequest("specify", (Message("user", "写个贪吃蛇"),), "写个贪吃蛇")
    return [delta async for delta in engine.stream(request)]


@pytest.mark.parametrize(
    ("settings", "key", "says"),
    [
        ({"base_url": "api.minimaxi.com/v1"}, KEY, "openai.base_url"),
        ({"base_url": "ftp://x/v1"}, KEY, "openai.base_url"),
        ({"base_url": "http://127.0.0.1:99999/v1"}, KEY, "openai.base_url"),
        ({"base_url": "https://api.minimaxi.com/v1"}, None, "AIFLOW_API_KEY"),
        ({"base_url": "https://api.minimaxi.com/v1"}, "sk-1234\n56", "AIFLOW_API_KEY"),
        ({"base_url": "https://api.minimaxi.com/v1"}, "sk-中文", "AIFLOW_API_KEY"),
        ({"model": " "}, KEY, "openai.model"),
    ],
)
async def test_what_is_missing_is_said_before_anything_is_sent(
    server: ModelServer, settings: dict[str, str], key: str | None, says: str
) -> None:
    with pytest.raises(EngineSetupError) as caught:
        await collect(make(server, key=key, **settings))
    assert says in caught.value.message
    assert key is None or key not in str(caught.value)
    assert not server.requests


async def test_a_model_on_this_machine_needs_no_key(server: ModelServer) -> None:
    assert any(isinstance(delta, TextDelta) for delta in await collect(make(server, key=None)))


async def test_doctor_asks_for_the_models(server: ModelServer) -> None:
    assert "有回应" in await make(server).check()
    assert "没有“other”" in await make(server, model="other").check()
    engine = make(server, base_url=closed_port())
    with pytest.raises(EngineError) as caught:
        await engine.check()
    assert caught.value.reason == "connection_failed"


async def test_the_key_is_in_no_repr(server: ModelServer) -> None:
    engine = make(server)
    config = Config(openai=engine._settings, api_key=SecretStr(KEY))
    assert KEY not in repr(engine) + repr(vars(engine)) + repr(OpenAIEngine.from_config(config)) + repr(
        config
    )
    assert "test-model" in repr(engine)


async def test_a_vendor_that_echoes_the_key_is_not_quoted(server: ModelServer) -> None:
    server.always(
        error(400, f"header Bearer {KEY} odd; key={KEY}; sk-proj-abcdef0123456789 {'a1' * 20}\n\x1b[31m")
    )
    with pytest.raises(EngineError) as caught:
        await collect(make(server))
    assert KEY not in caught.value.message
    assert "sk-proj" not in caught.value.message
    assert "\x1b" not in caught.value.message
    assert "odd" in caught.value.message


async def test_importing_the_engine_does_not_import_the_sdk() -> None:
    code = (
        "import sys, aiflow.engines.openai.engine; sys.exit(any(name in sys.modules for name in "
        "('openai', 'httpx2', 'httpx')))"
    )
    done = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == 0


async def test_a_body_that_is_empty_json(server: ModelServer) -> None:
    server.always(body("{}"))
    with pytest.raises(EngineError) as caught:
        await collect(make(server))
    assert caught.value.reason == "bad_answer"


async def test_a_trust_store_that_cannot_be_read_is_named(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    openai_client._load_trust.cache_clear()
    try:
        with pytest.raises(EngineSetupError) as caught:
            await collect(make(server))
    finally:
        openai_client._load_trust.cache_clear()
    assert "SSL_CERT_FILE" in caught.value.message
    assert "/no/such" not in caught.value.message
