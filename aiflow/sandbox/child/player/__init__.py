"""Plays a pygame program without a screen, inside its process.

Its pictures go out, keyboard and mouse come in.

The program is not changed and imports nothing of ours: pygame itself is patched in the moment in which it has
been loaded. SDL's dummy driver draws everything, but knows no keyboard and no mouse, so their state is kept
here.
"""

import importlib.machinery
import json
import sys
import threading
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from .. import wire
from .fonts import patch_fonts
from .inputs import Inputs
from .screen import Screen

if TYPE_CHECKING:
    from .desktop import Desktop


def install(sender: wire.Sender, incoming: int) -> None:
    """Patches pygame when the program imports it, and reads the page's messages from then on.

    Args:
        sender: our end of the channel to the page.
        incoming: the descriptor from which the page's words come.
    """
    screen = Screen(sender)
    inputs = Inputs()

    def patch(pygame: Any) -> None:
        screen.patch(pygame)
        inputs.patch(pygame)
        patch_fonts(pygame)
        # Not before: a program that has no pictures has no thread of ours either. What was said waits in the
        # pipe.
        threading.Thread(target=_listen, args=(incoming, screen, inputs), daemon=True).start()

    sys.meta_path.insert(0, _AfterImport("pygame", patch))


def install_desktop(sender: wire.Sender, incoming: int) -> None:
    """The same for a program that opens windows of an X display: nothing of it is patched.

    Args:
        sender: our end of the channel to the page.
        incoming: the descriptor from which the page's words come.
    """
    from .desktop import Desktop  # noqa: PLC0415  # only who opens windows of X needs it

    desktop = Desktop(sender)
    threading.Thread(target=_listen, args=(incoming, desktop, desktop), daemon=True).start()


class _AfterImport:
    """Does something to one module right after it has been loaded. A finder of ``sys.meta_path``."""

    def __init__(self, name: str, action: Callable[[Any], None]) -> None:
        self._name = name
        self._action = action

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec that the others find, with a loader that calls us when it is done."""
        if fullname != self._name:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    self._watch(spec.loader)
                return spec
        return None

    def _watch(self, loader: Any) -> None:
        load = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            load(module)
            self._action(module)

        loader.exec_module = exec_module


def _listen(incoming: int, screen: "Screen | Desktop", inputs: "Inputs | Desktop") -> None:
    while message := wire.read_message(incoming):
        order = json.loads(message[1])
        if order["do"] == "credit":
            screen.grant()
        elif order["do"] == "event":
            inputs.take(order["event"])
