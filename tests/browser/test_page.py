"""The page around the workbench: many of them, other notebooks, the keyboard, a server that goes away."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import Opener
from tests.browser.lab import WORKBENCH, Lab, ask, button, phase, reaches

pytestmark = pytest.mark.browser

SNAKE = "帮我写个贪吃蛇"
GUESS = "做一个猜数字的小游戏"


def test_twenty_workbenches_hold_two_streams_and_the_notebook_saves_at_once(
    notebook: Opener, lab: Lab
) -> None:
    # Paused runs wait; the others are at work while the page is looked at.
    ids = [
        lab.post("api/generate", {"prompt": SNAKE, "pause_after": ["specify"]})["project_id"]
        for _ in range(4)
    ]
    cells = "\n".join(f"display(Workbench(project_id={ids[n % 4]!r}))" for n in range(20))
    opened = notebook(f"from aiflow_widgets import Workbench\n{cells}")
    held: set[Request] = set()
    most = 0

    def began(request: Request) -> None:
        nonlocal most
        if "/api/stream/" in request.url and "follow=false" not in request.url:
            held.add(request)
            most = max(most, len(held))

    def ended(request: Request) -> None:
        held.discard(request)

    opened.page.on("request", began)
    opened.page.on("requestfinished", ended)
    opened.page.on("requestfailed", ended)
    opened.open()
    expect(opened.page.locator(WORKBENCH)).to_have_count(20)
    spent = opened.page.evaluate(
        """async () => {
          const begun = performance.now();
          await jupyterapp.commands.execute('docmanager:save');
          return performance.now() - begun;
        }"""
    )
    assert spent < 3000
    assert most <= 2
    for number in (0, 7, 19):
        reaches(opened.page.locator(WORKBENCH).nth(number), "paused")
    assert UUID(str(opened.page.locator(WORKBENCH).nth(19).get_attribute("data-project-id"))) == UUID(ids[3])
    for found in ids:
        lab.post(f"api/projects/{found}/cancel", {})


def test_notebook_7_shows_it_too(notebook: Opener) -> None:
    opened = notebook()
    opened.open(address="notebooks")
    workbench = opened.workbench()
    expect(workbench).to_have_attribute("data-transport", "rest")
    ask(workbench, GUESS)
    reaches(workbench, "completed")
    expect(workbench.get_by_role("treeitem", name="main.py", exact=True)).to_be_visible()


def test_the_keyboard_alone_starts_walks_the_tree_and_never_touches_the_notebook(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    keyboard = opened.page.keyboard
    field = workbench.get_by_role("textbox").first
    field.focus()
    keyboard.type(GUESS)
    keyboard.press("Enter")
    reaches(workbench, "completed")
    first = workbench.get_by_role("treeitem").first
    first.focus()
    # In JupyterLab's command mode these would delete and insert cells.
    for key in ("d", "d", "b", "a", "x"):
        keyboard.press(key)
    expect(opened.page.locator(".jp-Cell")).to_have_count(1)
    keyboard.press("Home")
    keyboard.type("ma")
    main = workbench.get_by_role("treeitem", name="main.py", exact=True)
    expect(main).to_be_focused()
    keyboard.press("Enter")
    expect(main).to_have_attribute("aria-selected", "true")
    keyboard.press("ArrowDown")
    expect(workbench.get_by_role("treeitem", name="plan.md")).to_be_focused()
    tab = workbench.get_by_role("tab", name="需求")
    tab.focus()
    keyboard.press("ArrowRight")
    expect(workbench.get_by_role("tab", name="方案")).to_have_attribute("aria-selected", "true")


def test_a_lost_connection_is_shown_and_caught_up_with(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    down = True

    def cut(route: Route) -> None:
        if down:
            route.abort("connectionreset")
        else:
            route.continue_()

    opened.page.route(re.compile(r"/api/stream/"), cut)
    ask(workbench, GUESS)
    expect(workbench.get_by_text("连接断了，正在重新连上")).to_be_visible()
    expect(workbench).to_have_attribute("data-connection", "lost")
    down = False
    reaches(workbench, "completed")
    expect(workbench.get_by_role("treeitem")).to_have_count(5)
    expect(phase(workbench, "plan", "completed")).to_be_visible()


def test_a_server_without_a_configuration_says_what_is_wrong(notebook: Opener) -> None:
    opened = notebook()
    sentence = "找不到配置文件 config.json。可以运行 aiflow init 写一个默认的。"
    answer = {"message": sentence, "reason": "config_invalid", "retryable": False}
    opened.page.route(re.compile(r"/api/templates"), lambda route: route.fulfill(status=503, json=answer))
    workbench = opened.open()
    expect(workbench.get_by_role("alert")).to_contain_text(sentence)
    opened.shot("unavailable")
    opened.page.unroute_all()
    button(workbench, "重试").click()
    expect(opened.workbench()).to_have_attribute("data-status", "idle")
