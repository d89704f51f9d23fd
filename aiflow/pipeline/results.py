"""The results of the phases: each becomes an event and a file of the project."""

import asyncio

from aiflow.model.artifacts import Artifact, Plan, Spec, mark_features, merge_edit
from aiflow.model.events import ArtifactEvent
from aiflow.model.phases import phase_of, phase_spec
from aiflow.model.status import PhaseStatus
from aiflow.model.validators import required
from aiflow.pipeline.revision import masked
from aiflow.pipeline.run_writer import RunWriter


async def keep_result(writer: RunWriter, phase: str, artifact: Artifact) -> None:
    """Keep what a phase made.

    Raises:
        StorageError: when the disk refuses.
    """
    writer.make_folder(artifact)
    path, data = _announce(writer, phase, artifact)
    # In a thread: the disk may take its time, and the other runs go on meanwhile.
    size = await asyncio.to_thread(required(writer.folder()).write, path, data)
    writer.file_written(path, size)


def keep_edit(writer: RunWriter, edited: Artifact) -> None:
    """Put a person's version of a phase's result in place of the one that is there, where it differs.

    Raises:
        StorageError: when the disk refuses.
    """
    phase = phase_of(edited).name
    current = writer.snapshot.artifacts.get(phase)
    merged = edited if current is None else merge_edit(current, edited)
    # An edit that changes nothing must not become an event and a new file.
    if merged != current:
        if writer.base is not None and isinstance(merged, Spec):
            # A person may have added a feature, or taken one away.
            merged = mark_features(writer.base.spec, merged)
        if writer.base is not None and isinstance(merged, Plan) and isinstance(current, Plan):
            # Read from a text that names only the changed files; the program to start is the same.
            merged = merged.model_copy(update={"main_file": current.main_file})
        path, data = _announce(writer, phase, merged)
        writer.file_written(path, required(writer.folder()).write(path, data))


def adopt_given(writer: RunWriter) -> None:
    """Complete the phases whose results were given with the request.

    Raises:
        StorageError: when the disk refuses.
    """
    for phase, artifact in writer.manifest.given.items():
        # A continued run adopted them when it began.
        if writer.snapshot.phases[phase].status is PhaseStatus.PENDING:
            writer.change_phase(phase, PhaseStatus.ACTIVE)
            writer.make_folder(artifact)
            keep_edit(writer, artifact)
            writer.change_phase(phase, PhaseStatus.COMPLETED)


def _announce(writer: RunWriter, phase: str, artifact: Artifact) -> tuple[str, bytes]:
    """Write the event of a result; return the path and the bytes of the file that it becomes."""
    artifact = masked(artifact, writer.config.secrets)
    text = artifact.to_markdown()
    # A copy: the caller's own may be edited further.
    result = artifact.model_copy(update={"markdown": text}, deep=True)
    writer.events.emit(ArtifactEvent(phase=phase, artifact=result))
    return required(phase_spec(phase).file), text.encode("utf-8", "replace")
