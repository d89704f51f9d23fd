"""The function of each phase of the table, and one for every phase whose result is a document.

A distribution adds a phase with an entry point of the group ``aiflow.phases`` that names a module; importing
it calls ``register_phase`` and ``implements``.
"""

import warnings
from collections.abc import Awaitable, Callable
from typing import cast

from aiflow.engines.base import RequestPhase
from aiflow.exceptions import ConfigError
from aiflow.languages.registry import load_language
from aiflow.model.artifacts import Artifact, Plan
from aiflow.model.entities import GeneratedProject
from aiflow.model.phases import IMPLEMENT, PLAN, artifact_kind, phase_spec
from aiflow.model.validators import required
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.implement import implement
from aiflow.pipeline.phases.markdown import write_markdown
from aiflow.pipeline.prompts import render
from aiflow.util.entry_points import entry_points

ENTRY_POINT_GROUP = "aiflow.phases"

Result = Artifact | GeneratedProject | None
PhaseFunction = Callable[[PhaseContext], Awaitable[Result]]

_functions: dict[str, PhaseFunction] = {}


def implements(name: str) -> Callable[[PhaseFunction], PhaseFunction]:
    """Register the decorated function as the implementation of phase ``name``."""

    def register(function: PhaseFunction) -> PhaseFunction:
        _functions[name] = function
        return function

    return register


async def run_phase(name: str, context: PhaseContext) -> Result:
    """Do a phase; return its result.

    A phase without a function of its own asks for a document with its prompt and reads its artifact out of
    it.

    Raises:
        ConfigError: when the phase has neither a function nor a prompt.
        EngineError: when the engine fails.
        LimitError: when a budget is used up.
        StorageError: when the disk refuses.
    """
    function = _functions.get(name)
    if function is not None:
        return await function(context)
    spec = phase_spec(name)
    if spec.artifact is None or spec.prompt is None:
        raise ConfigError(f"阶段“{spec.title}”没有实现：请检查提供它的包有没有装好。")
    return spec.artifact.from_markdown(await _ask_for_document(spec.name, spec.prompt, context))


async def _ask_for_document(name: str, prompt: str, context: PhaseContext) -> str:
    # Prompts call the results so far by the kind of the artifact: ``$spec``, ``$plan``.
    results = context.snapshot.artifacts.values()
    values = {artifact_kind(type(artifact)): artifact.to_markdown() for artifact in results}
    messages = render(prompt, load_language(context.config.language), prompt=context.prompt, **values)
    # An engine that does not know the phase of a plug-in answers as its messages ask.
    return await write_markdown(context, name, cast("RequestPhase", name), messages)


@implements(PLAN)
async def _plan(context: PhaseContext) -> Plan:
    facts = load_language(context.config.language).facts
    return Plan.from_markdown(await _ask_for_document(PLAN, PLAN, context), main_file=facts.main_file)


@implements(IMPLEMENT)
async def _implement(context: PhaseContext) -> GeneratedProject:
    snapshot = context.snapshot
    return await implement(
        context, required(snapshot.spec), required(snapshot.plan), required(context.folder)
    )


def _load_plugins() -> None:
    for point in entry_points(ENTRY_POINT_GROUP):
        try:
            point.load()
        except ImportError as error:
            # The other phases work without it; a run that needs this one fails with a message.
            warnings.warn(f"phase {point.name!r} cannot be loaded: {error}", stacklevel=2)


_load_plugins()
