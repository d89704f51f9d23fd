"""A process that was forked from one of ours still works.

On Windows and macOS nothing forks by itself.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

# Both have used threads and processes of their own before the fork, so that there is something to inherit.
FORKED = """
import asyncio, json, os, sys
from pathlib import Path

from aiflow.config import GatesConfig
from aiflow.languages.sources import Sources
from aiflow.sandbox.events import Output
from aiflow.sandbox.process import start_program
from aiflow.storage.fsync import Syncing
from aiflow.gates.checks import LARGE_BYTES, check_project

async def run(root):
    async with await start_program(root, "main.py") as program:
        return "".join([event.text async for event in program.events() if isinstance(event, Output)])

async def check():
    large = Sources.of({"main.py": "print(missing)\\n" + "#" * LARGE_BYTES})
    return [finding.rule for finding in await check_project(large, GatesConfig())]

def sync(root):
    syncing = Syncing()
    with open(root / "main.py", "rb") as file:
        syncing.want(file.fileno())
        syncing.flush()
    return "synced"

def everything(root):
    return [asyncio.run(run(root)), asyncio.run(check()), sync(root)]

root = Path(sys.argv[1])
print(json.dumps(everything(root)), flush=True)
child = os.fork()
if child == 0:
    print(json.dumps(everything(root)), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(json.dumps(everything(root)), flush=True)
"""


def test_a_forked_process_runs_checks_and_syncs_as_its_parent_does(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("print('好')\n", encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", FORKED, str(tmp_path)],
        capture_output=True,
        check=False,
        timeout=120,
        encoding="utf-8",
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        ["好\n", ["undefined_name"], "synced"]
    ] * 3
