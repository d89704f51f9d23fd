"""The vocabulary of versions: why there is one, what it changed, and its row in the list of its family."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from aiflow.model.entities import Timestamp
from aiflow.model.labels import CAUSE_LABELS, STATUS_LABELS
from aiflow.model.notebook_html import versions_html
from aiflow.model.status import ProjectStatus, RequestStatus
from aiflow.model.tests import TestCounts

Cause = Literal["generate", "change", "revise", "copy", "edit", "import"]
ChangeKind = Literal["added", "modified", "deleted"]


class FileChange(BaseModel):
    """A file that is not as it was in the version before."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: str
    kind: ChangeKind
    lines_added: int = 0
    lines_removed: int = 0


class VersionOrigin(BaseModel):
    """Where a version comes from.

    Attributes:
        family_id: the id of the family's first version.
        version: counts the versions of the family by their creation, from 1.
        parent_id: the version that it was made from; the parent may have been deleted since.
        cause: what made it.
        request: the sentence that was asked for.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    family_id: UUID
    version: int
    parent_id: UUID | None = None
    cause: Cause = "generate"
    request: str = ""


class Version(VersionOrigin):
    """One row of the list of a family's versions.

    Attributes:
        status: the project's, as in the list of projects.
        request_status: the request's; it tells a paused run from one at work.
        changes: what differs from the parent; empty for a version that has none.
        tests: how many tests there are and pass; None while there are none.
        thumbnail: whether there is a picture of the program's window.
    """

    project_id: UUID
    label: str | None = None
    status: ProjectStatus
    request_status: RequestStatus
    created_at: Timestamp
    file_count: int
    changes: list[FileChange]
    tests: TestCounts | None = None
    thumbnail: bool = False

    @property
    def title(self) -> str:
        """The name that a person gave it, else the sentence that was asked for, on one line."""
        # A request may have several lines, and one row of a list has room for one.
        return self.label or " ".join(self.request.split())


# A real list, so that a cell can index, sort and loop over it without methods of its own.
class VersionList(list[Version]):
    """The versions of a family, the oldest first; shows itself in a cell."""

    def __repr__(self) -> str:
        return "\n".join(f"{one.version}  {one.title}  ({self.facts(one)})" for one in self)

    def _repr_html_(self) -> str:
        return versions_html([(one, self.facts(one)) for one in self])

    def facts(self, version: Version) -> str:
        """Return why there is a version, what it changed, and how it ended."""
        numbers = {one.project_id: one.version for one in self}
        facts = [CAUSE_LABELS[version.cause]]
        if version.parent_id is not None:
            parent = numbers.get(version.parent_id)
            facts.append(f"从版本 {parent} 来" if parent is not None else "原来的版本已经删除")
        if version.changes:
            added = sum(change.lines_added for change in version.changes)
            removed = sum(change.lines_removed for change in version.changes)
            facts.append(f"+{added} −{removed}")
        if version.tests is not None:
            facts.append(f"测试 {version.tests.passed}/{version.tests.total}")
        return " · ".join([*facts, STATUS_LABELS[version.request_status]])
