"""Files that are no text are shown as what they are, also two versions side by side.

Nothing moves for who asked for stillness.
"""

import io
import re

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import SHOW, Lab, Notebook, button, new_context
from tests.browser.programs import finished, keep, show
from tests.browser.test_kernel import without_extension

pytestmark = pytest.mark.browser

MOVING = (
    "(all) => all.filter((one) => { const { animationName, transitionDuration } = getComputedStyle(one); "
    "return animationName !== 'none' || parseFloat(transitionDuration) > 0; }).length"
)


# As hostile as a name may be that a project takes; the others are for the tests of the components.
HOSTILE = "&lt;b&gt; {path} ' $& 图.png"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90" onload="parent.hurt = 1">
<script>parent.hurt = 1</script><rect width="160" height="90" rx="12" fill="{colour}"/></svg>"""


def _png(width: int = 48, height: int = 32, colour: tuple[int, int, int] = (20, 120, 90)) -> bytes:
    held = io.BytesIO()
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).ellipse((width // 4, height // 4, width * 3 // 4, height * 3 // 4), (240, 200, 60))
    image.save(held, "PNG")
    return held.getvalue()


def _pictures(workbench: Locator) -> list[tuple[str, int, int]]:
    """The pictures of a comparison: what each is called, and its pixels."""
    found = workbench.locator(".af-pictures img")
    expect(found.first).to_be_visible()
    sizes = (
        "(all) => all.map((one) => one.decode().then(() => [one.alt, one.naturalWidth, one.naturalHeight]))"
    )
    return [tuple(one) for one in found.evaluate_all(f"(all) => Promise.all(({sizes})(all))")]


@pytest.mark.parametrize("transport", ["rest", "kernel"])
def test_pictures_of_two_projects_are_seen_side_by_side(lab: Lab, browser: Browser, transport: str) -> None:
    before = {
        "main.py": "x = 1\n",
        "封面.png": _png(640, 360),
        "旧.gif": _png(),
        "图.svg": SVG.format(colour="teal"),
        "坏.png": "a",
    }
    after = before | {
        "封面.png": _png(320, 240, (90, 40, 120)),
        HOSTILE: _png(),
        "图.svg": SVG.format(colour="navy"),
        "坏.png": "b",
    }
    del after["旧.gif"]
    ids = [finished(lab, files).project_id for files in (before, after)]
    context = new_context(browser, height=1600)
    opened = Notebook(lab, context, [SHOW])
    if transport == "kernel":
        without_extension(opened)
    workbench = opened.open()
    expect(workbench).to_have_attribute("data-transport", transport)
    button(workbench, "以前的项目").click()
    for project_id in ids:
        row = workbench.locator(f"li[data-project='{project_id}']")
        row.get_by_role("button", name=re.compile("^比较 ")).click()
    button(workbench, "比较这两个").click()
    compared = workbench.get_by_role("region", name="比较两个项目")
    if compared.get_by_role("button", name="旧.gif 多了").count():
        # Both were made in the same moment: which one is the older is anybody's guess.
        button(compared, "左右对调").click()
    button(compared, "封面.png 改了").click()
    expect(compared.get_by_text("640 × 360 像素")).to_be_visible()
    assert _pictures(compared) == [("封面.png，原来", 640, 360), ("封面.png，后来", 320, 240)]
    keep(workbench, f"compare-pictures-{transport}")

    button(compared, f"{HOSTILE} 多了").click()
    expect(compared.get_by_text("没有这张图片")).to_be_visible()
    assert _pictures(compared) == [(f"{HOSTILE}，后来", 48, 32)]
    button(compared, "图.svg 改了").click()
    expect(compared.get_by_text("160 × 90 像素")).to_have_count(2)
    assert opened.page.evaluate("() => 'hurt' in window") is False
    button(compared, "坏.png 改了").click()
    expect(compared.get_by_text("这张图片打不开")).to_have_count(2)
    button(compared, "旧.gif 少了").click()
    expect(compared.get_by_text("没有这张图片")).to_be_visible()

    if transport == "rest":
        _looked_at(opened, workbench, compared)
    assert opened.errors == []
    context.close()


def _looked_at(opened: Notebook, workbench: Locator, compared: Locator) -> None:
    """Keep pictures of it in the dark, alone and narrow, where the two stand one above the other."""
    keep(workbench, "compare-picture-alone")
    button(compared, "封面.png 改了").click()
    opened.theme("JupyterLab Dark")
    _pictures(compared)
    keep(workbench, "compare-pictures-dark")
    opened.page.add_style_tag(content=".jp-OutputArea-output { max-width: 402px !important; }")
    boxes = [one.bounding_box() for one in compared.locator(".af-pictures figure").all()]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[1]["y"] >= boxes[0]["y"] + boxes[0]["height"]
    assert boxes[0]["x"] == boxes[1]["x"]
    keep(workbench, "compare-pictures-400-dark")


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
    expect(workbench.get_by_text("48 × 32 像素")).to_be_visible()
    keep(workbench, "viewer-picture")
    workbench.get_by_role("treeitem", name="声音.bin", exact=True).click()
    expect(workbench.get_by_text("这是一个二进制文件")).to_contain_text("2.1 KB")
    workbench.get_by_role("treeitem", name="表.csv", exact=True).click()
    expect(workbench.get_by_text("数,据").first).to_be_visible()
    keep(workbench, "viewer-large")
    assert workbench.locator("*").evaluate_all(MOVING) == 0, "something moves"
    assert opened.errors == []
    context.close()
