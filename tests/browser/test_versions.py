"""The versions of a program in the page: the strip with a branch, a comparison, a hunk for the newest."""

import json
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import changing
from tests.browser.lab import Lab, Notebook, button, new_context
from tests.browser.test_projects import looks

pytestmark = pytest.mark.browser


def picture(colour: tuple[int, int, int]) -> bytes:
    """Return a PNG of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes(colour) * 120) * 80
    header = struct.pack(">IIBBBBB", 120, 80, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


# Another file's tests have this family too, in the same server.
PARENT = changing.PARENT.replace("0000001", "0000002")


def _renamed(journal: changing.Journal) -> changing.Journal:
    text = json.dumps(journal.events, ensure_ascii=False)
    journal.events = json.loads(text.replace("0000001", "0000002"))
    return journal


@pytest.fixture(scope="module")
def shown(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    """A notebook with a program, a change of it, a second change of the first, and a copy of that."""
    with ExitStack() as stack:
        for journal in map(
            _renamed, (changing.parent(), changing.change("changed"), changing.change("failed"))
        ):
            project_id = changing.plant(lab, journal, stack)
            colour = (30, 60 + 20 * len(journal.events) % 200, 90)
            (lab.projects / ".aiflow" / project_id / "thumbnail.png").write_bytes(picture(colour))
        copied = lab.post(f"api/projects/{PARENT}/copy", {"label": "从头再来"})["project_id"]
        context = new_context(browser, width=1400, height=1000)
        stack.callback(context.close)
        cell = f"from aiflow_widgets import Workbench\nWorkbench(project_id={copied!r})"
        opened = Notebook(lab, context, [cell])
        opened.open()
        yield opened
        assert opened.errors == []


def strip(workbench: Locator) -> Locator:
    return workbench.get_by_role("region", name="版本", exact=True).get_by_role("listitem")


def wrong_with(shown: Notebook, workbench: Locator, name: str) -> list[str]:
    """Look at it in each theme and width; the strip and the ideas are rows that scroll."""
    found = looks(shown, workbench, name)
    return [fault for fault in found if not any(part in fault for part in ("af-chip", "af-version", "<img"))]


def test_the_strip_shows_the_branches_and_opens_a_version(shown: Notebook, axe_source: str) -> None:
    shown.page.evaluate(axe_source)
    workbench = shown.workbench(0)
    expect(strip(workbench)).to_have_count(4)
    expect(strip(workbench).nth(3)).to_have_attribute("aria-current", "true")
    expect(strip(workbench).nth(2)).to_have_attribute("data-status", "failed")
    expect(strip(workbench).nth(3)).to_contain_text("从头再来")
    found = wrong_with(shown, workbench, "versions-strip")
    strip(workbench).nth(1).get_by_role("button").press("Enter")
    expect(workbench).to_have_attribute("data-version", "3")
    expect(strip(workbench).nth(1)).to_have_attribute("aria-current", "true")
    assert not found, "\n".join(found)


def test_two_versions_are_compared_and_a_hunk_is_put_into_the_newest(
    shown: Notebook, lab: Lab, axe_source: str
) -> None:
    shown.page.evaluate(axe_source)
    workbench = shown.workbench(0)
    workbench.get_by_role("button", name="版本", exact=True).click()
    panel = workbench.get_by_role("region", name="版本", exact=True)
    rows = panel.locator("[data-version]")
    expect(rows).to_have_count(4)
    # The version that is shown is one of the two; the newest, which has the last row, becomes the other.
    button(rows.last, "比较").click()
    panel.locator("li, button").get_by_text("drawing.py", exact=True).first.click()
    use = button(panel, "用 v3 的这一段")
    expect(use).to_be_visible()
    found = wrong_with(shown, workbench, "versions-panel")
    (newest,) = lab.projects.glob(f"*{_newest(lab)[:8]}")
    before = (newest / "drawing.py").read_bytes()
    use.click()
    button(panel, "放进去").press("Enter")
    applied = panel.get_by_text("v3 的 drawing.py 已经放进 v6")
    expect(applied).to_be_visible()
    assert b"top_lines" in (newest / "drawing.py").read_bytes()
    button(panel, "撤销").click()
    expect(applied).to_have_count(0)
    assert (newest / "drawing.py").read_bytes() == before
    shown.page.keyboard.press("Escape")
    expect(workbench.get_by_role("button", name="版本", exact=True)).to_be_focused()
    assert not found, "\n".join(found)


def test_a_file_that_was_edited_is_restored(shown: Notebook, lab: Lab) -> None:
    workbench = shown.workbench(0)
    strip(workbench).last.get_by_role("button").click()
    expect(workbench).to_have_attribute("data-version", "6")
    (newest,) = lab.projects.glob(f"*{_newest(lab)[:8]}")
    before = (newest / "main.py").read_bytes()
    (newest / "main.py").write_text("print('mine')\n", encoding="utf-8")
    workbench.get_by_role("treeitem", name="main.py").click()
    expect(workbench.get_by_role("textbox", name="main.py 的内容")).to_contain_text("mine")
    button(workbench, "还原这个文件").press("Enter")
    workbench.get_by_role("button", name="还原", exact=True).press("Enter")
    expect(workbench.get_by_role("textbox", name="main.py 的内容")).not_to_contain_text("mine")
    expect(button(workbench, "还原这个文件")).to_have_count(0)
    assert (newest / "main.py").read_bytes() == before


def _newest(lab: Lab) -> str:
    versions = lab.get(f"api/projects/{PARENT}/versions")["versions"]
    return str(versions[-1]["project_id"])
