"""Runs the tests of a project inside the program's process, and reports each result as a line of JSON.

``functions`` are plain test functions with ``assert``, all in one process; a ``scenario`` is one run of the
whole program, in a process of its own. Time and chance are the same in every run.
"""

import json
import os
from collections.abc import Callable
from typing import Any

from . import functions, scenario

Report = Callable[[dict[str, Any]], None]


def main(script: str, job: dict[str, Any]) -> None:
    """Do a job.

    Args:
        script: the program's main file.
        job: ``{"functions": [[path, name], …]}`` or ``{"scenario": {…}}``; with ``"record": true`` each test
            also reports what it executes.
    """
    report, record = _reporter(), bool(job.get("record"))
    if "functions" in job:
        functions.run_functions([tuple(test) for test in job["functions"]], report, record=record)
    else:
        scenario.run_scenario(script, job["scenario"], report, record=record)


def _reporter() -> Report:
    """Return the function that reports on the process's standard output, which the program then lacks."""
    results = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="replace", newline="\n")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)

    def report(value: dict[str, Any]) -> None:
        results.write(json.dumps(value, ensure_ascii=False) + "\n")
        results.flush()

    return report
