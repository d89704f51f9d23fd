"""The smoke test: a project runs for some seconds, with no display and no input, before it is finished."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiflow.config import RunnerConfig
from aiflow.languages.registry import language_of
from aiflow.model.findings import Finding
from aiflow.sandbox.events import Ended, Frame, InputWanted
from aiflow.sandbox.player import PlayRun, start_player

_DRAW_GRACE_S: Final = 1.0  # a window that has just been opened still gets this long to draw
_TIME_LIMITS: Final = frozenset({"wall_timeout", "cpu"})


@dataclass(frozen=True, slots=True)
class SmokeResult:
    """The result of a smoke test.

    Attributes:
        ok: there are no findings.
        findings: with the rules ``run_error``, ``run_exit``, ``run_limit`` and ``no_picture``.
        first_frame: the first picture of its window as a PNG, for the project's thumbnail.
    """

    ok: bool
    findings: list[Finding] = field(default_factory=list)
    first_frame: bytes | None = field(default=None, repr=False)


async def smoke_test(
    root: Path,
    main: str,
    limits: RunnerConfig | None = None,
    seconds: float = 3.0,
    *,
    confine: bool = True,
    writable: bool = True,
) -> SmokeResult:
    """Run a project for some seconds and return what went wrong.

    A program that ends with success, that waits for input, or that still runs is fine; a traceback, an exit
    with an error, a limit that is hit and a window in which nothing is ever shown are not.

    Args:
        root: the project's folder.
        main: the file to run.
        limits: what it may use.
        seconds: how long it is watched.
        confine: whether it is confined as far as the system allows.
        writable: whether it may write into the folder. Where it may not, a program that fails may be without
            fault.

    Raises:
        RunnerError: it could not be started, or the system cannot keep it from writing
            (``can_be_read_only``).
    """
    async with await start_player(root, main, limits=limits, confine=confine, writable=writable) as run:
        await run.request_frame()
        # On a busy machine the interpreter alone can take these seconds; the program has them for itself.
        await run.begun()
        watch = _Watch(run, main)
        try:
            async with asyncio.timeout(seconds):
                await watch.follow(until_drawn=False)
        except TimeoutError:
            if run.window_opened and watch.picture is None:
                await watch.grace()
        return watch.result()


class _Watch:
    """The observations of a run so far."""

    def __init__(self, run: PlayRun, main: str) -> None:
        self._run = run
        self._main = main
        self._events = run.events()
        self._ended: Ended | None = None
        self.picture: bytes | None = None

    async def follow(self, *, until_drawn: bool) -> None:
        """Consume events until the outcome is clear."""
        async for event in self._events:
            match event:
                case Frame():
                    self.picture = self.picture or event.data
                    if until_drawn:
                        return
                case InputWanted() if not self._run.window_opened:
                    return
                case Ended():
                    self._ended = event
                    return

    async def grace(self) -> None:
        """Wait a little longer for a window's first picture."""
        # The timeout has ended the generator; a new one yields the events that follow.
        self._events = self._run.events()
        try:
            async with asyncio.timeout(_DRAW_GRACE_S):
                await self.follow(until_drawn=True)
        except TimeoutError:
            return

    def result(self) -> SmokeResult:
        """Return the result."""
        findings = self._findings()
        return SmokeResult(not findings, findings, self.picture)

    def _findings(self) -> list[Finding]:
        ended = self._ended
        if ended is None:
            if self._run.window_opened and self.picture is None:
                return [_no_picture(self._main)]
            return []
        if ended.reason in _TIME_LIMITS:
            return []  # it still ran when its time was up, as one that is stopped after ``seconds``
        if ended.reason == "exit" and (
            not ended.exit_code or (ended.traceback is not None and ended.traceback.is_harmless)
        ):
            return []
        if ended.traceback is not None:
            trace = ended.traceback
            text = f"运行时出错：{trace.original}。{trace.meaning}{trace.advice}"
            return [Finding(trace.path, trace.line, "run_error", text)]
        return [Finding(None, None, "run_exit" if ended.reason == "exit" else "run_limit", ended.message)]


def _no_picture(main: str) -> Finding:
    language = language_of(main)
    advice = "" if language is None else language.picture_advice
    return Finding(None, None, "no_picture", f"程序打开了窗口，但一直没有显示画面。{advice}")
