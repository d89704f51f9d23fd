"""The earlier projects as a person goes through them: seen, renamed, compared, downloaded.

And the panels' sizes.
"""

import re
import urllib.request
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import visual
from tests.browser.conftest import Opener
from tests.browser.lab import ARTIFACTS, SHOW, TOKEN, Lab, Notebook, button, faults, new_context, reaches
from tests.browser.test_kernel import without_extension

pytestmark = pytest.mark.browser

GUESS = "做一个猜数字的小游戏"
SNAKE = "帮我写个贪吃蛇"


def finished(lab: Lab, prompt: str, template: str) -> str:
    """Generate a project and wait for its end; return its id."""
    found = str(lab.post("api/generate", {"prompt": prompt, "template": template})["project_id"])
    request = urllib.request.Request(
        f"{lab.url}/api/stream/{found}", headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request, timeout=120) as stream:
        assert b'"event_type":"status","status":"completed"' in stream.read().splitlines()[-2]
    return found


@pytest.fixture(scope="module")
def pair(lab: Lab) -> tuple[str, str]:
    """A game, which has a picture, and a program for the terminal, which has none."""
    snake = finished(lab, SNAKE, "snake")
    return snake, finished(lab, GUESS, "guess_number")


def drawer(workbench: Locator) -> Locator:
    """The list, opened."""
    button(workbench, "以前的项目").click()
    found = workbench.get_by_role("region", name="以前的项目")
    expect(found.locator("li").first).to_be_visible()
    return found


def line(listed: Locator, project_id: str) -> Locator:
    return listed.locator(f"li[data-project='{project_id}']")


def shot(part: Locator, name: str) -> Path:
    ARTIFACTS.mkdir(exist_ok=True)
    path = ARTIFACTS / f"{name}.png"
    with visual.sized(part.page):
        part.screenshot(path=path, animations="disabled")
    return path


def test_the_list_shows_picture_state_age_and_size_and_hands_out_the_zip(
    notebook: Opener, lab: Lab, pair: tuple[str, str], tmp_path: Path
) -> None:
    snake, guess = pair
    opened = notebook()
    workbench = opened.open()
    listed = drawer(workbench)
    known = {one["project_id"]: one for one in lab.get("api/projects")["projects"]}
    game = line(listed, snake)
    expect(game).to_contain_text(
        re.compile(rf"完成了 · (刚刚|\d+ 分钟前) · {known[snake]['file_count']} 个文件 · [\d.]+ KB")
    )
    picture = game.get_by_role("img", name="“贪吃蛇”的画面")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.complete && image.naturalWidth") > 100
    assert known[snake]["has_thumbnail"]
    expect(line(listed, guess).locator("img")).to_have_count(0)
    shot(workbench, "projects")
    with opened.page.expect_download() as download:
        line(listed, guess).get_by_role("button", name=re.compile("^把 .* 存成 ZIP$")).click()
    target = tmp_path / "project.zip"
    download.value.save_as(target)
    with zipfile.ZipFile(target) as archive:
        assert any(name.endswith("/main.py") for name in archive.namelist())


def test_a_project_is_renamed_by_keyboard_and_keeps_its_name(
    notebook: Opener, lab: Lab, pair: tuple[str, str]
) -> None:
    opened = notebook()
    workbench = opened.open()
    listed = drawer(workbench)
    row = line(listed, pair[0])
    rename = row.get_by_role("button", name=re.compile("^给 .* 改名$"))
    rename.focus()
    opened.page.keyboard.press("Enter")
    field = row.get_by_role("textbox", name="新的名字")
    expect(field).to_be_focused()
    shot(workbench, "projects-rename")
    field.fill(" ")
    expect(row.get_by_role("alert")).to_contain_text("1 到 100 个字")
    expect(button(row, "就叫这个")).to_be_disabled()
    opened.page.keyboard.press("Escape")
    expect(rename).to_be_focused()
    opened.page.keyboard.press("Enter")
    field.fill("我的<b>蛇</b> 🐍")
    opened.page.keyboard.press("Enter")
    expect(row).to_contain_text("我的<b>蛇</b> 🐍")
    expect(rename).to_be_focused()
    assert {one["project_id"]: one["title"] for one in lab.get("api/projects")["projects"]}[
        pair[0]
    ] == "我的<b>蛇</b> 🐍"
    opened.reload()
    opened.run()
    again = line(drawer(opened.workbench()), pair[0])
    expect(again).to_contain_text("我的<b>蛇</b> 🐍")


