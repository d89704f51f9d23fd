"""Runs a project's program from a notebook cell: ``await project.run_program()``."""

import sys
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from importlib.metadata import entry_points

from aiflow.config import RunnerConfig
from aiflow.exceptions import InputError
from aiflow.model.entities import GeneratedProject
from aiflow.sandbox.events import Ended, Figure, InputWanted, Output, PlayEvent
from aiflow.sandbox.process import ProgramRun, start_program

OnEnd = Callable[[Ended], None]


class CellRun:
    """A program to run: awaiting it prints its output, iterating over it yields its events.

    Args:
        project: whose main file is run.
        args: the program's arguments.
        stdin: what is typed into it; None asks the person in front of the notebook.
        limits: what it may use.
        on_end: is called with the program's end.
    """

    def __init__(
        self,
        project: GeneratedProject,
        args: Sequence[str],
        stdin: str | None,
        limits: RunnerConfig,
        on_end: OnEnd,
    ) -> None:
        if project.root is None or project.main_file is None:
            raise InputError("不知道这个项目的文件夹在哪里，所以不能运行。")
        self._root = project.root
        self._main = project.main_file.relative_to(project.root).as_posix()
        self._args = args
        self._stdin = stdin
        self._limits = limits
        self._on_end = on_end

    def __await__(self) -> Generator[object, None, Ended]:
        return self._show().__await__()

    async def __aiter__(self) -> AsyncIterator[PlayEvent]:
        async with await start_program(self._root, self._main, self._args, limits=self._limits) as run:
            if self._stdin is not None:
                await run.write(self._stdin)
                await run.close_stdin()
            async for event in run.events():
                if isinstance(event, InputWanted) and self._stdin is None:
                    await _ask(run)
                if isinstance(event, Ended):
                    self._on_end(event)
                yield event

    async def _show(self) -> Ended:
        ended = Ended(None, "failed")
        async for event in self:
            print_event(event)
            if isinstance(event, Ended):
                ended = event
        return ended


def print_event(event: PlayEvent) -> None:
    """Print what the program printed, show its figures, and tell at the end what went wrong."""
    if isinstance(event, Output):
        stream = sys.stdout if event.stream == "stdout" else sys.stderr
        stream.write(event.text)
        stream.flush()
    elif isinstance(event, Figure):
        _show_figure(event)
    elif isinstance(event, Ended):
        error = event.traceback
        texts = (event.message, *((error.meaning, error.advice) if error is not None else ()))
        sys.stderr.writelines(f"{text}\n" for text in texts if text)


def _show_figure(figure: Figure) -> None:
    try:
        from IPython.display import Image, display  # noqa: PLC0415 - not there in a terminal
    except ImportError:
        return
    display(Image(figure.data))  # type: ignore[no-untyped-call]  # IPython's functions have no types


async def _ask(run: ProgramRun) -> None:
    """Ask in the cell for a line of input.

    It blocks the kernel as every ``input`` in a cell does: a notebook has one input box.
    """
    try:
        line = input()  # noqa: ASYNC250  # blocks on purpose, see above
    except (EOFError, NotImplementedError):  # no input is possible: nbconvert, a page without a box
        await run.close_stdin()
    else:
        await run.write(line + "\n")


class ProjectPrograms:
    """Implements ``GeneratedProject.run_program`` and ``play``.

    Args:
        limits: what a program may use.
        player: shows a project's window in the notebook. By default the first that is installed as an
            ``aiflow.players`` entry point, as the package of the workbench does: nothing here knows its name.
        on_end: is called with the end of each run of ``run``.
    """

    def __init__(
        self,
        limits: RunnerConfig,
        player: Callable[[GeneratedProject], object] | None = None,
        on_end: OnEnd = lambda _: None,
    ) -> None:
        self._limits = limits
        self._player = player
        self._on_end = on_end

    def run(self, project: GeneratedProject, args: Sequence[str], stdin: str | None) -> CellRun:
        """Return the program, to be awaited or iterated over.

        Raises:
            InputError: the project has no folder or no main file.
        """
        return CellRun(project, args, stdin, self._limits, self._on_end)

    def play(self, project: GeneratedProject) -> object:
        """Show the program's window in the notebook.

        Raises:
            InputError: there is nothing that could show it.
        """
        player = self._player or _installed_player()
        if player is None:
            raise InputError("这里没有可以显示游戏画面的部分：请在笔记本里调用 play()，并确认装好了工作台。")
        return player(project)


def _installed_player() -> Callable[[GeneratedProject], object] | None:
    for found in entry_points(group="aiflow.players"):
        player: Callable[[GeneratedProject], object] = found.load()
        return player
    return None
