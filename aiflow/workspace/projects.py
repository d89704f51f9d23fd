"""All projects: the list, and what is known of each."""

import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import NotFoundError
from aiflow.model.entities import PROJECT_NAME
from aiflow.model.status import FINAL_STATUSES, ProjectStatus, RequestStatus
from aiflow.pipeline.recovery import current_manifest, recover
from aiflow.sandbox.player import opens_windows
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.manifest import Manifest
from aiflow.storage.originals import undo_tokens
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import MANIFEST_NAME, RECORDS_FOLDER, THUMBNAIL_NAME, GivenNames
from aiflow.storage.run_state import phases_of, project_of, request_of
from aiflow.storage.transcripts import read_calls
from aiflow.util.timestamps import format_time
from aiflow.workspace.changes import Changes
from aiflow.workspace.entity_tags import etag_of
from aiflow.workspace.ideas import ideas_of

_AGE = itemgetter("created_at", "project_id")
_TITLE_CHARS = 40


@dataclass(frozen=True, slots=True)
class _Listed:
    """A run's summary, and the stamp of the manifest that it was made from."""

    stamp: tuple[int, int, int]
    manifest: Manifest
    summary: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """The first picture of a program's window."""

    data: bytes
    etag: str


def _stamp(path: str) -> tuple[int, int, int]:
    found = os.stat(path)  # noqa: PTH116 - a Path costs more than the call, and there are thousands of them
    # A manifest is replaced as a whole, so its inode changes even on a disk whose times are coarse.
    return found.st_mtime_ns, found.st_size, found.st_ino


class Projects:
    """All projects. Its methods read the disk: call them in a thread.

    Args:
        store: the projects.
        config: limits.
        changes: writes the events; one of its own by default.
    """

    def __init__(self, store: ProjectStore, config: Config, changes: Changes | None = None) -> None:
        self._store = store
        self._changes = changes or Changes(store)
        self._config = config
        # The summary of a run that has ended and not changed is kept: listing 5,000 projects costs 5,000
        # stats.
        self._known: dict[str, _Listed] = {}

    def summaries(self) -> list[dict[str, Any]]:
        """Return every project, newest first, also those whose record is gone."""
        records = self._store.projects_dir / RECORDS_FOLDER
        # A new table each time, so that the summaries of deleted projects are dropped from memory.
        seen: dict[str, _Listed] = {}
        for name in self._store.record_names():
            listed = self._find_listed(name, f"{records}{os.sep}{name}{os.sep}{MANIFEST_NAME}")
            if listed is not None:
                seen[name] = listed
        self._known = seen
        counts = Counter(one.manifest.family_id for one in seen.values())
        found = [one.summary | {"versions": counts[one.manifest.family_id]} for one in seen.values()]
        known = {one.manifest.project_name for one in seen.values() if one.manifest.project_name}
        found += [_orphan_summary(folder) for folder in self._store.orphans(known)]
        return sorted(found, key=_AGE, reverse=True)

    def _find_listed(self, name: str, path: str) -> _Listed | None:
        """Return a run for the list.

        None if it cannot be read: its folder is then listed as without a record.
        """
        known = self._known.get(name)
        try:
            stamp = _stamp(path)
            # A run that has not ended is read anew each time: its folder grows although its manifest stays
            # the same.
            if known is not None and known.stamp == stamp and known.manifest.status in FINAL_STATUSES:
                return known
            project_id = UUID(name)
            manifest = current_manifest(self._store, project_id)
            if (
                manifest is not None
                and manifest.status not in FINAL_STATUSES
                and recover(self._store, project_id, self._config)
            ):
                stamp, manifest = _stamp(path), current_manifest(self._store, project_id)
        except (NotFoundError, OSError, ValueError):
            return None  # damaged, deleted since the folder was read, or no record at all
        if manifest is None:
            return None
        # An interrupted begin leaves a record without a folder; it lists too, so that it can be retried or
        # deleted.
        return _Listed(stamp, manifest, _summary(manifest, self._store))

    def request(self, project_id: UUID) -> dict[str, Any]:
        """Return the CodeGenerationRequest with its phases, specification, plan, project and prompts.

        Raises:
            NotFoundError: if there is no record of it.
        """
        # A run whose process was killed must not be shown as one that still works.
        recover(self._store, project_id, self._config)
        record = self._store.record(project_id)
        manifest, given = record.load(), record.given_names()
        state, folder = fold_without_text(record.journal_path), self._store.find(project_id)
        return {
            **request_of(manifest, state).model_dump(mode="json"),
            "reason": state.reason,
            "retryable": state.retryable,
            "template": manifest.template,
            "engine": manifest.engine,
            "model": state.model,
            "title": given.title or manifest.title,
            "label": _label(given, manifest),
            "pause_after": manifest.pause_after,
            **manifest.origin.model_dump(mode="json", exclude={"request"}),
            "phases": [phase.model_dump(mode="json") for phase in phases_of(project_id, state).values()],
            "spec": state.spec.model_dump(mode="json") if state.spec else None,
            "plan": state.plan.model_dump(mode="json") if state.plan else None,
            "project": state.project.model_dump(mode="json") if state.project else None,
            "program": _program(folder),
            "ideas": (
                ideas_of(folder, manifest, self._config.lessons)
                if state.status is RequestStatus.COMPLETED
                else []
            ),
            "prompts": read_calls(record.calls),
            "undo": undo_tokens(record),
        }

    def thumbnail(self, project_id: UUID) -> Thumbnail:
        """Return the first picture of a program's window.

        Raises:
            NotFoundError: if there is no such project, or it has no picture.
        """
        data = self._store.find(project_id).record.thumbnail()
        return Thumbnail(data, etag_of(data))

    def rename(self, project_id: UUID, title: object = None, label: object = None) -> dict[str, Any]:
        """Give a project the title or the label that a person chose; return its id and both.

        Args:
            project_id: the project.
            title: one line of 1 to 100 characters; None leaves the title as it is.
            label: one line of at most 40 characters, empty for none; None leaves the label as it is.

        Raises:
            NotFoundError: if there is no such project.
            InputError: if neither is given, or one breaks its rule.
            StorageError: if the disk refuses.
        """
        folder = self._store.find(project_id)
        with self._changes.recording(folder) as recording:
            given = folder.record.rename(title, label)
            recording.named(given)
        manifest = self._store.manifest(project_id)
        return {
            "project_id": str(project_id),
            "title": given.title or (manifest.title if manifest is not None else None),
            "label": _label(given, manifest),
        }


