"""The tests of a change: those of removed features go, and new ones must fail on the version before."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from aiflow.exceptions import InputError, RunnerError
from aiflow.languages.files import find_tests, without_test
from aiflow.model.artifacts import Plan
from aiflow.model.events import DiagnosticEvent
from aiflow.model.language_facts import find_main_file
from aiflow.model.tests import TestCase, is_test_file
from aiflow.model.validators import required
from aiflow.pipeline.phases.base import PhaseContext
from aiflow.pipeline.phases.run_tests import title_of
from aiflow.pipeline.phases.write_tests import TestWriter
from aiflow.sandbox.test_run import TestRun
from aiflow.storage.project_folder import ProjectFolder


async def change_tests(context: PhaseContext, plan: Plan, folder: ProjectFolder) -> None:
    """Delete the tests of removed features, and write those of new and changed ones.

    Args:
        context: the run.
        plan: of the change.
        folder: the new version's files, so far copies of the old ones.

    Raises:
        LimitError: the run's token budget is used up.
        StorageError: the disk refuses.
    """
    if not context.config.tests.enabled:
        return
    removed = set(required(context.snapshot.spec).changes.removed)
    for path in filter(is_test_file, context.files):
        features = {feature for case in _tests_in(context, path) for feature in case.features}
        if features and features <= removed:
            await asyncio.to_thread(folder.remove, path)
            context.announce(path, None)
    writer = TestWriter(context, plan, folder)
    await writer.run()
    if not writer.is_prepared:
        await _drop_old_news(context, folder, writer.written)


def _tests_in(context: PhaseContext, path: str) -> list[TestCase]:
    try:
        return find_tests(path, context.files[path])
    except InputError:
        return []


async def _drop_old_news(context: PhaseContext, folder: ProjectFolder, written: Mapping[str, str]) -> None:
    """Drop those new tests of a change that the version before passes: they tell nothing about the change.

    A file that takes the place of an older one also holds what stays as it is, and is kept.

    Args:
        context: the run.
        folder: the new version's files.
        written: the files of tests that were written for the change.

    Raises:
        StorageError: the disk refuses.
    """
    new = {path: text for path, text in written.items() if path not in context.files}
    cases = [case for path, text in new.items() for case in find_tests(path, text)]
    main = find_main_file(context.files)
    if not cases or main is None:
        return
    files = {path: text for path, text in context.files.items() if not is_test_file(path)} | new
    run = TestRun(
        fill=lambda root: _fill_texts(root, files),
        main=main,
        temporary=folder.record.temporary,
        tests=context.config.tests,
        runner=context.config.runner,
    )
    context.events.notice("正在看一看，新的测试在修改以前是不是通不过。")
    try:
        passed = [one.result async for one in run.outcomes(cases) if one.result.status == "passed"]
    except RunnerError:
        return
    for result in passed:
        new[result.path] = without_test(result.path, new[result.path], result.name)
    for path in {result.path for result in passed}:
        if new[path]:
            size = await asyncio.to_thread(folder.write, path, new[path].encode("utf-8", "replace"))
            context.announce(path, size)
        else:
            await asyncio.to_thread(folder.remove, path)
            context.announce(path, None)
    # After the files: a finding of a file's older text is dropped when the file is written.
    for result in passed:
        text = f"测试“{title_of(result)}”在修改以前就能通过，说明不了这次修改，没有留下。"
        event = DiagnosticEvent(path=result.path, rule="test_dropped", message=text, severity="info")
        context.events.emit(event)


def _fill_texts(root: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        place = root.joinpath(*path.split("/"))
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", errors="replace", newline="")
