"""How long the extractor takes beside a loop that only splits the deltas into lines, and how much memory.

    python -m tests.benchmarks.extraction [--rounds N]

Targets: at most 5 times the floor, 4 MiB at most 4.4 times 1 MiB, one large file no slower than many. Times
are the best of some rounds of processor time; the exit code says whether the targets were met.
"""

import argparse
import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator

from aiflow.extraction import FileExtractor, FileText

MIB = 1024 * 1024
CODE = (
    "def move(self, direction: str) -> None:\n"
    '    """Take one step."""\n'
    "    if direction in self.allowed and not self.paused:\n"
    "        self.head = self.head.shifted(*STEPS[direction])\n"
    "\n"
    "        self.body.appendleft(self.head)  # 蛇头前进一格\n"
    "    return None\n"
)


def floor(deltas: list[str]) -> int:
    """Only split the deltas into lines."""
    count = 0
    rest = ""
    for delta in deltas:
        rest += delta
        if "\n" in rest:
            *lines, rest = rest.split("\n")
            count += len(lines)
    return count


def extracted(deltas: list[str]) -> int:
    """Extract, and take the parts as a consumer does."""
    extractor = FileExtractor()
    size = 0
    for delta in deltas:
        for part in extractor.feed(delta):
            if type(part) is FileText:
                size += len(part.text)
    for part in extractor.close():
        if type(part) is FileText:
            size += len(part.text)
    return size


def one_file(size: int) -> str:
    """Return an answer of ``size`` characters that is one file."""
    body = CODE * (size // len(CODE))
    return f"好的。\n\n### main.py\n```python\n{body}```\n"


def many_files(size: int) -> str:
    """Return an answer of ``size`` characters in files of 4 KiB."""
    body = CODE * (4096 // len(CODE))
    return "".join(
        f"### src/part{number}.py\n```python\n{body}```\n\n" for number in range(size // len(body))
    )


def tagged(size: int) -> str:
    """Return an answer of ``size`` characters in one tag."""
    return f'<file path="main.py">\n{CODE * (size // len(CODE))}</file>\n'


def cut(text: str, step: int = 4) -> list[str]:
    """Return ``text`` in deltas of ``step`` characters."""
    return [text[at : at + step] for at in range(0, len(text), step)]


def seconds(run: Callable[[list[str]], int], deltas: list[str], rounds: int) -> float:
    """Return the best processor time of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        gc.collect()
        start = time.process_time()
        run(deltas)
        best = min(best, time.process_time() - start)
    return best


def peak_memory(deltas: Iterator[str]) -> int:
    """Return the most memory that the extractor held, in bytes; the parts are thrown away as they come."""
    tracemalloc.start()
    extractor = FileExtractor()
    for delta in deltas:
        extractor.feed(delta)
    extractor.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def rows(rounds: int) -> Iterator[tuple[str, float, float]]:
    """Yield what was measured: the case, its seconds, the floor's."""
    for mib in (1, 2, 4):
        for name, make in (("one file", one_file), ("files of 4 KiB", many_files), ("one tag", tagged)):
            deltas = cut(make(mib * MIB))
            base = seconds(floor, deltas, rounds)
            yield f"{mib} MiB, {name}", seconds(extracted, deltas, rounds), base
    for name, opening, filler in (
        ("10 MB without newline, fence", "```text big.txt\n", "x"),
        ("10 MB without newline, tag", '<file path="big.txt">', "x"),
        ("10 MB without newline, prose", "", "x"),
        ("10 MB of <, tag", '<file path="big.txt">', "<"),
        ("10 MB of backticks, fence", "```text big.txt\n", "`"),
    ):
        deltas = cut(opening + filler * 10_000_000)
        yield name, seconds(extracted, deltas, 1), seconds(floor_long, deltas, 1)


def floor_long(deltas: list[str]) -> int:
    """Only look for line ends: without one, `floor` would join the same line again and again."""
    return sum("\n" in delta for delta in deltas)


def main() -> int:
    """Print the table; the exit code says whether the targets were met."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--rounds", type=int, default=5)
    options = arguments.parse_args()
    times: dict[str, float] = {}
    met = True
    print(f"{'deltas of 4 characters':<32} {'floor':>9} {'extractor':>10} {'ratio':>6}")
    for name, taken, base in rows(options.rounds):
        times[name] = taken
        print(f"{name:<32} {base * 1000:>6.0f} ms {taken * 1000:>7.0f} ms {taken / base:>6.2f}")
        met = met and (not name[0:2].strip().isdigit() or "10 MB" in name or taken <= 5 * base)
    for name in ("one file", "files of 4 KiB", "one tag"):
        ratio = times[f"4 MiB, {name}"] / times[f"1 MiB, {name}"]
        met = met and ratio <= 4.4
        print(f"4 MiB : 1 MiB, {name}: {ratio:.2f}")
    print(f"one large file : many, 4 MiB: {times['4 MiB, one file'] / times['4 MiB, files of 4 KiB']:.2f}")
    for name, opening in (("fence", "```text a.txt\n"), ("tag", '<file path="a.txt">'), ("prose", "")):
        deltas = (delta for delta in (opening, *("xxxx" for _ in range(250_000))))
        print(f"most memory held, 1 MB without newline, {name}: {peak_memory(deltas) / 1024:.0f} KiB")
    print("targets met" if met else "TARGETS MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
