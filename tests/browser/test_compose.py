"""The workbench among other widgets, and on a server that really has nothing of ours."""

import re
import urllib.error
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Opener
from tests.browser.lab import WORKBENCH, Lab, Notebook, ask, button, phase, reaches

pytestmark = pytest.mark.browser

GUESS = "做一个猜数字的小游戏"
IN_BOXES = f"""
import ipywidgets as widgets
from traitlets import dlink
from aiflow_widgets import Workbench

wb = Workbench()
fill, state, note = widgets.Button(description="填好"), widgets.Label(), widgets.Label("左边")
fill.on_click(lambda _: setattr(wb, "prompt", {GUESS!r}))
dlink((wb, "status"), (state, "value"))
widgets.VBox([widgets.HBox([fill, state]), widgets.HBox([note, wb])])
"""
INTERACT = """
@widgets.interact(prompt=["帮我写个贪吃蛇", "做一个打砖块"])
def show(prompt):
    return Workbench(prompt=prompt)
"""
NARROW = "Workbench(layout=widgets.Layout(width='600px'))"


def test_it_lives_in_boxes_and_under_interact_as_any_widget(notebook: Opener) -> None:
    opened = notebook(IN_BOXES, INTERACT, NARROW)
    workbench = opened.open()
    page = opened.page
    expect(page.locator(".widget-vbox .widget-hbox").locator(WORKBENCH)).to_have_count(1)
    box = workbench.bounding_box()
    assert box is not None
    assert box["width"] > 600  # the rest of the row is its own

    state = page.locator(".widget-vbox .widget-label").first
    expect(state).to_have_text("idle")
    button(page.locator(".widget-vbox"), "填好").click()
    expect(workbench.get_by_role("textbox").first).to_have_value(GUESS)
    button(workbench, "开始").click()
    reaches(workbench, "completed")
    expect(state).to_have_text("completed")

    chosen = page.locator(".widget-interact")
    shown = chosen.locator(WORKBENCH)
    chosen.scroll_into_view_if_needed()
    expect(shown.get_by_role("textbox").first).to_have_value("帮我写个贪吃蛇")
    chosen.get_by_role("combobox").select_option("做一个打砖块")
    expect(shown.get_by_role("textbox").first).to_have_value("做一个打砖块")
    expect(shown).to_have_count(1)
    expect(chosen.locator(".af-static-summary")).to_be_hidden()

    narrow = opened.workbench(2).bounding_box()
    assert narrow is not None
    assert 590 <= narrow["width"] <= 600


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab on which the extension is switched off."""
    server = Lab(tmp_path_factory.mktemp("bare") / "home", 8, extension=False)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def test_where_there_is_no_extension_a_run_is_made_read_and_made_again_by_the_kernel(
    bare: Lab, context: BrowserContext
) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        bare.get("api/templates")
    opened = Notebook(bare, context, ["from aiflow_widgets import Workbench\nwb = Workbench()\nwb"])
    workbench = opened.open()
    expect(workbench).to_have_attribute("data-transport", "kernel")
    ask(workbench, GUESS)
    reaches(workbench, "completed")
    first = str(workbench.get_attribute("data-project-id"))
    workbench.get_by_role("treeitem", name="README.md", exact=True).click()
    text = workbench.get_by_role("textbox", name="README.md 的内容")
    expect(text).to_contain_text("猜数字")
    text.click()
    opened.page.keyboard.press("Control+Home")
    opened.page.keyboard.type("我的一行\n")
    button(workbench, "保存").click()
    expect(workbench.get_by_text("已保存")).to_be_visible()
    [path] = bare.projects.glob(f"*_{first[:8]}/README.md")
    assert path.read_text(encoding="utf-8").startswith("我的一行\n")

    workbench.get_by_role("tab", name="需求").click()
    button(workbench, "改需求，重新生成").click()
    workbench.get_by_role("textbox", name="文字").click()
    opened.page.keyboard.press("Control+End")
    opened.page.keyboard.type("\n要有一个排行榜。")
    expect(workbench.get_by_text("已修改")).to_be_visible()
    button(workbench, "改好了，重新生成").click()
    expect(workbench).not_to_have_attribute("data-project-id", first)
    expect(workbench).to_have_attribute("data-project-id", re.compile("^[0-9a-f-]{36}$"))
    reaches(workbench, "completed")
    expect(workbench).to_have_attribute("data-transport", "kernel")
    expect(phase(workbench, "plan", "completed")).to_be_visible()
    workbench.get_by_role("tab", name="需求").click()
    expect(workbench.get_by_role("tabpanel")).to_contain_text("要有一个排行榜。")
    assert opened.run_code(
        "print('排行榜' in wb.snapshot.spec.markdown, wb.project.total_files)"
    ).split() == ["True", "5"]
    workbench.locator("[data-version='1']").get_by_role("button").click()
    expect(workbench).to_have_attribute("data-project-id", first)
    opened.shot("bare-server")
    assert opened.errors == []
