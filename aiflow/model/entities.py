"""The entities of the two seed documents, with their fields and rules.

The states they go through are `aiflow.model.status`'.
"""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, Self
from uuid import UUID, uuid4

from pydantic import (
    UUID4,
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PrivateAttr,
    model_validator,
)

from aiflow.exceptions import ConflictError, InputError, UnsafePathError
from aiflow.model.notebook_html import project_html, tree_lines
from aiflow.model.paths import SafePath
from aiflow.model.phases import PhaseName, phase_spec
from aiflow.model.status import (
    PHASE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    PhaseStatus,
    ProjectStatus,
    RequestStatus,
    check_project_transition,
)
from aiflow.model.tests import TestCounts
from aiflow.model.validators import MAX_PROMPT_CHARS, check_prompt
from aiflow.util.timestamps import format_time, utc_now

MAX_RETRIES = 3
MAX_FILE_BYTES = 1_000_000
MAX_PROJECT_BYTES = 10_000_000
MAX_PROJECT_FILES = 200

NodeType = Literal["file", "directory"]
Timestamp = Annotated[datetime, PlainSerializer(format_time, return_type=str, when_used="json")]

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]+")


def _check_educational(text: str) -> str:
    if not 10 <= len(text) <= 200:
        raise ValueError(f"an educational message has 10 to 200 characters, not {len(text)}")
    if len(_CHINESE.findall(text)) <= len(_LATIN_WORD.findall(text)):  # names such as pygame may be in it
        raise ValueError("an educational message is in Chinese")
    return text


def _check_relative(path: str) -> str:
    if not path:
        return path
    try:
        return SafePath(path)
    except UnsafePathError as error:
        raise ValueError(error.message) from error


def _check_name(name: str) -> str:
    if "/" in name or "\\" in name:
        raise ValueError("a name holds no path separator")
    return name


