"""Runs a project's main file in this interpreter, with typed lines, simulated time and fixed chance."""

import builtins
import io
import os
import random
import sys
import time
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MAX_OUTPUT = 200_000
_MAX_INPUT_ENDS = 3
_START = 1_750_000_000.0

# Gets the text that was printed since the last line, and returns the next line; None closes the input.
Player = Callable[[str], str | None]


class OverError(BaseException):
    """The program is stopped: the check has seen enough.

    No Exception: a program that catches all of those is stopped too.
    """


@dataclass
class Seen:
    """The observations of a run.

    Attributes:
        parts: the output before the first typed line, and behind each one.
        typed: the lines.
        error: the last line of the error that ended it; empty where there was none.
        ended: it ended by itself, not because its input ended or the check stopped it.
        seconds: of simulated time.
    """

    parts: list[str] = field(default_factory=lambda: [""])
    typed: list[str] = field(default_factory=list)
    error: str = ""
    ended: bool = False
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """The whole output, prompts included."""
        return "".join(self.parts)

    @property
    def answer(self) -> str:
        """The output behind the first typed line; all of it where none was typed."""
        return "".join(self.parts[1:]) if self.typed else self.text


class Clock:
    """Simulated seconds since the program's start."""

    def __init__(self) -> None:
        self.now = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += max(0.0, float(seconds))

    def time(self) -> float:
        """Return the time of day."""
        # A loop that waits for a moment reads the clock and does nothing else.
        self.now += 0.0001
        return _START + self.now


class _Input(io.TextIOBase):
    """``sys.stdin``: each line is asked from the player."""

    def __init__(self, read: Callable[[], str | None]) -> None:
        self._read = read

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]  # noqa: ARG002 - the interface
        line = self._read()
        return "" if line is None else line + "\n"

    def read(self, size: int | None = -1) -> str:  # noqa: ARG002 - the interface
        return "".join(iter(self.readline, ""))


class _Output(io.TextIOBase):
    """``sys.stdout`` and ``sys.stderr``: the text becomes a part of what was seen."""

    encoding = "utf-8"

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._size = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._size += len(text)
        if self._size > MAX_OUTPUT:
            self._seen.error = self._seen.error or "it prints without end"
            raise OverError
        self._seen.parts[-1] += text
        return len(text)


class Stage:
    """The world of one run.

    Args:
        player: types the lines.
        seed: of ``random``; None goes on with the numbers of the run before.
    """

    def __init__(self, player: Player, seed: int | None = 0) -> None:
        self.seen = Seen()
        self.clock = Clock()
        self._player = player
        self._seed = seed
        self._input_ends = 0

    def read(self) -> str | None:
        """Return the next typed line; None where the input has ended.

        Raises:
            OverError: the program reads behind the end of its input again and again.
        """
        line = self._player(self.seen.parts[-1])
        if line is None:
            self._input_ends += 1
            # A program that asks again and again behind the end of its input would never end.
            if self._input_ends > _MAX_INPUT_ENDS:
                raise OverError
            return None
        self.seen.typed.append(line)
        self.seen.parts.append("")
        return line

    def ask(self, prompt: object = "") -> str:
        """Stand in for ``input``.

        Raises:
            EOFError: the input has ended.
        """
        sys.stdout.write(str(prompt))
        line = self.read()
        if line is None:
            raise EOFError("EOF when reading a line")
        return line

    @contextmanager
    def built(self) -> Iterator[None]:
        """Replace what a program meets: input, output, time, chance. Restore it afterwards."""
        output = _Output(self.seen)
        replaced: list[tuple[Any, str, Any]] = [
            (builtins, "input", self.ask),
            (sys, "stdin", _Input(self.read)),
            (sys, "stdout", output),
            (sys, "stderr", output),
            (sys, "argv", ["main.py"]),
            (os, "system", lambda _command: 0),  # clears the screen
            (time, "sleep", self.clock.sleep),
            *((time, name, self.clock.time) for name in ("time", "monotonic", "perf_counter")),
        ]
        before = [(owner, name, getattr(owner, name)) for owner, name, _ in replaced]
        modules, path = set(sys.modules), list(sys.path)
        if self._seed is not None:
            random.seed(self._seed)
        for owner, name, value in replaced:
            setattr(owner, name, value)
        try:
            yield
        finally:
            for owner, name, value in before:
                setattr(owner, name, value)
            for name in set(sys.modules) - modules:
                if _is_ours(sys.modules[name]):
                    del sys.modules[name]  # a second run starts with fresh modules
            sys.path[:] = path

    def run(self, main: str, name: str = "__main__") -> types.ModuleType:
        """Run a file; return its module, with as much as it has defined."""
        path = Path(main).resolve()
        module = types.ModuleType(name)
        module.__file__ = str(path)
        with self.built():
            sys.path.insert(0, str(path.parent))
            before = sys.modules.get(name)
            sys.modules[name] = module
            try:
                self._execute(path, module)
            finally:
                if before is not None:
                    sys.modules[name] = before
        self.seen.seconds = self.clock.now
        return module

    def _execute(self, path: Path, module: types.ModuleType) -> None:
        try:
            exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # the program
            self.seen.ended = self._input_ends == 0
        except OverError:
            pass
        except SystemExit as end:
            self.seen.ended = self._input_ends == 0
            if end.code not in {None, 0}:
                self.seen.error = self.seen.error or f"SystemExit: {end.code}"
        except BaseException as error:  # noqa: BLE001 - whatever a program raises is its result
            if self._input_ends == 0 or not isinstance(error, EOFError):
                self.seen.error = f"{type(error).__name__}: {error}"[:300]


def _is_ours(module: types.ModuleType | None) -> bool:
    """Return whether a module is a file of the project."""
    found = getattr(module, "__file__", None) or ""
    inside = found.startswith(os.getcwd() + os.sep)  # noqa: PTH109 - a text is compared
    return inside and f"{os.sep}_aiflow_kit{os.sep}" not in found
