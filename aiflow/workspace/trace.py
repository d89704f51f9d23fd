"""The code of each feature, and the sentence that each line comes from.

The project's tests are run once with a record of what they execute, in the sandbox, and the answer is kept
until a file changes. It is the same for everybody who asks, so that only one is computed at a time.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import ConflictError, InputError, NotFoundError, RunnerError
from aiflow.languages.features import find_feature_code
from aiflow.languages.files import find_tests
from aiflow.model.artifacts import Plan, Spec
from aiflow.model.entities import MAX_FILE_BYTES
from aiflow.model.status import FINAL_STATUSES
from aiflow.model.tests import TestCase, is_test_file
from aiflow.model.trace import Execution, LineOrigin, Trace
from aiflow.pipeline.recovery import current_manifest
from aiflow.sandbox.test_run import TestRun
from aiflow.storage.comparison import read_or_none, read_text
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.origins import find_origins
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.worker import Worker

_MAX_KEPT: Final = 32


@dataclass(frozen=True, slots=True)
class _Project:
    """A project as it is on disk, with all that a trace is made of.

    Attributes:
        temporary: where copies of the project are made; None where it has no record, and so no such place.
        digest: of all of it.
    """

    features: Mapping[str, str]
    plan: str
    main: str
    files: Mapping[str, bytes]
    origins: Mapping[str, list[LineOrigin]]
    temporary: Path | None
    digest: str


class Traces:
    """The traces of a workspace's projects.

    Args:
        store: the projects.
        config: limits.
        worker: computes them.
    """

    def __init__(self, store: ProjectStore, config: Config, worker: Worker) -> None:
        self._store = store
        self._config = config
        self._worker = worker
        self._kept: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._lock = asyncio.Lock()

    async def trace(self, project_id: UUID) -> dict[str, Any]:
        """Return the trace of a project as JSON.

        Raises:
            NotFoundError: there is no such project, or its folder is gone.
            ConflictError: it is being generated.
            StorageError: the disk refuses.
        """
        return await self._worker.call(self._trace(project_id))

    async def _trace(self, project_id: UUID) -> dict[str, Any]:
        async with self._lock:
            project = await asyncio.to_thread(_read, self._store, project_id)
            if project.digest not in self._kept:
                found = await _compute(project, self._config)
                self._kept[project.digest] = found.model_dump(mode="json")
                if len(self._kept) > _MAX_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(project.digest)
            return self._kept[project.digest]


async def compute_trace(store: ProjectStore, config: Config, project_id: UUID) -> Trace:
    """Return the trace of a project.

    Raises:
        NotFoundError: there is no such project, or its folder is gone.
        ConflictError: it is being generated.
        StorageError: the disk refuses.
    """
    return await _compute(await asyncio.to_thread(_read, store, project_id), config)


def _read(store: ProjectStore, project_id: UUID) -> _Project:
    folder = store.find(project_id)
    if not folder.is_there():
        raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
    manifest = current_manifest(store, project_id)
    if manifest is not None and manifest.status not in FINAL_STATUSES:
        raise ConflictError("这个项目还没有做完，做完以后再看功能和代码的对应。", reason="generating")
    files = {
        path: data
        for path, size in sorted(folder.sizes().items())
        if size <= MAX_FILE_BYTES and (data := read_or_none(folder, path)) is not None
    }
    spec, plan = _documents(folder, files)
    origins = {} if manifest is None else find_origins(store, manifest)
    ids = spec.feature_ids or [f"F{number}" for number in range(1, len(spec.features) + 1)]
    digest = hashlib.sha256(repr((ids, spec.features, origins)).encode())
    for path, data in files.items():
        digest.update(repr((path, len(data))).encode() + data)
    return _Project(
        features=dict(zip(ids, spec.features, strict=False)),
        plan=plan.markdown,
        main=folder.main_file(),
        files=files,
        origins=origins,
        temporary=None if manifest is None else folder.record.temporary,
        digest=digest.hexdigest(),
    )


def _documents(folder: ProjectFolder, files: Mapping[str, bytes]) -> tuple[Spec, Plan]:
    """Return the specification and the plan: of the record, or of their files where the record is gone."""
    snapshot = fold_without_text(folder.record.journal_path)
    spec = snapshot.spec or Spec.from_markdown(_text(files, "spec.md"))
    return spec, snapshot.plan or Plan.from_markdown(_text(files, "plan.md"))


def _text(files: Mapping[str, bytes], path: str) -> str:
    try:
        return read_text(files.get(path))
    except UnicodeDecodeError:
        return ""


async def _compute(project: _Project, config: Config) -> Trace:
    cases = _find_tests(project.files)
    executions = await _record(project, project.temporary, cases, config) if project.temporary else {}
    features = await asyncio.to_thread(
        find_feature_code,
        project.features,
        project.plan,
        {path: _text(project.files, path) for path in project.files},
        {case.id: case.features for case in cases},
        executions,
    )
    return Trace(features=features, origins=dict(project.origins), ran=bool(executions))


def _find_tests(files: Mapping[str, bytes]) -> list[TestCase]:
    found: list[TestCase] = []
    for path in files:
        if is_test_file(path):
            try:
                found += find_tests(path, _text(files, path))
            except InputError:
                continue  # a file of scenarios that cannot be read; running the tests says so
    return found


async def _record(
    project: _Project, temporary: Path, cases: list[TestCase], config: Config
) -> dict[str, Execution]:
    """Run the tests and return what each executed; nothing where the sandbox cannot run them."""
    run = TestRun(
        fill=lambda root: _fill(root, project.files),
        main=project.main,
        temporary=temporary,
        tests=config.tests,
        runner=config.runner,
        record=True,
    )
    found: dict[str, Execution] = {}
    try:
        async for outcome in run.outcomes(cases):
            if outcome.execution is not None:
                found[outcome.result.test] = outcome.execution
    except RunnerError:
        return {}
    return found


def _fill(root: Path, files: Mapping[str, bytes]) -> None:
    for path, data in files.items():
        place = root.joinpath(*path.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
