"""A program in the page: watched, typed to, played, stopped, and come back to."""

import asyncio
import json
import os
import struct
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from aiflow.workspace import program_sessions as programs
from tests.patience import PATIENCE_S

ECHO = 'name = input("名字？")\nprint("你好", name)\nraise SystemExit(3)\n'
FOREVER = 'import time\nprint("开始", flush=True)\nwhile True:\n    time.sleep(0.05)\n'
GAME = """
import pygame
pygame.init()
screen = pygame.display.set_mode((64, 48))
colour = (255, 0, 0)
while True:
    for event in pygame.event.get():
        if event.type == pygame.KEYDOWN and event.key == pygame.K_LEFT:
            colour = (0, 0, 255)
    screen.fill(colour)
    pygame.display.flip()
    pygame.time.Clock().tick(60)
"""


class Page:
    """The page's end of the WebSocket."""

    def __init__(self, socket: WebSocketClientConnection) -> None:
        self.socket = socket
        self.printed = ""

    async def say(self, **message: Any) -> None:
        await self.socket.write_message(json.dumps(message))

    async def read(self) -> Any:
        message = await self.socket.read_message()
        return json.loads(message) if isinstance(message, str) else message

    async def until(self, kind: str) -> dict[str, Any]:
        while True:
            message = await self.read()
            assert message is not None, f"closed before {kind}"
            if isinstance(message, dict):
                self.printed += message.get("text", "")
                if message["type"] == kind:
                    return message


@pytest.fixture
def page(api):
    async def connect(project_id: object, query: str = "mode=run", headers: Any = None) -> Page:
        url = f"{api.base}api/projects/{project_id}/program?{query}".replace("http:", "ws:")
        request = HTTPRequest(url, headers=api.headers if headers is None else headers)
        return Page(await websocket_connect(request))

    return connect


async def test_a_program_asks_is_answered_and_ends(catalogue, page):
    socket = await page(catalogue.project({"main.py": ECHO}).project_id)
    assert (await socket.read())["type"] == "started"
    await socket.until("input_wanted")
    assert socket.printed == "名字？"
    await socket.say(type="stdin", text="小明\n")
    ended = await socket.until("ended")
    assert socket.printed == "名字？你好 小明\n"
    assert (ended["exit_code"], ended["reason"]) == (3, "exit")


async def test_a_traceback_comes_explained(catalogue, page):
    socket = await page(catalogue.project({"main.py": "numbers = []\nprint(numbers[1])\n"}).project_id)
    told = (await socket.until("ended"))["traceback"]
    assert (told["error"], told["path"], told["line"]) == ("IndexError", "main.py", 2)


async def test_a_program_is_stopped(catalogue, page):
    socket = await page(catalogue.project({"main.py": FOREVER}).project_id)
    await socket.until("output")
    await socket.say(type="stop")
    assert (await socket.until("ended"))["reason"] == "stopped"


async def test_a_game_shows_pictures_and_hears_keys(catalogue, page):
    socket = await page(catalogue.project({"main.py": GAME}).project_id, "mode=play")
    await socket.say(type="frame")
    first = await socket.read()
    while not isinstance(first, bytes):
        first = await socket.read()
    _, width, height, number = struct.unpack_from(">BxHHxxI", first)
    assert (width, height, number) == (64, 48, 1)
    await socket.say(type="input", event={"type": "focus"})
    await socket.say(type="input", event={"type": "key_down", "code": "ArrowLeft", "key": "ArrowLeft"})
    await socket.say(type="frame")
    second = await socket.read()
    assert isinstance(second, bytes)
    assert second[12:] != first[12:]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
async def test_a_game_is_played_whatever_lies_in_its_folder(catalogue, page):
    """A program may put a named pipe there, whose reader waits for ever, or a folder with a file's name."""
    folder = catalogue.project({"main.py": GAME})
    os.mkfifo(folder.root / "a.py")
    (folder.root / "b.py").mkdir()
    (folder.root / "c.py").symlink_to("a.py")
    async with asyncio.timeout(PATIENCE_S):
        for _ in range(8):  # more than a small machine's default executor has threads
            socket = await page(folder.project_id, "mode=play")
            assert (await socket.read())["type"] == "started"
            await socket.say(type="stop")
            await socket.until("ended")


async def test_a_page_that_comes_back_finds_its_program(catalogue, page):
    project = catalogue.project({"main.py": ECHO}).project_id
    socket = await page(project)
    session = (await socket.read())["session"]
    await socket.until("input_wanted")
    socket.socket.close()
    again = await page(project, f"session={session}")
    await again.until("input_wanted")
    assert again.printed == "名字？"
    await again.say(type="stdin", text="小红\n")
    assert (await again.until("ended"))["exit_code"] == 3


