"""Runs a file as ``__main__``, as if started by ``python main.py``."""

import os
import sys
import types


def run_script(script: str, arguments: list[str]) -> None:
    """Run a file in this interpreter.

    Args:
        script: relative to the working folder.
        arguments: the program's own.

    Raises:
        BaseException: whatever the program raises, ``SystemExit`` among it.
    """
    root = os.getcwd()  # noqa: PTH109  # pathlib is not loaded for a program that may have its own
    path = os.path.join(root, script)  # noqa: PTH118  # the same
    sys.path.insert(0, os.path.dirname(path))  # noqa: PTH120  # the same
    sys.argv = [script, *arguments]
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__dict__["__builtins__"] = __builtins__
    _kept.append(sys.modules["__main__"])
    sys.modules["__main__"] = module
    with open(path, "rb") as file:  # noqa: PTH123  # the same
        source = file.read()
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # what we are for


_kept: list[types.ModuleType] = []  # a module that is dropped loses its names
