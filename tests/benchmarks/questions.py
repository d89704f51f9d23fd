"""How well the questions before the specification fit what requests leave open.

    python -m tests.benchmarks.questions [--misses]

The first, third, … of the requests were used to find the phrases of the bank, the second, fourth, … and the
unseen ones were not.
"""

import argparse
import sys

from tests.pipeline.clarification.measure import Labelled, figures, labelled

RECALL = 0.9
NEEDLESS = 0.3


def main() -> int:
    """Print the table; return 1 where a half misses a target."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--misses", action="store_true", help="also list the requests that do not fit")
    misses = parser.parse_args().misses
    rows, unseen = labelled("requests.toml"), labelled("unseen.toml")
    halves = {"used for tuning": rows[::2], "held out": rows[1::2], "unseen": unseen}
    groups = halves | {
        f"{name}, {kind}": [row for row in part if row.kind == kind]
        for name, part in (("all 60", rows), ("unseen", unseen))
        for kind in dict.fromkeys(row.kind for row in part)
    }
    print("| requests | number | recall of open slots | needless questions per request |")
    print("|---|---|---|---|")
    for name, part in groups.items():
        found = figures(part)
        print(f"| {name} | {found.requests} | {found.recall:.0%} | {found.needless:.2f} |")
    if misses:
        _print_misses([*rows, *unseen])
    measured = [figures(part) for part in halves.values()]
    return int(any(one.recall < RECALL or one.needless > NEEDLESS for one in measured))


def _print_misses(rows: list[Labelled]) -> None:
    for row in rows:
        if row.open != row.asked:
            print(
                f"{row.text}: missed {sorted(row.open - row.asked)}, needless {sorted(row.asked - row.open)}"
            )


if __name__ == "__main__":
    sys.exit(main())
