"""The statuses of a request, a phase and a project, and the transitions between them.

They are those of the two seed documents. Where these differ, the design decides: a request has the two
further statuses ``paused`` and ``cancelled``, and the status of a project follows from that of its request.
"""

from enum import StrEnum

from aiflow.exceptions import ConflictError


class RequestStatus(StrEnum):
    """The statuses of a request."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRYING = "retrying"


class ProjectStatus(StrEnum):
    """The statuses of a project."""

    GENERATING = "generating"
    COMPLETED = "completed"
    FAILED = "failed"


class PhaseStatus(StrEnum):
    """The statuses of a phase."""

    PENDING = "pending"
    ACTIVE = "active"
    COMPLETED = "completed"
    FAILED = "failed"


REQUEST_TRANSITIONS: dict[RequestStatus, frozenset[RequestStatus]] = {
    RequestStatus.PENDING: frozenset(
        {RequestStatus.PROCESSING, RequestStatus.FAILED, RequestStatus.CANCELLED}
    ),
    RequestStatus.PROCESSING: frozenset(
        {
            RequestStatus.COMPLETED,
            RequestStatus.FAILED,
            RequestStatus.PAUSED,
            RequestStatus.CANCELLED,
        }
    ),
    RequestStatus.PAUSED: frozenset(
        {RequestStatus.PROCESSING, RequestStatus.FAILED, RequestStatus.CANCELLED}
    ),
    RequestStatus.FAILED: frozenset({RequestStatus.RETRYING}),
    RequestStatus.RETRYING: frozenset(
        {RequestStatus.PROCESSING, RequestStatus.FAILED, RequestStatus.CANCELLED}
    ),
    RequestStatus.COMPLETED: frozenset(),
    RequestStatus.CANCELLED: frozenset(),
}
FINAL_STATUSES = frozenset({RequestStatus.COMPLETED, RequestStatus.FAILED, RequestStatus.CANCELLED})
# No process works on a run in one of these; in every other status one holds its lock, or it was interrupted.
IDLE_STATUSES = FINAL_STATUSES | {RequestStatus.PAUSED}

# No status leads back to the beginning: a retry gets new phases instead.
PHASE_TRANSITIONS: dict[PhaseStatus, frozenset[PhaseStatus]] = {
    PhaseStatus.PENDING: frozenset({PhaseStatus.ACTIVE}),
    PhaseStatus.ACTIVE: frozenset({PhaseStatus.COMPLETED, PhaseStatus.FAILED}),
    PhaseStatus.COMPLETED: frozenset(),
    PhaseStatus.FAILED: frozenset(),
}

PROJECT_TRANSITIONS: dict[ProjectStatus, frozenset[ProjectStatus]] = {
    ProjectStatus.GENERATING: frozenset({ProjectStatus.COMPLETED, ProjectStatus.FAILED}),
    ProjectStatus.COMPLETED: frozenset(),
    ProjectStatus.FAILED: frozenset(),
}


def check_project_transition(before: ProjectStatus, after: ProjectStatus) -> None:
    """Raise unless a project may go from one status to the other; to stay in one is no transition.

    Raises:
        ConflictError: when it may not.
    """
    if after is not before and after not in PROJECT_TRANSITIONS[before]:
        raise ConflictError(f"项目不能从“{before}”变成“{after}”。")


def project_status_of(status: RequestStatus) -> ProjectStatus:
    """Return the status of the project of a request with ``status``."""
    if status is RequestStatus.COMPLETED:
        return ProjectStatus.COMPLETED
    # The seed documents know no stopped project, so a cancelled one counts as failed.
    if status in {RequestStatus.FAILED, RequestStatus.CANCELLED}:
        return ProjectStatus.FAILED
    return ProjectStatus.GENERATING
