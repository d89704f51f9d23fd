"""The settings of a whole Jupyter server are changed only where the configuration allows it."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from aiflow import Config
from aiflow.workspace.service import Workspace
from aiflow.workspace.worker import Worker


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Put the process's own settings back."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.005)
    yield
    sys.setswitchinterval(interval)
    gc.unfreeze()


@pytest.mark.parametrize(("allowed", "asked"), [(True, True), (False, True), (True, False)])
def test_the_settings_are_changed_where_both_want_it(tmp_path: Path, *, allowed: bool, asked: bool) -> None:
    file = tmp_path / "config.json"
    file.write_text(f'{{"server": {{"tune_process": {str(allowed).lower()}}}}}', encoding="utf-8")
    interval, frozen = sys.getswitchinterval(), gc.get_freeze_count()
    worker = Worker()
    workspace = Workspace(Config.load(file, environ={}), worker, lambda entry: entry.data, tune=asked)
    changed = (sys.getswitchinterval() < interval, gc.get_freeze_count() > frozen)
    assert changed == (allowed and asked, allowed and asked)

    async def stop() -> None:
        await workspace.stop()
        await worker.stop()

    asyncio.run(stop())
