"""A folder of projects, and an import into it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from aiflow import Config
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace
from aiflow.workspace.importing.project import ImportResult, Imports


@pytest.fixture
def config(tmp_path: Path) -> Config:
    values = {"folder": tmp_path, "projects_dir": tmp_path / "projects", "logs_dir": tmp_path / "logs"}
    return Config.model_validate(
        values | {"run": {"durability": "none"}, "tests": {"enabled": False}, "gates": {"smoke_run": False}}
    )


@pytest.fixture
def imports(config: Config) -> Imports:
    return Imports(config, ProjectStore(config.projects_dir, config.run), Trace(config.logs_dir, ()))


@pytest.fixture
def bring(imports: Imports, tmp_path: Path) -> Callable[[str, bytes], ImportResult]:
    """Import a file of this name."""

    def bring(name: str, data: bytes) -> ImportResult:
        path = tmp_path / name
        path.write_bytes(data)
        return imports.add_path(path)

    return bring
