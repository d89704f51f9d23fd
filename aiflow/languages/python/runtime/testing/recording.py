"""Records which lines of the program a test executes, and which functions the test itself calls.

``sys.monitoring`` reports each line once and costs little; Python 3.11 has only
``sys.settrace``. Lines of modules and of class bodies run when a file is loaded, whatever the test, and are
left out.
"""

import os
import sys
from types import CodeType, FrameType
from typing import Any, Final

_NEW_LOCALS: Final = 0x2  # the flag of code that is a function's
# A report is one line of a pipe; a program of a student has a thousand lines.
_MAX_RUNS: Final = 2_000
_MAX_CALLS: Final = 500
_TESTS: Final = "tests"


class Recorder:
    """Records what is executed between ``start`` and ``stop``.

    Args:
        root: the project's folder; other code is not recorded, nor are the project's tests.
    """

    def __init__(self, root: str) -> None:
        self._root = root.rstrip(os.sep) + os.sep
        self._tests = self._root + _TESTS + os.sep
        self._lines: dict[str, set[int]] = {}
        self._calls: set[tuple[str, int]] = set()

    def start(self) -> None:
        """Forget what was recorded, and record."""
        self._lines, self._calls = {}, set()
        if sys.version_info >= (3, 12):
            self._start_monitoring()
        else:
            sys.settrace(self._trace)

    def stop(self) -> dict[str, Any]:
        """Record no more; return the runs of lines by file, and the functions that were called."""
        if sys.version_info >= (3, 12):
            self._stop_monitoring()
        else:
            sys.settrace(None)
        lines: dict[str, list[tuple[int, int]]] = {}
        left = _MAX_RUNS
        for path in sorted(self._lines):
            lines[self._relative(path)] = runs = _runs(self._lines[path])[:left]
            left -= len(runs)
        calls = sorted((self._relative(path), line) for path, line in self._calls)
        return {"lines": lines, "calls": calls[:_MAX_CALLS]}

    def _relative(self, path: str) -> str:
        return path.removeprefix(self._root).replace(os.sep, "/")

    def _is_ours(self, code: CodeType) -> bool:
        path = code.co_filename
        return (
            bool(code.co_flags & _NEW_LOCALS)
            and path.startswith(self._root)
            and not path.startswith(self._tests)
        )

    def _enter(self, code: CodeType, caller: FrameType | None) -> None:
        if caller is not None and caller.f_code.co_filename.startswith(self._tests):
            self._calls.add((code.co_filename, code.co_firstlineno))

    def _trace(self, frame: FrameType, event: str, _value: object) -> Any:
        """Take a call as ``sys.settrace`` reports it; return what takes the lines of the function."""
        code = frame.f_code
        if event != "call" or not self._is_ours(code):
            return None
        self._enter(code, frame.f_back)
        lines = self._lines.setdefault(code.co_filename, set())

        def line(inner: FrameType, kind: str, _more: object) -> Any:
            if kind == "line":
                lines.add(inner.f_lineno)
            return line

        return line

    if sys.version_info >= (3, 12):

        def _start_monitoring(self) -> None:
            monitoring = sys.monitoring
            tool = monitoring.COVERAGE_ID
            monitoring.use_tool_id(tool, "aiflow")
            events = monitoring.events
            monitoring.register_callback(tool, events.LINE, self._line)
            monitoring.register_callback(tool, events.PY_START, self._begin)
            monitoring.set_events(tool, events.LINE | events.PY_START)
            # A line that was switched off in the test before has to be reported again.
            monitoring.restart_events()

        def _stop_monitoring(self) -> None:
            monitoring = sys.monitoring
            monitoring.set_events(monitoring.COVERAGE_ID, 0)
            monitoring.free_tool_id(monitoring.COVERAGE_ID)

        def _line(self, code: CodeType, line: int) -> Any:
            if self._is_ours(code) and line != code.co_firstlineno:
                self._lines.setdefault(code.co_filename, set()).add(line)
            return sys.monitoring.DISABLE

        def _begin(self, code: CodeType, _offset: int) -> Any:
            if not self._is_ours(code):
                return sys.monitoring.DISABLE
            self._enter(code, sys._getframe(1).f_back)  # noqa: SLF001  # the frame that begins, and its caller
            return None


def _runs(numbers: set[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
