"""The workbench in the hands of a person, in a real JupyterLab."""

import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.lab import SHOW, Lab, ask, button, phase, reaches

pytestmark = pytest.mark.browser

SNAKE = "帮我写个贪吃蛇"
GUESS = "做一个猜数字的小游戏"


def test_first_use_teaches_itself_and_an_example_fills_the_field(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    expect(workbench).to_have_attribute("data-status", "idle")
    expect(workbench).to_have_attribute("data-transport", "rest")
    expect(workbench.get_by_text("一句话，变成一个能运行的程序")).to_be_visible()
    expect(button(workbench, "开始")).to_be_disabled()
    expect(button(workbench, "下载")).to_be_disabled()
    opened.shot("empty")
    button(workbench, "贪吃蛇").click()
    expect(workbench.get_by_role("textbox").first).to_have_value(SNAKE)
    expect(button(workbench, "开始")).to_be_enabled()


def test_one_sentence_becomes_a_program_in_plain_sight(notebook: Opener, lab: Lab) -> None:
    opened = notebook()
    workbench = opened.open()
    ask(workbench, SNAKE)
    expect(workbench).to_have_attribute("data-project-id", re.compile(r"^[0-9a-f-]{36}$"))
    expect(phase(workbench, "specify", "active")).to_be_visible()
    expect(workbench.get_by_role("log")).to_contain_text("贪吃蛇")
    expect(phase(workbench, "implement", "active")).to_be_visible()
    expect(workbench.get_by_role("treeitem", name="game.py")).to_be_visible()
    opened.shot("implement")
    reaches(workbench, "completed")
    project_id = workbench.get_attribute("data-project-id")

    for name in ("spec.md", "plan.md", "game.py", "drawing.py", "main.py", "README.md"):
        row = workbench.get_by_role("treeitem", name=name, exact=True)
        expect(row).to_have_attribute("data-path", name)
    expect(workbench.locator("[role=tree] [role=treeitem]")).to_have_count(6)
    for name in ("specify", "plan", "implement"):
        expect(phase(workbench, name, "completed")).to_have_role("listitem")
    workbench.get_by_role("treeitem", name="game.py", exact=True).click()
    expect(workbench.get_by_role("tab", name="game.py")).to_have_attribute("aria-selected", "true")
    expect(workbench.locator(".cm-content")).to_contain_text("class SnakeGame")
    workbench.get_by_role("tab", name="需求").click()
    expect(workbench.get_by_role("heading", name="功能")).to_be_visible()
    expect(workbench.get_by_text("离线课程 · 预先准备，不是模型现写的")).to_be_visible()
    opened.shot("done")

    with opened.page.expect_download() as download:
        button(workbench, "下载").click()
    data = download.value.path().read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name.split("/", 1)[1] for name in archive.namelist()]
    assert sorted(names) == sorted(["spec.md", "plan.md", "game.py", "drawing.py", "main.py", "README.md"])
    assert download.value.suggested_filename.endswith(".zip")
    assert project_id in {project["project_id"] for project in lab.get("api/projects")["projects"]}


