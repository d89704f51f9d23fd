"""The folder of all projects: which there are, and where each lies.

A project is a folder, ``snake_game_20260101_123456_3f2a9c1e``; the records of the runs are beside them in
``.aiflow``.
"""

import hashlib
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from aiflow.config import RunConfig
from aiflow.exceptions import ConflictError, NotFoundError
from aiflow.model.entities import PROJECT_NAME, make_project_name
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.run_folder import RECORDS_FOLDER, RunRecord
from aiflow.storage.safefs import explain


class ProjectStore:
    """The folder of all projects.

    Args:
        projects_dir: made when it is not there.
        limits: sizes and durability.
    """

    def __init__(self, projects_dir: Path, limits: RunConfig | None = None) -> None:
        self.projects_dir = projects_dir
        self.limits = limits or RunConfig()
        # The family of each record that was read once, by the record's name: it never changes.
        self.families: dict[str, str] = {}

    def record(self, project_id: UUID) -> RunRecord:
        """Return the record of a run, which may not be there."""
        return RunRecord(
            self.projects_dir / RECORDS_FOLDER / str(project_id), sync=self.limits.durability == "full"
        )

    def folder(self, project_id: UUID, name: str) -> ProjectFolder:
        """Return the project folder called ``name``, which may not be there."""
        return ProjectFolder(self.projects_dir / name, project_id, self.record(project_id), self.limits)

    def find(self, project_id: UUID) -> ProjectFolder:
        """Return a project's folder, by its record or, where that is gone, by the folder's name.

        Raises:
            NotFoundError: when neither is there.
        """
        manifest = self.manifest(project_id)
        if manifest is not None:
            name = manifest.project_name or make_project_name("project", manifest.created_at, project_id)
            return self.folder(project_id, name)
        suffix = f"_{project_id.hex[:8]}"
        for name in self._folder_names():
            # Eight digits are no identity: a folder that belongs to another record is another project.
            if name.endswith(suffix) and self._owner(name) is None:
                return self.folder(project_id, name)
        raise NotFoundError("没有这个项目。它可能已经被删除。")

    def of_root(self, root: Path) -> ProjectFolder:
        """Return the project whose folder is ``root``, wherever that lies.

        A link to it is followed here and only here.
        """
        root = root.resolve()
        project_id = self._owner(root.name) or orphan_id(root.name)
        return ProjectFolder(root, project_id, self.record(project_id), self.limits)

    def manifest(self, project_id: UUID) -> Manifest | None:
        """Return the manifest of a run, None where there is no record."""
        try:
            return self.record(project_id).load()
        except NotFoundError:
            return None

    def _owner(self, name: str) -> UUID | None:
        """Return the project whose record names the folder ``name``."""
        suffix = name[-8:]
        for record_name in self.record_names():
            # The folder's name ends with the first digits of the id: only records that can match are read.
            if record_name.startswith(suffix):
                with suppress(ValueError):  # a folder that is no record
                    project_id = UUID(record_name)
                    manifest = self.manifest(project_id)
                    if manifest is not None and manifest.project_name == name:
                        return project_id
        return None

    def _folder_names(self) -> list[str]:
        try:
            with os.scandir(self.projects_dir) as entries:
                # A link is not listed: it would show a folder of somebody else as a project.
                return [
                    e.name for e in entries if PROJECT_NAME.match(e.name) and e.is_dir(follow_symlinks=False)
                ]
        # A new installation has no folder yet: that is an empty list, no error.
        except FileNotFoundError:
            return []

    def record_names(self) -> list[str]:
        """Return the names in the folder of the records: ids, and names of other files."""
        try:
            with os.scandir(self.projects_dir / RECORDS_FOLDER) as entries:
                return [entry.name for entry in entries]
        except FileNotFoundError:
            return []

    def records(self) -> Iterator[RunRecord]:
        """Yield the record of every run."""
        for name in self.record_names():
            with suppress(ValueError):  # a folder that is no record
                yield self.record(UUID(name))

    def orphans(self, known: Collection[str] | None = None) -> Iterator[ProjectFolder]:
        """Yield the projects without a record that can be read; their id is made from the folder's name.

        Args:
            known: the names of the folders that have one; looked up where it is not given.
        """
        for name in self._folder_names():
            if name not in known if known is not None else self._owner(name) is None:
                yield self.folder(orphan_id(name), name)

    def delete(self, project_id: UUID) -> None:
        """Delete a project and its record.

        Raises:
            NotFoundError: when there is none.
            ConflictError: while it is being generated.
            StorageError: when the disk refuses.
        """
        folder = self.find(project_id)
        # A run at work would go on writing, and make parts of the deleted folders again.
        if folder.record.is_alive():
            raise ConflictError("这个项目正在生成，请先停止，再删除。")
        try:
            if folder.root.is_symlink():
                folder.root.unlink()  # the folder that the link points to is not ours
            elif folder.root.is_dir():
                shutil.rmtree(folder.root)
            if folder.record.folder.is_dir():
                shutil.rmtree(folder.record.folder)
        except OSError as error:
            raise explain(error) from error


def orphan_id(name: str) -> UUID:
    """Return the id of a project whose record is gone: its first 8 digits, the rest made from its name."""
    # The id is stored nowhere, and must be the same in each process and after each start.
    digest = hashlib.sha256(name.encode()).hexdigest()
    # ``find`` looks for the folder by these digits.
    first = name[-8:] if PROJECT_NAME.match(name) else digest[-8:]
    return UUID(f"{first}-{digest[:4]}-4{digest[4:7]}-8{digest[7:10]}-{digest[10:22]}")
