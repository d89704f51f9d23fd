"""What a finished run is done again with.

The specification and the plan that stay, and a person's edit of them.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr

from aiflow.exceptions import ConflictError, InputError
from aiflow.model.artifacts import Plan, Spec, merge_edit, read_edit
from aiflow.model.phases import IMPLEMENT, SPECIFY, phase_names
from aiflow.model.snapshot import Snapshot
from aiflow.util.redaction import mask

ArtifactT = TypeVar("ArtifactT", bound=BaseModel)


def given_for(
    state: Snapshot,
    from_phase: str,
    artifact: Spec | Plan | dict[str, Any] | str | None,
    secrets: Iterable[SecretStr] = (),
) -> tuple[Spec | None, Plan | None]:
    """Return the specification and the plan with which ``from_phase`` and what follows is done again.

    Args:
        state: of the run that has ended.
        from_phase: ``specify`` (nothing is given), ``plan`` or ``implement``.
        artifact: a person's version of what the phase begins with; by default the one that is there.
        secrets: struck out of that version.

    Raises:
        ConflictError: while the run goes on, or when there is nothing yet that the phase could begin with.
        InputError: when ``from_phase`` or the artifact is none.
    """
    if from_phase not in phase_names():
        raise InputError(f"from_phase 只能是 {'、'.join(phase_names())}。")
    if not state.is_final:
        raise ConflictError("这次运行还没有结束，请等它结束，或者先停止它。")
    if from_phase == SPECIFY:
        return None, None
    spec = state.spec
    plan = state.plan if from_phase == IMPLEMENT else None
    given = plan if from_phase == IMPLEMENT else spec
    if given is None:
        raise ConflictError("前一个阶段还没有结果，不能从这里重新生成。")
    if artifact is None:
        return spec, plan
    edited = masked(merge_edit(given, read_edit(artifact, given)), secrets)
    return (edited, plan) if isinstance(edited, Spec) else (spec, edited)


def masked(artifact: ArtifactT, secrets: Iterable[SecretStr]) -> ArtifactT:
    """Return ``artifact`` with every secret struck out.

    A person's version may hold one as well as a model's.
    """
    text = artifact.model_dump_json()
    clean = mask(text, secrets)
    return artifact if clean == text else type(artifact).model_validate_json(clean)
