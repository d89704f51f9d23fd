"""Plays a pygame program without a screen, inside its process.

Its pictures go out, keyboard and mouse come in.

The program is not changed and imports nothing of ours: pygame itself is patched in the moment in which it has
been loaded. SDL's dummy driver draws everything, but knows no keyboard and no mouse, so their state is kept
here.
"""

import sys
import threading
from typing import Any

from ..after_import import AfterImport
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


def _listen(channel: Channel, screen: Screen, inputs: Inputs) -> None:
    while message := channel.receive():
        if message["do"] == "credit":
            screen.grant()
        elif message["do"] == "event":
            inputs.handle(message["event"])
