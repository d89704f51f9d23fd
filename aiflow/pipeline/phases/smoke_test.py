"""The last gate: a smoke test that leaves nothing in the project."""

import asyncio
import dataclasses
import os
import shutil
from pathlib import Path
from uuid import uuid4
from weakref import WeakKeyDictionary

from aiflow.exceptions import RunnerError
from aiflow.model.findings import Finding
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.sandbox.process import can_be_read_only
from aiflow.sandbox.smoke_test import SmokeResult, smoke_test
from aiflow.storage.folder_copy import copy_program
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.safefs import explain, write_atomic

# A program is an interpreter of its own, and a game a window: forty at once would be gigabytes, and none
# would be sooner.
_AT_ONCE = max(4, 4 * (os.cpu_count() or 1))
_SLOTS: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def run_smoke_test(context: PhaseContext, folder: ProjectFolder, main: str) -> list[Finding]:
    """Start the program for some seconds and return the findings; its first picture is the thumbnail.

    Where the system can keep the program from writing, it is started in the project's folder: most programs
    write nothing in their first seconds. After a failure there it is started again in a copy, and the result
    of that counts.

    Raises:
        StorageError: if the disk refuses.
    """
    context.events.notice("静态检查都通过了，正在试着运行一下程序。")
    result = await _test(context, folder.root, main, writable=False) if can_be_read_only() else None
    if result is None or not result.ok:
        result = await _test_copy(context, folder, main)
    if result.first_frame is not None:
        _save_thumbnail(folder.record.thumbnail_path, result.first_frame)
    return result.findings


async def _test_copy(context: PhaseContext, folder: ProjectFolder, main: str) -> SmokeResult:
    copy = folder.record.temporary / f"smoke-{uuid4().hex}"
    try:
        await asyncio.to_thread(copy_program, folder, copy)
        return await _test(context, copy, main, writable=True)
    finally:
        # Windows refuses to delete a file that is still open; the end of the run clears this folder anyway.
        await asyncio.to_thread(shutil.rmtree, copy, ignore_errors=True)


async def _test(context: PhaseContext, root: Path, main: str, *, writable: bool) -> SmokeResult:
    limits = context.config.runner
    seconds = context.config.gates.smoke_run_timeout_s
    async with _slots():
        project = str(context.request.project_id)
        with context.trace.timed("smoke_run", project_id=project, writable=writable) as more:
            try:
                result = await smoke_test(root, main, limits, seconds, writable=writable)
            # The sandbox failed, not the program, so the finding is only a warning.
            except RunnerError as error:
                text = f"没能试运行这个程序：{error.message}程序本身可能没有问题。"
                return SmokeResult(ok=False, findings=[Finding(None, None, "smoke_run", text, "warning")])
            more["ok"] = result.ok
    # No path of this machine leaves the server.
    findings = [
        dataclasses.replace(found, message=found.message.replace(str(root), ".")) for found in result.findings
    ]
    return SmokeResult(result.ok, findings, result.first_frame)


def _slots() -> asyncio.Semaphore:
    """Return this event loop's limit of smoke tests at once."""
    return _SLOTS.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE))


def _save_thumbnail(path: Path, data: bytes) -> None:
    try:
        write_atomic(path, data, sync=False)  # a page may be reading the one before
    except OSError as error:
        raise explain(error) from error
