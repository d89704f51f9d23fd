"""A change in each of its states: what the page shows of it, for whom it is readable, and by which keys."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import changing
from tests.browser.conftest import Opener
from tests.browser.lab import WORKBENCH, Lab, Notebook, ask, button, faults, new_context, reaches
from tests.browser.programs import keep
from tests.browser.test_projects import overflowing

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shown(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    """A notebook with the program and its four changes, a cell each."""
    with ExitStack() as stack:
        journals = [changing.parent(), *map(changing.change, changing.STATES)]
        ids = [changing.plant(lab, journal, stack) for journal in journals]
        context = new_context(browser, width=1400, height=1000)
        stack.callback(context.close)
        cells = "\n".join(f"display(Workbench(project_id={found!r}))" for found in ids)
        opened = Notebook(lab, context, [f"from aiflow_widgets import Workbench\n{cells}"])
        opened.open()
        expect(opened.page.locator(WORKBENCH)).to_have_count(len(ids))
        yield opened
        assert opened.errors == []


def _state(shown: Notebook, state: str) -> Locator:
    return shown.workbench(changing.STATES.index(state) + 1)


def test_a_finished_change_opens_with_its_difference_and_its_reason(shown: Notebook) -> None:
    workbench = _state(shown, "changed")
    expect(workbench.get_by_role("tab", name="game.py")).to_have_attribute("aria-selected", "true")
    # Within the lines, and never by colour alone: a sign stands in the gutter.
    expect(workbench.locator(".cm-deletedText", has_text="60").first).to_be_visible()
    signs = "(one) => getComputedStyle(one, '::before').content"
    assert workbench.locator(".cm-changedLineGutter").first.evaluate(signs) == '"+"'
    assert "−" in workbench.locator(".cm-deletedLineGutter").first.evaluate(signs)
    why = workbench.get_by_role("region", name="这次改了什么")
    expect(why).to_contain_text("起步从 160 毫秒降到 120 毫秒")
    expect(why.get_by_role("listitem")).to_have_text(["改" + CHANGED_FEATURE, "新" + NEW_FEATURE])
    expect(why).to_contain_text("finish 还没有写")
    marks = workbench.locator("[role=treeitem][data-change]")
    expect(marks).to_have_count(4)
    expect(workbench.locator("[data-path='scores.py']")).to_have_attribute("data-change", "added")
    workbench.get_by_role("treeitem", name="icon.svg").click()
    expect(workbench.locator(".cm-changedText", has_text="ef5350").first).to_be_visible()
    workbench.locator("[data-way=picture]").click()
    expect(workbench.get_by_role("img", name="icon.svg")).to_be_visible()
    workbench.get_by_role("treeitem", name="game.py").click()


CHANGED_FEATURE = "吃到苹果：蛇长一格，得 1 分，走得明显更快"
NEW_FEATURE = "结束时列出前五名，下次打开还在"


def test_a_running_change_shows_prose_and_a_line_for_each_file(shown: Notebook) -> None:
    workbench = _state(shown, "changing")
    expect(workbench.locator("[data-path='scores.py']")).to_have_attribute("data-mark", "due")
    expect(workbench.locator("[role=treeitem][data-path='drawing.py']")).to_have_attribute(
        "data-mark", "typing"
    )
    log = workbench.get_by_role("log")
    expect(log).to_contain_text("先改规则")
    expect(log).not_to_contain_text("def step_time")
    expect(workbench.get_by_role("textbox", name="接下来想改什么")).to_have_count(0)
    log.locator("button[data-path='game.py']").click()
    expect(workbench.locator(".cm-deletedText").first).to_be_visible()
    button(workbench, "跟随").click()


def test_a_change_without_a_result_says_what_is_safe(shown: Notebook, lab: Lab) -> None:
    unchanged = _state(shown, "unchanged")
    notice = unchanged.get_by_role("alert")
    ideas = lab.get(f"api/projects/{changing.PARENT}/request")["ideas"]
    assert len(ideas) >= 2
    expect(notice).to_contain_text("程序没有变")
    expect(notice.get_by_role("button")).to_have_text([*ideas[:2], "回到 v1"])
    expect(unchanged.get_by_role("textbox", name="接下来想改什么")).to_have_value(changing.VAGUE)
    expect(button(unchanged, "修改")).to_be_disabled()
    failed = _state(shown, "failed")
    expect(failed.get_by_role("alert")).to_contain_text("没有改成，v1 还是好好的")
    expect(button(failed, "重试")).to_be_visible()
    expect(failed.get_by_text("从 v1 接着改")).to_be_visible()


def test_the_keyboard_walks_the_difference_and_writes_the_next_sentence(shown: Notebook) -> None:
    workbench = _state(shown, "changed")
    expect(workbench.get_by_text(re.compile("第 1 处，共 [45] 处"))).to_be_visible()
    button(workbench, "下一处").press("Enter")
    expect(workbench.get_by_text(re.compile("第 2 处，共 [45] 处"))).to_be_visible()
    fold = workbench.locator(".cm-collapsedLines").first
    folds = workbench.locator(".cm-collapsedLines").count()
    fold.press("Enter")
    expect(workbench.locator(".cm-collapsedLines")).to_have_count(folds - 1)
    button(workbench, changing.IDEAS[0]).press("Enter")
    field = workbench.get_by_role("textbox", name="接下来想改什么")
    expect(field).to_be_focused()
    expect(field).to_have_value(changing.IDEAS[0])
    field.fill("")
    button(workbench, "开始新程序").press("Enter")
    expect(workbench.get_by_role("textbox", name="你想做什么程序？")).to_be_focused()
    shown.page.keyboard.press("Escape")
    expect(button(workbench, "开始新程序")).to_be_visible()


@pytest.mark.parametrize("transport", ["rest", "kernel"])
def test_a_sentence_makes_a_new_version_of_a_lesson(notebook: Opener, transport: str) -> None:
    if transport == "rest":
        opened = notebook()
        workbench = opened.open()
        ask(workbench, GUESS)
    else:
        opened = notebook(f"{IMPORTS}\nflow = Flow({GUESS!r})\nwb = Workbench(flow)\nwb")
        workbench = opened.open()
        opened.run_code("await flow.run()")
    reaches(workbench, "completed")
    expect(workbench).to_have_attribute("data-transport", transport)
    first = str(workbench.get_attribute("data-project-id"))
    workbench.get_by_role("textbox", name="接下来想改什么").fill(WIDER)
    button(workbench, "修改").click()
    expect(workbench).not_to_have_attribute("data-project-id", first)
    expect(workbench.locator(".af-open")).to_contain_text(WIDER)
    reaches(workbench, "completed")
    expect(workbench).to_have_attribute("data-version", "2")
    expect(workbench.locator(".cm-deletedText, .cm-changedText").first).to_be_visible()
    expect(workbench.locator("[role=treeitem][data-change=modified]").first).to_be_visible()
    expect(workbench.get_by_role("region", name="这次改了什么")).to_contain_text("1000")
    keep(workbench, f"changed-lesson-{transport}")


GUESS = "做一个猜数字的小游戏"
WIDER = "把范围改成 1 到 1000"
IMPORTS = "from aiflow import Flow\nfrom aiflow_widgets import Workbench"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_each_state_of_a_change_is_readable_for_everybody(
    shown: Notebook, axe_source: str, theme: str
) -> None:
    shown.theme(theme)
    shown.page.evaluate(axe_source)
    found: list[str] = []
    for language, width in (("中文", 1400), ("English", 400)):
        if language == "English":
            button(_state(shown, "changed"), "English").click()
        shown.page.add_style_tag(content=f".af-workbench {{ max-width: {width}px }}")
        for state in changing.STATES:
            workbench = _state(shown, state)
            workbench.scroll_into_view_if_needed()
            keep(workbench, f"{state}-{width}-{theme.split()[1].lower()}")
            found += [
                f"{state}, {width} px: {fault}" for fault in (*faults(workbench), *_stick_out(workbench))
            ]
    button(_state(shown, "changed"), "中文").click()
    shown.page.add_style_tag(content=".af-workbench { max-width: none }")
    assert not found, "\n".join(found)


def _stick_out(workbench: Locator) -> list[str]:
    # The ideas and the strip of versions are rows that scroll.
    rows = ("af-chip", "af-version")
    return [part for part in overflowing(workbench) if not any(name in part for name in rows)]
