"""The one event union, its TypeAdapter, and the fold that turns events into a Snapshot.

Everything that anyone sees of a run is one of these events, in the order of ``seq``. The same fold is written
in TypeScript (``widgets/src/model/fold.ts``); the golden journals in ``tests/golden`` test both.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from aiflow.model.artifacts import Plan, Spec
from aiflow.model.entities import (
    FINAL_STATUSES,
    GeneratedProject,
    NodeType,
    PhaseStatus,
    PhaseType,
    ProjectStatus,
    RequestStatus,
    Timestamp,
)
from aiflow.model.notebook_html import snapshot_html
from aiflow.util.timestamps import utc_now

NO_PROJECT = UUID(int=0)
# A snapshot keeps the latest pieces of a long text: a run of hours must not grow the memory of those who
# watch it.
CHUNKS_KEPT = 4000

Channel = Literal["thinking", "content"]
Severity = Literal["error", "warning", "info"]


class EventBase(BaseModel):
    """The header of every event; the journal fills it in."""

    model_config = ConfigDict(extra="ignore")

    seq: int = Field(default=0, ge=0)
    project_id: UUID = NO_PROJECT
    timestamp: Timestamp = Field(default_factory=utc_now)


class StatusEvent(EventBase):
    """Where the request stands; the last event of a run is one of these."""

    event_type: Literal["status"] = "status"
    status: RequestStatus
    project_status: ProjectStatus
    retry_count: int = 0
    message: str | None = None
    reason: str | None = None
    retryable: bool | None = None


class PhaseEvent(EventBase):
    """A phase begins, ends or is reset."""

    event_type: Literal["phase"] = "phase"
    phase: PhaseType
    status: PhaseStatus
    sequence_order: int = Field(ge=1, le=3)
    educational_message: str
    started_at: Timestamp | None = None
    completed_at: Timestamp | None = None


class ChunkEvent(EventBase):
    """Some of the model's text; ``path`` is the file being typed, or None."""

    event_type: Literal["chunk"] = "chunk"
    phase: PhaseType
    channel: Channel
    text: str
    path: str | None = None


class ArtifactEvent(EventBase):
    """The Spec or the Plan."""

    event_type: Literal["artifact"] = "artifact"
    phase: PhaseType
    artifact: Annotated[Spec | Plan, Field(discriminator="kind")]


class FileWrittenEvent(EventBase):
    """A file is on disk, whole (``created``), or could not be written (``error``)."""

    event_type: Literal["file_written"] = "file_written"
    filename: str
    path: str
    type: NodeType = "file"
    status: Literal["created", "error"] = "created"
    size_bytes: int = Field(default=0, ge=0)


class DiagnosticEvent(EventBase):
    """What validation found, and what was done about it."""

    event_type: Literal["diagnostic"] = "diagnostic"
    path: str | None = None
    line: int | None = None
    rule: str
    message: str
    severity: Severity = "error"


class UsageEvent(EventBase):
    """What one call of a model cost."""

    event_type: Literal["usage"] = "usage"
    phase: PhaseType
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)
    engine: str
    model: str


class ProjectEvent(EventBase):
    """The project, once, before the last status."""

    event_type: Literal["project"] = "project"
    project: GeneratedProject


Event = Annotated[
    StatusEvent
    | PhaseEvent
    | ChunkEvent
    | ArtifactEvent
    | FileWrittenEvent
    | DiagnosticEvent
    | UsageEvent
    | ProjectEvent,
    Field(discriminator="event_type"),
]
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
EVENT_TYPES = frozenset(
    {"status", "phase", "chunk", "artifact", "file_written", "diagnostic", "usage", "project"}
)


def is_final(event: EventBase) -> bool:
    """Return whether a run ends with this event."""
    return isinstance(event, StatusEvent) and event.status in FINAL_STATUSES


class Model(BaseModel):
    """The parts of a snapshot: plain values."""

    model_config = ConfigDict(extra="ignore")


