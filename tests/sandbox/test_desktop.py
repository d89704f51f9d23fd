"""tkinter and turtle programs, played on an X server without a screen."""

import importlib.util
import shutil
from pathlib import Path

import pytest
import simplejpeg

from aiflow.exceptions import RunnerError
from aiflow.sandbox.events import Ended, Output
from aiflow.sandbox.player import PlayRun, opens_system_windows, opens_windows, start_player
from aiflow.sandbox.smoke_test import smoke_test
from tests.sandbox.conftest import processes_of
from tests.sandbox.playing import LIMITS, first_frame

pytestmark = pytest.mark.asyncio
needs_display = pytest.mark.skipif(
    shutil.which("Xvfb") is None or importlib.util.find_spec("_tkinter") is None,
    reason="needs Xvfb and tkinter",
)
BUTTON = """
import tkinter as tk
root = tk.Tk()
root.geometry("200x160")
button = tk.Button(root, text="加一", command=lambda: print("clicked", flush=True))
button.place(x=0, y=0, width=200, height=100)
entry = tk.Entry(root)
entry.place(x=0, y=100, width=200, height=60)
entry.focus_set()
entry.bind("<KeyRelease>", lambda event: print("entry", entry.get(), flush=True))
root.bind("<MouseWheel>", lambda event: print("wheel"))
root.mainloop()
"""


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path):
    yield
    assert processes_of(str(tmp_path)) == []


async def until(run: PlayRun, text: str) -> str:
    """The program's output up to a text."""
    said = ""
    async for event in run.events():
        assert not isinstance(event, Ended), (said, event)
        said += event.text if isinstance(event, Output) else ""
        if text in said:
            return said
    raise AssertionError


@needs_display
async def test_a_window_with_a_button_and_a_box(project):
    async with await start_player(project(BUTTON), "main.py", limits=LIMITS) as run:
        frame = await first_frame(run)
        assert (frame.width, frame.height, frame.media_type) == (200, 160, "image/png")
        await run.send_input({"type": "focus"})
        for kind in ("pointer_move", "pointer_down", "pointer_up"):
            await run.send_input({"type": kind, "x": 100, "y": 50, "button": 0})
        await until(run, "clicked")
        for code, name in (("KeyA", "a"), ("ShiftLeft", "Shift"), ("KeyB", "B")):
            await run.send_input({"type": "key_down", "code": code, "key": name})
        for code in ("KeyA", "KeyB", "ShiftLeft"):
            await run.send_input({"type": "key_up", "code": code})
        await until(run, "entry aB")
        await run.send_input({"type": "text", "text": "你好"})
        await until(run, "entry aB你好")


@needs_display
async def test_turtle_draws_and_hears(project):
    root = project(
        """
        import turtle
        turtle.setup(300, 200)
        turtle.bgcolor("#ff0000")
        turtle.onkey(lambda: turtle.bgcolor("#00ff00"), "Up")
        turtle.listen()
        turtle.hideturtle()
        turtle.done()
        """
    )
    async with await start_player(root, "main.py", limits=LIMITS) as run:
        frame = await first_frame(run)
        await run.send_input({"type": "focus"})
        colour = None
        while colour is None or colour[1] < 200:
            await run.send_input({"type": "key_down", "code": "ArrowUp", "key": "ArrowUp"})
            await run.send_input({"type": "key_up", "code": "ArrowUp", "key": "ArrowUp"})
            frame = await first_frame(run)
            if frame.media_type == "image/jpeg":
                colour = simplejpeg.decode_jpeg(frame.data)[20, 20]
    assert abs(frame.width - 300) <= 10


@needs_display
async def test_smoke_test_keeps_its_picture(project):
    result = await smoke_test(
        project("import turtle\nturtle.forward(50)\nturtle.done()"), "main.py", LIMITS, 4
    )
    assert result.ok, result
    assert result.first_frame is not None


async def test_without_xvfb_it_is_said_what_to_install(project, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RunnerError, match="Xvfb") as caught:
        await start_player(project("import turtle"), "main.py", limits=LIMITS)
    assert caught.value.reason == "no_virtual_display"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import tkinter as tk", True),
        ("    from turtle import *", True),
        ("import pygame\nimport tkinter", False),
        ("print('import turtle')", False),
        ("import turtles", False),
    ],
)
async def test_which_programs_need_a_display(project, text, expected):
    assert opens_system_windows(project(text), "main.py") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import pygame", True),
        ("from pygame.locals import *", True),
        ("  import turtle", True),
        ("import pygamer", False),
        ("print('import pygame')", False),
    ],
)
async def test_which_programs_can_be_played(project, text, expected):
    assert opens_windows(project(text), "main.py") is expected
