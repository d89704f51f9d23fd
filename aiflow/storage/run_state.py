"""Everything that is derived from a run's snapshot: its figures, its manifest and the entities of the seeds.

The journal is the truth and the snapshot its fold. Each other representation of a run's state is made here,
by one function, and written nowhere else.
"""

import hashlib
from pathlib import Path
from uuid import UUID

from aiflow.model.entities import CodeGenerationRequest, ProcessPhase, Project
from aiflow.model.events import NamedEvent
from aiflow.model.phases import phases
from aiflow.model.snapshot import Snapshot
from aiflow.model.status import RequestStatus, project_status_of
from aiflow.storage.manifest import Manifest
from aiflow.storage.run_folder import GivenNames

_MAX_TITLE_CHARS = 80


def named(snapshot: Snapshot, given: GivenNames) -> NamedEvent:
    """Return the event that gives a project new names; a name that was not given stays."""
    return NamedEvent(
        title=snapshot.title if given.title is None else given.title,
        label=snapshot.label if given.label is None else given.label or None,
    )


def summarise(manifest: Manifest, snapshot: Snapshot) -> Manifest:
    """Return ``manifest`` with its summary as the snapshot has it; the request in it stays."""
    title = snapshot.title
    # A person's title comes first: a new specification must not replace it.
    if title is None and snapshot.spec is not None:
        title = snapshot.spec.title[:_MAX_TITLE_CHARS]
    sizes = [file.size_bytes for file in snapshot.files.values() if file.status == "created"]
    return manifest.model_copy(
        update={
            # A retry resets the specification: until there is the new one, the list keeps the old title.
            "title": title or manifest.title,
            "label": snapshot.label,
            "asked": [one.slot for one in snapshot.questions.values() if one.kind == "clarify" and one.slot],
            "main_file": snapshot.project.main_path if snapshot.project is not None else None,
            "changes": list(snapshot.changes.values()),
            "tests": snapshot.test_counts,
            "status": snapshot.status,
            "retry_count": snapshot.retry_count,
            # None stands for gates that have not run, which is no pass.
            "syntax_validated": bool(snapshot.syntax_validated),
            "file_count": len(sizes),
            "size_bytes": sum(sizes),
        }
    )


def request_of(manifest: Manifest, snapshot: Snapshot) -> CodeGenerationRequest:
    """Return the request and its status."""
    return CodeGenerationRequest(
        id=manifest.project_id,
        user_input=manifest.prompt,
        status=snapshot.status,
        created_at=manifest.created_at,
        # A run that waits for its first event has no time of its own yet.
        updated_at=snapshot.updated_at or manifest.created_at,
        # The message of a run at work is a notice (a place in the queue), no error.
        error_message=snapshot.message if snapshot.status is RequestStatus.FAILED else None,
        retry_count=snapshot.retry_count,
    )


def phases_of(project_id: UUID, snapshot: Snapshot) -> dict[str, ProcessPhase]:
    """Return the phases of a request by name, in their order."""
    found = {}
    for spec in phases():
        known = snapshot.phases[spec.name]
        found[spec.name] = ProcessPhase(
            id=_phase_id(project_id, spec.name),
            request_id=project_id,
            phase_type=spec.name,
            status=known.status,
            educational_message=spec.message,
            started_at=known.started_at,
            completed_at=known.completed_at,
            sequence_order=spec.order,
        )
    return found


def project_of(manifest: Manifest, root: Path) -> Project:
    """Return the project whose folder is ``root``. It is not validated: the folder may be gone."""
    return Project.model_construct(
        id=manifest.project_id,
        created_at=manifest.created_at,
        status=project_status_of(manifest.status),
        root_path=root,
        file_count=manifest.file_count,
    )


def _phase_id(project_id: UUID, phase: str) -> UUID:
    """Return the id of a phase: the same each time, though it is stored nowhere."""
    return UUID(bytes=hashlib.sha256(project_id.bytes + phase.encode()).digest()[:16], version=4)
