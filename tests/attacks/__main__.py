"""The long form: ``python -m tests.attacks --cases 100000``."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.attacks.http import Server, attack_http
from tests.attacks.outcome import Outcome, table
from tests.attacks.races import attack_races, timed
from tests.attacks.store import attack_store
from tests.attacks.trap import Trap
from tests.browser.lab import BASE_URL, TOKEN, Lab


def through_server(folder: Path, cases: int, seed: int) -> Outcome:
    """Start a server, attack it, stop it."""
    lab = Lab(folder, 0)
    try:
        lab.wait()
        trap = Trap(folder / "trap", lab.projects)
        return asyncio.run(attack_http(Server(lab.port, f"{BASE_URL}/", TOKEN), trap, cases, seed))
    finally:
        lab.stop()


def main() -> int:
    """Attack, print a table; the exit code says whether everything held."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20_261_122)
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        home = Path(place)
        outcomes = [attack_store(Trap(home / "store"), options.cases * 5 // 10, options.seed)]
        outcomes.append(through_server(home / "server", options.cases * 3 // 10, options.seed + 1))
        outcomes += attack_races(Trap(home / "races"), options.cases * 2 // 10)
    print(table(outcomes))
    print(timed(outcomes, began))
    for one in outcomes:
        for sentence in one.broken[:20]:
            print(f"did not hold: {one.kind}: {sentence}")
    return 1 if any(one.broken for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
