"""A finished project, and a model server that changes it."""

from collections.abc import Iterator

import pytest
import pytest_asyncio

from aiflow import Config, Flow
from tests.modelserver import ModelServer
from tests.pipeline.change.cases import GENERATED
from tests.pipeline.change.tools import script


@pytest.fixture(scope="module")
def running() -> Iterator[ModelServer]:
    with ModelServer() as server:
        yield server


@pytest.fixture
def model(running: ModelServer) -> ModelServer:
    running.reset()
    return running


@pytest.fixture
def config(config: Config, model: ModelServer) -> Config:
    openai = config.openai.model_copy(update={"base_url": model.base_url, "model": "test", "backoff_s": 0})
    return config.model_copy(update={"engine": "openai", "openai": openai})


@pytest_asyncio.fixture
async def first(config: Config, model: ModelServer) -> Flow:
    """A finished project."""
    script(model, **GENERATED)
    flow = Flow("数到三", config=config)
    await flow.run()
    model.reset()
    return flow
