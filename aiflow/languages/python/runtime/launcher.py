"""Runs a program in this interpreter so that it looks as if started by ``python main.py``."""

import sys

from . import figures, streams
from . import script as script_module
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
    figures.install(channel)
    if is_played:
        from . import player  # noqa: PLC0415  # numpy and pygame's patches are for games only

        player.install(channel)
    channel.report("begun")
    try:
        script_module.run_script(script, arguments)
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001  # shown as the interpreter shows it, without our frames
        _report(error)
        sys.exit(130 if isinstance(error, KeyboardInterrupt) else 1)


def _report(error: BaseException) -> None:
    ours = {__file__, script_module.__file__}
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in ours:
        trace = trace.tb_next
    error.__traceback__ = trace
    sys.excepthook(type(error), error, trace)
