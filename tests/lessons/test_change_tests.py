"""The tests of a lesson stay right through its prepared changes.

A change that alters a feature brings the feature's tests along: they fail before it and pass after it.
"""

import random
import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest

from aiflow.engines.lesson_library import LESSONS_DIR, load_lessons
from tests.lessons.changed_program import ChangedProgram
from tests.lessons.lesson_traces import test_files
from tests.lessons.test_changes import changed_once, first_files, no_window

__all__ = ["no_window"]

LESSONS = load_lessons([])


def failures(lesson: str, files: Mapping[str, str], tests: Mapping[str, str], folder: Path) -> list[str]:
    """Run test functions in this process; return those that fail, with where."""
    folder.mkdir(parents=True)
    sources = {path: text for path, text in files.items() if not path.endswith(".md")}
    failed: list[str] = []
    with ChangedProgram(lesson, sources, folder):
        for path, text in tests.items():
            names: dict[str, object] = {"__name__": path, "__file__": path}
            try:
                exec(compile(text, path, "exec"), names)
            except Exception:  # noqa: BLE001  # whatever a test raises is its result
                failed.append(f"{path}: {traceback.format_exc(limit=-1)}")
            for name, test in list(names.items()):
                if name.startswith("test_") and callable(test):
                    random.seed(1)
                    try:
                        test()
                    except Exception:  # noqa: BLE001  # whatever a test raises is its result
                        failed.append(f"{path}::{name}: {traceback.format_exc(limit=-1)}")
    return failed


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_old_tests_hold_and_new_ones_fail_before_the_change(lesson, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = first_files(lesson)
    tests = {path: text for path, text in test_files(LESSONS_DIR / lesson.id).items() if path.endswith(".py")}
    # Windows cost most of the time, and pygame programs are played in tests of their own.
    old = {path: text for path, text in tests.items() if "import pygame" not in text}
    for change in lesson.changes:
        own = test_files(LESSONS_DIR / lesson.id / "changes" / change.id)
        after = changed_once(lesson.id, change.manifest.sentence)
        assert failures(lesson.id, after, {**old, **own}, tmp_path / change.id) == [], change.id
        if own:
            failed = failures(lesson.id, before, own, tmp_path / f"{change.id}.before")
            assert {path for path in own if any(line.startswith(path) for line in failed)} == set(own)
        # A feature that is worded anew has tests that say so.
        assert bool(own) == bool(change.features["修改"]), change.id
