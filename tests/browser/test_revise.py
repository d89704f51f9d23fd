"""A run that is over, in the hands of a person.

Look at what was said in it, and have it written again from a change.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.lab import Lab, button, phase, reaches

pytestmark = pytest.mark.browser

GUESS = "做一个猜数字的小游戏"


def test_a_past_phase_is_read_word_for_word_and_the_rest_written_again_from_an_edit(
    notebook: Opener, lab: Lab
) -> None:
    first = lab.post("api/generate", {"prompt": GUESS, "template": "guess_number"})["project_id"]
    opened = notebook(f"from aiflow_widgets import Workbench\nWorkbench(project_id='{first}')")
    workbench = opened.open()
    reaches(workbench, "completed")

    button(workbench, "查看需求说明的过程").click()
    log = workbench.get_by_role("log")
    button(workbench, "发给模型的话").click()
    call = next(
        one for one in lab.get(f"api/projects/{first}/request")["prompts"] if one["phase"] == "specify"
    )
    for message in call["messages"]:
        words = log.locator(f".af-message[data-role={message['role']}] .af-tail")
        assert words.text_content() == message["content"]
    assert log.locator(".af-said .af-tail").text_content() == call["content"]
    opened.shot("past_phase")

    workbench.get_by_role("tab", name="需求").click()
    button(workbench, "改需求，重新生成").click()
    editor = workbench.get_by_role("textbox", name="文字")
    editor.click()
    opened.page.keyboard.press("Control+End")
    opened.page.keyboard.type("\n要有一个排行榜。")
    expect(workbench.get_by_text("已修改")).to_be_visible()
    opened.shot("revise")
    button(workbench, "改好了，重新生成").click()
    expect(workbench).not_to_have_attribute("data-project-id", first)
    reaches(workbench, "completed")
    second = str(workbench.get_attribute("data-project-id"))
    workbench.get_by_role("tab", name="需求").click()
    expect(workbench.get_by_role("tabpanel")).to_contain_text("要有一个排行榜。")
    expect(phase(workbench, "plan", "completed")).to_be_visible()
    assert {first, second} <= {one["project_id"] for one in lab.get("api/projects")["projects"]}

    opened.reload()
    opened.run()
    workbench = opened.workbench()
    workbench.get_by_role("button", name="以前的项目").click()
    workbench.get_by_role("button", name=re.compile(f"^打开 .*{second[:8]}$")).click()
    expect(workbench).to_have_attribute("data-project-id", second)
    # A revision is a version: the strip compares it with the one before, and leads back.
    button(workbench, "版本").click()
    compared = workbench.get_by_role("region", name="比较两个项目")
    compared.get_by_role("button", name=re.compile("^spec.md")).click()
    expect(compared.locator(".af-hunks")).to_contain_text("要有一个排行榜。")
    opened.shot("compare-versions")
    button(workbench, "关上版本").click()
    workbench.locator("[data-version='1']").get_by_role("button").click()
    expect(workbench).to_have_attribute("data-project-id", first)
