"""How well the code of a feature is found: against labels made by hand, for the nine lessons.

    python -m tests.benchmarks.trace

Precision and recall at function level: of the plan's words alone, of what the tests execute, of all together.
"""

import asyncio
import sys

from aiflow.engines.lesson_library import load_lessons
from tests.benchmarks.table import show
from tests.lessons.lesson_traces import Score, labelled, links, run_lesson

SOURCES = ("plan and words", "tests", "together")
LEAST_PRECISION, LEAST_RECALL = 0.9, 0.8


async def main() -> int:
    """Print the table; return the exit code."""
    totals = {source: Score() for source in SOURCES}
    rows = []
    for lesson in load_lessons([]):
        run = await run_lesson(lesson)
        by_hand = labelled(lesson.id)
        with_tests = run.features()
        found = {
            "plan and words": links(run.features(ran=False)),
            "tests": links(with_tests, "run"),
            "together": links(with_tests),
        }
        for source, total in totals.items():
            total.add(found[source], by_hand)
        passed = sum(result.status == "passed" for result in run.results.values())
        cells = [str(Score().add(found[source], by_hand)) for source in SOURCES]
        rows.append([lesson.id, f"{passed}/{len(run.results)}", len(by_hand), *cells])
    last = [f"{total.precision:.3f} / {total.recall:.3f}" for total in totals.values()]
    rows.append(["all", "", totals["together"].labelled, *last])
    show(
        "Code of features, precision / recall",
        ["lesson", "tests passed", "labelled", *SOURCES],
        rows,
    )
    together = totals["together"]
    return int(together.precision < LEAST_PRECISION or together.recall < LEAST_RECALL)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
