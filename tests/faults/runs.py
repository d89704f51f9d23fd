"""A run with a model service that fails: how it is set up, and what must be true of it however it ended."""

import io
import zipfile
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from aiflow.config import Config
from aiflow.model.events import Event, FileWrittenEvent, PhaseEvent, StatusEvent
from aiflow.model.status import PhaseStatus, RequestStatus
from aiflow.pipeline.flow import Flow
from aiflow.storage.archive import zip_pieces
from aiflow.storage.journal_reader import read_events
from tests.faults.table import KEY

PROMPT = "写一个猜数字游戏"


def make_config(folder: Path, base_url: str, **sections: dict[str, Any]) -> Config:
    """A configuration for the openai engine that waits for nothing."""
    openai = {
        "base_url": base_url,
        "model": "test-model",
        "backoff_s": 0,
        "stall_timeout_s": 5,
        "breaker_failures": 1000,
    }
    values: dict[str, Any] = {
        "engine": "openai",
        "projects_dir": str(folder / "projects"),
        "logs_dir": str(folder / "logs"),
        "run": {"durability": "none"} | sections.get("run", {}),
        "tests": {"enabled": False},
        "gates": {"smoke_run": False, "plugins": False} | sections.get("gates", {}),
        "openai": openai | sections.get("openai", {}),
        "folder": folder,
    }
    return Config.model_validate(values).model_copy(update={"api_key": SecretStr(KEY)})


def journal(flow: Flow) -> list[Event]:
    """The run's events, as they stand on disk."""
    return list(read_events(flow.record.journal_path))


def files_of(flow: Flow) -> dict[str, bytes]:
    """The files in the project's folder."""
    folder = flow.store.find(flow.project_id)
    return {path: folder.read(path) for path in folder.sizes()}


def announced(events: list[Event]) -> list[str]:
    """The paths of the files, in the order in which they were announced."""
    return [event.path for event in events if isinstance(event, FileWrittenEvent)]


def check_ended(flow: Flow, status: RequestStatus) -> StatusEvent:
    """Check that a run ended as every run must; return its last event."""
    events = journal(flow)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    last = events[-1]
    assert isinstance(last, StatusEvent)
    assert last.status is status
    phases = {event.phase: event.status for event in events if isinstance(event, PhaseEvent)}
    assert PhaseStatus.ACTIVE not in phases.values()
    assert not flow.record.is_alive(), "the lock is free"
    assert list(flow.record.temporary.iterdir()) == []
    manifest = flow.record.load()
    assert manifest.status is status
    on_disk = files_of(flow)
    sizes = {event.path: event.size_bytes for event in events if isinstance(event, FileWrittenEvent)}
    assert {path: len(data) for path, data in on_disk.items()} == sizes, "what was announced is there, whole"
    return last


def check_no_key(folder: Path, *shown: object, flow: Flow | None = None, key: str = KEY) -> None:
    """Look for the key in every file below ``folder``, in what is shown, and in the project's zip."""
    secret = key.encode()
    found = [path.name for path in folder.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert not found
    assert not any(key in text for thing in shown for text in (str(thing), repr(thing)))
    if flow is not None and flow.record.load().project_name:
        target = b"".join(zip_pieces(flow.store.find(flow.project_id)))
        with zipfile.ZipFile(io.BytesIO(target)) as archive:
            assert not any(secret in archive.read(name) or key in name for name in archive.namelist())
