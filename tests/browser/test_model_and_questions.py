"""A model is connected in the page, asks before it writes, and gets the answers; over both transports."""

import json
import re
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Opener
from tests.browser.lab import SHOW, TOKEN, Lab, Notebook, ask, button, faults, new_context, reaches, shot
from tests.browser.test_kernel import without_extension
from tests.browser.test_projects import overflowing
from tests.modelserver import ModelServer, error
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser

KEY = "sk-in-no-notebook-4711"
TETRIS = "帮我写个俄罗斯方块"
SNAKE = "帮我写个贪吃蛇"


@pytest.fixture
def model(lab: Lab) -> Iterator[ModelServer]:
    """A service on loopback; afterwards the person uses the lessons again."""
    with ModelServer() as server:
        yield server
    _choose(lab, {"name": "lessons"})


def _choose(lab: Lab, engine: dict[str, str]) -> None:
    request = urllib.request.Request(
        f"{lab.url}/api/engine",
        data=json.dumps(engine).encode(),
        headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=PATIENCE_S):
        return


def _card(workbench: Locator, kind: str) -> Locator:
    return workbench.locator(f"[data-engine={kind}]")


def _question(workbench: Locator, number: int) -> Locator:
    return workbench.locator("[data-question]").nth(number)


def test_a_request_without_a_lesson_leads_to_a_model_that_asks_first(
    notebook: Opener, lab: Lab, browser: Browser, model: ModelServer, axe_source: str
) -> None:
    opened = notebook()
    workbench = opened.open()
    opened.page.evaluate(axe_source)
    ask(workbench, TETRIS)
    reaches(workbench, "failed")
    button(workbench, "选一个模型").click()
    expect(_card(workbench, "lessons")).to_have_attribute("aria-current", "true")
    assert faults(workbench) == []

    service = _card(workbench, "service")
    service.get_by_label("服务").select_option(label="别的地址……")
    service.get_by_label("地址").fill(model.base_url)
    service.get_by_label("模型", exact=True).fill("test-model")
    service.get_by_label("密钥").fill(KEY)
    model.script(error(401, f"bad key {KEY}"))
    button(service, "试一下").click()
    expect(service.get_by_role("alert")).to_contain_text("密钥")
    expect(button(service, "用这个")).to_be_disabled()
    shot(workbench, "model-refused")
    button(service, "试一下").click()
    expect(service.get_by_role("status")).to_contain_text("能用")
    button(service, "用这个").click()
    # It answers on this machine, whatever address it was entered by.
    expect(_card(workbench, "local")).to_have_attribute("aria-current", "true")
    expect(service.get_by_label("密钥")).to_have_value("")
    assert model.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    _nowhere(opened, KEY)

    button(workbench, "现在就写").click()
    expect(workbench.locator("[data-question]").first).to_be_visible()
    button(workbench, "都用推荐的").click()
    reaches(workbench, "completed")
    expect(workbench.locator(".af-origin")).to_have_attribute("data-origin", "model")
    _answer_in_two_browsers(opened, lab, browser)
    _nowhere(opened, KEY)


def _nowhere(opened: Notebook, secret: str) -> None:
    """The secret is in no file of the notebook or a project, and not in the page."""
    opened.save()
    folders = (opened.lab.notebooks, opened.lab.projects, opened.lab.folder / "logs")
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if secret.encode() in path.read_bytes()] == []
    kept = "() => document.documentElement.outerHTML + JSON.stringify({ ...localStorage, ...sessionStorage })"
    assert secret not in opened.page.evaluate(kept)


def _answer_in_two_browsers(opened: Notebook, lab: Lab, browser: Browser) -> None:
    workbench = opened.workbench()
    button(workbench, "开始新程序").click()
    ask(workbench, SNAKE)
    first = _question(workbench, 0)
    expect(first).to_have_attribute("data-outcome", "open")
    project_id = str(workbench.get_attribute("data-project-id"))
    # By the keyboard: the arrow moves to the next answer and selects it.
    recommended = first.get_by_role("radio", checked=True)
    recommended.focus()
    opened.page.keyboard.press("ArrowRight")
    chosen = first.locator("label", has=opened.page.locator("input:checked")).locator("span").inner_text()
    expect(first).to_have_attribute("data-outcome", "accepted")
    button(workbench, "跳过").nth(1).click()
    expect(_question(workbench, 1)).to_have_attribute("data-outcome", "skipped")
    assert faults(workbench) == []
    assert overflowing(workbench) == []
    shot(workbench, "questions-changed")

    context = new_context(browser, width=400)
    other = Notebook(
        lab, context, ["from aiflow_widgets import Workbench", f"Workbench(project_id={project_id!r})"]
    )
    other.go("notebooks")
    other.run()
    beside = other.workbench()
    expect(_question(beside, 1)).to_have_attribute("data-outcome", "skipped")
    expect(_question(beside, 0).get_by_role("radio", name=chosen)).to_be_checked()
    assert overflowing(beside) == []
    shot(beside, "questions-narrow")
    opened.reload()
    workbench = opened.workbench()
    expect(_question(workbench, 0).get_by_role("radio", name=chosen)).to_be_checked()
    button(workbench, "就这样开始").click()
    for shown in (workbench, beside):
        reaches(shown, "completed")
    workbench.get_by_role("tab", name="需求").click()
    expect(workbench.get_by_role("heading", name="约定")).to_be_visible()
    expect(workbench.get_by_role("tabpanel")).to_contain_text(chosen)
    assert other.errors == []
    context.close()


def test_without_the_extension_the_kernel_asks_and_checks(
    notebook: Opener, lab: Lab, model: ModelServer
) -> None:
    _choose(lab, {"base_url": model.base_url, "model": "test-model", "api_key": KEY})
    opened = notebook(SHOW)
    without_extension(opened)
    workbench = opened.open()
    button(workbench, "模型").click()
    local = _card(workbench, "local")
    expect(local).to_have_attribute("aria-current", "true")
    button(local, "试一下").click()
    expect(local.get_by_role("status")).to_contain_text("能用")
    button(workbench, "关上").click()
    ask(workbench, SNAKE)
    own = _question(workbench, 0)
    own.get_by_role("radio", name="自己写").check()
    own.get_by_role("textbox").fill("撞墙就反弹")
    button(workbench, "以后不问，直接开始").click()
    reaches(workbench, "completed")
    workbench.get_by_role("tab", name="需求").click()
    expect(workbench.get_by_role("tabpanel")).to_contain_text("撞墙就反弹")
    toggle = workbench.get_by_role("switch", name="先问清楚")
    expect(toggle).not_to_be_checked()
    button(workbench, "开始新程序").click()
    ask(workbench, SNAKE)
    expect(workbench).to_have_attribute("data-status", re.compile("processing|completed"))
    reaches(workbench, "completed")
    toggle.check()
