"""Measures automatic fixes on recorded answers of models: findings before and after, repairs saved.

    python -m tests.benchmarks.fixes [PATH...] [--seconds 60]

A path is a corpus of answers (one JSON object a line), a stream recorded as deltas, or a folder of projects
with their files. Without paths: the corpus and the wide table of broken programs of the tests. A repair is a
request for one file with errors, so the repairs saved are the files that have errors before and none after.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from aiflow.config import FixesConfig, GatesConfig
from aiflow.extraction import FileExtractor, collect
from aiflow.gates.fixing import RULE_PREFIX, fix_project
from aiflow.gates.registry import gates_for, run_gates
from aiflow.languages.sources import Sources
from aiflow.model.findings import Finding
from aiflow.model.language_facts import is_source
from tests.benchmarks.table import show
from tests.corpus.check import load
from tests.languages.python.fixes.programs import FIXED, LEFT, LEFT_PROJECTS, PROJECTS

CORPUS = Path(__file__).parents[1] / "corpus" / "answers.jsonl"
STREAMS = Path(__file__).parents[1] / "corpus" / "streams"
GATES = GatesConfig(plugins=False)
# A repair of the model of the streams on two cores: 700 tokens at 12 a second, and its prompt.
SECONDS = 60.0

Project = dict[str, str]


def projects_of(path: Path) -> Iterator[Project]:
    """Yield the projects in a corpus, a stream or a folder."""
    if path.is_dir():
        for folder in sorted({file.parent for file in path.rglob("*.py")}):
            yield {file.name: file.read_text("utf-8", "replace") for file in sorted(folder.glob("*.py"))}
        return
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    if any("delta" in row for row in rows):
        extractor = FileExtractor(default_path="main.py")
        parts = [part for row in rows if "delta" in row for part in extractor.feed(row["delta"])]
        yield collect([*parts, *extractor.close()])
        return
    for answer in load(path):
        yield answer.expected


class Tally:
    """The counts of one source of projects."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.projects = self.before = self.after = self.saved = self.left = 0
        self.fixed: Counter[str] = Counter()
        self.reverted: Counter[str] = Counter()
        self.seconds = 0.0

    def add(self, files: Project) -> None:
        sources = Sources.of({path: text for path, text in files.items() if is_source(path)})
        if not sources.paths:
            return
        before = run_gates(sources, gates_for(GATES))
        began = time.process_time()
        fixed = fix_project(sources, GATES, FixesConfig(plugins=False))
        self.seconds += time.process_time() - began
        self.projects += 1
        self.before += len(before)
        self.after += len(fixed.findings)
        wrong, still_wrong = with_errors(before), with_errors(fixed.findings)
        self.saved += len(wrong - still_wrong)
        self.left += len(still_wrong)
        self.fixed.update(found.rule.removeprefix(RULE_PREFIX) for found in fixed.fixes)
        self.reverted.update(fixed.reverted)


def with_errors(findings: list[Finding]) -> set[str | None]:
    """Return the files that a model would be asked for."""
    return {found.path for found in findings if found.severity == "error"}


def main() -> int:
    """Print the tables."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("paths", nargs="*", type=Path)
    arguments.add_argument("--seconds", type=float, default=SECONDS, help="of one repair by the model")
    options = arguments.parse_args()
    tallies = [Tally(path.stem) for path in options.paths or [CORPUS, *sorted(STREAMS.glob("*.jsonl"))]]
    for tally, path in zip(tallies, options.paths or [CORPUS, *sorted(STREAMS.glob("*.jsonl"))], strict=True):
        for files in projects_of(path):
            tally.add(files)
    if not options.paths:
        broken = Tally("broken programs of the tests")
        for files in [
            *({"main.py": case[1]} for case in FIXED.values()),
            *({"main.py": text} for text in LEFT.values()),
            *(dict(case[1]) for case in PROJECTS.values()), *LEFT_PROJECTS.values(),
        ]:  # fmt: skip
            broken.add(files)
        tallies.append(broken)
    show(
        f"Findings before and after automatic fixes; a repair takes {options.seconds:.0f} s",
        ("source", "projects", "findings before", "after", "files a model would repair", "of these saved",
         "seconds saved", "ms a project"),
        (
            (tally.name, tally.projects, tally.before, tally.after, tally.saved + tally.left, tally.saved,
             round(tally.saved * options.seconds), round(1000 * tally.seconds / max(1, tally.projects)))
            for tally in tallies
        ),
    )  # fmt: skip
    rules = sorted({name for tally in tallies for name in (tally.fixed | tally.reverted)})
    show(
        "Fixes of each rule",
        ("rule", *(f"{tally.name}: kept, reverted" for tally in tallies if tally.fixed or tally.reverted)),
        (
            (rule, *(f"{tally.fixed[rule]}, {tally.reverted[rule]}" for tally in tallies
                     if tally.fixed or tally.reverted))
            for rule in rules
        ),
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
