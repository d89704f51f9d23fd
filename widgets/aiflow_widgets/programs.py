"""A program of the kernel, and the page that watches it over the widget's messages.

The messages are those of the server's WebSocket (``aiflow.workspace.program_sessions``), each in one of the
widget's: ``{"id", "kind": "program", "text"}``, or a picture as its buffer. A message of the page comes as
``{"id", "kind": "say", "body"}``. No connection breaks when a page is closed, so the page sends ``here``
regularly.
"""

import asyncio
from typing import Any

from aiflow.exceptions import AIFlowError
from aiflow.workspace.errors import answer_to
from aiflow.workspace.program_sessions import ProgramSession, Send, send_json

Inbox = asyncio.Queue[dict[str, Any]]

# A page in the background may send once a minute only; and a cell that computes delays the page's messages.
SILENCE_S = 150.0


async def watch(program: ProgramSession, inbox: Inbox, deliver: Send) -> None:
    """Show a program to a page and obey its messages, until the program ends or the page is silent.

    Args:
        program: a running program.
        inbox: the messages of the page, in their order.
        deliver: sends a text or a picture to the page.
    """
    await send_json(deliver, {"type": "started", "session": program.id, "mode": program.mode})
    program.attach(deliver)
    obeying = asyncio.create_task(_obey(program, inbox, deliver))
    ending = asyncio.create_task(program.wait())
    try:
        await asyncio.wait({obeying, ending}, return_when=asyncio.FIRST_COMPLETED)
        if obeying.done():
            obeying.result()  # an unexpected error is raised here
    finally:
        program.detach(deliver)
        obeying.cancel()
        ending.cancel()


async def _obey(program: ProgramSession, inbox: Inbox, deliver: Send) -> None:
    while True:
        try:
            async with asyncio.timeout(SILENCE_S):
                message = await inbox.get()
        except TimeoutError:
            return
        if message.get("type") == "here":
            continue
        try:
            await program.handle(message)
        except AIFlowError as error:
            await send_json(deliver, {"type": "error", **answer_to(error)})


def program_message(ident: str, message: str | bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return the widget's message that carries one of a program's."""
    head: dict[str, Any] = {"id": ident, "kind": "program"}
    if isinstance(message, bytes):
        return head, [message]
    return head | {"text": message}, []
