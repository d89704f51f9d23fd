"""Starts a program whose window is shown in the page, and controls it."""

import asyncio
import shutil
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiflow.config import RunnerConfig
from aiflow.exceptions import InputError, NotFoundError, RunnerError, UnsafePathError
from aiflow.languages.registry import language_of
from aiflow.languages.sources import Sources
from aiflow.model.language_facts import is_source
from aiflow.model.paths import SafePath
from aiflow.sandbox.child.launch_request import LaunchRequest
from aiflow.sandbox.process import ProgramRun, make_launch_request
from aiflow.sandbox.supervisors import SupervisorProcess, start_supervisor
from aiflow.storage.folder_walk import walk_folder
from aiflow.storage.safefs import open_file

_NEEDS: Final[dict[str, tuple[str, ...]]] = {
    "key_down": ("code",),
    "key_up": ("code",),
    "pointer_move": ("x", "y"),
    "pointer_down": ("x", "y"),
    "pointer_up": ("x", "y"),
    "wheel": (),
    "text": ("text",),
    "focus": (),
    "blur": (),
}
_NO_DISPLAY_HERE: Final = (
    "这个程序会打开桌面窗口，要在网页里试玩它，服务器上需要安装 Xvfb"
    "（Debian、Ubuntu：apt install xvfb）。也可以下载到自己的电脑上运行。"
)
_OWN_SCREEN: Final = (
    "这个程序会打开桌面窗口，在这个系统上不能显示在网页里。请在终端里用 aiflow play 在自己的屏幕上打开它。"
)
# A file's imports are at its beginning; a data file that is called .py may be large.
_MAX_READ: Final = 1_000_000
_NUMBERS: Final = ("x", "y", "dx", "dy", "button")
_TEXTS: Final = ("code", "key", "text")


class PlayRun(ProgramRun):
    """A program whose window is shown elsewhere.

    Its ``events`` hold ``Frame`` too, one for each ``request_frame``.

    Attributes:
        window_opened: whether it has opened a window yet.
    """

    window_opened = False

    def __init__(self, process: SupervisorProcess, request: LaunchRequest, limits: RunnerConfig) -> None:
        super().__init__(process, request, limits)
        self._begun = asyncio.Event()

    async def begun(self) -> None:
        """Wait until the program's own code runs, or until the run has ended."""
        begun = asyncio.ensure_future(self._begun.wait())
        over = asyncio.ensure_future(self.wait())
        try:
            await asyncio.wait({begun, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            begun.cancel()
            over.cancel()

    def _handle_report(self, what: str) -> None:
        if what == "window":
            self.window_opened = True
        elif what == "begun":
            self._begun.set()

    async def request_frame(self) -> None:
        """Ask for the next picture that differs from the last one; at most four requests count at once.

        Nothing is queued: the picture is the newest one at the moment in which it is sent.
        """
        self._send_json({"do": "credit"})

    async def send_input(self, event: Mapping[str, Any]) -> None:
        """Send the program what the player does.

        Args:
            event: ``{"type": "key_down"|"key_up", "code", "key", "repeat"}`` (KeyboardEvent's words),
                ``{"type": "pointer_move"|"pointer_down"|"pointer_up", "x", "y", "button"}`` (in the picture's
                pixels; buttons as in MouseEvent), ``{"type": "wheel", "dx", "dy"}`` (CSS pixels, down is
                positive), ``{"type": "text", "text"}`` (composed or pasted text only: a key's own character
                comes with its key), ``{"type": "focus"|"blur"}``.

        Raises:
            InputError: it is none of these.
        """
        self._send_json({"do": "event", "event": checked_input(event)})


def checked_input(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of a player's event that reach the program, with the right types.

    Raises:
        InputError: it is no such event.
    """
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in _NEEDS or any(name not in event for name in _NEEDS[kind]):
        raise InputError("这个输入事件不认识。")
    checked: dict[str, Any] = {"type": kind}
    for name in _NUMBERS:
        value = event.get(name, 0)
        if name in event:
            if not isinstance(value, int | float) or not abs(value) < 1e6:
                raise InputError(f"输入事件的 {name} 应该是数字。")
            checked[name] = value
    for name in _TEXTS:
        if name in event:
            checked[name] = str(event[name])[:1000]
    return checked


def opens_system_windows(root: Path, main: str) -> bool:
    """Return whether a project opens windows of the system, which the player for pygame cannot show."""
    language = language_of(main)
    return language is not None and language.opens_system_windows(_sources(root))


def opens_windows(root: Path, main: str) -> bool:
    """Return whether a project opens windows of any kind."""
    language = language_of(main)
    return language is not None and language.opens_windows(_sources(root))


def _sources(root: Path) -> Sources:
    paths = tuple(path for path, _ in walk_folder(root) if is_source(path))
    return Sources(paths, partial(_read, root))


def _read(root: Path, path: str) -> bytes:
    """Return a file's beginning, where its imports are; empty where it cannot be opened safely."""
    with suppress(NotFoundError, UnsafePathError), open_file(root, SafePath(path)) as file:
        return file.read(_MAX_READ)
    return b""


async def start_player(
    root: Path,
    main: str,
    args: Sequence[str] = (),
    *,
    limits: RunnerConfig | None = None,
    confine: bool = True,
    writable: bool = True,
) -> PlayRun:
    """Run a project's main file with its window shown in the page.

    Args:
        root: the project's folder.
        main: the file to run, relative to it.
        args: the program's own arguments.
        limits: what it may use.
        confine: whether it is confined as far as the system allows.
        writable: whether it may write into the folder; see ``can_be_read_only``.

    Raises:
        RunnerError: there is no such file, or no process could be started.
    """
    limits = limits or RunnerConfig()
    mode = "desktop" if await asyncio.to_thread(opens_system_windows, root, main) else "play"
    if mode == "desktop" and shutil.which("Xvfb") is None:
        text = _NO_DISPLAY_HERE if sys.platform.startswith("linux") else _OWN_SCREEN
        raise RunnerError(text, reason="no_virtual_display")
    request = make_launch_request(root, main, args, limits, confine=confine, mode=mode, writable=writable)
    return PlayRun(await start_supervisor(request), request, limits)
