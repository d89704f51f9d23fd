"""``aiflow run`` and ``aiflow play``.

A generated program, with its limits, in the terminal or in a window.
"""

import asyncio
import codecs
import io
import os
import sys
import threading

import click

from aiflow.commands.terminal import ChineseHelp, interrupts
from aiflow.config import Config
from aiflow.exceptions import AIFlowError, NotFoundError
from aiflow.sandbox.cell import print_event
from aiflow.sandbox.events import Ended, Figure
from aiflow.sandbox.process import ProgramRun, start_program
from aiflow.storage.last_error import keep_error
from aiflow.storage.project_folder import ProjectFolder
from aiflow.workspace.lookup import find_project

_STOPPED = 130
_TYPED_BYTES = 32_768


@click.command(
    cls=ChineseHelp,
    # Arguments after the project belong to the program, also those that look like our options.
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.argument("project")
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
def run(project: str, args: tuple[str, ...]) -> None:
    """运行一个项目的程序。PROJECT 是编号、名字或路径；退出码就是程序的退出码。"""
    sys.exit(asyncio.run(_run(project, args, window=False)))


@click.command(cls=ChineseHelp)
@click.argument("project")
def play(project: str) -> None:
    """在这台电脑的屏幕上打开游戏窗口。没有屏幕时，请在笔记本里点“试玩”。"""
    # A person at Windows or macOS has a display; a Linux server often has none.
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        raise NotFoundError("这台机器没有屏幕，打不开窗口。请在笔记本的工作台里点“试玩”。")
    sys.exit(asyncio.run(_run(project, (), window=True)))


async def _run(name: str, args: tuple[str, ...], *, window: bool) -> int:
    config = Config.load()
    folder = find_project(name, config)
    main = folder.main_file()
    limits = config.runner
    async with await start_program(folder.root, main, args, limits=limits, window=window) as program:
        # Beside the output: a program may print for as long as the person types.
        feeder = asyncio.create_task(_feed(program))
        code = 1
        with interrupts(program.stop):
            async for event in program.events():
                if isinstance(event, Figure):
                    _save_figure(folder, event)
                else:
                    print_event(event)
                if isinstance(event, Ended):
                    code = _exit_code(event)
                    keep_error(folder.record, event.error_text)
        # Standard input may stay open for ever: the command ends with the program.
        feeder.cancel()
    return code


def _save_figure(folder: ProjectFolder, figure: Figure) -> None:
    """Save a figure beside the program: a terminal shows none. The next run replaces it."""
    path = f"figures/figure_{figure.number}.png"
    try:
        folder.write(path, figure.data)
    except AIFlowError as error:
        click.echo(f"图 {figure.number} 没有存下来：{error.message}", err=True)
    else:
        click.echo(f"图 {figure.number} 存成了 {path}", err=True)


async def _feed(program: ProgramRun) -> None:
    """Pass the person's input to the program until standard input ends."""
    typed: asyncio.Queue[bytes] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_read_stdin, args=(loop, typed), daemon=True).start()
    # A piece may end inside a character, so the decoder must remember the first part.
    decoder = codecs.getincrementaldecoder(sys.stdin.encoding if sys.stdin else "utf-8")("replace")
    while data := await typed.get():
        await program.write(decoder.decode(data))
    await program.write(decoder.decode(b"", final=True))
    await program.close_stdin()


def _read_stdin(loop: asyncio.AbstractEventLoop, typed: "asyncio.Queue[bytes]") -> None:
    """Read standard input; an empty piece marks its end.

    In a daemon thread, and without Python's own buffer: after the program's end the command must not wait for
    one more line, and a buffer that is being read cannot be closed.
    """
    data = b"more"
    while data:
        try:
            data = _raw_stdin().read(_TYPED_BYTES) or b""
        except (OSError, ValueError):
            data = b""  # closed
        try:
            loop.call_soon_threadsafe(typed.put_nowait, data)
        except RuntimeError:
            return  # the program has ended, and the loop with it


def _raw_stdin() -> io.RawIOBase:
    raw = getattr(getattr(sys.stdin, "buffer", None), "raw", None)
    # Descriptor 0 stays open: once closed, the next file that is opened would become standard input.
    return raw if isinstance(raw, io.RawIOBase) else io.FileIO(0, closefd=False)


def _exit_code(ended: Ended) -> int:
    """Return the program's code; one that a signal or a limit ended has a shell's code for it."""
    if ended.reason == "stopped":
        return _STOPPED
    if ended.exit_code is None:
        return 1
    return 128 - ended.exit_code if ended.exit_code < 0 else ended.exit_code
