"""When a project is done: deterministic gates, each with a diagnostic that a student can follow.

A gate looks at the text of a project and says what it found; it runs nothing of it. The gates themselves are in
``aiflow.gates``, one module each; further ones come from the entry points of the group ``aiflow.gates``.
"""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from aiflow.config import GatesConfig
from aiflow.gates.pool import HelperError, helpers
from aiflow.gates.pool_worker import pack, pack_file, unpack_findings
from aiflow.gates.registry import broken, gates_for, run_gates
from aiflow.languages.python.gates.project import CompleteGate
from aiflow.languages.python.sources import Gate, Sources
from aiflow.languages.python.syntax import SyntaxGate, check_bytes
from aiflow.model.findings import Finding
from aiflow.util.crowd import CROWD

__all__ = [
    "Finding",
    "Gate",
    "ProjectChecks",
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
# Starting what checks takes half a second of processor time, and a file takes longer to type.
_PREPARE_AFTER_S = 2.0


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
    if gates is not None:
        return await asyncio.to_thread(run_gates, sources, gates)
    return await ProjectChecks(config).check(sources)


class ProjectChecks:
    """The checks of one project while it is written: of each file as soon as it is there, of the whole when it may be done.

    Where many are at it, this is done in another process, which then knows the files already.

    Args:
        config: which gates are on, and what may be imported.
    """

    def __init__(self, config: GatesConfig) -> None:
        self._config = config
        self._turn = helpers().turn()
        self._is_prepared = False

    def prepare(self) -> None:
        """Say that something to check is on its way; what checks it is started when those who begin together have begun."""
        if CROWD.is_large and not self._is_prepared:
            self._is_prepared = True
            asyncio.get_running_loop().call_later(_PREPARE_AFTER_S, helpers().prepare, self._turn)

    def read_ahead(self, path: str, data: bytes) -> None:
        """Begin with a file that is finished. Nothing is said of it yet, and nothing waits for it."""
        if CROWD.is_large and len(data) <= LARGE_BYTES:
            helpers().ask(partial(pack_file, path, data), self._turn)

    async def check(self, sources: Sources) -> list[Finding]:
        """Send a project through every gate that is on, off the event loop.

        Returns:
            What was found, in the order of the gates, nothing twice.
        """
        with CROWD.joined():
            held = await asyncio.to_thread(_hold, sources)
            if CROWD.is_large or held.size() > LARGE_BYTES:
                return await _check_elsewhere(held, self._config, self._turn)
            return await asyncio.to_thread(_check, held, self._config)


def _hold(sources: Sources) -> Sources:
    """Return the same project in memory, for every gate reads every file."""
    files = {path: sources.read(path) for path in sources.paths}
    return Sources.of(files, plan=sources.plan, incomplete=sources.incomplete)


def _check(sources: Sources, config: GatesConfig) -> list[Finding]:
    return run_gates(sources, gates_for(config))


async def _check_elsewhere(sources: Sources, config: GatesConfig, turn: int) -> list[Finding]:
    """Check in another process: parsing holds the interpreter, and with it the event loops of this one."""
    try:
        return unpack_findings(await asyncio.wrap_future(helpers().ask(partial(pack, sources, config), turn)))
    except (HelperError, ValueError, TypeError) as error:
        # What broke that process must not break this one: only the syntax, which is looked at file by file.
        gates: list[Gate] = [CompleteGate(), SyntaxGate()] if config.syntax else [CompleteGate()]
        found = await asyncio.to_thread(run_gates, sources, gates)
        return [*found, broken("gates", error)]


def is_syntax_valid(findings: Iterable[Finding]) -> bool:
    """Return whether nothing was found that keeps a file from being read as what it is."""
    return not any(
        finding.rule in {"syntax", "encoding"} and finding.severity == "error" for finding in findings
    )
