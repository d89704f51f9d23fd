"""The last gate: the program is started for some seconds, in a way that leaves nothing in the project."""

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4
from weakref import WeakKeyDictionary

from aiflow.exceptions import RunnerError
from aiflow.model.findings import Finding
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.sandbox.process import can_be_read_only
from aiflow.sandbox.smoke import smoke_run
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.safefs import explain, write_atomic

# A program is an interpreter of its own, and a game a window: forty at once would be gigabytes, and none
# would be sooner.
_AT_ONCE = max(4, 4 * (os.cpu_count() or 1))
_TURNS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class _Tried:
    """How a trial run came out."""

    ok: bool
    findings: list[Finding]
    picture: bytes | None = None


async def try_out(context: PhaseContext, folder: ProjectFolder, main: str) -> list[Finding]:
    """Start the program and tell what went wrong; its first picture is kept in the record.

    Where the system can keep the program from writing, it is started where it lies: most programs write
    nothing in their first seconds. One that does not come through that, for whatever reason, is started in a
    copy, and that counts.

    Raises:
        StorageError: when the disk refuses.
    """
    context.emitter.notice("静态检查都通过了，正在试着运行一下程序。")
    tried = await _try(context, folder.root, main, writable=False) if can_be_read_only() else None
    if tried is None or not tried.ok:
        tried = await _try_copy(context, folder, main)
    if tried.picture is not None:
        _keep(folder.record.thumbnail_path, tried.picture)
    return tried.findings


async def _try_copy(context: PhaseContext, folder: ProjectFolder, main: str) -> _Tried:
    copy = folder.record.temporary / f"smoke-{uuid4().hex}"
    try:
        await asyncio.to_thread(_copy, folder, copy)
        return await _try(context, copy, main, writable=True)
    finally:
        await asyncio.to_thread(shutil.rmtree, copy, ignore_errors=True)


async def _try(context: PhaseContext, root: Path, main: str, *, writable: bool) -> _Tried:
    limits = context.config.runner
    seconds = context.config.gates.smoke_run_timeout_s
    async with _turns():
        with context.trace.timed("smoke_run", project_id=str(context.project_id), writable=writable) as more:
            try:
                result = await smoke_run(root, main, limits, seconds, writable=writable)
            except RunnerError as error:
                text = f"没能试运行这个程序：{error.message}程序本身可能没有问题。"
                return _Tried(ok=False, findings=[Finding(None, None, "smoke_run", text, "warning")])
            more["ok"] = result.ok
    # Where it lay on this machine is nobody's business, and helps nobody.
    findings = [
        Finding(found.path, found.line, found.rule, found.message.replace(str(root), "."), found.severity)
        for found in result.diagnostics
    ]
    return _Tried(result.ok, findings, result.first_frame)


def _turns() -> asyncio.Semaphore:
    """Return what lets so many programs of this event loop run at once."""
    return _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE))


def _copy(folder: ProjectFolder, target: Path) -> None:
    try:
        for path in folder.sizes():
            place = target.joinpath(*path.split("/"))
            place.parent.mkdir(parents=True, exist_ok=True)
            with folder.open(path) as source, place.open("wb") as copy:
                shutil.copyfileobj(source, copy)
    except OSError as error:
        raise explain(error) from error


def _keep(path: Path, data: bytes) -> None:
    try:
        write_atomic(path, data, sync=False)  # a page may be reading the one before
    except OSError as error:
        raise explain(error) from error
