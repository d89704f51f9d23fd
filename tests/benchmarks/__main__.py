"""Runs the benchmarks one after another and writes their tables into this folder's README.

    python -m tests.benchmarks            all of them, about half an hour
    python -m tests.benchmarks NAME...    some of them
    python -m tests.benchmarks --list

What stands in README.md outside the markers is left as it is; a benchmark without a section gets one at the
end. Let the machine be otherwise idle: the load is printed with each table.
"""

import argparse
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.table import machine

README = Path(__file__).with_name("README.md")
TIMEOUT_S = 1800


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One command and the section that its output belongs to.

    Attributes:
        name: on the command line and in the README's markers.
        title: of a new section.
        command: what follows ``python -m``.
        is_asked_for: it runs only where it is named: it needs a model (``AIFLOW_BASE_URL``), or long.
    """

    name: str
    title: str
    command: tuple[str, ...]
    is_asked_for: bool = False

    def run(self) -> tuple[str, bool]:
        """Return what it prints, as Markdown, and whether its targets were met."""
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", *self.command],
            stdout=subprocess.PIPE,
            encoding="utf-8",
            timeout=10 * TIMEOUT_S if self.is_asked_for else TIMEOUT_S,
            check=False,
        )
        seconds = time.monotonic() - began
        text = done.stdout.strip()
        if "|---" not in text:
            text = f"{machine()}\n\n```text\n{text}\n```"
        verdict = "met, or none set" if done.returncode == 0 else f"**missed** (exit code {done.returncode})"
        return f"{text}\n\nTargets: {verdict}. The command took {seconds:.0f} s.", done.returncode == 0


BENCHMARKS = (
    Benchmark(
        "questions",
        "Questions before the specification",
        ("tests.benchmarks.questions",),
    ),
    Benchmark(
        "engine",
        "Engine: processor time per streamed chunk, from the socket to the journal",
        ("tests.benchmarks.engine", "--rounds", "2"),
    ),
    Benchmark(
        "extraction", "Extraction: time and memory of the file extractor", ("tests.benchmarks.extraction",)
    ),
    Benchmark("trace", "The code of features, against labels made by hand", ("tests.benchmarks.trace",)),
    Benchmark("server_latency", "The delay of a file's event", ("tests.benchmarks.server_latency",)),
    Benchmark(
        "change_events", "A change's events beside a generation's", ("tests.benchmarks.change_events",)
    ),
    Benchmark("server_tree", "The tree of 200 and of 1,000 files", ("tests.benchmarks.server_tree",)),
    Benchmark("server_stream", "Event streams", ("tests.benchmarks.server_stream",)),
    Benchmark("server_list", "The list of 5,000 projects", ("tests.benchmarks.server_list",)),
    Benchmark("versions", "Versions of 10 MB, and a family of fifty", ("tests.benchmarks.versions",)),
    Benchmark("server_start", "Imports, loading, and a zip", ("tests.benchmarks.server_start",)),
    Benchmark(
        "server_starts",
        "A hundred consecutive starts",
        ("tests.benchmarks.server_start", "--starts", "100"),
    ),
    Benchmark("server_forty", "Forty generations at once", ("tests.benchmarks.server_forty",)),
    Benchmark(
        "server_forty_smoke",
        "Forty generations at once, with the smoke test of each program",
        ("tests.benchmarks.server_forty", "--smoke"),
    ),
    Benchmark("imports", "An import of 10 MB", ("tests.benchmarks.imports",)),
    Benchmark("fixes", "What automatic fixes save", ("tests.benchmarks.fixes",)),
    Benchmark("growth", "Growth with the journal and the project", ("tests.benchmarks.growth",)),
    Benchmark("durability", "The cost of durability", ("tests.benchmarks.durability",)),
    Benchmark("player", "Played games: the server's part", ("tests.benchmarks.player",)),
    Benchmark("player_many", "Ten players on one server", ("tests.benchmarks.player_many",)),
    Benchmark("player_page", "Played games in a page", ("tests.benchmarks.player_page",)),
    Benchmark("page", "The workbench in a page", ("tests.benchmarks.page",)),
    Benchmark(
        "edit_formats",
        "In which form a small model changes files best",
        ("tests.benchmarks.edit_formats",),
        is_asked_for=True,
    ),
    Benchmark(
        "eval_checks",
        "Checks of the included sets: correct programs pass, wrong ones and mutants fail",
        ("tests.benchmarks.eval_checks",),
        is_asked_for=True,
    ),
    Benchmark("attacks", "Hostile paths", ("tests.attacks", "--cases", "100000")),
)


def put(text: str, benchmark: Benchmark, table: str) -> str:
    """Return the README with a benchmark's table between its markers."""
    first, last = f"<!-- begin {benchmark.name} -->", f"<!-- end {benchmark.name} -->"
    before, found, rest = text.partition(first)
    if not found:
        command = " ".join(benchmark.command)
        return (
            f"{text.rstrip()}\n\n## {benchmark.title}\n\n    python -m {command}\n\n{first}\n\n{table}\n"
            f"\n{last}\n"
        )
    _, end, after = rest.partition(last)
    if not end:
        raise SystemExit(f"README.md: no {last!r}")
    return f"{before}{first}\n\n{table}\n\n{last}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[*(one.name for one in BENCHMARKS), []])
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        for one in BENCHMARKS:
            print(f"{one.name:<20} {one.title}")
        return 0
    missed = []
    for one in BENCHMARKS:
        if one.name not in options.names and (options.names or one.is_asked_for):
            continue
        print(f"{one.name} …", flush=True)
        table, met = one.run()
        print(table, flush=True)
        # Read anew each time: a quarter of an hour is long, and others write there too.
        README.write_text(put(README.read_text(encoding="utf-8"), one, table), encoding="utf-8")
        if not met:
            missed.append(one.name)
    print("missed: " + (", ".join(missed) or "none"))
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
