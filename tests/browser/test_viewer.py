"""Files that are no text are shown as what they are, and nothing moves for a reader who asked for stillness."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.browser.lab import Lab, Notebook, new_context
from tests.browser.programs import finished, keep, show

pytestmark = pytest.mark.browser

MOVING = "(all) => all.filter((one) => { const { animationName, transitionDuration } = getComputedStyle(one); return animationName !== 'none' || parseFloat(transitionDuration) > 0; }).length"


def _png() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (48, 32), (20, 120, 90)).save(held, "PNG")
    return held.getvalue()


def test_a_picture_is_a_picture_and_what_is_no_text_says_so(lab: Lab, browser: Browser) -> None:
    files = {
        "main.py": "print(1)\n",
        "封面.png": _png(),
        "声音.bin": b"\0\1\2" * 700,
        "表.csv": "数,据\n" * 90_000,
    }
    context = new_context(browser, reduced_motion="reduce")
    opened = Notebook(lab, context, [show(finished(lab, files))])
    opened.open()
    workbench = opened.workbench()
    workbench.get_by_role("treeitem", name="封面.png", exact=True).click()
    picture = workbench.get_by_role("img", name="封面.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("(one) => [one.naturalWidth, one.naturalHeight]") == [48, 32]
    keep(workbench, "viewer-picture")
    workbench.get_by_role("treeitem", name="声音.bin", exact=True).click()
    expect(workbench.get_by_text("这是一个二进制文件")).to_contain_text("2.1 KB")
    workbench.get_by_role("treeitem", name="表.csv", exact=True).click()
    expect(workbench.get_by_text("数,据").first).to_be_visible()
    keep(workbench, "viewer-large")
    assert workbench.locator("*").evaluate_all(MOVING) == 0, "something moves"
    assert opened.errors == []
    context.close()