def test_a_page_reloaded_in_mid_run_and_a_second_tab_show_the_run_and_go_on(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    ask(workbench, SNAKE)
    expect(phase(workbench, "specify", "active")).to_be_visible()
    project_id = workbench.get_attribute("data-project-id")
    opened.save()
    opened.reload()
    workbench = opened.workbench()
    expect(workbench).to_have_attribute("data-project-id", str(project_id))
    expect(workbench.locator(".af-open")).to_contain_text(SNAKE)
    second = opened.page.context.new_page()
    second.goto(opened.page.url)
    beside = second.locator("[data-aiflow-workbench]").first
    expect(beside).to_have_attribute("data-project-id", str(project_id))
    reaches(workbench, "completed")
    reaches(beside, "completed")
    expect(workbench.get_by_role("treeitem")).to_have_count(6)
    expect(beside.get_by_role("treeitem")).to_have_count(6)


def test_a_cell_run_again_after_a_reload_goes_on_with_the_open_project_and_a_further_one_is_empty(
    notebook: Opener,
) -> None:
    opened = notebook(SHOW, SHOW)
    workbench = opened.open()
    ask(workbench, GUESS)
    reaches(workbench, "completed")
    workbench.get_by_role("treeitem", name="README.md").click()
    project_id = str(workbench.get_attribute("data-project-id"))
    opened.reload()
    opened.run()
    workbench = opened.workbench()
    expect(workbench).to_have_attribute("data-project-id", project_id)
    expect(workbench.get_by_role("tab", name="README.md")).to_have_attribute("aria-selected", "true")
    expect(opened.workbench(1)).to_have_attribute("data-project-id", "")


def test_stop_stops_the_run_and_keeps_what_is_written(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    ask(workbench, SNAKE)
    expect(workbench.get_by_role("treeitem", name="spec.md")).to_be_visible()
    button(workbench, "停止").click()
    reaches(workbench, "cancelled")
    expect(workbench.get_by_text("已经停下了")).to_be_visible()
    expect(workbench.get_by_role("treeitem", name="spec.md")).to_be_visible()
    expect(workbench.locator("[data-phase][data-status=active]")).to_have_count(0)
    button(workbench, "开始新程序").click()
    expect(workbench.get_by_role("textbox", name="你想做什么程序？")).to_be_focused()
    opened.shot("cancelled")


def test_what_no_lesson_answers_fails_with_a_reason_and_can_be_retried(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    ask(workbench, "写一个会下围棋的飞机调度系统")
    reaches(workbench, "failed")
    alert = workbench.get_by_role("alert")
    expect(alert).to_contain_text("没有成功")
    expect(alert).to_contain_text("还可以重试 3 次")
    opened.shot("failed")
    button(workbench, "重试").click()
    expect(alert).to_contain_text("还可以重试 2 次")
    reaches(workbench, "failed")


def test_pausing_after_each_step_lets_one_edit_the_specification(notebook: Opener, lab: Lab) -> None:
    opened = notebook()
    workbench = opened.open()
    workbench.get_by_label("每一步都停下").check()
    ask(workbench, GUESS)
    reaches(workbench, "paused")
    expect(phase(workbench, "specify", "completed")).to_be_visible()
    opened.shot("paused")
    editor = workbench.get_by_role("textbox", name="文字")
    editor.click()
    opened.page.keyboard.press("Control+Home")
    opened.page.keyboard.type("# 我自己改的题目\n\n")
    expect(workbench.get_by_role("region", name="预览")).to_contain_text("我自己改的题目")
    opened.page.screenshot()
    button(workbench, "继续").click()
    expect(phase(workbench, "plan", "completed")).to_be_visible()
    reaches(workbench, "paused")
    workbench.get_by_role("tab", name="需求").click()
    expect(workbench.get_by_role("heading", name="我自己改的题目")).to_be_visible()
    button(workbench, "继续").click()
    reaches(workbench, "completed")
    project_id = workbench.get_attribute("data-project-id")
    assert lab.get(f"api/projects/{project_id}/request")["spec"]["title"] == "我自己改的题目"


def test_the_whole_interface_speaks_english(notebook: Opener) -> None:
    opened = notebook()
    workbench = opened.open()
    button(workbench, "English").click()
    expect(button(workbench, "Start")).to_be_visible()
    expect(workbench.get_by_label("Pause after each step")).to_be_visible()
    workbench.get_by_role("textbox").first.fill(GUESS)
    button(workbench, "Start").click()
    expect(button(workbench, "Stop")).to_be_visible()
    reaches(workbench, "completed")
    expect(button(workbench, "Download")).to_be_enabled()
    opened.shot("english")
    opened.save()
    opened.reload()
    expect(button(opened.workbench(), "Start a new program")).to_be_visible()


def test_a_file_is_edited_and_saved_and_a_change_from_elsewhere_is_never_overwritten(
    notebook: Opener, lab: Lab
) -> None:
    opened = notebook()
    workbench = opened.open()
    ask(workbench, GUESS)
    reaches(workbench, "completed")
    workbench.get_by_role("treeitem", name="README.md").click()
    text = workbench.get_by_role("textbox", name="README.md 的内容")
    expect(text).to_be_visible()
    text.click()
    opened.page.keyboard.press("Control+Home")
    opened.page.keyboard.type("我的一行\n")
    button(workbench, "保存").click()
    expect(workbench.get_by_text("已保存")).to_be_visible()
    [path] = lab.projects.glob(f"*_{str(workbench.get_attribute('data-project-id'))[:8]}/README.md")
    assert path.read_text(encoding="utf-8").startswith("我的一行\n")

    # Typed first: of a file without unsaved text, the page would show the new one before a key is pressed.
    text.click()
    opened.page.keyboard.type("又一行\n")
    path.write_text("别人写的\n", encoding="utf-8")
    button(workbench, "保存").click()
    expect(workbench.get_by_role("alert")).to_contain_text("没有覆盖任何内容")
    opened.shot("conflict")
    assert path.read_text(encoding="utf-8") == "别人写的\n"
    button(workbench, "看新的内容").click()
    expect(text).to_contain_text("别人写的")


def test_earlier_projects_open_and_are_deleted(notebook: Opener, lab: Lab) -> None:
    first = lab.post("api/generate", {"prompt": GUESS, "template": "guess_number"})["project_id"]
    opened = notebook(f"from aiflow_widgets import Workbench\nWorkbench(project_id='{first}')", SHOW)
    workbench = opened.open()
    reaches(workbench, "completed")
    other = opened.workbench(1)
    button(other, "以前的项目").click()
    row = other.get_by_role("button", name=re.compile(f"^打开 .*{first[:8]}$"))
    expect(row).to_be_visible()
    other.screenshot(path=opened.shot("projects"))
    row.click()
    expect(other).to_have_attribute("data-project-id", first)
    reaches(other, "completed")
    button(other, "以前的项目").click()
    other.get_by_role("button", name=re.compile(f"^删除 .*{first[:8]}$")).click()
    button(other, "撤销删除").click()
    other.get_by_role("button", name=re.compile(f"^删除 .*{first[:8]}$")).click()
    button(other, "现在就删").click()
    expect(other).to_have_attribute("data-status", "idle")
    assert first not in {project["project_id"] for project in lab.get("api/projects")["projects"]}