class TextTail(Model):
    """A text that grows; of a very long one the beginning is let go."""

    chunks: list[str] = Field(default_factory=list)
    dropped: bool = False

    def append(self, text: str) -> None:
        """Add ``text`` at the end."""
        self.chunks.append(text)
        if len(self.chunks) > CHUNKS_KEPT:
            del self.chunks[: CHUNKS_KEPT // 4]
            self.dropped = True

    @property
    def text(self) -> str:
        """All that is kept."""
        return "".join(self.chunks)


class PhaseSnapshot(Model):
    """What is known of a phase."""

    phase: PhaseType
    status: PhaseStatus = PhaseStatus.PENDING
    sequence_order: int
    educational_message: str = ""
    started_at: Timestamp | None = None
    completed_at: Timestamp | None = None
    thinking: TextTail = Field(default_factory=TextTail)
    content: TextTail = Field(default_factory=TextTail)
    prompt_tokens: int = 0
    completion_tokens: int = 0


class FileSnapshot(Model):
    """What is known of a file."""

    path: str
    filename: str
    type: NodeType = "file"
    status: Literal["typing", "created", "error"] = "created"
    size_bytes: int = 0
    written_at: Timestamp | None = None
    writes: int = 0


class DiagnosticSnapshot(Model):
    """One finding."""

    path: str | None
    line: int | None
    rule: str
    message: str
    severity: Severity


def _initial_phases() -> dict[PhaseType, PhaseSnapshot]:
    return {phase: PhaseSnapshot(phase=phase, sequence_order=phase.sequence_order) for phase in PhaseType}


class Snapshot(Model):
    """The state of a project: the fold of its events.

    ``apply`` takes the events in their order. One that was seen already changes nothing, so a reader that
    resumes too early does no harm.
    """

    project_id: UUID = NO_PROJECT
    seq: int = 0
    status: RequestStatus = RequestStatus.PENDING
    project_status: ProjectStatus = ProjectStatus.GENERATING
    retry_count: int = 0
    message: str | None = None
    reason: str | None = None
    retryable: bool | None = None
    updated_at: Timestamp | None = None
    engine: str | None = None
    model: str | None = None
    phases: dict[PhaseType, PhaseSnapshot] = Field(default_factory=_initial_phases)
    spec: Spec | None = None
    plan: Plan | None = None
    typing: str | None = None
    typed: TextTail = Field(default_factory=TextTail)
    files: dict[str, FileSnapshot] = Field(default_factory=dict)
    diagnostics: list[DiagnosticSnapshot] = Field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    project: GeneratedProject | None = None

    def apply(self, event: EventBase) -> bool:
        """Take one event in; return whether it was new."""
        if event.seq <= self.seq:
            return False
        self.seq = event.seq
        self.project_id = event.project_id
        self.updated_at = event.timestamp
        _FOLDS[type(event)](self, event)
        return True

    @property
    def is_final(self) -> bool:
        """Whether the run has ended."""
        return self.status in FINAL_STATUSES

    @property
    def active_phase(self) -> PhaseSnapshot | None:
        """The phase that is at work, if one is."""
        return next((phase for phase in self.phases.values() if phase.status is PhaseStatus.ACTIVE), None)

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return [("status", self.status.value), ("files", list(self.files)), ("message", self.message)]

    def _repr_html_(self) -> str:
        return snapshot_html(self)


def fold(events: Any) -> Snapshot:
    """Return the state after ``events`` (an iterable of events in their order)."""
    snapshot = Snapshot()
    for event in events:
        snapshot.apply(event)
    return snapshot


def _fold_status(state: Snapshot, event: StatusEvent) -> None:
    state.status = event.status
    state.project_status = event.project_status
    state.retry_count = event.retry_count
    state.message = event.message
    state.reason = event.reason
    state.retryable = event.retryable
    if event.status is RequestStatus.RETRYING:
        _reset(state)
    if event.status in FINAL_STATUSES:
        _stop_typing(state)


def _reset(state: Snapshot) -> None:
    messages = {phase: old.educational_message for phase, old in state.phases.items()}
    state.phases = _initial_phases()
    for phase, message in messages.items():
        state.phases[phase].educational_message = message
    state.spec = state.plan = state.project = None
    state.files = {}
    state.diagnostics = []
    _stop_typing(state)


def _stop_typing(state: Snapshot) -> None:
    if state.typing is not None:
        shown = state.files.get(state.typing)
        if shown is not None and shown.status == "typing":
            if shown.writes:
                shown.status = "created"
            else:
                del state.files[state.typing]
    state.typing = None
    state.typed = TextTail()


def _fold_phase(state: Snapshot, event: PhaseEvent) -> None:
    phase = state.phases[event.phase]
    phase.status = event.status
    phase.educational_message = event.educational_message
    phase.started_at = event.started_at
    phase.completed_at = event.completed_at
    if event.status is PhaseStatus.ACTIVE:
        phase.thinking = TextTail()
        phase.content = TextTail()
    else:
        _stop_typing(state)


def _fold_chunk(state: Snapshot, event: ChunkEvent) -> None:
    phase = state.phases[event.phase]
    tail = phase.thinking if event.channel == "thinking" else phase.content
    tail.append(event.text)
    if event.channel != "content":
        return
    if event.path != state.typing:
        _stop_typing(state)
        state.typing = event.path
        if event.path is not None:
            name = event.path.rsplit("/", 1)[-1]
            shown = state.files.setdefault(event.path, FileSnapshot(path=event.path, filename=name))
            shown.status = "typing"
    if event.path is not None:
        state.typed.append(event.text)


def _fold_artifact(state: Snapshot, event: ArtifactEvent) -> None:
    if isinstance(event.artifact, Spec):
        state.spec = event.artifact
    else:
        state.plan = event.artifact


def _fold_file(state: Snapshot, event: FileWrittenEvent) -> None:
    if state.typing == event.path:
        state.typing = None
        state.typed = TextTail()
    known = state.files.get(event.path)
    state.files[event.path] = FileSnapshot(
        path=event.path,
        filename=event.filename,
        type=event.type,
        status=event.status,
        size_bytes=event.size_bytes,
        written_at=event.timestamp,
        writes=(known.writes if known else 0) + 1,
    )
    # What was found in the older text of the file is not true of this one.
    state.diagnostics = [found for found in state.diagnostics if found.path != event.path]


def _fold_diagnostic(state: Snapshot, event: DiagnosticEvent) -> None:
    found = DiagnosticSnapshot(
        path=event.path, line=event.line, rule=event.rule, message=event.message, severity=event.severity
    )
    state.diagnostics.append(found)


def _fold_usage(state: Snapshot, event: UsageEvent) -> None:
    phase = state.phases[event.phase]
    phase.prompt_tokens += event.prompt_tokens
    phase.completion_tokens += event.completion_tokens
    state.prompt_tokens += event.prompt_tokens
    state.completion_tokens += event.completion_tokens
    state.engine = event.engine
    state.model = event.model


def _fold_project(state: Snapshot, event: ProjectEvent) -> None:
    state.project = event.project


_FOLDS: dict[type[EventBase], Any] = {
    StatusEvent: _fold_status,
    PhaseEvent: _fold_phase,
    ChunkEvent: _fold_chunk,
    ArtifactEvent: _fold_artifact,
    FileWrittenEvent: _fold_file,
    DiagnosticEvent: _fold_diagnostic,
    UsageEvent: _fold_usage,
    ProjectEvent: _fold_project,
}
