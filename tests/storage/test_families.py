"""Families: the number that a new version gets, and that no two get the same one."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from aiflow.config import RunConfig
from aiflow.exceptions import NotFoundError
from aiflow.storage.families import create_version, family_of
from aiflow.storage.manifest import Manifest
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.run_folder import MANIFEST_NAME


@pytest.fixture
def store(tmp_path: Path) -> ProjectStore:
    return ProjectStore(tmp_path / "projects", RunConfig(durability="none"))


def make(store: ProjectStore, parent: UUID | None = None) -> Manifest:
    manifest = Manifest(
        project_id=uuid4(), prompt="贪吃蛇", engine="lessons", parent_id=parent, cause="change"
    )
    record = store.record(manifest.project_id)
    try:
        return create_version(store, record, manifest)
    finally:
        record.release()


def test_numbers_count_a_family_whichever_the_parents_are(store: ProjectStore) -> None:
    first, other = make(store), make(store)
    second = make(store, first.project_id)
    branch = make(store, first.project_id)
    fourth = make(store, second.project_id)
    assert [one.version for one in (first, second, branch, fourth, other)] == [1, 2, 3, 4, 1]
    assert {one.family_id for one in (first, second, branch, fourth)} == {first.project_id}
    assert family_of(store, first.project_id) == [first, second, branch, fourth]
    assert family_of(store, other.project_id) == [other]


def test_a_family_goes_on_without_its_first_version(store: ProjectStore) -> None:
    first = make(store)
    second = make(store, first.project_id)
    store.delete(first.project_id)
    third = make(store, second.project_id)
    assert (third.family_id, third.version) == (first.project_id, 3)


def test_a_version_of_nothing_is_refused(store: ProjectStore) -> None:
    with pytest.raises(NotFoundError):
        make(store, uuid4())
    assert list(store.records()) == []


def test_eight_at_once_get_eight_numbers(store: ProjectStore) -> None:
    first = make(store)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: make(store, first.project_id), range(8)))
    assert sorted(one.version for one in made) == list(range(2, 10))


def test_a_record_of_version_0_1_begins_a_family(store: ProjectStore) -> None:
    made = make(store)
    path = store.record(made.project_id).folder / MANIFEST_NAME
    known = json.loads(path.read_bytes())
    for name in ("family_id", "version", "parent_id", "cause"):
        del known[name]
    path.write_text(json.dumps(known | {"derived_from": None}), encoding="utf-8")
    read = store.record(made.project_id).load()
    assert (read.family_id, read.version, read.parent_id, read.cause) == (
        made.project_id,
        1,
        None,
        "generate",
    )
    parent = str(uuid4())
    path.write_text(json.dumps(known | {"derived_from": parent}), encoding="utf-8")
    read = store.record(made.project_id).load()
    assert (read.family_id, read.version, str(read.parent_id), read.cause) == (
        made.project_id, 1, parent, "revise",
    )  # fmt: skip
