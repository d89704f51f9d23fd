"""Downloading a project: whether it is allowed, the zip's name, and its bytes.

A project with a syntax error is refused: a student could not run it at home. The files on disk
count, because an editor or git may have changed them since the run.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from uuid import UUID

from aiflow.exceptions import ConflictError, NotFoundError, UnsafePathError
from aiflow.languages.registry import language_of
from aiflow.model.findings import Finding
from aiflow.model.status import FINAL_STATUSES
from aiflow.pipeline.recovery import current_manifest
from aiflow.storage.archive import zip_pieces
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore


@dataclass(frozen=True, slots=True)
class Download:
    """A zip that is made while it is read.

    Attributes:
        name: the file's name, with the project's title.
        plain_name: the same for clients that know ASCII only.
        pieces: the bytes.
    """

    name: str
    plain_name: str
    pieces: Generator[bytes, None, None]


def open_download(store: ProjectStore, project_id: UUID) -> Download:
    """Return a project as a zip.

    Raises:
        NotFoundError: if there is no such project, or its folder is gone.
        ConflictError: while it is being generated, or while one of its files has a syntax error.
    """
    folder = store.find(project_id)
    manifest = current_manifest(store, project_id)
    # Asked before the folder: a run that has just begun has none, and "gone" would be the wrong answer.
    if manifest is not None and manifest.status not in FINAL_STATUSES:
        raise ConflictError("项目还没有生成完，请稍等再下载。", reason="not_validated", retryable=True)
    if not folder.is_there():
        raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
    _check_downloadable(folder, manifest)
    return Download(_zip_name(folder, manifest), f"{folder.root.name}.zip", zip_pieces(folder))


def _check_downloadable(folder: ProjectFolder, manifest: Manifest | None) -> None:
    # Checked again: the manifest describes the run, and a person may have edited since.
    found = next((one for one in find_syntax_findings(folder) if one.severity == "error"), None)
    if found is not None:
        raise ConflictError(f"还不能下载：{found.message}", reason="not_validated")
    if manifest is not None and not manifest.syntax_validated:
        raise ConflictError(
            "还不能下载：这次生成没有完成，代码没有检查过。请重试，或者在工作台里改好文件。",
            reason="not_validated",
        )


def find_syntax_findings(folder: ProjectFolder) -> Iterator[Finding]:
    """Yield the findings of the syntax check in a project's source files, as they are on disk now."""
    for path in folder.sizes():
        language = language_of(path)
        if language is None:
            continue
        try:
            data = folder.read(path)
        except (NotFoundError, UnsafePathError):
            continue  # deleted since, or of a name that the zip leaves out as well
        yield from language.check_file(path, data)


def _zip_name(folder: ProjectFolder, manifest: Manifest | None) -> str:
    """Return the name of a project's zip: its title, and the end of its folder's name."""
    root = folder.root.name
    title = folder.record.given_names().title or (manifest.title if manifest is not None else None)
    # Two versions often have one title. The end of the id keeps their zips apart in one download folder.
    return f"{_as_file_name(title)}_{root[-8:]}.zip" if title else f"{root}.zip"


def _as_file_name(title: str) -> str:
    """Return a title as a part of a file name that every system accepts."""
    return "".join(char if char.isprintable() and char not in '<>:"/\\|?*' else "_" for char in title)[
        :60
    ].strip(" .")
