"""What follows from a change of a project's files after the run's end."""

from aiflow.exceptions import NotFoundError
from aiflow.model.status import FINAL_STATUSES
from aiflow.storage.project_folder import ProjectFolder
from aiflow.workspace.downloads import find_error


def recheck(folder: ProjectFolder) -> None:
    """Check the syntax of a project's files again and update its manifest, if its run has ended."""
    try:
        manifest = folder.record.load()
    except NotFoundError:
        return  # a project without a record
    if manifest.status not in FINAL_STATUSES:
        return
    manifest.syntax_validated = find_error(folder) is None
    sizes = folder.sizes()
    manifest.file_count, manifest.size_bytes = len(sizes), sum(sizes.values())
    folder.record.save(manifest)
