"""The manifest of a run: its request, and a summary of its journal."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from aiflow.config import Asking
from aiflow.model.entities import PROJECT_NAME, Timestamp
from aiflow.model.events import AnyArtifact
from aiflow.model.phases import PLAN, SPECIFY
from aiflow.model.status import RequestStatus
from aiflow.model.tests import TestCounts
from aiflow.model.versions import Cause, FileChange, VersionOrigin
from aiflow.util.timestamps import utc_now


class Manifest(BaseModel):
    """The request, and a summary of its journal that a list can be made from.

    Attributes:
        family_id: the id of the family's first version; the project's own by default.
        version: its number in the family, given by ``aiflow.storage.families.create_version``.
        parent_id: the version that it is made from.
        cause: what made it.
        base_id: in a change, the version whose files it starts from: not the parent where a change is done
            again from a phase on.
        base_prompt: in a later version, the sentence of the first one.
        project_name: the project's folder; chosen once, when the first phase ends.
        ask: whether the person is asked before the first phase.
        agreements: those that the specification is to keep; None in a change, which keeps its base's.
        given: results that came with the request, by phase: their phases are not done again.
        title: the person's, else the specification's; None while there is neither.
        label: what a person called this version.
        asked: the slots of the questions before the first phase.
        main_file: the program to start.
        changes: what differs from the parent.
        tests: how many tests there are and pass; None while there are none.
        size_bytes: of all files; None in a manifest that does not count them.

    ``title``, ``label`` and the fields from ``asked`` on are derived, by
    ``aiflow.storage.run_state.summarise``.
    """

    model_config = ConfigDict(extra="ignore")

    project_id: UUID
    prompt: str
    template: str | None = None
    engine: str
    created_at: Timestamp = Field(default_factory=utc_now)
    pause_after: list[str] = Field(default_factory=list)
    family_id: UUID = Field(default_factory=lambda values: values["project_id"])
    version: int = Field(default=1, ge=1)
    parent_id: UUID | None = None
    cause: Cause = "generate"
    base_id: UUID | None = None
    base_prompt: str = ""
    ask: Asking = "never"
    agreements: list[str] | None = None
    given: dict[str, AnyArtifact] = Field(default_factory=dict)
    user: str = ""
    project_name: str | None = Field(default=None, pattern=PROJECT_NAME.pattern)  # becomes a part of a path
    title: str | None = None
    label: str | None = None
    asked: list[str] = Field(default_factory=list)
    main_file: str | None = None
    changes: list[FileChange] = Field(default_factory=list)
    tests: TestCounts | None = None
    status: RequestStatus = RequestStatus.PENDING
    retry_count: int = 0
    syntax_validated: bool = False
    file_count: int = 0
    size_bytes: int | None = Field(default=None, ge=0)

    @model_validator(mode="before")
    @classmethod
    def _read_version_0_1(cls, values: Any) -> Any:
        """Read what a manifest of version 0.1 calls ``given_spec``, ``given_plan`` and ``derived_from``."""
        if not isinstance(values, dict):
            return values
        if "given" not in values:
            old = {SPECIFY: values.get("given_spec"), PLAN: values.get("given_plan")}
            values = values | {"given": {phase: found for phase, found in old.items() if found is not None}}
        if values.get("derived_from") is not None:
            values = {"parent_id": values["derived_from"], "cause": "revise"} | values
        return values

    @property
    def origin(self) -> VersionOrigin:
        """Where the version comes from."""
        return VersionOrigin(
            family_id=self.family_id,
            version=self.version,
            parent_id=self.parent_id,
            cause=self.cause,
            request=self.prompt,
        )
