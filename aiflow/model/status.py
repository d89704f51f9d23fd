"""Where a request, a phase and a project may stand, and the ways from one state to the next.

The seeds' two documents.

Where the documents differ, the design says how they are read: a request has the two further states ``paused``
and ``cancelled``, and the status of a project follows from that of its request.
"""

from enum import StrEnum


class RequestStatus(StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAUSED = "paused"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRYING = "retrying"


class ProjectStatus(StrEnum):
    """Where a project stands."""

    GENERATING = "generating"
    COMPLETED = "completed"
    FAILED = "failed"


class PhaseStatus(StrEnum):
    """Where a phase stands."""

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


def project_status_of(status: RequestStatus) -> ProjectStatus:
    """Return what the status of a request means for its project."""
    if status is RequestStatus.COMPLETED:
        return ProjectStatus.COMPLETED
    if status in {RequestStatus.FAILED, RequestStatus.CANCELLED}:
        return ProjectStatus.FAILED
    return ProjectStatus.GENERATING
