"""The results with which an ended run is done again from a phase on: those that stay, and a person's edit."""

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr

from aiflow.exceptions import ConflictError, InputError
from aiflow.model.artifacts import Artifact, Spec, merge_edit, read_edit
from aiflow.model.phases import phase_names, phases
from aiflow.model.snapshot import Snapshot
from aiflow.util.redaction import mask

ArtifactT = TypeVar("ArtifactT", bound=BaseModel)


def given_for(
    state: Snapshot,
    from_phase: str,
    artifact: Artifact | dict[str, Any] | str | None,
    secrets: Iterable[SecretStr] = (),
) -> dict[str, Artifact]:
    """Return the results of the phases before ``from_phase``, by phase: they are not done again.

    Args:
        state: of the run that has ended.
        from_phase: the first phase that is done again.
        artifact: a person's version of the last of the results; by default the one that is there.
        secrets: redacted in that version.

    Raises:
        ConflictError: while the run goes on, or when a result before the phase is missing.
        InputError: when ``from_phase`` is no phase, or the artifact is not of the expected kind.
    """
    names = phase_names()
    if from_phase not in names:
        raise InputError(f"from_phase 只能是 {'、'.join(names)}。")
    if not state.is_final:
        raise ConflictError("这次运行还没有结束，请等它结束，或者先停止它。")
    before = [spec for spec in phases()[: names.index(from_phase)] if spec.artifact is not None]
    if any(spec.name not in state.artifacts for spec in before):
        raise ConflictError("前一个阶段还没有结果，不能从这里重新生成。")
    given = {spec.name: state.artifacts[spec.name] for spec in before}
    if artifact is not None and before:
        last = before[-1].name
        # Masked here and not only in the journal: the manifest keeps these results too.
        given[last] = masked(merge_edit(given[last], read_edit(artifact, given[last])), secrets)
    return given


def edited_agreements(
    current: list[str], artifact: Artifact | dict[str, Any] | str, secrets: Iterable[SecretStr] = ()
) -> list[str]:
    """Return the agreements of a specification that a person edited, to write the rest of it anew.

    Args:
        current: those before.
        artifact: the edited specification.
        secrets: redacted in them.

    Raises:
        InputError: when the artifact is no specification.
    """
    before = Spec(agreements=current)
    before.markdown = before.to_markdown()
    return masked(merge_edit(before, read_edit(artifact, before)), secrets).agreements


def masked(artifact: ArtifactT, secrets: Iterable[SecretStr]) -> ArtifactT:
    """Return ``artifact`` with secrets redacted: a person's version may hold one as well as a model's."""
    text = artifact.model_dump_json()
    clean = mask(text, secrets)
    return artifact if clean == text else type(artifact).model_validate_json(clean)
