"""A live Jupyter server with the extension, on a folder of its own."""

import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

pytest_plugins = ["pytest_jupyter.jupyter_server"]

Fetch = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def config_values() -> dict[str, Any]:
    """What config.json holds; tests change it before the server starts."""
    return {"lessons": {"speed": 0}, "run": {"durability": "none"}, "gates": {"smoke_run": False}}


@pytest.fixture
def home(tmp_path: Path, config_values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which config.json, projects and logs are."""
    folder = tmp_path / "课堂"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config_values), encoding="utf-8")
    monkeypatch.setenv("AIFLOW_CONFIG", str(folder / "config.json"))
    for name in ("ENGINE", "BASE_URL", "API_KEY", "MODEL", "PROJECTS_DIR"):
        monkeypatch.delenv(f"AIFLOW_{name}", raising=False)
    return folder


@pytest.fixture
def jp_server_config(home: Path) -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"aiflow_server": True}}}


@pytest.fixture
def projects_dir(home: Path) -> Path:
    return home / "projects"
