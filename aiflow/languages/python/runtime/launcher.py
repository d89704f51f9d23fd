"""Runs a program in this interpreter so that it looks as if started by ``python main.py``."""

import os
import sys
import types

from . import streams
from .channel import Channel


def main(channel: Channel, script: str, arguments: list[str], *, is_played: bool) -> None:
    """Run the program and exit as it would have.

    Args:
        channel: to the page.
        script: the main file, relative to the working folder.
        arguments: the program's own.
        is_played: its window is shown in the page.
    """
    streams.install(channel)
    if is_played:
        from . import player  # noqa: PLC0415  # numpy and pygame's patches are for games only

        player.install(channel)
    channel.report("begun")
    _run(script, arguments)


def _run(script: str, arguments: list[str]) -> None:
    root = os.getcwd()  # noqa: PTH109  # pathlib is not loaded for a program that may have its own
    path = os.path.join(root, script)  # noqa: PTH118  # the same
    sys.path.insert(0, os.path.dirname(path))  # noqa: PTH120  # the same
    sys.argv = [script, *arguments]
    module = types.ModuleType("__main__")
    module.__file__ = path
    module.__dict__["__builtins__"] = __builtins__
    _kept.append(sys.modules["__main__"])
    sys.modules["__main__"] = module
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # the same
            source = file.read()
        exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # what we are for
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001  # shown as the interpreter shows it, without our frames
        _report(error)
        sys.exit(130 if isinstance(error, KeyboardInterrupt) else 1)


def _report(error: BaseException) -> None:
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    error.__traceback__ = trace
    sys.excepthook(type(error), error, trace)


_kept: list[types.ModuleType] = []  # a module that is dropped loses its names
