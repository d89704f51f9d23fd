"""Plays a lesson's console program as a person would: reads what it asks, types an answer."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from aiflow.engines.lesson_library import LESSONS_DIR

LONGEST_PLAY_S = 90.0


def clean_env(**extra: str) -> dict[str, str]:
    """Return the test's environment with UTF-8 for the program, and without what would change the run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SDL_"))}
    return kept | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"} | extra


def copy_program(lesson_id: str, target: Path) -> Path:
    """Copy a lesson's files, so that a program that writes beside itself does not touch the library."""
    source = LESSONS_DIR / lesson_id / "files"
    for path in source.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    return target


class Console:
    """A running console program. Everything it prints is in ``shown``."""

    def __init__(self, folder: Path, *args: str, main: str = "main.py") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", main, *args],
            cwd=folder,
            env=clean_env(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        self.shown = ""
        self._watchdog = threading.Timer(LONGEST_PLAY_S, self.process.kill)
        self._watchdog.start()

    def __enter__(self) -> "Console":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._watchdog.cancel()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def until(self, *endings: str) -> str:
        """Read until the program has printed one of the endings.

        Return what it printed since the last answer.
        """
        assert self.process.stdout is not None
        part = ""
        while not part.endswith(endings):
            char = self.process.stdout.read(1)
            assert char, f"the program ended before {endings}: {self.shown}"
            part += char
            self.shown += char
        return part

    def type(self, line: str) -> None:
        """Answer with a line."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self, prompt: str, line: str) -> str:
        """Wait for a question and answer it; return what was printed up to the question."""
        part = self.until(prompt)
        self.type(line)
        return part

    def end(self) -> str:
        """Close the input, let the program end well, and return what it still printed."""
        rest, _ = self.process.communicate(timeout=LONGEST_PLAY_S)
        self.shown += rest
        assert self.process.returncode == 0, self.shown
        assert "Traceback" not in self.shown
        return rest


def run_program(folder: Path, *args: str, lines: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run a program with its whole input given at once."""
    return subprocess.run(
        [sys.executable, "main.py", *args],
        cwd=folder,
        env=clean_env(),
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST_PLAY_S,
        check=False,
    )
