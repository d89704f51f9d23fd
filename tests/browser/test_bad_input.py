"""Hostile input in the page: endless lines, hundreds of findings, scripts in every string."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from aiflow.model.events import EVENT
from aiflow.storage.project_folder import ProjectFolder
from tests.browser.lab import WORKBENCH, Lab, Notebook, button, new_context
from tests.browser.programs import finished, keep
from tests.server.projects import Catalogue, with_journal

pytestmark = pytest.mark.browser

EVIL = "<img src=x onerror=\"window.hacked='img'\"><script>window.hacked='script'</script>"
LINES = 400
FINDINGS = 200
# As a program's table of data: 1 MB, and no end of the line before its end.
LONG_LINE = "x = [" + "1, " * 330_000 + "]  # 到底了"
ENDLESS = "啊" * 1_000_000


def _with_findings(lab: Lab) -> ProjectFolder:
    """A file with a finding on every second line, and one that is a single line of 1 MB."""
    code = "".join(f"value_{number} = {number}\n" for number in range(1, LINES + 1))
    folder = finished(lab, {"main.py": code, "table.py": LONG_LINE})
    found: list[Any] = [
        {"event_type": "diagnostic", "path": "main.py", "line": 2 * number, "rule": "name",
         "severity": "warning", "message": f"第 {2 * number} 行：这个名字说不清它是什么。"}
        for number in range(1, FINDINGS + 1)
    ]  # fmt: skip
    _rewrite(folder, found)
    return folder


def _rewrite(folder: ProjectFolder, found: list[Any]) -> None:
    """Put events before the last one of a run that is over."""
    path = folder.record.journal_path
    *before, last = [EVENT.validate_json(line) for line in path.read_bytes().splitlines()]
    path.unlink()
    events = [*before, *(EVENT.validate_python(one) for one in found), last]
    with_journal(folder.record, folder.project_id, [event.model_copy(update={"seq": 0}) for event in events])


def _evil(lab: Lab) -> str:
    """A failed run in which every string of every event is HTML with a script."""
    phases: list[Any] = [
        {"event_type": "phase", "phase": phase, "status": status, "sequence_order": order,
         "educational_message": EVIL}
        for order, (phase, status) in enumerate(
            [("specify", "completed"), ("plan", "completed"), ("implement", "failed")], 1
        )
    ]  # fmt: skip
    spec = {"kind": "spec", "title": EVIL, "summary": EVIL, "features": [EVIL],
        "markdown": f"# {EVIL}\n\n- {EVIL}\n\n{EVIL}\n"}  # fmt: skip
    plan = {"kind": "plan", "files": [{"path": EVIL, "purpose": EVIL}], "dependencies": [EVIL],
        "main_file": EVIL, "markdown": f"```\n{EVIL}\n```\n| {EVIL} |\n|---|\n"}  # fmt: skip
    events: list[Any] = [
        *phases[:2],
        {"event_type": "artifact", "phase": "specify", "artifact": spec},
        {"event_type": "artifact", "phase": "plan", "artifact": plan},
        {"event_type": "phase", "phase": "implement", "status": "active", "sequence_order": 3,
         "educational_message": EVIL},
        {"event_type": "chunk", "phase": "implement", "channel": "thinking", "text": EVIL},
        {"event_type": "chunk", "phase": "implement", "channel": "content", "text": EVIL + ENDLESS},
        {"event_type": "file_written", "filename": EVIL, "path": EVIL, "size_bytes": 1},
        {"event_type": "diagnostic", "path": EVIL, "line": 1, "rule": EVIL, "message": EVIL},
        {"event_type": "diagnostic", "rule": EVIL, "message": EVIL},
        {"event_type": "usage", "phase": "implement", "prompt_tokens": 1, "completion_tokens": 1,
         "engine": EVIL, "model": EVIL},
        phases[2],
        {"event_type": "status", "status": "failed", "project_status": "failed", "message": EVIL,
         "reason": EVIL, "retryable": True},
    ]  # fmt: skip
    return str(
        Catalogue(lab.projects).run([EVENT.validate_python(event) for event in events], status="failed")
    )


@pytest.fixture(scope="module")
def strange(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    context = new_context(browser, width=1440, height=1000)
    ids = [_with_findings(lab).project_id, _evil(lab)]
    cells = "\n".join(f"display(Workbench(project_id='{found}'))" for found in ids)
    opened = Notebook(lab, context, [f"from aiflow_widgets import Workbench\n{cells}", "1"])
    opened.open()
    expect(opened.page.locator(WORKBENCH)).to_have_count(len(ids))
    yield opened
    assert opened.errors == []
    context.close()


def _open(strange: Notebook, number: int, name: str) -> tuple[Locator, Locator]:
    """A workbench and the editor in it, with one of its files."""
    workbench = strange.workbench(number)
    workbench.get_by_role("treeitem", name=name, exact=True).click()
    editor = workbench.get_by_role("textbox", name=f"{name} 的内容")
    expect(editor).to_be_visible()
    return workbench, editor


def _marked_lines(workbench: Locator) -> list[int]:
    """The numbers of the lines in sight that have a mark beside them."""
    found: list[int] = workbench.evaluate(
        """(element) => {
          const numbers = [...element.querySelectorAll('.cm-lineNumbers .cm-gutterElement')]
            .map((one) => [one.getBoundingClientRect().top, Number(one.textContent)]);
          return [...element.querySelectorAll('.cm-lint-marker')].map((marker) => {
            const top = marker.closest('.cm-gutterElement').getBoundingClientRect().top;
            const far = (one) => Math.abs(one[0] - top);
            return numbers.reduce((best, one) => far(one) < far(best) ? one : best)[1];
          });
        }"""
    )
    return found


def test_two_hundred_findings_stand_beside_their_lines_and_move_with_them(strange: Notebook) -> None:
    workbench, editor = _open(strange, 0, "main.py")
    expect(workbench.locator(".cm-lint-marker").first).to_be_visible()
    seen = _marked_lines(workbench)
    assert seen == list(range(2, 2 * len(seen) + 1, 2))
    assert len(seen) >= 5
    workbench.get_by_text(f"检查发现 {FINDINGS} 处").click()
    expect(workbench.locator(".af-findings li")).to_have_count(FINDINGS)
    keep(workbench, "findings")
    button(workbench.locator(".af-findings"), "第 398 行").click()
    expect(workbench.locator(".cm-activeLine")).to_have_text("value_398 = 398")
    assert {398, 400} <= set(_marked_lines(workbench))
    # A line above them is one more for each; what is typed and what is taken back is there at once.
    strange.page.keyboard.press("Control+Home")
    strange.page.keyboard.type("\n")
    expect(editor).to_contain_text("value_1 = 1")
    moved = _marked_lines(workbench)
    assert moved == list(range(3, 2 * len(moved) + 2, 2))
    button(workbench, "撤销改动").click()
    expect(workbench.get_by_text("有没保存的修改")).to_have_count(0)
    assert _marked_lines(workbench)[0] == 2
    workbench.get_by_text(f"检查发现 {FINDINGS} 处").click()


def test_find_is_the_editors_own_and_jupyter_keeps_out(strange: Notebook) -> None:
    workbench, editor = _open(strange, 0, "main.py")
    page = strange.page
    editor.click()
    page.keyboard.press("Control+f")
    field = workbench.get_by_role("textbox", name="查找")
    expect(field).to_be_focused()
    expect(page.locator(".jp-DocumentSearch-overlay")).to_have_count(0)
    page.keyboard.type("value_377")
    page.keyboard.press("Enter")
    match = workbench.locator(".cm-searchMatch-selected")
    expect(match).to_have_text("value_377")
    expect(match).to_be_in_viewport()
    keep(workbench, "find")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(editor).to_be_focused()
    expect(page.locator(".jp-Cell")).to_have_count(2)


def test_a_line_of_a_megabyte_is_shown_and_walked_along(strange: Notebook) -> None:
    workbench, editor = _open(strange, 0, "table.py")
    expect(editor).to_contain_text("x = [1, 1, 1")
    # Only what is in sight is in the document.
    assert len(editor.text_content() or "") < 50_000
    editor.click()
    strange.page.keyboard.press("End")
    expect(editor.get_by_text("# 到底了")).to_be_in_viewport()
    keep(workbench, "long-line")
    workbench.get_by_role("treeitem", name="main.py", exact=True).click()
    expect(workbench.get_by_role("textbox", name="main.py 的内容")).to_contain_text("value_1 = 1")


def test_markup_in_every_string_is_text_wherever_it_is_shown(strange: Notebook) -> None:
    page = strange.page
    evil = strange.workbench(1)
    expect(evil.get_by_role("alert")).to_contain_text(EVIL)
    expect(evil.locator("[data-phase=specify]")).to_contain_text(EVIL)
    expect(evil.locator(".af-origin")).to_contain_text(EVIL)
    expect(evil.get_by_role("log")).to_contain_text(EVIL)
    for tab in ("需求", "方案"):
        evil.get_by_role("tab", name=tab).click()
        expect(evil.get_by_role("tabpanel")).to_contain_text(EVIL)
    evil.get_by_role("tab", name="需求").click()
    button(evil, "改需求，重新生成").click()
    expect(evil.get_by_role("region", name="预览")).to_contain_text(EVIL)
    button(evil, "要点").click()
    expect(evil.get_by_label("功能")).to_have_value(EVIL)
    keep(evil, "evil")
    button(evil, "不改了").click()
    evil.get_by_role("treeitem").first.click()
    _nothing_ran(page, evil)
    # The language has its own sentences around the same strings.
    button(evil, "English").click()
    _nothing_ran(page, evil)
    button(evil, "中文").click()


def _nothing_ran(page: Page, workbench: Locator) -> None:
    assert workbench.locator("img, script").count() == 0
    assert page.evaluate("() => window.hacked") is None


def test_an_endless_line_of_the_model_keeps_the_page_small(strange: Notebook) -> None:
    log = strange.workbench(1).get_by_role("log")
    expect(log).to_contain_text("啊啊啊")
    assert len(log.text_content() or "") < 200_000
