"""The lessons' own tests: all green, and what they execute tells which function implements which feature."""

import pytest

from aiflow.engines.lesson_library import load_lessons
from tests.lessons.lesson_traces import LessonRun, Score, labelled, links, run_lesson

LESSONS = load_lessons([])


@pytest.fixture(scope="module")
def runs() -> dict[str, LessonRun]:
    """Keep the runs: the tests of each lesson are run once."""
    return {}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
async def test_all_tests_of_a_lesson_pass(lesson, runs):
    runs[lesson.id] = run = await run_lesson(lesson)
    assert {result.test: result.message for result in run.results.values() if result.status != "passed"} == {}
    assert len(run.results) >= 20
    assert all(result.title for result in run.results.values())
    tested = {feature for features in run.tests.values() for feature in features}
    assert tested == {feature.id for feature in run.features()}


def test_the_code_of_features_is_found(runs):
    total = Score()
    for lesson in LESSONS:
        features = runs[lesson.id].features()
        assert [feature.id for feature in features if feature.status != "linked"] == []
        total.add(links(features), labelled(lesson.id))
    assert total.precision >= 0.9
    assert total.recall >= 0.8
