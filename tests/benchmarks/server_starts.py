"""A hundred consecutive starts of the server with the extension: no error, no warning.

    python -m tests.benchmarks.server_start --starts 100

Each start is the real ``jupyter server`` in a process of its own, which must answer the list of projects, say
that the extension is loaded, and end by itself when it is asked to. Whatever its log says above INFO is
counted and shown, Python's hidden warnings too, but for what the same server says without the extension:
Jupyter's own deprecations.
"""

import re
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median

from tests.benchmarks.table import show
from tests.live.server import LiveServer, write_config

# [W 2026-11-22 04:00:00.000 ServerApp] text
_LEVELLED = re.compile(r"^\[([WEC]) [^\]]*\] (.*)$")
ENVIRON = {"PYTHONWARNINGS": "default"}  # those that are usually hidden are shown too
_SWITCH = re.compile(r"'aiflow_server': (?:True|False)")
_LOADED = "aiflow_server | extension was successfully loaded"


def complaints(log: str) -> list[str]:
    """Return the lines that say a warning or an error, and any traceback."""
    found = []
    for line in log.splitlines():
        line = _SWITCH.sub("...", line)  # noqa: PLW2901 - how the extension was switched on or off
        levelled = _LEVELLED.match(line)
        if levelled:
            found.append(f"{levelled[1]} {levelled[2]}")
        elif line.startswith("Traceback") or "Warning:" in line:
            found.append(line)
    return found


def says_without(home: Path) -> set[str]:
    """Return what the same server complains of without the extension."""
    with LiveServer(home, extension=False, environ=ENVIRON) as server:
        server.json("api/status")
    return set(complaints(server.log))


def start_once(home: Path, usual: set[str]) -> tuple[float, list[str]]:
    """Start, ask, stop.

    Return how long it took to the first answer, and what the log complains of beyond the usual.
    """
    (home / "server.log").unlink(missing_ok=True)
    server = LiveServer(home, environ=ENVIRON)
    found = []
    began = time.perf_counter()
    try:
        with server:
            server.json("api/projects")
            seconds = time.perf_counter() - began
            process = server.process
    except AssertionError as error:
        return time.perf_counter() - began, [f"did not start: {error}"]
    if process is not None and process.returncode not in {0, None}:
        found.append(f"ended with {process.returncode}")
    if _LOADED not in server.log:
        found.append("the extension is not said to be loaded")
    return seconds, found + [line for line in complaints(server.log) if line not in usual]


def consecutive(starts: int) -> int:
    """Print the table; return 1 unless every start was without an error or a warning."""
    times: list[float] = []
    said: Counter[str] = Counter()
    clean = 0
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write_config(home, require_venv=False)
        usual = says_without(home)
        for _ in range(starts):
            seconds, found = start_once(home, usual)
            times.append(seconds)
            said.update(found)
            clean += not found
    show(
        f"{starts} consecutive starts of the server with the extension",
        ("starts", "without error or warning", "median, s to the first list", "longest, s"),
        [(starts, clean, median(times), max(times))],
    )
    for line, count in said.most_common():
        print(f"\n{count} times: {line}")
    return int(clean < starts)
