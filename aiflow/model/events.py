"""The events of a run: one union, discriminated by ``event_type``.

Everything that anyone sees of a project is one of these events, in the order of ``seq``; its state is their
fold, ``aiflow.model.snapshot``.
"""

from dataclasses import asdict
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SerializeAsAny, TypeAdapter

from aiflow.model.artifacts import Artifact
from aiflow.model.entities import GeneratedProject, NodeType, Timestamp
from aiflow.model.findings import Finding, Severity
from aiflow.model.phases import PhaseName, artifact_models
from aiflow.model.questions import Answer, Question
from aiflow.model.status import FINAL_STATUSES, PhaseStatus, ProjectStatus, RequestStatus
from aiflow.model.tests import TestResult
from aiflow.model.versions import Cause, ChangeKind, FileChange, VersionOrigin
from aiflow.util.timestamps import utc_now

# No project can have this id: the ids of projects are UUIDs of version 4.
NO_PROJECT = UUID(int=0)

Channel = Literal["thinking", "content"]
WaitingFor = Literal["review", "answers"]
ChangedBy = Literal["person", "program", "outside"]


def _read_artifact(value: Any) -> Any:
    """Return the artifact that ``value`` is the JSON of; the ``kind`` selects its model."""
    # Code passes the model itself; only the JSON of a journal or of a request arrives as a dict.
    if not isinstance(value, dict):
        return value
    # Looked up at each call: a plug-in may have registered its phase after this module was imported.
    model = artifact_models().get(value.get("kind", ""))
    if model is None:
        raise ValueError(f"no phase makes artifacts of the kind {value.get('kind')!r}")
    return model.model_validate(value)


# Without SerializeAsAny, pydantic writes only the fields of the base class, and those of a Spec are lost.
AnyArtifact = Annotated[SerializeAsAny[Artifact], BeforeValidator(_read_artifact)]


class EventBase(BaseModel):
    """The header of every event; the journal fills it in."""

    # A journal may come from a later version of the program, whose events have further fields.
    model_config = ConfigDict(extra="ignore")

    seq: int = Field(default=0, ge=0)
    project_id: UUID = NO_PROJECT
    timestamp: Timestamp = Field(default_factory=utc_now)
    # Each type of event has its own word. Declared here, so that it stands in the header, which the journal's
    # readers read without the rest.
    event_type: str = ""


class StatusEvent(EventBase):
    """Where the request stands; the last event of a run is one of these.

    ``waiting_for`` says why a paused run waits: a person is to review the result of the phase that
    ``paused_after`` names, or to answer the questions before the first phase. Both are null in every other
    status, and in journals of version 0.1.
    """

    event_type: Literal["status"] = "status"
    status: RequestStatus
    project_status: ProjectStatus
    retry_count: int = 0
    paused_after: str | None = None
    waiting_for: WaitingFor | None = None
    message: str | None = None
    reason: str | None = None
    retryable: bool | None = None


class PhaseEvent(EventBase):
    """A phase begins, ends or is reset."""

    event_type: Literal["phase"] = "phase"
    phase: PhaseName
    status: PhaseStatus
    sequence_order: int = Field(ge=1)
    educational_message: str
    started_at: Timestamp | None = None
    completed_at: Timestamp | None = None


class ChunkEvent(EventBase):
    """Some of the model's text; ``path`` is the file being typed, or None."""

    event_type: Literal["chunk"] = "chunk"
    phase: PhaseName
    channel: Channel
    text: str
    path: str | None = None


class ArtifactEvent(EventBase):
    """The result of a phase as data: the Spec, the Plan."""

    event_type: Literal["artifact"] = "artifact"
    phase: PhaseName
    artifact: AnyArtifact


class FileWrittenEvent(EventBase):
    """A file is on disk, whole (``created``), or could not be written (``error``)."""

    event_type: Literal["file_written"] = "file_written"
    filename: str
    path: str
    type: NodeType = "file"
    status: Literal["created", "error"] = "created"
    size_bytes: int = Field(default=0, ge=0)


class DiagnosticEvent(EventBase):
    """A finding, or what was done about one; its fields are those of ``Finding``."""

    event_type: Literal["diagnostic"] = "diagnostic"
    path: str | None = None
    line: int | None = None
    rule: str
    message: str
    severity: Severity = "error"
    diff: str | None = None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Return the event that reports ``finding``."""
        return cls(**asdict(finding))

    @property
    def finding(self) -> Finding:
        """The finding that the event reports."""
        return Finding(self.path, self.line, self.rule, self.message, self.severity, self.diff)


class UsageEvent(EventBase):
    """The tokens that one call of a model used."""

    event_type: Literal["usage"] = "usage"
    phase: PhaseName
    prompt_tokens: int = Field(ge=0)
    completion_tokens: int = Field(ge=0)
    engine: str
    model: str


class ProjectEvent(EventBase):
    """The project, once, before the last status."""

    event_type: Literal["project"] = "project"
    project: GeneratedProject


class VersionEvent(EventBase):
    """Where this version comes from; once, after the first status. Its fields are a ``VersionOrigin``'s."""

    event_type: Literal["version"] = "version"
    family_id: UUID
    version: int = Field(ge=1)
    parent_id: UUID | None = None
    cause: Cause
    request: str

    @classmethod
    def of(cls, origin: VersionOrigin) -> Self:
        """Return the event that tells ``origin``."""
        # A ``Version`` is an origin, too. Without ``include``, its ``project_id`` would get into the event's
        # header before the journal fills that in.
        return cls(**origin.model_dump(include=set(VersionOrigin.model_fields)))

    @property
    def origin(self) -> VersionOrigin:
        """The origin that the event tells."""
        return VersionOrigin.model_validate(self, from_attributes=True)


