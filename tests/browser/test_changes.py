"""Files that change after a run's end, by the program, an editor or git: the page follows."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Request, expect

from tests.browser.conftest import Opener
from tests.browser.lab import Lab, ask, button, reaches

pytestmark = pytest.mark.browser


def folder_of(lab: Lab, workbench: Locator) -> Path:
    """The folder of the project that a workbench shows."""
    project_id = workbench.get_attribute("data-project-id")
    listed = lab.get("api/projects")["projects"]
    name = next(one["project_name"] for one in listed if one["project_id"] == project_id)
    return lab.projects / str(name)


def test_the_page_follows_what_changes_on_disk(notebook: Opener, lab: Lab) -> None:
    opened = notebook()
    streams: list[Request] = []
    workbench = opened.open()
    ask(workbench, "做一个猜数字的小游戏")
    reaches(workbench, "completed")
    folder = folder_of(lab, workbench)
    download = button(workbench, "下载")
    main = workbench.get_by_role("treeitem", name="main.py", exact=True)
    main.click()
    code = workbench.get_by_role("textbox", name="main.py 的内容")
    expect(download).to_be_enabled()
    opened.page.on("request", lambda one: streams.append(one) if "/api/stream/" in one.url else None)

    # An editor outside of the page.
    (folder / "notes.txt").write_text("one\n", encoding="utf-8")
    added = workbench.get_by_role("treeitem", name="notes.txt", exact=True)
    expect(added).to_be_visible()
    (folder / "notes.txt").unlink()
    expect(added).to_have_count(0)

    # Broken on disk: the open file shows it, and the project cannot be downloaded until it is repaired.
    (folder / "main.py").write_text("print('broken'\n", encoding="utf-8")
    expect(code).to_contain_text("broken")
    expect(download).to_be_disabled()
    expect(workbench.get_by_text("语法检查没有通过", exact=True)).to_be_visible()
    (folder / "main.py").write_text(
        "open('scores.txt', 'w', encoding='utf-8').write('7')\nprint('repaired')\n", encoding="utf-8"
    )
    expect(code).to_contain_text("repaired")
    expect(download).to_be_enabled()

    # The running program.
    button(workbench, "运行").click()
    expect(workbench.locator("[data-terminal]")).to_contain_text("repaired")
    expect(workbench.get_by_role("treeitem", name="scores.txt", exact=True)).to_be_visible()
    expect(workbench).to_have_attribute("data-connection", "ended")
    assert streams
    assert all("follow=false" in one.url for one in streams)
