"""Sixty archives: what is imported, converted and left out, for which reason, and nothing else."""

from pathlib import Path

import pytest

from aiflow import Config
from aiflow.exceptions import InputError
from aiflow.model.status import RequestStatus
from aiflow.pipeline.flow import Flow
from tests.imports.archives import GBK, PLAIN, WRAPPERS, Case
from tests.imports.hostile import HOSTILE
from tests.imports.notebooks import NOTEBOOKS
from tests.imports.zips import as_bytes

CASES = [*HOSTILE, *GBK, *NOTEBOOKS, *WRAPPERS, *PLAIN]


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_there_are_sixty():
    assert len(HOSTILE) >= 20
    assert all(len(group) >= 10 for group in (GBK, NOTEBOOKS, WRAPPERS, PLAIN))
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_archive(case: Case, bring, config: Config, tmp_path: Path):
    if case.refused:
        with pytest.raises(InputError) as caught:
            bring("上传.zip", case.make())
        assert caught.value.reason == case.refused
        assert everything(tmp_path) <= {"上传.zip", "logs", "projects", "projects/.aiflow"}
        return
    result = bring("上传.zip", case.make())
    flow = Flow.open(result.project_id, config=config)
    project = flow.project
    root = project.root
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    for name, content in case.files.items():
        assert name in files
        if content is not None:
            assert (root / name).read_bytes() == as_bytes(content)
    if case.only:
        assert files == {*case.files, "spec.md", "plan.md"}
    for part, reason in case.left_out.items():
        matches = [one for one in result.imported.left_out if part in one.path]
        assert matches, result.imported.left_out
        assert reason in matches[0].reason
    for note in case.notes:
        assert any(note in given for given in result.imported.notes), result.imported.notes
    if case.main:
        assert project.main_path == case.main
    if case.title:
        assert flow.spec.title == case.title
    assert flow.snapshot.status is RequestStatus.COMPLETED
    assert flow.snapshot.version.cause == "import"
    # Nothing but the project and its record: no stage, and nothing outside.
    tops = {path.name for path in (tmp_path / "projects").iterdir()}
    assert tops == {root.name, ".aiflow"}
    assert {path.name for path in (tmp_path / "projects" / ".aiflow").iterdir()} <= {
        str(result.project_id), "families.lock",
    }  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} <= {"projects", "logs", "上传.zip"}