def test_two_projects_are_compared_file_by_file(notebook: Opener, lab: Lab, pair: tuple[str, str]) -> None:
    opened = notebook()
    workbench = opened.open()
    listed = drawer(workbench)
    for project_id in pair:
        line(listed, project_id).get_by_role("button", name=re.compile("^比较 ")).click()
    shot(workbench, "projects-picked")
    button(listed, "比较这两个").click()
    compared = workbench.get_by_role("region", name="比较两个项目")
    files = compared.get_by_role("navigation", name="不一样的文件")
    expect(files.get_by_role("button", name="main.py 改了")).to_be_visible()
    expect(
        files.get_by_role("button", name="game.py 改了").or_(files.get_by_role("button", name="game.py 多了"))
    ).to_be_visible()
    files.get_by_role("button", name="main.py 改了").click()
    expect(compared.locator(".af-l[data-mark='-']").first).to_be_visible()
    expect(compared.locator(".af-l[data-mark='+']").first).to_be_visible()
    shot(workbench, "compare")
    button(compared, "左右对调").click()
    expect(compared.locator(".af-l[data-mark='-']").first).to_be_visible()
    opened.page.keyboard.press("Escape")
    expect(compared).to_have_count(0)


def test_without_the_extension_the_kernel_lists_renames_and_compares(
    notebook: Opener, pair: tuple[str, str]
) -> None:
    opened = notebook()
    without_extension(opened)
    workbench = opened.open()
    expect(workbench).to_have_attribute("data-transport", "kernel")
    listed = drawer(workbench)
    expect(line(listed, pair[0]).get_by_role("img")).to_be_visible()
    row = line(listed, pair[1])
    row.get_by_role("button", name=re.compile("^给 .* 改名$")).click()
    row.get_by_role("textbox", name="新的名字").fill("内核改的名")
    button(row, "就叫这个").click()
    expect(row).to_contain_text("内核改的名")
    for project_id in pair:
        line(listed, project_id).get_by_role("button", name=re.compile("^比较 ")).click()
    button(listed, "比较这两个").click()
    compared = workbench.get_by_role("region", name="比较两个项目")
    expect(compared.get_by_role("button", name="main.py 改了")).to_be_visible()
    expect(compared.locator(".af-l[data-mark='+']").first).to_be_visible()


def separator(workbench: Locator, name: str) -> Locator:
    return workbench.get_by_role("separator", name=name)


def width(part: Locator) -> float:
    box = part.bounding_box()
    assert box is not None
    return box["width"]


def test_panels_are_resized_by_keyboard_and_mouse_stay_so_and_leave_room(
    notebook: Opener, pair: tuple[str, str]
) -> None:
    opened = notebook(f"from aiflow_widgets import Workbench\nWorkbench(project_id='{pair[1]}')")
    workbench = opened.open()
    reaches(workbench, "completed")
    files = workbench.locator(".af-files")
    handle = separator(workbench, "调整文件栏的宽度")
    begun = width(files)
    expect(handle).to_have_attribute("aria-valuenow", str(round(begun)))
    expect(handle).to_have_attribute("aria-orientation", "vertical")
    handle.focus()
    for _ in range(3):
        opened.page.keyboard.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", str(round(begun) + 48))
    assert width(files) == pytest.approx(begun + 48, abs=1)
    opened.page.keyboard.press("End")
    expect(handle).to_have_attribute("aria-valuenow", str(handle.get_attribute("aria-valuemax")))
    opened.page.keyboard.press("Home")
    expect(handle).to_have_attribute("aria-valuenow", str(handle.get_attribute("aria-valuemin")))

    side = separator(workbench, "调整过程栏的宽度")
    before = int(str(side.get_attribute("aria-valuenow")))
    box = side.bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    opened.page.mouse.move(*middle)
    opened.page.mouse.down()
    opened.page.mouse.move(middle[0] - 60, middle[1], steps=4)
    workbench.screenshot(path=ARTIFACTS / "panels.png", animations="disabled")
    opened.page.mouse.up()
    expect(side).to_have_attribute("aria-valuenow", str(before + 60))

    opened.reload()
    opened.run()
    workbench = opened.workbench()
    expect(separator(workbench, "调整文件栏的宽度")).to_have_attribute("aria-valuenow", "140")
    again = separator(workbench, "调整过程栏的宽度")
    expect(again).to_have_attribute("aria-valuenow", str(before + 60))
    again.focus()
    opened.page.keyboard.press("Enter")
    expect(again).to_have_attribute("aria-valuenow", str(before))

    # An enlarged panel still fits into a narrow page.
    handle = separator(workbench, "调整文件栏的宽度")
    handle.focus()
    opened.page.keyboard.press("End")
    expect(handle).to_have_attribute("aria-valuenow", str(handle.get_attribute("aria-valuemax")))
    opened.page.add_style_tag(content=".jp-OutputArea-output { max-width: 702px !important; }")
    expect(separator(workbench, "调整过程栏的高度")).to_be_visible()
    assert width(workbench.locator(".af-files")) <= 0.45 * width(workbench) + 1
    opened.page.add_style_tag(content=".jp-OutputArea-output { max-width: 402px !important; }")
    expect(handle).to_be_hidden()
    assert width(workbench.locator(".af-view")) == pytest.approx(width(workbench), abs=3)


