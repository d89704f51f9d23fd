"""The tests of a program in the page, and the lines of a feature: what is shown, and by which keys."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import changing, tested
from tests.browser.lab import WORKBENCH, Lab, Notebook, button, faults, new_context
from tests.browser.programs import keep
from tests.browser.test_projects import overflowing

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    """A notebook with the program and its change, a cell each."""
    with ExitStack() as stack:
        ids = [changing.plant(lab, journal, stack) for journal in (tested.program(), tested.changed())]
        context = new_context(browser, width=1400, height=1000)
        stack.callback(context.close)
        cells = "\n".join(f"display(Workbench(project_id={found!r}))" for found in ids)
        opened = Notebook(lab, context, [f"from aiflow_widgets import Workbench\n{cells}"])
        opened.open()
        expect(opened.page.locator(WORKBENCH)).to_have_count(len(ids))
        yield opened
        assert opened.errors == []


def test_the_tests_are_listed_by_need_and_readable_for_everybody(shown: Notebook, axe_source: str) -> None:
    green, changed = shown.workbench(0), shown.workbench(1)
    expect(_chip(green)).to_have_text("测试 4 / 4")
    # A change opens with the program's code, whatever tests came with it.
    expect(changed.get_by_role("tab", name="game.py")).to_have_attribute("aria-selected", "true")
    why = changed.get_by_role("region", name="这次改了什么")
    expect(why).to_contain_text("原来的 5 个里，有 1 个没通过；新写的 2 个里，有 1 个没通过。")
    chip = _chip(changed)
    expect(chip).to_have_text("测试 5 / 7")
    chip.press("Enter")
    panel = changed.get_by_role("region", name="测试").first
    expect(button(panel, "关上测试")).to_be_focused()
    expect(panel.get_by_role("heading", level=5)).to_have_text(["要看一看", "都通过", "没有测试"])
    rows = panel.locator("[data-feature]")
    assert rows.evaluate_all("(all) => all.map((one) => one.dataset.feature)") == [
        "F5", "F4", "F1", "F3", "F2", "F6",
    ]  # fmt: skip
    wrong = panel.locator(f"[data-test='{tested.WRONG}']")
    expect(wrong).to_contain_text("应该是 []，得到 [0]。")
    expect(button(wrong, "再修一次")).to_be_visible()
    suspect = panel.locator(f"[data-test='{tested.SUSPECT}']")
    expect(suspect.get_by_role("button")).to_have_text(["去掉测试", "测试没错，改程序"])
    _chip(green).click()
    found = []
    for theme, language, width in (("Light", "中文", 1400), ("Dark", "English", 400)):
        shown.theme(f"JupyterLab {theme}")
        if language == "English":
            button(changed, "English").click()
        shown.page.evaluate(axe_source)
        style = shown.page.add_style_tag(content=f".af-workbench {{ max-width: {width}px }}")
        for name, workbench in (("green", green), ("red", changed)):
            workbench.scroll_into_view_if_needed()
            keep(workbench, f"tests-{name}-{width}-{theme.lower()}")
            found += [
                f"{name}, {width} px: {fault}" for fault in (*faults(workbench), *_stick_out(workbench))
            ]
        style.evaluate("(element) => element.remove()")
    assert not found, "\n".join(found)
    button(changed, "中文").click()
    shown.theme("JupyterLab Light")
    shown.page.keyboard.press("Escape")
    panel.locator(".af-log").press("Escape")
    expect(chip).to_be_focused()


def _chip(workbench: Locator) -> Locator:
    # A version's card says its tests too.
    return workbench.locator(".af-facts").get_by_role("button", name="测试")


def _stick_out(workbench: Locator) -> list[str]:
    # The ideas and the strip of versions are rows that scroll.
    rows = ("af-chip", "af-version")
    return [part for part in overflowing(workbench) if not any(name in part for name in rows)]


def test_a_feature_lights_its_lines_and_a_line_says_why_it_is_there(shown: Notebook, axe_source: str) -> None:
    workbench = shown.workbench(1)
    workbench.get_by_role("tab", name="需求").click()
    workbench.locator(".af-markdown [data-feature=F1]").press("Enter")
    bar = workbench.get_by_role("group", name="F1 的代码")
    expect(bar).to_contain_text(f"F1 {tested.FEATURES[0]}")
    lit = workbench.locator(".cm-line.af-lit")
    expect(lit.filter(has_text="self.top = load_scores()")).to_be_visible()
    expect(workbench.get_by_role("tab", name="game.py")).to_have_attribute("aria-selected", "true")
    marked = workbench.locator("[role=treeitem][data-mark=lit]")
    expect(marked).to_have_count(1)
    assert marked.evaluate_all("(all) => all.map((one) => one.dataset.path)") == ["game.py"]
    expect(workbench.locator(".af-lit-marks i")).to_have_count(1)
    # The second request changed this line; the line above is as the first one made it.
    _click_number(workbench, "self.top = load_scores()")
    note = workbench.get_by_role("note")
    expect(note).to_contain_text(f"因为第 2 次请求：{tested.ASKED}")
    expect(note).to_contain_text(f"它属于 F1 {tested.FEATURES[0]}")
    workbench.locator(".cm-line", has_text="self.rows = rows").click()
    shown.page.keyboard.press("Alt+Enter")
    expect(note).to_contain_text("因为第 1 次请求：帮我写个贪吃蛇")
    shown.page.evaluate(axe_source)
    keep(workbench, "trace-feature")
    assert faults(workbench) == []
    shown.page.keyboard.press("Escape")
    expect(note).to_have_count(0)
    shown.page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    expect(lit).to_have_count(0)
    # The specification has it, and nobody has written it.
    _chip(workbench).click()
    expect(workbench.locator(".af-tests [data-feature=F6]")).to_contain_text("没有找到这一项的代码")


def _click_number(workbench: Locator, text: str) -> None:
    """Click the number of the line with a text."""
    line = workbench.locator(".cm-line", has_text=text).bounding_box()
    numbers = workbench.locator(".cm-lineNumbers").bounding_box()
    assert line is not None
    assert numbers is not None
    middle = line["y"] + line["height"] / 2
    workbench.page.mouse.click(numbers["x"] + numbers["width"] / 2, middle)
