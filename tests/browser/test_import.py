"""A program from elsewhere is imported through the page: chosen, dropped, refused."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Opener
from tests.browser.lab import SHOW, Lab, Notebook, button, faults, new_context, reaches, shot
from tests.browser.test_kernel import without_extension
from tests.browser.test_projects import looks

pytestmark = pytest.mark.browser

README = "# 我的打飞机\n\n左右移动飞机，按空格发射子弹。\n\n- 方向键移动\n- 空格键发射\n"
DROP = """(target, files) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  const event = (type) => new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data });
  target.dispatchEvent(event('dragover'));
  target.dispatchEvent(event('drop'));
}"""


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program as students send it: a folder around it, a source in GBK, and what is no part of it."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("plane/main.py", "from enemy import Enemy\n\nprint(Enemy.name)\nprint(timer)\n")
        packed.writestr("plane/enemy.py", 'class Enemy:\n    name = "敌机"\n'.encode("gbk"))
        packed.writestr("plane/README.md", README)
        packed.writestr("plane/.git/config", "[core]\n")
        packed.writestr("plane/venv/pyvenv.cfg", "home = /usr\n")
        packed.writestr("plane/video/intro.mp4", b"0" * 1_200_000)
        packed.writestr("../config.py", "secret = 1\n")
    path = tmp_path_factory.mktemp("archives") / "plane_game.zip"
    path.write_bytes(data.getvalue())
    return path


def drawer(workbench: Locator) -> Locator:
    button(workbench, "以前的项目").click()
    return workbench.get_by_role("region", name="以前的项目")


def test_a_zip_is_chosen_imported_and_said_what_became_of_it(
    lab: Lab, browser: Browser, archive: Path, axe_source: str
) -> None:
    context = new_context(browser, width=1440)
    opened = Notebook(lab, context, [SHOW])
    workbench = opened.open()
    opened.page.evaluate(axe_source)
    listed = drawer(workbench)
    with opened.page.expect_file_chooser() as chooser:
        button(listed, "导入").click()
    chooser.value.set_files(archive)
    reaches(workbench, "completed")
    expect(listed).to_have_count(0)
    notice = workbench.locator(".af-notice")
    expect(notice).to_contain_text(re.compile("导入好了：放进来 3 个文件，4 样没有放"))
    for name in ("plane/.git/", "plane/venv/", "video/intro.mp4", "../config.py"):
        expect(notice.locator("code", has_text=name)).to_be_visible()
    expect(notice).to_contain_text(re.compile("enemy.py"))
    expect(workbench.get_by_role("heading", name="我的打飞机")).to_be_visible()
    assert looks(opened, workbench, "import") == []
    button(notice, "知道了").click()
    expect(notice).to_have_count(0)
    assert faults(workbench) == []
    context.close()


def test_dropped_files_are_imported_and_no_program_is_refused_with_the_reason(
    notebook: Opener, lab: Lab
) -> None:
    opened = notebook()
    workbench = opened.open()
    target = drawer(workbench).locator(".af-drop")
    target.evaluate(DROP, [["photo.txt", "no program"]])
    expect(workbench.locator(".af-drawer [role=alert]")).to_contain_text("没有找到")
    shot(workbench, "import-refused")
    target.evaluate(DROP, [["main.py", "print('你好')\n"], ["rules.py", "LIVES = 3\n"]])
    reaches(workbench, "completed")
    expect(workbench.get_by_role("treeitem", name="rules.py", exact=True)).to_be_visible()
    project_id = str(workbench.get_attribute("data-project-id"))
    assert lab.get(f"api/projects/{project_id}/request")["cause"] == "import"


def test_without_the_extension_the_kernel_imports(notebook: Opener, archive: Path) -> None:
    opened = notebook()
    without_extension(opened)
    workbench = opened.open()
    listed = drawer(workbench)
    listed.locator("input[type=file]").set_input_files(archive)
    reaches(workbench, "completed")
    expect(workbench.locator(".af-notice")).to_contain_text("4 样没有放")
    expect(workbench.get_by_role("treeitem", name="enemy.py", exact=True)).to_be_visible()
