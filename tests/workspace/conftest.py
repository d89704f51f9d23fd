"""The live server of the server's tests, the folder that it works in, and both ways to ask."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from aiflow import Config
from tests.server.conftest import api, catalogue, config_values, home, jp_server_config
from tests.workspace.transports import Messages, Opener, Rest, Transport

__all__ = ["api", "catalogue", "config_values", "home", "jp_server_config"]


@pytest.fixture(params=["rest", "messages"])
def opened(request: pytest.FixtureRequest, api: Any, home: Any) -> Opener:
    """Open a transport."""

    @asynccontextmanager
    async def open_transport() -> AsyncIterator[Transport]:
        transport: Transport = Rest(api) if request.param == "rest" else Messages(Config.load())
        try:
            yield transport
        finally:
            await transport.close()

    return open_transport
