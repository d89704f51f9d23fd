"""Validates the checks of the included sets: correct programs pass, wrong programs and mutants fail.

python -m tests.benchmarks.eval_checks [SET…] [--mutants 10] [--only ID…]
"""

import argparse
import sys

from aiflow.evaluation.entries import load_set, set_names
from tests.benchmarks.table import show
from tests.evaluation.programs import Validated, run_validation


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sets", nargs="*", default=set_names())
    parser.add_argument("--mutants", type=int, default=10)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    met = True
    for name in options.sets:
        found = []
        for entry in load_set(name):
            if options.only and entry.id not in options.only:
                continue
            found.append(run_validation(entry, options.mutants))
            print(f"  {entry.id}: {' '.join(row(found[-1])[1:])}", file=sys.stderr, flush=True)
            for alive in found[-1].alive:
                print(f"      passes: {alive}", file=sys.stderr)
        killed, total = sum(one.killed for one in found), sum(one.mutants for one in found)
        met = met and not any(one.failures or one.passing for one in found)
        show(
            f"{len(found)} entries of {name}: {killed} of {total} mutants fail",
            [
                "entry",
                "half",
                "checks",
                "correct programs that pass",
                "wrong programs that pass",
                "mutants that fail",
            ],
            [row(one) for one in found],
        )
    return int(not met)


def row(one: Validated) -> list[str]:
    """The line of an entry."""
    return [
        one.entry.id,
        one.entry.half,
        str(len(one.entry.check)),
        "; ".join(one.failures) or f"{one.designs} of {one.designs}",
        ", ".join(one.passing) or "none",
        f"{one.killed} of {one.mutants}",
    ]


if __name__ == "__main__":
    sys.exit(main())