class ChangeEvent(EventBase):
    """In a change, a file differs from the parent's now; its fields are a ``FileChange``'s."""

    event_type: Literal["change"] = "change"
    path: str
    kind: ChangeKind
    lines_added: int = Field(default=0, ge=0)
    lines_removed: int = Field(default=0, ge=0)

    @classmethod
    def of(cls, change: FileChange) -> Self:
        """Return the event that reports ``change``."""
        return cls(**change.model_dump())

    @property
    def file_change(self) -> FileChange:
        """The change that the event reports."""
        return FileChange.model_validate(self, from_attributes=True)


class SavedEvent(EventBase):
    """After the end, a file changed: a person saved it, the program wrote it, or something else did."""

    event_type: Literal["saved"] = "saved"
    path: str
    kind: ChangeKind
    by: ChangedBy
    # A deleted file has no size; 0 would be an empty file.
    size_bytes: int | None = Field(default=None, ge=0)


class NamedEvent(EventBase):
    """A person changed the project's title or label.

    Both values are the new ones, null where there is none.
    """

    event_type: Literal["named"] = "named"
    title: str | None = None
    label: str | None = None


class FindingCounts(BaseModel):
    """How many findings of each severity there are."""

    error: int = Field(default=0, ge=0)
    warning: int = Field(default=0, ge=0)
    info: int = Field(default=0, ge=0)


class CheckedEvent(EventBase):
    """After ``saved``: whether all syntax is right now, and the number of findings by severity."""

    event_type: Literal["checked"] = "checked"
    syntax_validated: bool
    findings: FindingCounts = Field(default_factory=FindingCounts)


class QuestionEvent(Question, EventBase):
    """A person is asked something; its fields are a ``Question``'s."""

    event_type: Literal["question"] = "question"

    @classmethod
    def of(cls, question: Question) -> Self:
        """Return the event that asks ``question``."""
        return cls(**question.model_dump())

    @property
    def question(self) -> Question:
        """The question that the event asks."""
        return Question.model_validate(self.model_dump())


class AnswerEvent(Answer, EventBase):
    """A person answered, or the recommended answer was used; its fields are an ``Answer``'s."""

    event_type: Literal["answer"] = "answer"

    @classmethod
    def of(cls, answer: Answer) -> Self:
        """Return the event that reports ``answer``."""
        return cls(**answer.model_dump())

    @property
    def answer(self) -> Answer:
        """The answer that the event reports."""
        return Answer.model_validate(self.model_dump())


class TestEvent(TestResult, EventBase):
    """The latest result of a test, in a run or after its end; its fields are a ``TestResult``'s."""

    event_type: Literal["test"] = "test"

    @classmethod
    def of(cls, result: TestResult) -> Self:
        """Return the event that reports ``result``."""
        return cls(**result.model_dump())

    @property
    def result(self) -> TestResult:
        """The result that the event reports."""
        return TestResult.model_validate(self.model_dump())


# Without a discriminator, pydantic tries every model on each line of a journal, and the error for a wrong
# line lists the failures of all of them.
Event = Annotated[
    StatusEvent
    | PhaseEvent
    | ChunkEvent
    | ArtifactEvent
    | FileWrittenEvent
    | DiagnosticEvent
    | UsageEvent
    | ProjectEvent
    | VersionEvent
    | ChangeEvent
    | SavedEvent
    | NamedEvent
    | CheckedEvent
    | QuestionEvent
    | AnswerEvent
    | TestEvent,
    Field(discriminator="event_type"),
]
# One adapter for the process: each one compiles the schema of the whole union.
EVENT: TypeAdapter[Event] = TypeAdapter(Event)
# The events of a run at work. All others, also those of a later version, may follow its end and do not undo
# it.
RUN_EVENT_TYPES = frozenset(
    {
        "status", "phase", "chunk", "artifact", "file_written", "diagnostic", "usage", "project",
        "version", "change",
    }
)  # fmt: skip
EVENT_TYPES = RUN_EVENT_TYPES | {"saved", "named", "checked", "question", "answer", "test"}


def is_final(event: EventBase) -> bool:
    """Return whether a run ends with this event."""
    return isinstance(event, StatusEvent) and event.status in FINAL_STATUSES
