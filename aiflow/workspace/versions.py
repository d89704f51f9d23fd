"""The versions of a program: the list of a family, what differs between two, and copies."""

from typing import Any
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import ConflictError, InputError, NotFoundError
from aiflow.model.status import FINAL_STATUSES
from aiflow.model.validators import check_label
from aiflow.pipeline.recovery import current_manifest, recover
from aiflow.storage.comparison import compare_folders
from aiflow.storage.families import family_of, version_of
from aiflow.storage.manifest import Manifest
from aiflow.storage.originals import edited_files
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.copies import Copies
from aiflow.workspace.requests import parse_project_id


class Versions:
    """The families of all projects. Its methods use the disk: call them in a thread.

    Args:
        store: the projects.
        config: limits.
        copies: makes versions.
    """

    def __init__(self, store: ProjectStore, config: Config, copies: Copies) -> None:
        self._store = store
        self._config = config
        self._copies = copies

    def listing(self, project_id: UUID) -> dict[str, Any]:
        """Return the family of a project, the oldest version first, and its own files that were edited.

        A parent that is not in the list was deleted.

        Raises:
            NotFoundError: if there is no such project.
            ConflictError: if its record is gone.
        """
        manifest = self._manifest(project_id)
        rows = [version_of(self._store, one) for one in self.family(manifest)]
        return {
            "family_id": str(manifest.family_id),
            "versions": [row.model_dump(mode="json", exclude={"family_id"}) for row in rows],
            "edited": edited_files(self._store.find(project_id)),
        }

    def family(self, manifest: Manifest) -> list[Manifest]:
        """Return the manifests of a family as they are now, interrupted runs ended."""
        found = []
        for one in family_of(self._store, manifest.family_id):
            if one.status not in FINAL_STATUSES:
                # Recovery may delete an interrupted copy, so the manifest is read again afterwards.
                recover(self._store, one.project_id, self._config)
                now = current_manifest(self._store, one.project_id)
                found += [now] if now is not None else []
            else:
                found.append(one)
        return found

    def compare(self, project_id: UUID, to: object) -> dict[str, Any]:
        """Return what makes the files of one version those of another.

        Raises:
            InputError: if ``to`` is missing.
            NotFoundError: if one of them, or its folder, does not exist.
        """
        if to is None:
            raise InputError("缺少 to：请说出要和哪个项目比较。")
        other = parse_project_id(to)
        old, new = self._folder(project_id), self._folder(other)
        files = compare_folders(old, new).model_dump(mode="json")["files"]
        return {"from": str(project_id), "to": str(other), "files": files}

    def copy(self, project_id: UUID, label: object = None) -> dict[str, Any]:
        """Make a version out of another one as it is on disk now.

        Raises:
            NotFoundError: if there is no such version, or its folder is gone.
            ConflictError: while it is being made, or when its record is gone.
            InputError: if the label breaks a rule.
            LimitError: if it is larger than a project may be.
            StorageError: if the disk refuses.
        """
        checked = check_label(label) if label is not None else None
        return {"project_id": str(self._copies.make(project_id, "copy", label=checked))}

    def _manifest(self, project_id: UUID) -> Manifest:
        self._store.find(project_id)
        manifest = self._store.manifest(project_id)
        if manifest is None:
            raise ConflictError("这个项目的运行记录已经不在了，只能查看和下载。", reason="no_record")
        return manifest

    def _folder(self, project_id: UUID) -> ProjectFolder:
        folder = self._store.find(project_id)
        if not folder.is_there():
            raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        return folder
