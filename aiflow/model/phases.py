"""The phase table: one row for each step of a run, in the order in which they are done.

A phase is added by one call of ``register_phase`` (the row) and one of
``aiflow.pipeline.phases.registry.implements`` (the function that does it). Events, the snapshot, the pipeline
and the page read this table; nothing else lists phases.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator

from aiflow.exceptions import InputError
from aiflow.model.artifacts import Artifact, Plan, Spec

SPECIFY = "specify"
PLAN = "plan"
IMPLEMENT = "implement"

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class PhaseSpec:
    """One row of the table.

    Attributes:
        name: a stable word: the value of ``phase`` in events.
        title: what readers see, in Chinese.
        title_en: the same in English.
        message: what the student reads while it runs, 10 to 200 characters of Chinese.
        message_en: the same in English.
        artifact: the model of its result; None where it has none, or writes files itself.
        file: the project file that the artifact becomes.
        prompt: the name of its prompt.
        may_pause: whether a run can be asked to pause after it.
    """

    name: str
    title: str
    title_en: str
    message: str
    message_en: str
    artifact: type[Artifact] | None = None
    file: str | None = None
    prompt: str | None = None
    may_pause: bool = False

    @property
    def order(self) -> int:
        """The place in the table, counted from 1."""
        # Not stored in the row: a phase that is registered later moves all those behind it.
        return phases().index(self) + 1


# Plug-ins insert rows, so the table is a list; readers get tuples, which they cannot change by mistake.
_table: list[PhaseSpec] = [
    PhaseSpec(
        name=SPECIFY,
        title="需求说明",
        title_en="Specification",
        message="先想清楚要做什么：把一句话变成看得懂的需求，写明有哪些功能、怎么操作。",
        message_en="First decide what to make: one sentence becomes a clear specification.",
        artifact=Spec,
        file="spec.md",
        prompt="specify",
        may_pause=True,
    ),
    PhaseSpec(
        name=PLAN,
        title="方案设计",
        title_en="Plan",
        message="再决定怎么做：分成哪些文件，每个文件负责什么，需要用到哪些库。",
        message_en="Then decide how: which files there are, and what each is for.",
        artifact=Plan,
        file="plan.md",
        prompt="plan",
        may_pause=True,
    ),
    PhaseSpec(
        # No artifact, because this phase writes files itself; no pause, because nothing comes after it.
        name=IMPLEMENT,
        title="编写代码",
        title_en="Code",
        message="照着方案一个文件一个文件写，写完一个就能看一个，最后再检查一遍。",
        message_en="Written file by file, as planned; read each one as soon as it is done.",
        prompt="implement",
    ),
]


def phases() -> tuple[PhaseSpec, ...]:
    """Return the table."""
    return tuple(_table)


def phase_names() -> tuple[str, ...]:
    """Return the names of the phases, in their order."""
    return tuple(spec.name for spec in _table)


def phase_spec(name: str) -> PhaseSpec:
    """Return the row of a phase.

    Raises:
        KeyError: when no phase has this name.
    """
    found = next((spec for spec in _table if spec.name == name), None)
    if found is None:
        raise KeyError(name)
    return found


def register_phase(spec: PhaseSpec, *, after: str) -> None:
    """Add a row to the table.

    Args:
        spec: the phase.
        after: the phase that it follows.

    Raises:
        KeyError: when no phase is called ``after``.
        ValueError: when its name is none, or taken.
    """
    # Journals name a phase by this word alone, so two rows of one name could not be told apart.
    if not _NAME.fullmatch(spec.name) or spec.name in phase_names():
        raise ValueError(f"not a name for a new phase: {spec.name!r}")
    # The order counts from 1, so as an index it is the place behind ``after``.
    _table.insert(phase_spec(after).order, spec)


def unregister_phase(name: str) -> None:
    """Remove a row that was registered.

    Raises:
        KeyError: when no phase has this name.
    """
    _table.remove(phase_spec(name))


def phase_table() -> list[dict[str, Any]]:
    """Return the table as the page gets it: one JSON object for each phase, in their order."""
    return [
        {
            "phase": spec.name,
            "sequence_order": spec.order,
            "title": spec.title,
            "title_en": spec.title_en,
            "educational_message": spec.message,
            "educational_message_en": spec.message_en,
            "artifact": artifact_kind(spec.artifact) if spec.artifact is not None else None,
            "may_pause": spec.may_pause,
        }
        for spec in _table
    ]


def check_pauses(names: Iterable[str]) -> list[str]:
    """Return the phases after which a run is to pause, in their order.

    Raises:
        InputError: when a run cannot pause after one of them.
    """
    allowed = [spec.name for spec in _table if spec.may_pause]
    wanted = set(names)
    if not wanted <= set(allowed):
        raise InputError(f"pause_after 只能是 {'、'.join(allowed)}。")
    # A request may name them in any order and twice; equal wishes are stored as equal lists.
    return [name for name in allowed if name in wanted]


def artifact_kind(model: type[Artifact]) -> str:
    """Return the ``kind`` of an artifact's model, the word by which readers distinguish artifacts."""
    # Read from the model, so that the word is written in one place only.
    return str(model.model_fields["kind"].default)


def phase_of(artifact: Artifact) -> PhaseSpec:
    """Return the phase whose result ``artifact`` is.

    Raises:
        KeyError: when no phase makes such an artifact.
    """
    # ``isinstance`` would find the phase of ``Spec`` for a plug-in's model that is derived from it.
    found = next((spec for spec in _table if spec.artifact is type(artifact)), None)
    if found is None:
        raise KeyError(type(artifact).__name__)
    return found


def artifact_models() -> dict[str, type[Artifact]]:
    """Return the model of each kind of artifact that a phase of the table makes."""
    return {artifact_kind(spec.artifact): spec.artifact for spec in _table if spec.artifact is not None}


def _check_name(name: str) -> str:
    if name not in phase_names():
        raise ValueError(f"no phase of the table is called {name!r}")
    return name


# No Literal, because plug-ins add phases after this module is imported.
PhaseName = Annotated[str, AfterValidator(_check_name)]
