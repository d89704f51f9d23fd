"""Plays a pygame program without a screen, inside its process.

Its pictures go out, keyboard and mouse come in.

The program is not changed and imports nothing of ours: pygame itself is patched in the moment in which it has
been loaded. SDL's dummy driver draws everything, but knows no keyboard and no mouse, so their state is kept
here.
"""

import importlib.machinery
import sys
import threading
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from ..channel import Channel
from .fonts import patch_fonts
from .inputs import Inputs
from .screen import Screen


def install(channel: Channel) -> None:
    """Arrange that pygame is patched when the program imports it; the page's messages are read from then on.

    Args:
        channel: to the page.
    """
    screen = Screen(channel)
    inputs = Inputs()

    def patch(pygame: Any) -> None:
        screen.patch(pygame)
        inputs.patch(pygame)
        patch_fonts(pygame)
        # Not before: a program that has no pictures has no thread of ours either. The page's messages wait in
        # the pipe.
        threading.Thread(target=_listen, args=(channel, screen, inputs), daemon=True).start()

    sys.meta_path.insert(0, AfterImport("pygame", patch))


class AfterImport:
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


def _listen(channel: Channel, screen: Screen, inputs: Inputs) -> None:
    while message := channel.receive():
        if message["do"] == "credit":
            screen.grant()
        elif message["do"] == "event":
            inputs.handle(message["event"])