def _check_root(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError("the folder of a project is an absolute path")
    try:
        exists = path.is_dir()
    except OSError:  # a folder above may not be read
        exists = False
    if not exists:
        raise ValueError("the folder of a project must exist")
    # On Windows this sees the read-only mark alone, not the access list: only a write shows the rest.
    if not os.access(path, os.W_OK | os.X_OK):
        raise ValueError("the folder of a project must be writable")
    return path


EducationalMessage = Annotated[str, AfterValidator(_check_educational)]
RelativePath = Annotated[str, AfterValidator(_check_relative)]
NodeName = Annotated[str, Field(min_length=1), AfterValidator(_check_name)]
ProjectRoot = Annotated[Path, AfterValidator(_check_root)]
Prompt = Annotated[str, Field(min_length=1, max_length=MAX_PROMPT_CHARS), AfterValidator(check_prompt)]


class Entity(BaseModel):
    """The base of all entities: assignments are validated, unknown fields refused."""

    model_config = ConfigDict(validate_assignment=True, extra="forbid")


class ProcessPhase(Entity):
    """One phase of a request."""

    id: UUID4 = Field(default_factory=uuid4)
    request_id: UUID4
    phase_type: PhaseName
    status: PhaseStatus = PhaseStatus.PENDING
    educational_message: EducationalMessage
    started_at: Timestamp | None = None
    completed_at: Timestamp | None = None
    sequence_order: int = Field(ge=1)

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        order = phase_spec(self.phase_type).order
        if self.sequence_order != order:
            raise ValueError(f"{self.phase_type} is phase {order}")
        return self

    def transition(self, status: PhaseStatus, at: datetime | None = None) -> None:
        """Move on to ``status`` and record the time.

        Raises:
            ConflictError: when the phase cannot go there from where it stands.
        """
        if status not in PHASE_TRANSITIONS[self.status]:
            raise ConflictError(f"阶段不能从“{self.status}”变成“{status}”。")
        self.status = status
        if status is PhaseStatus.ACTIVE:
            self.started_at = at or utc_now()
        else:
            self.completed_at = at or utc_now()


def check_may_start(phases: Mapping[str, ProcessPhase], phase: str) -> None:
    """Check that ``phase`` is the next of a request's phases: they run in their order, one at a time.

    Raises:
        ConflictError: an earlier phase is not completed, or another one is active.
    """
    active = next((other for other, entity in phases.items() if entity.status is PhaseStatus.ACTIVE), None)
    if active is not None:
        raise ConflictError(f"阶段“{active}”还在进行，不能同时开始“{phase}”。")
    for other, entity in phases.items():
        if (
            entity.sequence_order < phases[phase].sequence_order
            and entity.status is not PhaseStatus.COMPLETED
        ):
            raise ConflictError(f"阶段“{other}”还没有完成，不能开始“{phase}”。")


class CodeGenerationRequest(Entity):
    """A person's sentence and where its processing stands."""

    id: UUID4 = Field(default_factory=uuid4)
    user_input: Prompt
    status: RequestStatus = RequestStatus.PENDING
    created_at: Timestamp = Field(default_factory=utc_now)
    updated_at: Timestamp = Field(default_factory=utc_now)
    error_message: str | None = None
    retry_count: int = Field(default=0, ge=0, le=MAX_RETRIES)

    def transition(
        self, status: RequestStatus, *, error_message: str | None = None, at: datetime | None = None
    ) -> None:
        """Move on to ``status``; a retry is counted.

        Raises:
            ConflictError: when the request cannot go there, or was retried three times already.
        """
        if status not in REQUEST_TRANSITIONS[self.status]:
            raise ConflictError(f"现在的状态是“{self.status}”，不能变成“{status}”。")
        if status is RequestStatus.RETRYING:
            if self.retry_count >= MAX_RETRIES:
                raise ConflictError(f"已经重试了 {MAX_RETRIES} 次。请改一改要求，重新开始。")
            self.retry_count += 1
        self.status = status
        self.error_message = error_message if status is RequestStatus.FAILED else None
        self.updated_at = at or utc_now()


class FileNode(Entity):
    """A file or a directory of a project."""

    project_id: UUID4
    path: RelativePath
    name: NodeName
    type: NodeType
    size_bytes: int | None = Field(default=None, ge=0)
    created_at: Timestamp
    content_type: str | None = None

    @model_validator(mode="after")
    def _check_kind(self) -> Self:
        if (self.type == "file") != (self.size_bytes is not None):
            raise ValueError("a file has a size, a directory has none")
        if self.type == "directory" and self.content_type is not None:
            raise ValueError("a directory has no content type")
        if self.path.rpartition("/")[2] != self.name:
            raise ValueError("the name is the last part of the path")
        return self


class Project(Entity):
    """A generated code base and the state of its generation."""

    id: UUID4
    created_at: Timestamp
    status: ProjectStatus = ProjectStatus.GENERATING
    root_path: ProjectRoot
    file_count: int = Field(default=0, ge=0)

    def transition(self, status: ProjectStatus) -> None:
        """Move on to ``status``; there is no way back.

        Raises:
            ConflictError: when the project has ended already.
        """
        if status is self.status:
            raise ConflictError(f"项目已经是“{status}”。")
        check_project_transition(self.status, status)
        self.status = status


class TreeFile(Entity):
    """A leaf of the tree that the REST interface serves."""

    type: Literal["file"] = "file"
    name: NodeName
    path: RelativePath
    size_bytes: int = Field(ge=0)
    created_at: Timestamp


class TreeDirectory(Entity):
    """A folder of the tree that the REST interface serves."""

    type: Literal["directory"] = "directory"
    name: NodeName
    path: RelativePath
    children: list[Annotated["TreeFile | TreeDirectory", Field(discriminator="type")]] = Field(
        default_factory=list
    )

    @model_validator(mode="after")
    def _check_children(self) -> Self:
        # A child lies right below its folder and no path comes twice: so there is no circle either.
        within = f"{self.path}/" if self.path else ""
        for child in self.children:
            if child.path != within + child.name:
                raise ValueError(f"{child.path!r} does not lie in {self.path!r}")
        if len({child.path for child in self.children}) < len(self.children):
            raise ValueError("a path comes twice")
        return self


class DirectoryTree(Entity):
    """A project's files as they are on disk."""

    project_id: UUID
    root: TreeDirectory
    total_files: int = Field(ge=0)
    generated_at: Timestamp = Field(default_factory=utc_now)


class StructureFile(Entity):
    """A file in a project's ``file_structure``."""

    type: Literal["file"] = "file"
    name: NodeName
    size: int = Field(ge=0)
    language: str


class StructureDirectory(Entity):
    """A folder in a project's ``file_structure``."""

    type: Literal["directory"] = "directory"
    name: NodeName
    children: list[Annotated["StructureFile | StructureDirectory", Field(discriminator="type")]] = Field(
        default_factory=list
    )


PROJECT_NAME = re.compile(r"^(?P<type>[a-z][a-z0-9_]*)_(?P<time>\d{8}_\d{6})_(?P<suffix>[0-9a-f]{8})$")


def make_project_name(project_type: str, created_at: datetime, project_id: UUID) -> str:
    """Return ``{project_type}_{timestamp}_{first 8 of the id}``."""
    return f"{project_type}_{created_at.astimezone(UTC):%Y%m%d_%H%M%S}_{project_id.hex[:8]}"


class ProgramRunner(Protocol):
    """Runs and plays a project's program; see ``GeneratedProject.bind``."""

    def run(self, project: "GeneratedProject", args: Sequence[str], stdin: str | None) -> object:
        """Run the program; the answer is awaitable and iterable."""

    def play(self, project: "GeneratedProject") -> object:
        """Show the program's window in the notebook."""


class GeneratedProject(Entity):
    """The result: the project's folder and what is known of it.

    Attributes:
        reason: of a change: the model's sentence that explains it.
        tests: how many of its tests pass at the run's end; None where it has none.
    """

    id: UUID4 = Field(default_factory=uuid4)
    request_id: UUID4
    project_name: str = Field(pattern=PROJECT_NAME.pattern)
    main_file_path: str
    file_structure: StructureDirectory
    dependencies: list[str] = Field(default_factory=list)
    total_files: int = Field(ge=0)
    total_size_bytes: int = Field(ge=0, le=MAX_PROJECT_BYTES)
    syntax_validated: bool
    created_at: Timestamp = Field(default_factory=utc_now)
    # Left out where it is empty: a project that was generated has the seed's fields and no other.
    reason: str = Field(default="", exclude_if=lambda text: not text)
    tests: TestCounts | None = Field(default=None, exclude_if=lambda counts: counts is None)
    root: Path | None = Field(default=None, exclude=True, repr=False)

    # The sandbox is imported after the entities, so its part is passed to a project and not imported here.
    _runner: ProgramRunner | None = PrivateAttr(default=None)
    _changes: Sequence[Any] = PrivateAttr(default=())

    def bind(self, root: Path, runner: ProgramRunner, changes: Sequence[Any] = ()) -> None:
        """Set the folder of the project on this disk and the runner of its program.

        Args:
            root: the project's folder.
            runner: what ``run_program`` and ``play`` call.
            changes: the ``FileChange`` of each file that differs from the version before.
        """
        self.root = root
        self._runner = runner
        self._changes = changes

    @property
    def changes(self) -> Sequence[Any]:
        """The differences from the version before, a ``FileChange`` for each file; a cell shows a diff."""
        return self._changes

    def check_on_disk(self) -> None:
        """Raise unless the main file is there and can be read.

        Raises:
            InputError: when there is no such file.
        """
        main = self.main_file
        if main is None or not main.is_file():
            raise InputError(f"项目里没有主程序“{Path(self.main_file_path).name}”。")

    @property
    def main_path(self) -> str:
        """The main file, relative to the project's folder."""
        return self.main_file_path.split("/", 2)[-1]

    @property
    def main_file(self) -> Path | None:
        """The main file on this machine, or None while the folder is not known."""
        if self.root is None:
            return None
        return self.root.joinpath(*self.main_path.split("/"))

    def run_program(self, args: Sequence[str] = (), stdin: str | None = None) -> object:
        """Run the program in a process of its own; await it for its end, or iterate over what it prints."""
        return self._programs().run(self, args, stdin)

    def play(self) -> object:
        """Play the program's window here."""
        return self._programs().play(self)

    def _programs(self) -> ProgramRunner:
        if self._runner is None:
            raise InputError(
                "不知道这个项目的文件夹在哪里，所以不能运行。请用 Flow.open(编号).project 打开它。"
            )
        return self._runner

    def __repr_args__(self) -> list[tuple[str | None, object]]:
        return [(name, getattr(self, name)) for name in ("project_name", "total_files", "syntax_validated")]

    def _repr_html_(self) -> str:
        return project_html(self)

    def __str__(self) -> str:
        return "\n".join(tree_lines(self.file_structure))