async def test_a_program_whose_page_is_gone_ends(jp_serverapp, catalogue, page, monkeypatch):
    monkeypatch.setattr(programs, "ABANDONED_S", 0.05)
    socket = await page(catalogue.project({"main.py": FOREVER}).project_id)
    session = (await socket.read())["session"]
    await socket.until("output")
    (extension,) = jp_serverapp.extension_manager.extension_apps["aiflow_server"]
    service = await extension.startup.service()
    socket.socket.close()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(*service.programs._tasks)
    with pytest.raises(HTTPClientError) as caught:
        await page(catalogue.project().project_id, f"session={session}")
    assert caught.value.code == 404


@pytest.mark.parametrize(
    "message", ["nonsense", "[]", '{"type": "frame"}', '{"type": "stdin"}', '{"type": 1}']
)
async def test_a_message_that_is_none_is_refused_and_the_program_goes_on(catalogue, page, message):
    socket = await page(catalogue.project({"main.py": ECHO}).project_id)
    await socket.until("input_wanted")
    await socket.socket.write_message(message)
    assert (await socket.until("error"))["reason"] in {"invalid_input", "invalid_json"}
    await socket.say(type="stdin", text="x\n")
    assert (await socket.until("ended"))["exit_code"] == 3


@pytest.mark.parametrize(
    ("files", "query", "status"),
    [
        ({"main.py": ECHO}, "mode=fly", 400),
        ({"readme.md": "x"}, "mode=run", 404),
        ({"main.py": ECHO}, "session=x", 404),
    ],
)
async def test_what_cannot_run_is_refused_before_the_upgrade(catalogue, page, files, query, status):
    with pytest.raises(HTTPClientError) as caught:
        await page(catalogue.project(files).project_id, query)
    assert caught.value.code == status


async def test_a_page_that_says_so_is_told_the_refusal(catalogue, page):
    socket = await page(catalogue.project({"readme.md": "x"}).project_id, "mode=run&tell=1")
    assert (await socket.read())["reason"] == "no_program"
    assert await socket.read() is None
    socket.socket.close()


async def test_a_page_that_comes_back_is_shown_the_last_picture_and_what_was_typed(catalogue, page):
    project = catalogue.project({"main.py": "input('名字？')\n" + GAME}).project_id
    socket = await page(project, "mode=play")
    session = (await socket.read())["session"]
    await socket.until("input_wanted")
    await socket.say(type="stdin", text="小明\n")
    await socket.say(type="frame")
    picture = await socket.read()
    while not isinstance(picture, bytes):
        picture = await socket.read()
    socket.socket.close()
    again = await page(project, f"session={session}")
    last = await again.read()
    while not isinstance(last, bytes):
        again.printed += last.get("text", "")
        last = await again.read()
    assert (last, again.printed) == (picture, "名字？小明\n")
    await again.say(type="stop")
    await again.until("ended")


async def test_nobody_runs_anything_without_a_token(catalogue, page):
    with pytest.raises(HTTPClientError) as caught:
        await page(catalogue.project().project_id, headers={})
    assert caught.value.code == 403


async def test_a_person_runs_so_many_programs_at_once_and_no_more(catalogue, page):
    project = catalogue.project({"main.py": FOREVER}).project_id
    sockets = [await page(project) for _ in range(4)]
    with pytest.raises(HTTPClientError) as caught:
        await page(project)
    assert caught.value.code == 429
    await sockets[0].say(type="stop")
    await sockets[0].until("ended")


async def test_without_an_upgrade_it_says_so(catalogue, api, refusal):
    response = await api.raw("GET", f"api/projects/{catalogue.project().project_id}/program")
    refusal(response, 400, "invalid_input")


async def test_another_sites_page_starts_nothing(jp_serverapp, catalogue, page, api):
    """Refused four times, it must not have used up the student's programs: the origin is checked first."""
    project = catalogue.project({"main.py": FOREVER}).project_id
    # Jupyter does not check the origin of a request with a token in a header: this is a browser's.
    cookie = await cookie_of(api)
    for _ in range(4):
        with pytest.raises(HTTPClientError) as caught:
            await page(project, headers={"Cookie": cookie, "Origin": "http://evil.example"})
        assert caught.value.code == 403
    (extension,) = jp_serverapp.extension_manager.extension_apps["aiflow_server"]
    service = await extension.startup.service()
    assert not service.programs._sessions
    own = await page(project, headers={"Cookie": cookie, "Origin": "/".join(api.base.split("/")[:3])})
    assert (await own.read())["type"] == "started"


async def cookie_of(api):
    """The login cookie that Jupyter gives to a browser that comes with the token in its address."""
    token = api.headers["Authorization"].removeprefix("token ")
    answer = await api.raw("GET", f"api/projects?token={token}", headers={})
    return "; ".join(one.split(";")[0] for one in answer.headers.get_list("Set-Cookie"))
