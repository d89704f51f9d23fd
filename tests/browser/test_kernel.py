"""The workbench without our server: the same things, over the widget's own messages.

And what Python can do with it.
"""

import re
import time

import pytest
from playwright.sync_api import Locator, Route, expect

from tests.browser.conftest import Opener
from tests.browser.lab import Lab, Notebook, ask, button, phase, reaches
from tests.browser.programs import finished, near, pixels, play, show
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

GUESS = "做一个猜数字的小游戏"
RED, BLUE = (200, 0, 0), (0, 0, 200)
GAME = """
import pygame
pygame.init()
screen = pygame.display.set_mode((160, 120))
colour = (200, 0, 0)
while True:
    for event in pygame.event.get():
        if event.type == pygame.KEYDOWN:
            colour = (0, 0, 200)
    screen.fill(colour)
    pygame.display.flip()
    pygame.time.wait(10)
"""


def without_extension(opened: Notebook) -> None:
    """As on a server that does not have the extension: it knows none of its addresses."""

    def refuse(route: Route) -> None:
        route.fulfill(status=404, json={"message": "Not Found", "reason": None})

    opened.page.route(re.compile(r"/(api/(templates|generate|stream|projects)|aiflow/)"), refuse)


def test_without_the_extension_the_kernel_does_it_all(notebook: Opener) -> None:
    opened = notebook()
    without_extension(opened)
    workbench = opened.open()
    expect(workbench).to_have_attribute("data-transport", "kernel")
    workbench.get_by_label("每一步都停下").check()
    ask(workbench, GUESS)
    reaches(workbench, "paused")
    button(workbench, "继续").click()
    expect(phase(workbench, "plan", "completed")).to_be_visible()
    reaches(workbench, "paused")
    button(workbench, "继续").click()
    reaches(workbench, "completed")
    workbench.get_by_role("treeitem", name="main.py", exact=True).click()
    expect(workbench.locator(".cm-content")).to_contain_text("def ask_number")
    with opened.page.expect_download() as download:
        button(workbench, "下载").click()
    assert download.value.suggested_filename.startswith("猜数字_")
    button(workbench, "以前的项目").click()
    expect(workbench.get_by_role("region", name="以前的项目")).to_contain_text("guess_number_")


def test_a_flow_of_the_kernel_is_shown_driven_and_read_from_python(notebook: Opener) -> None:
    opened = notebook(
        "from aiflow import Flow\nfrom aiflow_widgets import Workbench\n"
        f"flow = Flow({GUESS!r})\nwb = Workbench(flow)\nseen = []\n"
        f"wb.on_event(lambda event: seen.append(event.seq))\nwb"
    )
    workbench = opened.open()
    expect(workbench).to_have_attribute("data-status", "idle")
    expect(workbench.get_by_role("textbox").first).to_have_value(GUESS)
    assert opened.run_code("project = await flow.run(); print(project.total_files)").strip() == "5"
    reaches(workbench, "completed")
    expect(workbench).to_have_attribute("data-transport", "kernel")
    expect(workbench.get_by_role("treeitem")).to_have_count(5)
    assert opened.run_code(
        "print(wb.snapshot.status, wb.project.project_name == project.project_name)"
    ).split() == [
        "completed",
        "True",
    ]
    assert opened.run_code("print(seen == list(range(1, wb.snapshot.seq + 1)))").strip() == "True"


def test_python_generates_and_cancels_and_the_page_follows(notebook: Opener) -> None:
    opened = notebook(
        "from aiflow_widgets import Workbench\nwb = Workbench(prompt='帮我写个贪吃蛇', pause=True)\nwb"
    )
    workbench = opened.open()
    expect(workbench.get_by_role("textbox").first).to_have_value("帮我写个贪吃蛇")
    expect(workbench.get_by_label("每一步都停下")).to_be_checked()
    opened.run_code("wb.generate()")
    reaches(workbench, "paused")
    assert opened.run_code("print(wb.snapshot.spec.title)").strip() == "贪吃蛇"
    opened.run_code("wb.cancel()")
    reaches(workbench, "cancelled")


def test_a_saved_notebook_shows_a_summary_without_a_kernel_and_holds_no_bundle(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    ask(workbench, GUESS)
    reaches(workbench, "completed")
    expect(workbench.get_by_role("treeitem")).to_have_count(5)
    expect(opened.page.locator(".af-static-summary")).to_be_hidden()
    # The page tells the kernel, the kernel replaces the summary: the notebook's model says when that has
    # happened.
    opened.page.wait_for_function(
        "() => JSON.stringify(jupyterapp.shell.currentWidget.content.model.toJSON()).includes('game.py')"
    )
    saved = opened.save()
    text = opened.file.read_text(encoding="utf-8")
    assert len(text) < 20_000
    assert "createElement" not in text
    _, told = saved["cells"][0]["outputs"]
    html = "".join(told["data"]["text/html"])
    assert GUESS in html
    assert "完成了" in html
    assert "main.py" in html
    assert "script" not in html
    assert "main.py" in "".join(told["data"]["text/plain"])

    # Without that kernel the notebook shows the summary.
    opened.lab.stop_kernels()
    alone = opened.page.context.new_page()
    alone.goto(f"{opened.lab.url}/lab/tree/{opened.path}?reset")
    shown = alone.locator(".jp-OutputArea .af-static-summary")
    expect(shown).to_be_visible()
    expect(shown).to_contain_text(GUESS)
    expect(shown).to_contain_text("main.py")


def wait_for_colour(canvas: Locator, colour: tuple[int, int, int]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not near(pixels(canvas, [(80, 60)])[0], colour):
        assert time.monotonic() < deadline, f"the game never became {colour}"


def test_without_the_extension_the_kernel_runs_and_shows_a_game(notebook: Opener, lab: Lab) -> None:
    opened = notebook(show(finished(lab, {"main.py": GAME}, ("pygame",))))
    without_extension(opened)
    workbench = opened.open()
    reaches(workbench, "completed")
    expect(workbench).to_have_attribute("data-transport", "kernel")
    canvas = play(workbench)
    wait_for_colour(canvas, RED)
    opened.page.keyboard.press("ArrowLeft")
    wait_for_colour(canvas, BLUE)
    button(workbench, "停止").click()
    expect(workbench.get_by_text("已经停止。")).to_be_visible()
