"""Runs test functions, one after the other, in one process."""

import os
import random
import sys
import time
import traceback
import types
from collections.abc import Callable
from typing import Any, Final

from . import asserts, output
from .clock import Clock
from .recording import Recorder

_SEED: Final = 1
_MAX_TRACE: Final = 6000
_perf_counter = time.perf_counter

Report = Callable[[dict[str, Any]], None]


def run_functions(tests: list[tuple[str, str]], report: Report, *, record: bool = False) -> None:
    """Run tests and report each: that it starts, that its file is loaded, and its result.

    Args:
        tests: the file and the name of each.
        report: takes a result.
        record: also report what each test executes.
    """
    root = os.getcwd()  # noqa: PTH109  # pathlib is not loaded for a program that may have its own
    sys.path.insert(0, root)
    os.environ["SDL_VIDEODRIVER"] = os.environ["SDL_AUDIODRIVER"] = "dummy"
    clock = Clock()
    clock.patch()
    recorder = Recorder(root) if record else None
    modules: dict[str, types.ModuleType | dict[str, Any]] = {}
    for number, (path, name) in enumerate(tests):
        report({"test": number, "at": "start"})
        output.install()
        if path not in modules:
            modules[path] = _load(root, path)
        module = modules[path]
        report({"test": number, "at": "loaded"})
        if isinstance(module, dict):
            report({"test": number, "at": "end", "ms": 0, **module})
            continue
        os.chdir(root)
        clock.passed = 0.0
        random.seed(_SEED)
        output.install()
        if recorder is not None:
            recorder.start()
        start = _perf_counter()
        result = outcome(getattr(module, name))
        if recorder is not None:
            report({"test": number, "at": "lines", **recorder.stop()})
        report({"test": number, "at": "end", "ms": round((_perf_counter() - start) * 1000), **result})


def _load(root: str, path: str) -> types.ModuleType | dict[str, Any]:
    """Return the module of a file of tests, or the result that each of its tests then has."""
    file = os.path.join(root, path)  # noqa: PTH118  # pathlib is not loaded
    name = path.rpartition("/")[2].removesuffix(".py")
    module = types.ModuleType(name)
    module.__file__ = file
    module.__dict__.update({asserts.CHECK: asserts.check, asserts.TRUTH: asserts.truth})

    def load() -> None:
        with open(file, "rb") as opened:  # noqa: PTH123  # pathlib is not loaded
            code = asserts.compile_test(opened.read(), file)
        sys.modules[name] = module
        exec(code, module.__dict__)  # noqa: S102  # what we are for

    result = outcome(load)
    return module if result["status"] == "passed" else result | {"status": "error"}


def outcome(call: Callable[[], object]) -> dict[str, Any]:
    """Call something of the program; return the status, the message and the traceback of an error.

    A ``message`` is for a student; a ``trace`` is Python's own and is explained where it arrives.
    """
    try:
        call()
    except asserts.CheckError as error:
        return {"status": "failed", "message": str(error), "trace": _trace(error)}
    except output.TooMuchOutput:
        return {"status": "error", "message": "程序不停地打印，停不下来。"}
    except output.InputRefusedError as error:
        text = "程序在等人打字（input），测试里没有人可以打字。"
        return {"status": "failed", "message": text, "trace": _trace(error)}
    except SystemExit:
        return {"status": "error", "message": "程序在测试里调用了 exit()，测试没有做完。"}
    except BaseException as error:  # noqa: BLE001  # whatever the program raises is a result
        return {"status": "failed", "trace": _trace(error)}
    return {"status": "passed"}


def _trace(error: BaseException) -> str:
    """Return a traceback without our frames, its end if it is long."""
    ours = os.path.dirname(__file__)  # noqa: PTH120  # pathlib is not loaded
    try:
        lines = traceback.TracebackException.from_exception(error, limit=-30)
        stack = [frame for frame in lines.stack if not frame.filename.startswith(ours)]
        lines.stack = traceback.StackSummary.from_list(stack)
        return "".join(lines.format(chain=False))[-_MAX_TRACE:]
    except Exception:  # noqa: BLE001  # an error of the program may fail to show itself
        return f"Traceback (most recent call last):\n{type(error).__name__}"
