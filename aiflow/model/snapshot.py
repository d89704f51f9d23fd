"""The state of a project: the fold of its events.

The same fold is written in TypeScript (``widgets/src``); the golden journals in ``tests/golden`` test both.
"""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from aiflow.model.artifacts import Plan, Spec
from aiflow.model.entities import GeneratedProject, NodeType, Timestamp
from aiflow.model.events import (
    NO_PROJECT,
    AnswerEvent,
    AnyArtifact,
    ArtifactEvent,
    ChangeEvent,
    CheckedEvent,
    ChunkEvent,
    DiagnosticEvent,
    EventBase,
    FileWrittenEvent,
    FindingCounts,
    NamedEvent,
    PhaseEvent,
    ProjectEvent,
    QuestionEvent,
    SavedEvent,
    StatusEvent,
    TestEvent,
    UsageEvent,
    VersionEvent,
    WaitingFor,
)
from aiflow.model.findings import Finding
from aiflow.model.notebook_html import snapshot_html
from aiflow.model.phases import PLAN, SPECIFY, phases
from aiflow.model.questions import Answer, Question
from aiflow.model.status import FINAL_STATUSES, PhaseStatus, ProjectStatus, RequestStatus
from aiflow.model.tests import TestCounts, TestResult, count_tests
from aiflow.model.versions import FileChange, VersionOrigin

# A snapshot keeps the latest pieces of a long text: a run of hours must not grow the memory of those who
# watch it.
CHUNKS_KEPT = 4000


class Model(BaseModel):
    """The parts of a snapshot: plain values."""

    model_config = ConfigDict(extra="ignore")


