"""The download of a project: whether it is allowed, and the name of its zip.

A project with a syntax error is not downloaded: it would not start on the student's own computer.
"""

from aiflow.exceptions import ConflictError, NotFoundError, UnsafePathError
from aiflow.languages.registry import language_of
from aiflow.model.findings import Finding
from aiflow.model.status import FINAL_STATUSES
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.run_folder import Manifest


def check_downloadable(folder: ProjectFolder, manifest: Manifest | None) -> None:
    """Raise unless a project may be taken home.

    Raises:
        ConflictError: while a source file has a syntax error, or was not checked.
    """
    if manifest is not None and manifest.status not in FINAL_STATUSES:
        raise ConflictError("项目还没有生成完，请稍等再下载。", reason="not_validated", retryable=True)
    if manifest is not None and manifest.syntax_validated:
        return
    found = find_error(folder)
    if found is not None:
        raise ConflictError(f"还不能下载：{found.message}", reason="not_validated")
    if manifest is not None:
        raise ConflictError(
            "还不能下载：这次生成没有完成，代码没有检查过。请重试，或者在工作台里改好文件。",
            reason="not_validated",
        )


def find_error(folder: ProjectFolder) -> Finding | None:
    """Return the first syntax error of the project's source files, None where there is none."""
    for path in folder.sizes():
        language = language_of(path)
        if language is None:
            continue
        try:
            data = folder.read(path)
        except (NotFoundError, UnsafePathError):
            continue  # gone since, or called as no file of ours may be called: it is not taken home either
        found = next((one for one in language.check_file(path, data) if one.severity == "error"), None)
        if found is not None:
            return found
    return None


def revalidate(folder: ProjectFolder) -> None:
    """Validate the syntax again after a person changed a file of a project that has ended."""
    try:
        manifest = folder.record.load()
    except NotFoundError:
        return  # nothing is said of it anywhere
    if manifest.status not in FINAL_STATUSES:
        return
    manifest.syntax_validated = find_error(folder) is None
    sizes = folder.sizes()
    manifest.file_count, manifest.size_bytes = len(sizes), sum(sizes.values())
    folder.record.save(manifest)


def zip_name(folder: ProjectFolder, manifest: Manifest | None) -> str:
    """Return what a project's zip is called: its title, and the end of its folder's name."""
    root = folder.root.name
    title = folder.record.given_title() or (manifest.title if manifest is not None else None)
    return f"{_as_file_name(title)}_{root[-8:]}.zip" if title else f"{root}.zip"


def _as_file_name(title: str) -> str:
    """Return a title as a part of a file name that every system can hold."""
    return "".join(char if char.isprintable() and char not in '<>:"/\\|?*' else "_" for char in title)[
        :60
    ].strip(" .")
