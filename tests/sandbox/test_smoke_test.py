"""The gate that starts a project before it is called finished."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from aiflow.config import RunnerConfig
from aiflow.exceptions import RunnerError
from aiflow.model.findings import Finding
from aiflow.sandbox.doctor import describe_confinement
from aiflow.sandbox.process import can_be_read_only
from aiflow.sandbox.smoke_test import SmokeResult, smoke_test
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.asyncio
LIMITS = RunnerConfig(wall_timeout_s=120, cpu_budget_s=20, memory_mb=700, processes=12, output_mb=0.1)
PYGAME = "import pygame\npygame.init()\nscreen = pygame.display.set_mode((99, 55))\n"


async def watched(root: Path, seen: Callable[[SmokeResult], bool]) -> SmokeResult:
    """A run that is watched for a second, and longer where a slow machine showed nothing in that second."""
    result = await smoke_test(root, "main.py", LIMITS, 1)
    for seconds in (4, 16):
        if not seen(result):
            result = await smoke_test(root, "main.py", LIMITS, seconds)
    return result


@pytest.mark.parametrize(
    "text",
    [
        "print('fertig')",
        "name = input('?')\nint('x')",  # waits: what comes after is not seen
        "while True: pass",
        "import sys\nsys.exit()",
    ],
)
async def test_what_is_fine(project, text):
    result = await smoke_test(project(text), "main.py", LIMITS, 1)
    assert result.ok, result
    assert result.first_frame is None


async def test_a_program_that_waits_does_not_take_the_whole_time(project):
    async with asyncio.timeout(PATIENCE_S):
        assert (await smoke_test(project("input()"), "main.py", LIMITS, 300)).ok


@pytest.mark.parametrize("end", ["while True: pygame.time.wait(9)", "input()"])
async def test_the_first_picture_is_kept(project, end):
    root = project(PYGAME + "screen.fill('red')\npygame.display.flip()\n" + end)
    result = await watched(root, lambda result: result.first_frame is not None)
    assert result.ok, result
    assert result.first_frame is not None
    assert result.first_frame.startswith(b"\x89PNG")


async def test_an_error_after_the_first_picture(project):
    result = await smoke_test(
        project(PYGAME + "pygame.display.flip()\nscreen.fill(farbe)"), "main.py", LIMITS, 25
    )
    assert not result.ok
    (problem,) = result.findings
    assert (problem.rule, problem.path, problem.line) == ("run_error", "main.py", 5)
    assert "farbe" in problem.message


async def test_a_window_that_never_draws(project):
    result = await watched(project(PYGAME + "while True: pygame.event.get()"), lambda result: not result.ok)
    assert [problem.rule for problem in result.findings] == ["no_picture"]


@pytest.mark.parametrize("limit", [{"wall_timeout_s": 0.01}, {"cpu_budget_s": 0.25}])
async def test_a_limit_in_time_is_no_problem_of_the_program(project, limit):
    limits = LIMITS.model_copy(update=limit)
    assert (await smoke_test(project("while True: pass"), "main.py", limits, 60)).ok


async def test_an_exit_with_an_error_and_a_limit(project):
    result = await smoke_test(project("import sys\nsys.exit(2)"), "main.py", LIMITS)
    assert result.findings == [Finding(None, None, "run_exit", "程序以错误结束，退出码 2。")]
    result = await smoke_test(project("while True: print('x' * 1000)"), "main.py", LIMITS)
    assert [problem.rule for problem in result.findings] == ["run_limit"]


WRITES = {
    "a new file": "open('new.txt', 'w').write('x')",
    "a longer file": "open('kept.py', 'a').write('x')",
    "an empty file": "open('kept.py', 'w')",
    "a shorter file": "os.truncate('kept.py', 1)",
    "no file": "os.remove('kept.py')",
    "another name": "os.rename('kept.py', 'other.txt')",
    "moved away": "os.rename('kept.py', os.environ['TMPDIR'] + '/kept.py')",
    "moved here": "open(os.environ['TMPDIR'] + '/a', 'w'); os.rename(os.environ['TMPDIR'] + '/a', 'kept.py')",
    "a folder": "os.mkdir('folder')",
    "a link": "os.symlink('kept.py', 'link.txt')",
    "a hard link": "os.link('kept.py', 'link.txt')",
    "a pipe": "os.mkfifo('pipe')",
    "by its whole path": "open(os.path.abspath('kept.py'), 'r+').write('x')",
    "by a descriptor": "os.open('kept.py', os.O_RDWR, dir_fd=os.open('.', os.O_RDONLY))",
    "by another process": (
        "subprocess.run([sys.executable, '-c', 'open(\\'kept.py\\', \\'w\\')'], check=True)"
    ),
}


@pytest.mark.skipif(not can_be_read_only(), reason="this system cannot keep a program from writing")
@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_a_folder_that_may_only_be_read_stays_as_it_is(project, write):
    root = project(f"import os, subprocess, sys\n{write}", kept="kept")
    before = {path.name: path.read_bytes() for path in root.iterdir()}
    result = await smoke_test(root, "main.py", LIMITS, 25, writable=False)
    assert [problem.rule for problem in result.findings] == ["run_error"]
    assert {path.name: path.read_bytes() for path in root.iterdir()} == before


@pytest.mark.skipif(not can_be_read_only(), reason="this system cannot keep a program from writing")
async def test_a_folder_that_may_only_be_read_is_read(project):
    text = "import module\nwith open('kept.py') as file:\n    assert file.read() == module.TEXT"
    root = project(text, kept="kept", module="TEXT = 'kept'")
    assert (await smoke_test(root, "main.py", LIMITS, 25, writable=False)).ok


async def test_a_system_that_cannot_keep_a_program_from_writing_says_so(project, monkeypatch):
    with pytest.raises(RunnerError, match="写项目文件夹"):
        await smoke_test(project("x"), "main.py", LIMITS, confine=False, writable=False)
    monkeypatch.setattr("aiflow.sandbox.child.linux.landlock.abi", lambda: 2)
    with pytest.raises(RunnerError, match="写项目文件夹"):
        await smoke_test(project("x"), "main.py", LIMITS, writable=False)


async def test_every_measure_is_told():
    measures = describe_confinement()
    assert len({measure.name for measure in measures}) == len(measures)
    assert {"environment", "files", "tree", "limits"} <= {measure.name for measure in measures}
    for measure in measures:
        assert measure.what
        assert bool(measure.missing) != measure.holds
