"""When a project is done: deterministic gates, each with a diagnostic that a student can follow.

A gate looks at the text of a project and says what it found; it runs nothing of it. The gates themselves are in
``aiflow.gates``, one module each; further ones come from the entry points of the group ``aiflow.gates``.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterable, Sequence

from aiflow.config import GatesConfig
from aiflow.gates.base import Finding, Gate, Sources
from aiflow.gates.project import CompleteGate
from aiflow.gates.registry import broken, gates_for, run_gates
from aiflow.gates.syntax import SyntaxGate, check_bytes
from aiflow.gates.worker import pack, unpack_findings

__all__ = [
    "Finding",
    "Gate",
    "Sources",
    "check_file",
    "check_file_aside",
    "check_project",
    "gates_for",
    "is_syntax_valid",
    "run_gates",
]

LARGE_BYTES = 200_000
# More than a beginner's file; looking at it may take a tenth of a second, in which other streams shall not stand still.
ASIDE_BYTES = 16_000
WORKER_TIMEOUT_S = 120.0


def check_file(path: str, data: bytes, config: GatesConfig) -> list[Finding]:
    """Check one finished file by itself: that it is what its name says.

    Args:
        path: relative to the project.
        data: its bytes.
        config: which gates are on.

    Returns:
        What is wrong with it; nothing where the syntax gate is off.
    """
    return check_bytes(path, data) if config.syntax else []


async def check_file_aside(path: str, data: bytes, config: GatesConfig) -> list[Finding]:
    """Do as ``check_file`` does; a large file is looked at in a thread, and other streams go on meanwhile."""
    if len(data) < ASIDE_BYTES:
        return check_file(path, data, config)
    return await asyncio.to_thread(check_file, path, data, config)


async def check_project(
    sources: Sources, config: GatesConfig, *, gates: Sequence[Gate] | None = None
) -> list[Finding]:
    """Send a project through every gate that is on, off the event loop.

    Args:
        sources: its files.
        config: which gates are on, and what may be imported.
        gates: instead of those that ``config`` names.

    Returns:
        What was found, in the order of the gates, nothing twice.
    """
    if gates is None:
        return await asyncio.to_thread(_check, sources, config)
    return await asyncio.to_thread(run_gates, sources, gates)


def _check(sources: Sources, config: GatesConfig) -> list[Finding]:
    if sources.size() > LARGE_BYTES:
        return _check_elsewhere(sources, config)
    return run_gates(sources, gates_for(config))


def _check_elsewhere(sources: Sources, config: GatesConfig) -> list[Finding]:
    """Check in another process: parsing holds the interpreter, and with it the event loop of this one."""
    command = [sys.executable, "-P", "-X", "utf8", "-m", "aiflow.gates.worker"]
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; the project goes in as data
            command,
            input=pack(sources, config),
            capture_output=True,
            timeout=WORKER_TIMEOUT_S,
            check=True,
            creationflags=flags,
        )
        return unpack_findings(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError, TypeError) as error:
        # What broke that process must not break this one: only the syntax, which is looked at file by file.
        gates: list[Gate] = [CompleteGate(), SyntaxGate()] if config.syntax else [CompleteGate()]
        return [*run_gates(sources, gates), broken("gates", error)]


def is_syntax_valid(findings: Iterable[Finding]) -> bool:
    """Return whether nothing was found that keeps a file from being read as what it is."""
    return not any(
        finding.rule in {"syntax", "encoding"} and finding.severity == "error" for finding in findings
    )
