"""The first code in the program's process.

Makes it look as if started by ``python main.py``, and listens in on stdin.
"""

import os
import sys
import types

from . import streams, wire


def main(arguments: list[str]) -> None:
    """Runs the program and exits as it would have.

    Args:
        arguments: our two ends of the channel, the mode, the main file, the program's own arguments.
    """
    incoming, outgoing = (_open_channel(int(number)) for number in arguments[:2])
    mode, script, own = arguments[2], arguments[3], arguments[4:]
    sender = wire.Sender(outgoing)
    streams.install(sender)
    if mode != "run":
        from . import player  # noqa: PLC0415  # numpy and pygame's patches are for games only

        (player.install if mode == "play" else player.install_desktop)(sender, incoming)
    sender.send_json({"type": "begun"})
    _run(script, own)


def _open_channel(number: int) -> int:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415  # exists there only; a handle is inherited, not a descriptor

        return msvcrt.open_osfhandle(number, os.O_BINARY)
    os.set_inheritable(number, False)  # noqa: FBT003  # the function has no keyword
    return number


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
