"""turtle and tkinter programs are played in the page; where they cannot be, the page says what to install."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SPEED, Opener
from tests.browser.lab import Lab, Notebook, button, new_context
from tests.browser.programs import Recording, finished, near, pixels, play, show

pytestmark = pytest.mark.browser
needs_display = pytest.mark.skipif(
    importlib.util.find_spec("_tkinter") is None
    or (shutil.which("Xvfb") is None and not os.environ.get("CI")),
    reason="needs Python with tkinter, and Xvfb, which has to be there in CI",
)

RED, GREEN, BLUE, YELLOW = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)
TURTLE = """
import turtle

turtle.setup(300, 200)
turtle.title("乌龟")
turtle.hideturtle()
turtle.bgcolor("#ff0000")
turtle.onkey(lambda: turtle.bgcolor("#00ff00"), "Up")
turtle.onscreenclick(lambda x, y: turtle.bgcolor("#0000ff"))
turtle.listen()
turtle.done()
"""
TKINTER = """
import tkinter as tk

root = tk.Tk()
root.geometry("240x160")
box = tk.Frame(root, bg="#ff0000")
box.place(x=0, y=0, width=240, height=120)
box.bind("<Button-1>", lambda event: box.config(bg="#0000ff"))
entry = tk.Entry(root)
entry.place(x=0, y=120, width=240, height=40)
entry.bind("<Return>", lambda event: (print("写了", entry.get(), flush=True), box.config(bg="#ffff00")))
entry.focus_set()
root.mainloop()
"""


def middle(canvas: Locator) -> tuple[int, int, int]:
    """The colour of the middle of the picture's upper half."""
    width, height = canvas.evaluate("(c) => [c.width, c.height]")
    return pixels(canvas, [(width // 2, height // 4)])[0]


def shows(page: Page, canvas: Locator, colour: tuple[int, int, int], recording: Recording) -> None:
    """Wait until the program's answer is seen."""
    seen: list[tuple[int, int, int]] = []
    for _ in range(400):
        seen.append(middle(canvas))
        if near(seen[-1], colour):
            recording.take()
            return
        page.wait_for_timeout(100)  # the pause between two looks
    raise AssertionError((colour, seen[-1]))


def click(page: Page, canvas: Locator, down: float = 0.25) -> None:
    """Click into the picture, at its middle and at a part of its height."""
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * down)


@needs_display
def test_turtle_answers_a_key_and_a_click(notebook: Opener, lab: Lab) -> None:
    opened = notebook(show(finished(lab, {"main.py": TURTLE})))
    workbench = opened.open()
    canvas = play(workbench)
    recording = Recording("play-turtle", canvas)
    shows(opened.page, canvas, RED, recording)
    opened.page.keyboard.press("ArrowUp")
    shows(opened.page, canvas, GREEN, recording)
    click(opened.page, canvas)
    shows(opened.page, canvas, BLUE, recording)
    opened.shot("play-turtle")
    button(workbench, "停止").click()
    expect(button(workbench, "试玩")).to_be_visible()


@needs_display
def test_tkinter_hears_keys_chinese_and_the_mouse(notebook: Opener, lab: Lab) -> None:
    opened = notebook(show(finished(lab, {"main.py": TKINTER})))
    workbench, page = opened.open(), opened.page
    canvas = play(workbench)
    recording = Recording("play-tkinter", canvas)
    shows(page, canvas, RED, recording)
    click(page, canvas)
    shows(page, canvas, BLUE, recording)
    click(page, canvas, 0.9)
    page.keyboard.type("ab")
    button(workbench, "打字").click()
    workbench.get_by_role("textbox", name="给游戏打字").fill("你好")
    page.keyboard.press("Enter")
    expect(canvas).to_be_focused()
    page.keyboard.press("Enter")
    shows(page, canvas, YELLOW, recording)
    button(workbench, "游戏的输出").click()
    expect(workbench.locator("[data-terminal]")).to_contain_text("写了 ab你好")
    opened.shot("play-tkinter")
    button(workbench, "停止").click()
    expect(button(workbench, "试玩")).to_be_visible()


@pytest.fixture
def lab_without_xvfb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A server on a machine on which nothing is installed."""
    monkeypatch.setenv("PATH", str(tmp_path))
    made = Lab(tmp_path / "home", SPEED)
    try:
        made.wait()
        yield made
    finally:
        made.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="an X server is Linux's way")
def test_without_an_x_server_the_page_says_what_to_install(lab_without_xvfb: Lab, browser: Browser) -> None:
    context = new_context(browser)
    opened = Notebook(lab_without_xvfb, context, [show(finished(lab_without_xvfb, {"main.py": TURTLE}))])
    workbench = opened.open()
    button(workbench, "试玩").click()
    expect(workbench.get_by_text("apt install xvfb")).to_be_visible()
    opened.shot("play-no-xvfb")
    expect(button(workbench, "运行")).to_be_enabled()
    assert opened.errors == []
    context.close()
