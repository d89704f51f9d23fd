"""The server's end of a game that is played in the page."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from aiflow.exceptions import InputError
from aiflow.running.limits import RunLimits
from aiflow.running.process import ProgramRun, launch, make_order

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
_NUMBERS: Final = ("x", "y", "dx", "dy", "button")
_TEXTS: Final = ("code", "key", "text")


class PlayRun(ProgramRun):
    """A program whose window is shown elsewhere. Its ``events`` hold ``Frame`` too, one for each ``request_frame``.

    Attributes:
        window_opened: whether it has opened a window yet.
    """

    window_opened = False

    def _said(self, what: str) -> None:
        if what == "window":
            self.window_opened = True

    async def request_frame(self) -> None:
        """Asks for the next picture that differs from the last one; at most four are asked for at once.

        Nothing is queued: the picture is the newest one at the moment in which it is sent.
        """
        self._send_json({"do": "credit"})

    async def send_input(self, event: Mapping[str, Any]) -> None:
        """Hands on what the player does.

        Args:
            event: ``{"type": "key_down"|"key_up", "code", "key", "repeat"}`` (KeyboardEvent's words),
                ``{"type": "pointer_move"|"pointer_down"|"pointer_up", "x", "y", "button"}`` (in the picture's pixels;
                buttons as in MouseEvent), ``{"type": "wheel", "dx", "dy"}`` (CSS pixels, down is positive),
                ``{"type": "text", "text"}`` (only what was composed or pasted: a key's own character comes with its key),
                ``{"type": "focus"|"blur"}``.

        Raises:
            InputError: it is none of these.
        """
        self._send_json({"do": "event", "event": checked_input(event)})


def checked_input(event: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a player's event that a program is told, of the right types.

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


async def start_player(
    root: Path,
    main: str,
    args: Sequence[str] = (),
    *,
    limits: RunLimits | None = None,
    confine: bool = True,
) -> PlayRun:
    """Runs a project's main file with its window shown in the page.

    Args:
        root: the project's folder.
        main: the file to run, relative to it.
        args: the program's own arguments.
        limits: what it may use.
        confine: whether it is confined as far as the system allows.

    Raises:
        RunnerError: there is no such file, or no process could be started.
    """
    limits = limits or RunLimits()
    order = make_order(root, main, args, limits, confine=confine, mode="play")
    return PlayRun(await launch(order), order, limits)
