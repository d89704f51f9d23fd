"""Shared by the commands: Chinese help, text that is safe to print, and lines that keep paths whole."""

import asyncio
import re
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

# C0, DEL and C1 start escape sequences; the rest makes a line read differently from what it is.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_HEADINGS = {"Options": "选项", "Commands": "命令", "Arguments": "参数"}


def printable(text: str) -> str:
    """Return ``text`` without the characters that control a terminal or turn the writing direction.

    Text of a model or a person is shown, never obeyed.
    """
    return _CONTROL.sub("�", text.replace("\r\n", "\n").expandtabs(4))


def one_line(text: str, width: int) -> str:
    """Return ``text`` on one line, at most ``width`` columns wide (a Chinese character takes two)."""
    line = Text(printable(" ".join(text.split())), no_wrap=True, overflow="ellipsis")
    line.truncate(width, overflow="ellipsis")
    return line.plain


def pad(text: str, width: int) -> str:
    """Return ``text`` filled up with blanks to ``width`` columns."""
    return text + " " * max(0, width - cell_len(text))


def print_line(console: Console, text: str | Text) -> None:
    """Print one line without folding it: a folded path cannot be copied."""
    console.print(text, soft_wrap=True, highlight=False, markup=False, emoji=False)


def is_person_here() -> bool:
    """Return whether a person can be asked: the input is a terminal."""
    # Under pythonw and some services there is no standard input at all.
    return sys.stdin is not None and sys.stdin.isatty()


Uninterrupted = Callable[[], AbstractContextManager[None]]


@contextmanager
def interrupts(stop: Callable[[], Coroutine[Any, Any, object]]) -> Iterator[Uninterrupted]:
    """Let Ctrl-C stop what runs as the button in the page does, for as long as the block lasts.

    Yields:
        A context manager in which Ctrl-C raises KeyboardInterrupt as usual, for a question in the terminal.
    """
    loop = asyncio.get_running_loop()
    # asyncio holds its tasks by weak references: one that nobody holds may vanish before it has stopped the
    # run.
    stopping: set[asyncio.Task[object]] = set()

    def begin() -> None:
        if not stopping:  # an impatient second Ctrl-C stops nothing twice
            stopping.add(loop.create_task(stop()))

    @contextmanager
    def as_usual() -> Iterator[None]:
        # A question blocks the event loop: a handler that only schedules a task would not be served.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    # Python's own handler, not the loop's: it exists on Windows too, and a question can take its place for a
    # while.
    before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(begin))
    try:
        yield as_usual
    finally:
        signal.signal(signal.SIGINT, before)


class Formatter(click.HelpFormatter):
    """click's help with Chinese headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        super().write_heading(_HEADINGS.get(heading, heading))


class Context(click.Context):
    """click's context with our formatter."""

    formatter_class = Formatter


class ChineseHelp(click.Command):
    """A command whose own help option speaks Chinese, as the rest of its help does."""

    context_class = Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the help option."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option


def explain_usage(error: click.UsageError) -> str:
    """Return what is wrong with a command line, in one Chinese sentence."""
    where = f"。用法见 {error.ctx.command_path} --help。" if error.ctx is not None else "。"
    return _what(error) + where


def _what(error: click.UsageError) -> str:
    # MissingParameter is a BadParameter too, so it is asked for first.
    if isinstance(error, click.MissingParameter):
        return f"命令里缺少 {_name(error)}"
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是想写 {'、'.join(error.possibilities)}" if error.possibilities else ""
        return f"没有选项 {one_line(error.option_name, 40)}{near}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 后面要写一个值"
    if isinstance(error, click.BadParameter):
        return f"{_name(error)} 写得不对（{one_line(error.message, 60)}）"
    # Older versions of click raise a plain UsageError here: only its message names the command.
    unknown = re.match(r"No such command '(.*?)'", error.message)
    if unknown:
        return f"没有命令 {one_line(unknown.group(1), 40)}"
    return f"命令写得不对（{one_line(error.message, 60)}）"


def _name(error: click.BadParameter) -> str:
    parameter: Any = error.param
    if parameter is None:
        return "一个参数"
    return str(parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.human_readable_name)
