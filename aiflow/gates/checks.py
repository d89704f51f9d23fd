"""Checks a file or a project with the gates that are on; findings are sentences that a student can follow.

A gate reads the text of a project and runs nothing of it. Gates for every language are in this package, the
others in their language's; further ones come from the entry points of the group ``aiflow.gates``.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from threading import Lock

from aiflow.config import FixesConfig, GatesConfig
from aiflow.exceptions import NotFoundError, UnsafePathError
from aiflow.gates.fixing import Fixed, fix_project
from aiflow.gates.pool import PoolWorkerError, pool
from aiflow.gates.pool_worker import pack, unpack_findings, unpack_fixed
from aiflow.gates.project import CompleteGate
from aiflow.gates.registry import broken, gates_for, run_gates
from aiflow.gates.syntax import SyntaxGate, check_bytes
from aiflow.languages.sources import Gate, Sources
from aiflow.model.findings import Finding

LARGE_BYTES = 200_000
# A larger file may take a tenth of a second, in which other streams shall not stand still.
ASIDE_BYTES = 16_000
# Held by the one project that is checked in this process; those that come meanwhile go to the pool.
_IN_PROCESS = Lock()


async def check_file_aside(path: str, data: bytes, config: GatesConfig) -> list[Finding]:
    """Check one finished file by itself: that it is what its name says.

    A large file is checked in a thread, and other streams go on meanwhile.

    Args:
        path: relative to the project.
        data: its bytes.
        config: which gates are on.

    Returns:
        What is wrong with it; nothing where the syntax gate is off.
    """
    if not config.syntax:
        return []
    if len(data) < ASIDE_BYTES:
        return check_bytes(path, data)
    return await asyncio.to_thread(check_bytes, path, data)


async def check_project(sources: Sources, config: GatesConfig) -> list[Finding]:
    """Send a project through every gate that is on, off the event loop.

    A small project is checked in a thread of this process. A large one, and one that comes while another is
    being checked, goes to the pool: parsing holds the interpreter, and with it the event loops of this
    process.

    Args:
        sources: its files.
        config: which gates are on, and what may be imported.

    Returns:
        The findings, in the order of the gates, each once.
    """
    loaded = await asyncio.to_thread(_in_memory, sources)
    if loaded.size() > LARGE_BYTES or not _IN_PROCESS.acquire(blocking=False):
        return await _check_in_pool(loaded, config)
    try:
        return await asyncio.to_thread(lambda: run_gates(loaded, gates_for(config)))
    finally:
        _IN_PROCESS.release()


async def fix_project_aside(
    sources: Sources, gates: GatesConfig, config: FixesConfig, only: frozenset[str] | None = None
) -> Fixed:
    """Check a project and correct what rules can correct, off the event loop, as ``check_project`` does.

    Args:
        sources: its files.
        gates: which gates are on.
        config: which rules are on.
        only: as for ``fix_project``.
    """
    loaded = await asyncio.to_thread(_in_memory, sources)
    if loaded.size() > LARGE_BYTES or not _IN_PROCESS.acquire(blocking=False):
        try:
            packed = partial(pack, loaded, gates, config, only)
            return unpack_fixed(await asyncio.wrap_future(pool().submit(packed)))
        except (PoolWorkerError, ValueError, TypeError, KeyError) as error:
            return Fixed(findings=await _check_syntax(loaded, gates, error))
    try:
        return await asyncio.to_thread(lambda: fix_project(loaded, gates, config, only=only))
    finally:
        _IN_PROCESS.release()


def _in_memory(sources: Sources) -> Sources:
    """Return the same project in memory, for every gate reads every file."""
    files: dict[str, str | bytes] = {}
    for path in sources.paths:
        # A person can remove or replace a file at any moment.
        with suppress(NotFoundError, UnsafePathError):
            files[path] = sources.read(path)
    return Sources.of(files, plan=sources.plan, incomplete=sources.incomplete)


async def _check_in_pool(sources: Sources, config: GatesConfig) -> list[Finding]:
    try:
        return unpack_findings(await asyncio.wrap_future(pool().submit(partial(pack, sources, config))))
    except (PoolWorkerError, ValueError, TypeError) as error:
        return await _check_syntax(sources, config, error)


async def _check_syntax(sources: Sources, config: GatesConfig, error: Exception) -> list[Finding]:
    """Check only the syntax: a project that broke another process must not break this one."""
    gates: list[Gate] = [CompleteGate(), SyntaxGate()] if config.syntax else [CompleteGate()]
    found = await asyncio.to_thread(run_gates, sources, gates)
    return [*found, broken("gates", error)]


def is_syntax_valid(findings: Iterable[Finding]) -> bool:
    """Return whether nothing was found that keeps a file from being read as what it is."""
    return not any(
        finding.rule in {"syntax", "encoding"} and finding.severity == "error" for finding in findings
    )
