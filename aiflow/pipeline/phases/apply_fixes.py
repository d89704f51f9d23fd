"""Automatic fixes: what a rule can correct is corrected before a model is asked for a repair."""

import asyncio
from collections.abc import Mapping

from aiflow.exceptions import LimitError, UnsafePathError
from aiflow.gates.checks import check_project, fix_project_aside
from aiflow.languages.sources import Sources
from aiflow.model.events import DiagnosticEvent
from aiflow.model.findings import Finding
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.storage.comparison import read_or_none
from aiflow.storage.project_folder import ProjectFolder


async def check_and_fix(context: PhaseContext, folder: ProjectFolder, sources: Sources) -> list[Finding]:
    """Check a project, write the files that rules correct, and return the findings that are left.

    In a change, files that it did not change are corrected only where they have errors, for which a model
    would be asked otherwise.

    Args:
        context: the run.
        folder: the project's files.
        sources: the same as gates read them.

    Raises:
        StorageError: when the disk refuses.
    """
    config = context.config
    if not config.fixes.enabled:
        return await check_project(sources, config.gates)
    only = await asyncio.to_thread(_changed, context, folder)
    before = {path: read_or_none(folder, path) for path in sources.source_paths}
    fixed = await fix_project_aside(sources, config.gates, config.fixes, only)
    written = [path for path, new in fixed.files.items() if await _write(context, folder, path, before, new)]
    for shown in fixed.fixes:
        if shown.path in written:
            context.events.emit(DiagnosticEvent.of(shown))
    # A person saved one of the files meanwhile, or it became too large: the findings are of another text.
    if len(written) < len(fixed.files):
        return await check_project(sources, config.gates)
    return fixed.findings


def _changed(context: PhaseContext, folder: ProjectFolder) -> frozenset[str] | None:
    """Return the files that a change has changed, None where a project is generated."""
    base = context.base
    if base is None:
        return None
    return frozenset(path for path in folder.sizes() if base.change(path, folder) is not None)


async def _write(
    context: PhaseContext, folder: ProjectFolder, path: str, before: Mapping[str, bytes | None], new: bytes
) -> bool:
    """Write a corrected file; return whether it was still the text that was corrected."""
    if read_or_none(folder, path) != before.get(path):
        return False
    try:
        size = await asyncio.to_thread(folder.write, path, new)
    except (UnsafePathError, LimitError):
        return False
    context.announce(path, size)
    return True
