"""Project folders on disk: atomic, bounded, inside; and what remains when something is taken away."""

import io
import shutil
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from aiflow.exceptions import (
    AIFlowError,
    ConflictError,
    LimitError,
    NotFoundError,
    StorageError,
    UnsafePathError,
)
from aiflow.storage.archive import zip_pieces
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import orphan_id
from tests.records import at_work
from tests.server.projects import Catalogue


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "项目")


@pytest.fixture
def folder(catalogue: Catalogue) -> ProjectFolder:
    return catalogue.project({"main.py": "print(1)\n", "src/数据.txt": "x"})


def test_bytes_are_kept_as_they_are(folder: ProjectFolder) -> None:
    data = "a\r\nb\n\ufeff末尾".encode()
    assert folder.write("a.txt", data) == len(data)
    assert (folder.root / "a.txt").read_bytes() == data
    assert folder.read("a.txt") == data


def test_a_file_is_there_whole_or_not_at_all(folder: ProjectFolder) -> None:
    writer = folder.begin("new.py")
    writer.write("x = 1\n" * 1000)
    assert "new.py" not in folder.sizes()
    assert not (folder.root / "new.py").exists()
    writer.discard()
    assert list(folder.record.temporary.iterdir()) == []
    writer = folder.begin("main.py")
    writer.write("new")
    assert folder.read("main.py") == b"print(1)\n"
    writer.commit()
    assert folder.read("main.py") == b"new"


def test_limits(folder: ProjectFolder) -> None:
    with pytest.raises(LimitError) as found:
        folder.write("big.bin", b"x" * 1_000_001)
    assert found.value.reason == "file_too_large"
    for n in range(9):
        folder.write(f"{n}.bin", b"x" * 1_000_000)
    with pytest.raises(LimitError) as found:
        folder.write("last.bin", b"x" * 1_000_000)
    assert found.value.reason == "project_too_large"
    assert not (folder.root / "last.bin").exists()
    assert list(folder.record.temporary.iterdir()) == []


@pytest.mark.parametrize("path", ["MAIN.py", "main.PY", "SRC/x", "main.py/x", "src"])
def test_what_windows_takes_for_the_same(folder: ProjectFolder, path: str) -> None:
    with pytest.raises(UnsafePathError):
        folder.write(path, b"x")


def test_the_disk_says_no(folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    before = folder.sizes()
    monkeypatch.setattr("aiflow.storage.project_folder.os.fsync", full)
    monkeypatch.setattr(folder, "limits", folder.limits.model_copy(update={"durability": "full"}))
    with pytest.raises(StorageError, match="磁盘满了"):
        folder.write("a.txt", b"x")
    monkeypatch.undo()
    assert folder.sizes() == before
    assert list(folder.record.temporary.iterdir()) == []


def test_a_folder_that_is_a_file(folder: ProjectFolder) -> None:
    shutil.rmtree(folder.root)
    folder.root.write_bytes(b"")
    with pytest.raises(AIFlowError):
        folder.write("a.txt", b"x")
    assert folder.sizes() == {}


def test_named_pipes_links_and_hard_links_are_not_read(folder: ProjectFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"geheim")
    (folder.root / "soft").symlink_to(secret)
    (folder.root / "hard").hardlink_to(secret)
    for name in ("soft", "hard"):
        with pytest.raises(UnsafePathError):
            folder.read(name)
        assert name not in folder.sizes()
    folder.write("soft", b"mine")
    assert secret.read_bytes() == b"geheim"
    assert not (folder.root / "soft").is_symlink()


def test_set_aside_and_restore(folder: ProjectFolder) -> None:
    before = {path: folder.read(path) for path in folder.sizes()}
    folder.set_aside(1)
    assert folder.sizes() == {}
    folder.write("main.py", b"worse")
    folder.restore()
    assert {path: folder.read(path) for path in folder.sizes()} == before
    folder.forget_attempts()
    assert not folder.record.attempts.exists()


def test_zip(folder: ProjectFolder) -> None:
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_pieces(folder)))) as archive:
        assert archive.testzip() is None
        names = [info.filename for info in archive.infolist()]
        assert names == [f"{folder.root.name}/main.py", f"{folder.root.name}/src/数据.txt"]
        assert all(stat.S_ISREG(info.external_attr >> 16) for info in archive.infolist())


def test_without_its_record(catalogue: Catalogue, folder: ProjectFolder) -> None:
    shutil.rmtree(folder.record.folder)
    (orphan,) = catalogue.store.orphans()
    assert orphan.root == folder.root
    assert orphan.project_id == orphan_id(folder.root.name)
    assert orphan.project_id.version == 4
    assert catalogue.store.find(orphan.project_id).root == folder.root
    assert catalogue.store.find(folder.project_id).root == folder.root


def test_delete(catalogue: Catalogue, folder: ProjectFolder) -> None:
    with at_work(folder.record), pytest.raises(ConflictError):
        catalogue.store.delete(folder.project_id)
    catalogue.store.delete(folder.project_id)
    assert not folder.root.exists()
    with pytest.raises(NotFoundError):
        catalogue.store.delete(folder.project_id)


def test_what_else_lies_in_the_projects_folder(catalogue: Catalogue) -> None:
    for name in ("not a project", "x_20260101_123456_XYZ", ".hidden", "X_20260101_123456_3f2a9c1e"):
        (catalogue.store.projects_dir / name).mkdir(parents=True)
    (catalogue.store.projects_dir / "game_20260101_123456_3f2a9c1e").write_bytes(b"a file")
    (catalogue.store.projects_dir / ".aiflow" / "no-uuid").mkdir(parents=True)
    assert list(catalogue.store.orphans()) == []
    assert list(catalogue.store.records()) == []
