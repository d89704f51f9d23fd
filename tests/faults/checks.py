"""The invariants of a project after its process was killed, at any moment."""

import io
import zipfile
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID

from aiflow.config import Config
from aiflow.model.events import FileWrittenEvent
from aiflow.model.status import RequestStatus
from aiflow.pipeline.recovery import recover
from aiflow.storage.archive import zip_pieces
from aiflow.storage.journal import Entry
from aiflow.storage.journal_reader import JournalReader
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore


def read_lines(store: ProjectStore, project_id: UUID, after: int = 0) -> list[Entry]:
    return list(JournalReader(store.record(project_id).journal_path, after).read_all())


def check_nothing_lost(
    config: Config,
    project_id: UUID,
    whole: dict[str, bytes],
    before: list[Entry],
    *,
    earlier: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Check the record, the journal, the tree and the zip of a killed run, then recover it.

    Args:
        config: of the run.
        project_id: the run.
        whole: every file as it must be, by path.
        before: what a client had received before.
        earlier: in a change, the files that it starts from.
    """
    store = ProjectStore(config.projects_dir, config.run)
    ended = store.record(project_id).load().status in {RequestStatus.COMPLETED, RequestStatus.PAUSED}
    recover(store, project_id, config)
    lines = read_lines(store, project_id)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.event().seq == line.seq for line in lines), "every line is whole"
    assert "journal_damaged" not in {getattr(line.event(), "rule", None) for line in lines}
    # A client that resumes gets exactly what it lacks; what it has is what the journal says.
    assert lines[: len(before)] == before
    assert lines[len(before) :] == read_lines(store, project_id, after=len(before))
    last = lines[-1].event()
    if not ended:
        assert (last.status, last.reason, last.retryable) == ("failed", "interrupted", True)
    announced = {line.event().path for line in lines if isinstance(line.event(), FileWrittenEvent)}
    folder = store.find(project_id)
    on_disk = {path: folder.read(path) for path in folder.sizes()}
    assert announced <= set(on_disk), "every announced file is there"
    for path, data in on_disk.items():
        assert data in (whole.get(path), earlier.get(path)), f"{path} is whole"
    check_zip(folder, on_disk)


def check_zip(folder: ProjectFolder, on_disk: dict[str, bytes]) -> None:
    if not folder.root.is_dir():
        assert on_disk == {}
        return
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(folder)))) as archive:
        assert archive.testzip() is None
        assert {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()} == on_disk
