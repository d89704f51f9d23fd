"""Projects, their files and trees: the rules and the shapes of the two seed documents."""

import itertools
import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import ValidationError

from aiflow.exceptions import ConflictError, InputError
from aiflow.model.entities import (
    MAX_FILE_BYTES,
    MAX_PROJECT_BYTES,
    MAX_PROJECT_FILES,
    DirectoryTree,
    FileNode,
    GeneratedProject,
    Project,
    StructureDirectory,
    StructureFile,
    TreeDirectory,
    TreeFile,
    make_project_name,
)
from aiflow.model.status import ProjectStatus, RequestStatus, project_status_of
from tests.model.entity_examples import project

NOW = datetime(2026, 1, 2, 10, 0, 0, 123456, tzinfo=UTC)


# --- Project, FileNode --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after"), list(itertools.product(ProjectStatus, ProjectStatus)))
def test_every_transition_of_a_project(tmp_path: Path, before: ProjectStatus, after: ProjectStatus) -> None:
    made = Project(id=uuid4(), created_at=NOW, root_path=tmp_path, status=before)
    if before is ProjectStatus.GENERATING and after is not before:
        made.transition(after)
        assert made.status is after
    else:
        with pytest.raises(ConflictError):
            made.transition(after)


def test_a_project_counts_its_files(tmp_path: Path) -> None:
    made = Project(id=uuid4(), created_at=NOW, root_path=tmp_path)
    assert (made.status, made.file_count) == ("generating", 0)
    with pytest.raises(ValidationError):
        made.file_count = -1
    assert set(made.model_dump()) == {"id", "created_at", "status", "root_path", "file_count"}


