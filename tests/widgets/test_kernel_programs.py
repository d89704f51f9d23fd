"""Programs over the widget's messages, with the page's end in the test's hands.

Real kernels' worker, real programs.
"""

import asyncio
import json
import queue
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from aiflow_widgets import programs as widget_programs
from aiflow_widgets.kernel_transport import KernelTransport, encode_entry, kernel_worker

from aiflow import Config
from aiflow.workspace import program_sessions as programs
from aiflow.workspace.service import Workspace
from tests.patience import PATIENCE_S
from tests.server.projects import Catalogue

WAIT_S = PATIENCE_S
ECHO = 'name = input("名字？")\nprint("你好", name)\nraise SystemExit(3)\n'
# Written in one go: of a `print`, the end of the line may be a message of its own.
FOREVER = 'import sys, time\nsys.stdout.write("开始\\n")\nwhile True:\n    time.sleep(0.05)\n'
GAME = """
import pygame
pygame.init()
screen = pygame.display.set_mode((64, 48))
while True:
    screen.fill((255, 0, 0))
    pygame.display.flip()
    pygame.time.Clock().tick(60)
"""


class Page:
    """A page that watches one program."""

    def __init__(self, transport: Callable[[Callable[..., None]], KernelTransport], **order: Any) -> None:
        self.ident = uuid4().hex
        self.messages: queue.Queue[tuple[dict[str, Any], list[bytes]]] = queue.Queue()
        self.printed = ""
        self._kernel = transport(lambda content, data: self.messages.put((content, data)))
        self._kernel.receive({"id": self.ident, "kind": "program", "body": order}, [])

    def say(self, kind: str = "say", **body: Any) -> None:
        self._kernel.receive({"id": self.ident, "kind": kind, "body": body}, [])

    def next(self) -> tuple[dict[str, Any], list[bytes]]:
        content, data = self.messages.get(timeout=WAIT_S)
        assert content["id"] == self.ident
        return content, data

    def until(self, kind: str) -> dict[str, Any]:
        """Read to a program's message of this kind."""
        while True:
            content, _ = self.next()
            assert content["kind"] == "program", content
            message: dict[str, Any] = json.loads(content.get("text", '{"type": "picture"}'))
            self.printed += message.get("text", "")
            if message["type"] == kind:
                return message


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "projects")


@pytest.fixture
def runs(tmp_path: Path) -> Workspace:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"run": {"durability": "none"}}), encoding="utf-8")
    return Workspace(Config.load(file, environ={}), kernel_worker(), encode_entry)


@pytest.fixture
def watch(runs: Workspace, catalogue: Catalogue) -> Callable[..., Page]:
    """Open a page; all of them are one kernel's."""

    def open_page(source: str = "", mode: str = "run", **order: Any) -> Page:
        if source:
            order["project_id"] = str(catalogue.project({"main.py": source}).project_id)
        return Page(lambda send: KernelTransport(send, lambda: runs), **{"mode": mode, "args": [], **order})

    return open_page


def test_a_program_asks_is_answered_and_ends(watch: Callable[..., Page]) -> None:
    page = watch(ECHO)
    assert page.until("started")["mode"] == "run"
    page.until("input_wanted")
    page.say(type="nonsense")
    assert page.until("error")["reason"] == "invalid_input"
    page.say(type="stdin", text="小明\n")
    assert page.until("ended")["exit_code"] == 3
    assert page.printed == "名字？你好 小明\n"
    assert page.next()[0]["kind"] == "reply"


def test_a_picture_comes_as_the_messages_bytes(watch: Callable[..., Page]) -> None:
    page = watch(GAME, "play")
    page.until("started")
    page.say(type="frame")
    content, data = page.next()
    while not data:
        content, data = page.next()
    _, width, height, number = programs.FRAME_HEADER.unpack_from(data[0])
    assert (content["kind"], width, height, number) == ("program", 64, 48, 1)
    page.say(type="stop")
    page.until("ended")


def test_a_page_that_comes_back_goes_on_with_its_program(watch: Callable[..., Page]) -> None:
    first = watch(FOREVER)
    session = first.until("started")["session"]
    first.until("output")
    first.say("abort")
    again = watch(session=session)
    assert again.until("started")["session"] == session
    again.until("output")
    assert again.printed == "开始\n"
    again.say(type="stop")
    assert again.until("ended")["reason"] == "stopped"


def test_a_program_whose_page_says_nothing_ends(
    watch: Callable[..., Page], runs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(widget_programs, "SILENCE_S", 0.2)
    monkeypatch.setattr(programs, "ABANDONED_S", 0.05)
    page = watch(FOREVER)
    session = page.until("started")["session"]
    while page.next()[0]["kind"] != "reply":
        continue
    kernel_worker().submit(_ended(runs)).result(WAIT_S)
    content, _ = watch(session=session).next()
    assert (content["error"]["status"], content["error"]["reason"]) == (404, "not_found")


async def _ended(runs: Workspace) -> None:
    await asyncio.gather(*runs.programs._tasks)


@pytest.mark.parametrize(
    ("request_body", "status"), [({"mode": "walk"}, 400), ({"args": "-h"}, 400), ({"project_id": "?"}, 404)]
)
def test_a_request_that_makes_no_sense_is_refused(
    watch: Callable[..., Page], request_body: dict[str, Any], status: int
) -> None:
    content, _ = watch(**request_body).next()
    assert (content["kind"], content["error"]["status"]) == ("error", status)
