"""A phase that a distribution adds appears in the page, though the page's code does not know it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import SPEED
from tests.browser.lab import SHOW, Lab, Notebook, ask, button, phase, reaches

pytestmark = pytest.mark.browser

MODULE = Path(__file__).with_name("sketch_phase.py")


@pytest.fixture
def extended_lab(browser: Browser, tmp_path: Path) -> Iterator[Lab]:  # no browser, no server
    """A server in whose environment the distribution is installed."""
    packages = tmp_path / "packages"
    record = packages / "sketch_phase-1.0.dist-info"
    record.mkdir(parents=True)
    shutil.copy(MODULE, packages)
    (record / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: sketch-phase\nVersion: 1.0\n", encoding="utf-8"
    )
    (record / "entry_points.txt").write_text("[aiflow.phases]\nsketch = sketch_phase\n", encoding="utf-8")
    server = Lab(tmp_path / "home", SPEED, packages=packages)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def test_a_fourth_phase_is_shown_paused_after_and_passed(extended_lab: Lab, context: BrowserContext) -> None:
    opened = Notebook(extended_lab, context, [SHOW])
    workbench = opened.open()
    expect(workbench.locator("[data-phase]")).to_have_count(4)
    workbench.get_by_role("switch", name="每一步都停下").check()
    ask(workbench, "做一个猜数字的小游戏")
    for name, title in (("specify", "需求"), ("sketch", "画面草图"), ("plan", "方案")):
        reaches(workbench, "paused")
        expect(workbench.get_by_text(f"{title}写好了，轮到你看一看")).to_be_visible()
        expect(workbench.get_by_role("tab", name=title)).to_have_attribute("aria-selected", "true")
        expect(phase(workbench, name, "completed")).to_be_visible()
        button(workbench, "继续").click()
    reaches(workbench, "completed")
    names = workbench.locator("[data-phase]").evaluate_all("(all) => all.map((one) => one.dataset.phase)")
    assert names == ["specify", "sketch", "plan", "implement"]
    expect(phase(workbench, "sketch", "completed")).to_contain_text("画面草图")
    expect(workbench.get_by_role("treeitem", name="sketch.md")).to_be_visible()
    workbench.get_by_role("tab", name="画面草图").click()
    expect(workbench.get_by_text("里面写着要猜的数")).to_be_visible()
    assert opened.errors == []
