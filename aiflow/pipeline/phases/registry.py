"""The function of each phase of the table, and one for every phase whose result is a document.

A distribution adds a phase with an entry point of the group ``aiflow.phases`` that names a module; importing
it calls ``register_phase`` and ``implements``.
"""

import warnings
from collections.abc import Awaitable, Callable

from aiflow.engines.base import Task
from aiflow.model.artifacts import Artifact
from aiflow.model.entities import GeneratedProject
from aiflow.model.phases import IMPLEMENT, PLAN, SPECIFY
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.change_documents import plan_change, specify_change
from aiflow.pipeline.phases.change_files import implement_change
from aiflow.pipeline.phases.implement import implement
from aiflow.pipeline.phases.markdown import write_document
from aiflow.util.entry_points import entry_points

ENTRY_POINT_GROUP = "aiflow.phases"

Result = Artifact | GeneratedProject | None
PhaseFunction = Callable[[PhaseContext], Awaitable[Result]]

_functions: dict[str, PhaseFunction] = {IMPLEMENT: implement}
# A plug-in's phase does the same in a change; its context has the version that is changed.
_change_functions: dict[str, PhaseFunction] = {
    SPECIFY: specify_change,
    PLAN: plan_change,
    IMPLEMENT: implement_change,
}


def implements(name: str) -> Callable[[PhaseFunction], PhaseFunction]:
    """Register the decorated function as the implementation of phase ``name``."""

    def register(function: PhaseFunction) -> PhaseFunction:
        _functions[name] = function
        return function

    return register


def phase_function(name: str, task: Task) -> PhaseFunction:
    """Return the function of a phase: without one of its own, it writes a document with its prompt."""
    if task == "change" and name in _change_functions:
        return _change_functions[name]
    # So a plug-in's phase that only writes a text needs a row and a prompt, no code.
    return _functions.get(name, write_document)


def _load_plugins() -> None:
    for point in entry_points(ENTRY_POINT_GROUP):
        try:
            point.load()
        except ImportError as error:
            # The other phases work without it; a run that needs this one fails with a message.
            warnings.warn(f"phase {point.name!r} cannot be loaded: {error}", stacklevel=2)


_load_plugins()