def _label(given: GivenNames, manifest: Manifest | None) -> str | None:
    # An empty label means that a person removed it, so the manifest's label must not appear again.
    if given.label is not None:
        return given.label or None
    return manifest.label if manifest is not None else None


def _program(folder: ProjectFolder) -> dict[str, Any] | None:
    """Return the main file, and whether it opens a window; None where there is no program."""
    try:
        main = folder.main_file()
    except (NotFoundError, OSError):
        return None
    return {"main_file": main, "opens_window": opens_windows(folder.root, main)}


def _summary(manifest: Manifest, store: ProjectStore) -> dict[str, Any]:
    name = manifest.project_name
    size = manifest.size_bytes
    # The manifest has the final size only after the run's end: until then the folder grows.
    if name is not None and (size is None or manifest.status not in FINAL_STATUSES):
        sizes = store.folder(manifest.project_id, name).sizes()
        size = sum(sizes.values())
        if manifest.status not in FINAL_STATUSES:
            manifest = manifest.model_copy(update={"file_count": len(sizes)})
    project = project_of(manifest, store.projects_dir / (name or ""))
    record = f"{store.projects_dir}{os.sep}{RECORDS_FOLDER}{os.sep}{manifest.project_id}{os.sep}"
    given = store.record(manifest.project_id).given_names()
    return {
        "project_id": str(project.id),
        "family_id": str(manifest.family_id),
        "version": manifest.version,
        "project_name": name or f"project_{manifest.created_at:%Y%m%d_%H%M%S}_{manifest.project_id.hex[:8]}",
        "status": project.status.value,
        "created_at": format_time(project.created_at),
        "file_count": project.file_count,
        "size_bytes": size or 0,
        "has_thumbnail": os.path.exists(record + THUMBNAIL_NAME),  # noqa: PTH110 - as in ``_stamp``
        "request_status": manifest.status.value,
        "title": given.title or manifest.title or _title_of_request(manifest.prompt),
        "label": _label(given, manifest),
        "prompt": manifest.prompt,
        "engine": manifest.engine,
        "has_record": True,
    }


def _title_of_request(prompt: str) -> str:
    """Return the title of a run that has none yet, or failed before it had one: the request in one line."""
    line = " ".join(prompt.split())
    return line if len(line) <= _TITLE_CHARS else line[: _TITLE_CHARS - 1] + "…"


def _orphan_summary(folder: ProjectFolder) -> dict[str, Any]:
    # Without a record the folder's name is the only source of the time.
    name = folder.root.name
    found = PROJECT_NAME.match(name)
    sizes = folder.sizes()
    given = folder.record.given_names()
    # A folder that a person renamed has no time in its name: it is listed as new instead of being lost.
    created = (
        datetime.strptime(found["time"], "%Y%m%d_%H%M%S").replace(tzinfo=UTC) if found else datetime.now(UTC)
    )
    return {
        "project_id": str(folder.project_id),
        "family_id": str(folder.project_id),
        "version": 1,
        "versions": 1,
        "project_name": name,
        "status": ProjectStatus.COMPLETED.value,
        "created_at": format_time(created),
        "file_count": len(sizes),
        "size_bytes": sum(sizes.values()),
        "has_thumbnail": folder.record.thumbnail_path.exists(),
        "request_status": None,
        "title": given.title,
        "label": given.label or None,
        "prompt": None,
        "engine": None,
        "has_record": False,
    }
