"""How many of a corpus's answers the extractor reads exactly, for each format and several splits.

    python -m tests.corpus [answers.jsonl ...] [--show] [--rows]

Without a file it reads the bundled answers. A stream recorded as deltas (`{"delta": …}` a line) is shown
instead: its files, as the extractor sees them.
"""

import argparse
import sys
from pathlib import Path

from tests.corpus.check import SPLITS, Answer, failures, load, stream_files

BUNDLED = Path(__file__).with_name("answers.jsonl")


def main() -> int:
    """Print the table; the exit code says whether every answer passed in every split."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("files", nargs="*", type=Path, default=[BUNDLED])
    arguments.add_argument("--show", action="store_true", help="show what came out wrong")
    options = arguments.parse_args()
    passed = True
    for path in options.files:
        files = stream_files(path)
        if files is not None:
            print(f"{path.name}: " + ", ".join(files))
            continue
        passed = report(load(path), show=options.show) and passed
    return 0 if passed else 1


def report(answers: list[Answer], *, show: bool) -> bool:
    """Print the rate per format and split; return whether all passed."""
    wrong: dict[tuple[str, str], int] = {}
    count: dict[str, int] = {}
    for answer in answers:
        count[answer.format] = count.get(answer.format, 0) + 1
        for split, why in failures(answer).items():
            wrong[answer.format, split] = wrong.get((answer.format, split), 0) + 1
            if show:
                print(f"--- {answer.id} [{split}]\n{why}", file=sys.stderr)
    width = max(map(len, count), default=0)
    print(f"{'format':<{width}}  answers  " + "  ".join(f"{split:>9}" for split in SPLITS))
    for name in [*sorted(count), ""]:
        total = count.get(name) or sum(count.values())
        bad = [
            wrong.get((name, split), 0) if name else sum(n for (_, s), n in wrong.items() if s == split)
            for split in SPLITS
        ]
        rates = "  ".join(f"{(total - number) / total:>9.1%}" for number in bad)
        print(f"{name or 'all':<{width}}  {total:>7}  {rates}")
    return not wrong


if __name__ == "__main__":
    sys.exit(main())
