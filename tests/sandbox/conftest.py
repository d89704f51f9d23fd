"""A project in a folder of its own, and a run of it to its end."""

import os
import textwrap
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from aiflow.config import RunnerConfig
from aiflow.sandbox.events import Ended, InputWanted, Output
from aiflow.sandbox.process import ProgramRun, start_program

SMALL = RunnerConfig(
    wall_timeout_s=120,
    cpu_budget_s=10,
    memory_mb=300,
    processes=12,
    output_mb=0.2,
    file_mb=1,
    folder_mb=8,
    open_files=64,
)


@dataclass
class Told:
    """All that a run told."""

    ended: Ended
    stdout: str = ""
    stderr: str = ""
    inputs: int = 0
    events: list[object] = field(default_factory=list)


async def listen(run: ProgramRun, answers: list[str] | None = None) -> Told:
    answers = list(answers or [])
    told = Told(Ended(None, "failed"))
    async with run:
        async for event in run.events():
            told.events.append(event)
            match event:
                case Output("stdout", text):
                    told.stdout += text
                case Output("stderr", text):
                    told.stderr += text
                case InputWanted():
                    told.inputs += 1
                    await (run.write(answers.pop(0)) if answers else run.close_stdin())
                case Ended():
                    told.ended = event
    return told


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Path]:
    """Writes files of a project; the main file's text comes first."""

    def write(main: str, **files: str) -> Path:
        root = tmp_path / "项目"
        root.mkdir(exist_ok=True)
        for name, text in {"main": main, **files}.items():
            (root / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
        return root

    return write


@pytest.fixture
def run(project: Callable[..., Path]) -> Callable[..., Awaitable[Told]]:
    """Runs a program's text with small limits and collects what it tells."""

    async def run_it(
        text: str, *args: str, answers: list[str] | None = None, confine: bool = True, **limits: float
    ) -> Told:
        chosen = RunnerConfig(**(SMALL.model_dump() | limits))
        return await listen(
            await start_program(project(text), "main.py", args, limits=chosen, confine=confine), answers
        )

    return run_it


def processes_of(marker: str) -> list[int]:
    """The living processes whose command line or environment-free title holds a marker."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                line = (folder / "cmdline").read_bytes()
                cwd = str((folder / "cwd").readlink())
            except OSError:
                continue  # it ended while we looked
            if marker.encode() in line or cwd.startswith(marker):
                found.append(int(folder.name))
    return found


@pytest.fixture
def nothing_is_left(tmp_path: Path):
    """No process of the run, and no change outside the project's folder."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file.txt").write_text("untouched", encoding="utf-8")
    yield
    assert processes_of(str(tmp_path)) == []
    assert [path.name for path in outside.iterdir()] == ["file.txt"]
    assert (outside / "file.txt").read_text(encoding="utf-8") == "untouched"