def test_the_list_and_the_comparison_are_readable_for_everybody(
    lab: Lab, browser: Browser, pair: tuple[str, str], axe_source: str
) -> None:
    context = new_context(browser, width=1440)
    opened = Notebook(lab, context, [SHOW])
    workbench = opened.open()
    opened.page.add_style_tag(content="html, body { height: 100vh !important; }")
    opened.page.evaluate(axe_source)
    listed = drawer(workbench)
    expect(line(listed, pair[0]).get_by_role("img")).to_be_visible()
    for project_id in pair:
        line(listed, project_id).get_by_role("button", name=re.compile("^比较 ")).click()
    line(listed, pair[0]).get_by_role("button", name=re.compile("^给 .* 改名$")).click()
    found = looks(opened, workbench, "projects")
    button(listed, "比较这两个").click()
    compared = workbench.get_by_role("region", name="比较两个项目")
    expect(compared.locator(".af-l[data-mark='+']").first).to_be_visible()
    found += looks(opened, workbench, "compare")
    button(workbench, "English").click()
    opened.page.add_style_tag(content=".jp-OutputArea-output { max-width: 402px !important; }")
    button(workbench, "Earlier projects").click()
    line(workbench, pair[1]).get_by_role("button", name=re.compile("^Open ")).click()
    reaches(workbench, "completed")
    found += [f"400 px, English: {part}" for part in overflowing(workbench)]
    shot(workbench, "english-400")
    assert not found, "\n".join(found)
    assert opened.errors == []
    context.close()


def looks(opened: Notebook, workbench: Locator, name: str) -> list[str]:
    """Look at it in light and dark, wide, narrow and enlarged; return what is wrong with it."""
    found = []
    for theme in ("JupyterLab Dark", "JupyterLab Light"):
        opened.theme(theme)
        look = theme.rsplit(" ", 1)[1].lower()
        found += [f"{look}: {fault}" for fault in faults(workbench)]
        shot(workbench, f"{name}-{look}")
        style = opened.page.add_style_tag(content=".jp-OutputArea-output { max-width: 402px !important; }")
        found += [f"400 px: {part}" for part in overflowing(workbench)]
        shot(workbench, f"{name}-400-{look}")
        style.evaluate("(element) => element.remove()")
    with visual.sized(opened.page, zoom=2):
        found += [f"200 %: {part}" for part in overflowing(workbench)]
        workbench.screenshot(path=ARTIFACTS / f"{name}-200-percent.png", animations="disabled")
    return found


def overflowing(workbench: Locator) -> list[str]:
    """The controls that stick out of the workbench."""
    return list(
        workbench.evaluate(
            """(element) => {
              const frame = element.getBoundingClientRect();
              return [...element.querySelectorAll('button, input, img, [role=alert]')]
                .filter((part) => part.checkVisibility() && !part.closest('.cm-editor'))
                // These are rows that scroll.
                .filter((part) => !part.closest('.af-ideas, .af-strip ol'))
                .filter((part) => {
                  const box = part.getBoundingClientRect();
                  return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1);
                })
                .map((part) => part.outerHTML.slice(0, 120));
            }"""
        )
    )