def test_the_folder_of_a_project_is_there_and_can_be_written(tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for wrong in (tmp_path / "missing", tmp_path / "file", Path(), Path("projects")):
        with pytest.raises(ValidationError, match="folder of a project"):
            Project(id=uuid4(), created_at=NOW, root_path=wrong)


@pytest.mark.skipif(os.name == "nt", reason="permission bits are POSIX's")
def test_a_folder_that_cannot_be_written_is_refused() -> None:
    code = (
        "import os, sys, uuid, datetime\n"
        "from aiflow.model.entities import Project\n"
        "os.getuid() or os.setuid(65534)\n"  # root may write anywhere
        "Project(id=uuid.uuid4(), created_at=datetime.datetime.now(), root_path=sys.argv[1])"
    )
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        Path(folder).chmod(0o555)
        command = [sys.executable, "-c", code, folder]
        ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert ended.returncode == 1
    assert "must be writable" in ended.stderr


def test_the_status_of_a_project_follows_from_its_request() -> None:
    assert {s.value: project_status_of(s).value for s in RequestStatus} == {
        "pending": "generating", "processing": "generating", "paused": "generating", "retrying": "generating",
        "completed": "completed", "failed": "failed", "cancelled": "failed",
    }  # fmt: skip


def node(**values: Any) -> FileNode:
    defaults = {
        "project_id": uuid4(), "path": "src/main.py", "name": "main.py", "type": "file", "size_bytes": 0,
        "created_at": NOW, "content_type": "text/x-python",
    }  # fmt: skip
    return FileNode(**(defaults | values))


def test_a_file_node() -> None:
    assert set(node().model_dump()) == {
        "project_id", "path", "name", "type", "size_bytes", "created_at", "content_type",
    }  # fmt: skip
    folder = node(type="directory", path="src", name="src", size_bytes=None, content_type=None)
    assert folder.size_bytes is None


UNSAFE = [
    "../main.py", "src/../../main.py", "..", "/etc/passwd", "C:\\main.py", "c:main.py",
    "\\\\server\\share\\a", "src\\..\\..\\a.py", "CON", "src/nul.txt", "com1.py", "a.", "a ", " a/b.py",
    "a\x00b", "a\nb", "a:b", "a|b", "a?b", "a*b", 'a"b', "a<b", "~/a", "a/../b", "./../a", "x" * 300,
    "/".join("a" * 130),
]  # fmt: skip


@pytest.mark.parametrize("path", UNSAFE)
@pytest.mark.parametrize(
    "make", [node, lambda path: TreeFile(name="a", path=path, size_bytes=1, created_at=NOW)]
)
def test_no_unsafe_path_is_in_an_entity(make: Any, path: str) -> None:
    with pytest.raises(ValidationError):
        make(path=path)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "src/main.py"}, {"name": "a\\b"}, {"name": ""}, {"name": "other.py"}, {"size_bytes": -1},
        {"size_bytes": None}, {"type": "directory"}, {"type": "link"},
        {"type": "directory", "size_bytes": None},
    ],
)  # fmt: skip
def test_no_wrong_file_node(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        node(**wrong)


def test_what_is_in_a_folder_lies_right_below_it_and_once() -> None:
    leaf = TreeFile(name="a.py", path="src/a.py", size_bytes=1, created_at=NOW)
    folder = TreeDirectory(name="src", path="src", children=[leaf])
    TreeDirectory(name="root", path="", children=[folder])
    for path, children in (("", [leaf]), ("src", [leaf, leaf]), ("src", [folder]), ("src/a.py", [leaf])):
        with pytest.raises(ValidationError):
            TreeDirectory(name="src", path=path, children=children)


# --- the shapes of the seeds --------------------------------------------------------------------------------


def test_a_directory_tree_is_the_seeds() -> None:
    tree = DirectoryTree(
        project_id=UUID(int=5),
        root=TreeDirectory(
            name="root",
            path="",
            children=[
                TreeFile(name="main.py", path="main.py", size_bytes=1024, created_at=NOW),
                TreeDirectory(name="src", path="src", children=[]),
            ],
        ),
        total_files=15,
        generated_at=NOW,
    )
    shape = {
        "project_id": "00000000-0000-0000-0000-000000000005",
        "root": {
            "type": "directory",
            "name": "root",
            "path": "",
            "children": [
                {
                    "type": "file",
                    "name": "main.py",
                    "path": "main.py",
                    "size_bytes": 1024,
                    "created_at": "2026-01-02T10:00:00.123Z",
                },
                {"type": "directory", "name": "src", "path": "src", "children": []},
            ],
        },
        "total_files": 15,
        "generated_at": "2026-01-02T10:00:00.123Z",
    }
    assert json.loads(tree.model_dump_json()) == shape
    assert list(json.loads(tree.model_dump_json())) == list(shape)
    with pytest.raises(ValidationError):
        DirectoryTree.model_validate(shape | {"root": shape["root"]["children"][0]})  # type: ignore[index]


def test_a_generated_project_is_the_seeds() -> None:
    made = json.loads(project().model_dump_json())
    assert set(made) == {
        "id", "request_id", "project_name", "main_file_path", "file_structure", "dependencies", "total_files",
        "total_size_bytes", "syntax_validated", "created_at",
    }  # fmt: skip
    assert made["file_structure"] == {
        "type": "directory",
        "name": "snake_game_20260101_123456_3f2a9c1e",
        "children": [
            {"type": "file", "name": "main.py", "size": 1234, "language": "python"},
            {"type": "file", "name": "README.md", "size": 567, "language": "markdown"},
        ],
    }
    assert GeneratedProject.model_validate_json(json.dumps(made)).model_dump(mode="json") == made


@pytest.mark.parametrize(
    "wrong",
    [
        {"project_name": "snake"}, {"project_name": "Snake_20260101_123456_3f2a9c1e"},
        {"project_name": "snake_20260101_123456"}, {"project_name": "snake_20260101_123456_3f2a9c1g"},
        {"total_size_bytes": MAX_PROJECT_BYTES + 1}, {"total_size_bytes": -1}, {"total_files": -1},
        {"syntax_validated": None},
    ],
)  # fmt: skip
def test_no_wrong_generated_project(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        project(**wrong)


def test_limits() -> None:
    assert (MAX_FILE_BYTES, MAX_PROJECT_BYTES, MAX_PROJECT_FILES) == (1_000_000, 10_000_000, 200)
    assert project(total_size_bytes=MAX_PROJECT_BYTES).total_size_bytes == MAX_PROJECT_BYTES


def test_the_name_of_a_project() -> None:
    moment = datetime(2026, 1, 1, 20, 34, 56, tzinfo=timezone(timedelta(hours=8)))
    project_id = UUID("3f2a9c1e-0000-4000-8000-000000000000")
    assert make_project_name("snake_game", moment, project_id) == "snake_game_20260101_123456_3f2a9c1e"


def test_the_main_file_must_be_there(tmp_path: Path) -> None:
    root = tmp_path / "snake_game_20260101_123456_3f2a9c1e"
    made = project(root=root)
    assert made.main_file == root / "main.py"
    with pytest.raises(InputError):
        made.check_on_disk()
    root.mkdir()
    (root / "main.py").write_text("", encoding="utf-8")
    made.check_on_disk()
    with pytest.raises(InputError):
        project().check_on_disk()


def test_nothing_of_the_machine_is_in_what_is_shown_or_sent(tmp_path: Path) -> None:
    made = project(root=tmp_path / "snake_game_20260101_123456_3f2a9c1e")
    assert str(tmp_path) not in made.model_dump_json() + repr(made) + str(made) + made._repr_html_()


def test_a_project_shows_itself_as_its_tree() -> None:
    structure = StructureDirectory(
        name="<b>",
        children=[
            StructureDirectory(name="<i>", children=[StructureFile(name="a&b.py", size=1, language="python")])
        ],
    )
    shown = project(file_structure=structure)
    assert str(shown).splitlines()[0] == "<b>/"
    html = shown._repr_html_()
    assert "&lt;i&gt;/" in html
    assert "a&amp;b.py" in html
    assert "<i>" not in html
    assert repr(shown) == (
        "GeneratedProject(project_name='snake_game_20260101_123456_3f2a9c1e', total_files=2, "
        "syntax_validated=True)"
    )
