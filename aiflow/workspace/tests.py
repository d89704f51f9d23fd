"""The tests of finished projects: run again, decided on, repaired and measured."""

import asyncio
from typing import Any
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import ConflictError, InputError, NotFoundError
from aiflow.languages.files import without_test
from aiflow.model.snapshot import Snapshot
from aiflow.model.tests import TestCase, TestResult, is_test_file
from aiflow.model.validators import MAX_PROMPT_CHARS
from aiflow.pipeline.project_tests import measure_tests, project_cases, run_project_tests
from aiflow.storage.journal_reader import fold_without_text
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.changes import Changes
from aiflow.workspace.files import Files
from aiflow.workspace.worker import Worker

_MAX_TOLD = 5


class ProjectTests:
    """Runs the tests of projects whose runs have ended.

    Args:
        store: the projects.
        config: the limits.
        changes: writes the events.
        files: saves what a decision changes.
        worker: the thread that runs the tests.
    """

    def __init__(
        self, store: ProjectStore, config: Config, changes: Changes, files: Files, worker: Worker
    ) -> None:
        self._store = store
        self._config = config
        self._changes = changes
        self._files = files
        self._worker = worker
        self._active: set[UUID] = set()

    async def start(self, project_id: UUID) -> dict[str, Any]:
        """Begin to run all tests; the results come as events.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it has no tests, its run is at work, or its tests run already.
        """
        folder, cases = await asyncio.to_thread(self._cases, project_id)
        if project_id in self._active:
            raise ConflictError("测试正在运行，请等一会儿。", reason="tests_running")
        self._active.add(project_id)
        self._worker.launch(self._run(folder, cases))
        return {"project_id": str(project_id)}

    async def _run(self, folder: ProjectFolder, cases: list[TestCase]) -> None:
        try:
            snapshot = await asyncio.to_thread(_snapshot, folder)
            async for result in run_project_tests(folder, self._config, snapshot, cases):
                await asyncio.to_thread(self._append, folder, [result])
        finally:
            self._active.discard(folder.project_id)

    def decide(self, project_id: UUID, test: object, decision: object) -> dict[str, Any]:
        """Remove a test from its file, or keep it: then it counts as failed, and the program is to change.

        Returns:
            The project, a new version where this one must stay as it is; and the counts of its tests.

        Raises:
            InputError: a field is wrong.
            NotFoundError: there is no such project or test.
            ConflictError: the run is at work.
            StorageError: the disk refuses.
        """
        if not isinstance(test, str) or decision not in ("remove", "keep"):
            raise InputError("请写上是哪个测试（test），以及 decision：remove 或者 keep。")
        folder = self._ended(project_id)
        snapshot = _snapshot(folder)
        found = snapshot.tests.get(test)
        if found is None or not is_test_file(found.path):
            raise NotFoundError("没有这个测试。它可能已经去掉了。")
        if decision == "keep":
            self._append(folder, [found.model_copy(update={"status": "failed"})])
        else:
            project_id = self._remove(folder, snapshot, found)
        counts = _snapshot(self._store.find(project_id)).test_counts
        return {"project_id": str(project_id), "tests": counts.model_dump() if counts is not None else None}

    def _remove(self, folder: ProjectFolder, snapshot: Snapshot, found: TestResult) -> UUID:
        project_id = folder.project_id
        text = folder.read(found.path).decode("utf-8", "replace")
        rest = without_test(found.path, text, found.name)
        if rest.strip():
            version = self._files.save(project_id, found.path, rest.encode("utf-8", "replace")).version
        else:
            version = self._files.delete(project_id, found.path)
        if version is not None:
            return version
        # Writing the file has dropped the results of its other tests, which are as they were.
        others = [one for one in snapshot.tests.values() if one.path == found.path and one != found]
        self._append(folder, others)
        return project_id

    def repair_request(self, project_id: UUID) -> str:
        """Return the sentence that asks for a change in which the failing tests pass.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: no test fails, or the run is at work.
        """
        tests = _snapshot(self._ended(project_id)).tests.values()
        failing = [one for one in tests if one.status in {"failed", "error"}]
        if not failing:
            raise ConflictError("没有失败的测试，不用再修。", reason="no_failing_tests")
        told = "；".join(f"{one.title or one.name}：{one.message}" for one in failing[:_MAX_TOLD])
        return f"功能不变，让这些测试通过：{told}"[:MAX_PROMPT_CHARS]

    async def mutants(self, project_id: UUID) -> dict[str, Any]:
        """Return how many of the program's mutants its tests notice.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: it has no tests that pass, or its run is at work.
            RunnerError: the sandbox could not be started.
        """
        folder, cases = await asyncio.to_thread(self._cases, project_id)
        score = await self._worker.call(measure_tests(folder, self._config, cases))
        rows = []
        for mutant, test in score.tried:
            original = await asyncio.to_thread(folder.read, mutant.path)
            before = original.decode("utf-8", "replace").splitlines()
            after = mutant.text.splitlines()
            rows.append(
                {
                    "path": mutant.path,
                    "line": mutant.line,
                    "before": _line(before, mutant.line),
                    "after": _line(after, mutant.line),
                    "caught": test is not None,
                    "test": test,
                }
            )
        total = len(score.tried)
        return {"caught": score.caught, "total": total, "message": score.sentence, "mutants": rows}

    def _cases(self, project_id: UUID) -> tuple[ProjectFolder, list[TestCase]]:
        folder = self._ended(project_id)
        return folder, project_cases(folder)

    def _ended(self, project_id: UUID) -> ProjectFolder:
        folder = self._store.find(project_id)
        if not folder.is_there():
            raise NotFoundError("项目文件夹不见了，可能被删除或改名。")
        if not self._changes.has_ended(project_id):
            raise ConflictError("这个版本还没有生成完，请等它结束，或者先停止它。")
        return folder

    def _append(self, folder: ProjectFolder, results: list[TestResult]) -> None:
        with self._changes.recording(folder) as recording:
            for result in results:
                recording.tested(result)


def _snapshot(folder: ProjectFolder) -> Snapshot:
    return fold_without_text(folder.record.journal_path)


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1].strip() if number <= len(lines) else ""