class TextTail(Model):
    """A text that grows; of a very long one the beginning is dropped."""

    # Pieces, because to append each token to one text would copy the whole text every time.
    chunks: list[str] = Field(default_factory=list)
    dropped: bool = False

    def append(self, text: str) -> None:
        """Add ``text`` at the end."""
        self.chunks.append(text)
        if len(self.chunks) > CHUNKS_KEPT:
            # A quarter at once: to drop a single piece for each new one would move all the others every time.
            del self.chunks[: CHUNKS_KEPT // 4]
            self.dropped = True

    @property
    def text(self) -> str:
        """All that is kept."""
        return "".join(self.chunks)


class PhaseSnapshot(Model):
    """The state of a phase."""

    phase: str
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
    """The state of a file."""

    path: str
    filename: str
    type: NodeType = "file"
    status: Literal["typing", "created", "error"] = "created"
    size_bytes: int = 0
    written_at: Timestamp | None = None
    writes: int = 0


def _initial_phases() -> dict[str, PhaseSnapshot]:
    return {spec.name: PhaseSnapshot(phase=spec.name, sequence_order=spec.order) for spec in phases()}


class Snapshot(Model):
    """The state of a project: the fold of its events.

    ``apply`` takes the events in their order. One that was seen already changes nothing, so a reader that
    resumes too early does no harm.

    Attributes:
        paused_after: the phase after which a paused run waits, else None.
        waiting_for: what a paused run waits for.
        title: what a person called the project; None before that.
        label: what a person called this version.
        version: where this version comes from; None in a journal of version 0.1, whose project is the first
            of its family.
        changes: what differs from the parent, by path.
        artifacts: the result of each phase that has one, by the phase's name.
        syntax_validated: whether the syntax of all files is right; None while that is not known.
        findings: counted by the latest check after the run's end; None before, then ``diagnostics`` are the
            findings.
        questions: what was asked, by id; kept by a retry, so that nothing is asked twice.
        answers: the latest answer to each question, by the question's id.
        tests: the latest result of each test, by its id. A result holds for the text of the test's file, and
            is dropped when that file is written again or deleted.
    """

    project_id: UUID = NO_PROJECT
    seq: int = 0
    status: RequestStatus = RequestStatus.PENDING
    project_status: ProjectStatus = ProjectStatus.GENERATING
    retry_count: int = 0
    paused_after: str | None = None
    waiting_for: WaitingFor | None = None
    message: str | None = None
    reason: str | None = None
    retryable: bool | None = None
    updated_at: Timestamp | None = None
    engine: str | None = None
    model: str | None = None
    title: str | None = None
    label: str | None = None
    version: VersionOrigin | None = None
    changes: dict[str, FileChange] = Field(default_factory=dict)
    phases: dict[str, PhaseSnapshot] = Field(default_factory=_initial_phases)
    artifacts: dict[str, AnyArtifact] = Field(default_factory=dict)
    typing: str | None = None
    typed: TextTail = Field(default_factory=TextTail)
    files: dict[str, FileSnapshot] = Field(default_factory=dict)
    diagnostics: list[Finding] = Field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    project: GeneratedProject | None = None
    syntax_validated: bool | None = None
    findings: FindingCounts | None = None
    questions: dict[str, Question] = Field(default_factory=dict)
    answers: dict[str, Answer] = Field(default_factory=dict)
    tests: dict[str, TestResult] = Field(default_factory=dict)

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
    def spec(self) -> Spec | None:
        """The specification, as soon as there is one."""
        found = self.artifacts.get(SPECIFY)
        return found if isinstance(found, Spec) else None

    @property
    def plan(self) -> Plan | None:
        """The plan, as soon as there is one."""
        found = self.artifacts.get(PLAN)
        return found if isinstance(found, Plan) else None

    @property
    def test_counts(self) -> TestCounts | None:
        """How many tests there are and pass; None where there are none."""
        return count_tests(self.tests.values())

    @property
    def is_final(self) -> bool:
        """Whether the run has ended."""
        return self.status in FINAL_STATUSES

    @property
    def open_questions(self) -> list[Question]:
        """The questions before the first phase that have no answer yet, in the order of asking."""
        return [one for one in self.questions.values() if one.kind == "clarify" and not self._answered(one)]

    def _answered(self, question: Question) -> bool:
        return question.question_id in self.answers

    @property
    def active_phase(self) -> PhaseSnapshot | None:
        """The phase that is at work, if one is."""
        return next((phase for phase in self.phases.values() if phase.status is PhaseStatus.ACTIVE), None)

    # All fields would be the texts of a whole run, in a traceback or a terminal.
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
    is_paused = event.status is RequestStatus.PAUSED
    # A journal of version 0.1 does not say after which phase: it was the last one that is completed.
    state.paused_after = (event.paused_after or _last_completed(state)) if is_paused else None
    state.waiting_for = (event.waiting_for or "review") if is_paused else None
    if event.status is RequestStatus.RETRYING:
        _reset(state)
    if event.status in FINAL_STATUSES:
        _stop_typing(state)


def _last_completed(state: Snapshot) -> str | None:
    done = [phase.phase for phase in state.phases.values() if phase.status is PhaseStatus.COMPLETED]
    return done[-1] if done else None


def _reset(state: Snapshot) -> None:
    # The messages are shown before a phase begins, so they stay while a retry waits.
    messages = {phase: old.educational_message for phase, old in state.phases.items()}
    state.phases = _initial_phases()
    for phase, message in messages.items():
        if phase in state.phases:
            state.phases[phase].educational_message = message
    state.artifacts = {}
    state.project = state.syntax_validated = state.findings = None
    state.files = {}
    state.changes = {}
    state.diagnostics = []
    state.tests = {}
    _stop_typing(state)


def _stop_typing(state: Snapshot) -> None:
    if state.typing is not None:
        shown = state.files.get(state.typing)
        if shown is not None and shown.status == "typing":
            # An interrupted rewrite leaves the older text on the disk; a new file never got there.
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
    # Thoughts belong to no file: a model that thinks in the middle of one must not end its typing.
    if event.channel != "content":
        return
    if event.path != state.typing:
        _stop_typing(state)
        state.typing = event.path
        if event.path is not None:
            name = event.path.rsplit("/", 1)[-1]
            # A file that is written again keeps its size and its count of writes while its new text arrives.
            shown = state.files.setdefault(event.path, FileSnapshot(path=event.path, filename=name))
            shown.status = "typing"
    if event.path is not None:
        state.typed.append(event.text)


def _fold_artifact(state: Snapshot, event: ArtifactEvent) -> None:
    state.artifacts[event.phase] = event.artifact


def _fold_file(state: Snapshot, event: FileWrittenEvent) -> None:
    # A file that the program writes itself, e.g. one of the parent's, does not end the typing of another.
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
    _forget_results(state, event.path)


def _forget_results(state: Snapshot, path: str) -> None:
    """Drop the findings and the test results of a file's older text, which do not hold for the new one."""
    state.diagnostics = [found for found in state.diagnostics if found.path != path]
    state.tests = {test: result for test, result in state.tests.items() if result.path != path}


def _fold_diagnostic(state: Snapshot, event: DiagnosticEvent) -> None:
    state.diagnostics.append(event.finding)


def _fold_usage(state: Snapshot, event: UsageEvent) -> None:
    phase = state.phases[event.phase]
    # One phase may call a model several times, and each call reports only its own tokens.
    phase.prompt_tokens += event.prompt_tokens
    phase.completion_tokens += event.completion_tokens
    state.prompt_tokens += event.prompt_tokens
    state.completion_tokens += event.completion_tokens
    state.engine = event.engine
    state.model = event.model


def _fold_project(state: Snapshot, event: ProjectEvent) -> None:
    state.project = event.project
    state.syntax_validated = event.project.syntax_validated


def _fold_version(state: Snapshot, event: VersionEvent) -> None:
    state.version = event.origin


def _fold_change(state: Snapshot, event: ChangeEvent) -> None:
    state.changes[event.path] = event.file_change
    if event.kind == "deleted":
        # It was copied from the parent before, so a ``file_written`` has announced it.
        state.files.pop(event.path, None)
        _forget_results(state, event.path)


def _fold_saved(state: Snapshot, event: SavedEvent) -> None:
    _forget_results(state, event.path)
    known = state.files.get(event.path)
    if event.kind == "deleted":
        state.files.pop(event.path, None)
        return
    state.files[event.path] = FileSnapshot(
        path=event.path,
        filename=event.path.rsplit("/", 1)[-1],
        size_bytes=event.size_bytes or 0,
        written_at=event.timestamp,
        writes=(known.writes if known else 0) + 1,
    )


def _fold_named(state: Snapshot, event: NamedEvent) -> None:
    state.title = event.title
    state.label = event.label


def _fold_checked(state: Snapshot, event: CheckedEvent) -> None:
    state.syntax_validated = event.syntax_validated
    state.findings = event.findings


def _fold_question(state: Snapshot, event: QuestionEvent) -> None:
    state.questions[event.question_id] = event.question


def _fold_answer(state: Snapshot, event: AnswerEvent) -> None:
    state.answers[event.question_id] = event.answer


def _fold_test(state: Snapshot, event: TestEvent) -> None:
    state.tests[event.test] = event.result


# ``Any``: each function accepts one type of event, and the type of a dict cannot say which.
_FOLDS: dict[type[EventBase], Any] = {
    StatusEvent: _fold_status,
    PhaseEvent: _fold_phase,
    ChunkEvent: _fold_chunk,
    ArtifactEvent: _fold_artifact,
    FileWrittenEvent: _fold_file,
    DiagnosticEvent: _fold_diagnostic,
    UsageEvent: _fold_usage,
    ProjectEvent: _fold_project,
    VersionEvent: _fold_version,
    ChangeEvent: _fold_change,
    SavedEvent: _fold_saved,
    NamedEvent: _fold_named,
    CheckedEvent: _fold_checked,
    QuestionEvent: _fold_question,
    AnswerEvent: _fold_answer,
    TestEvent: _fold_test,
}
