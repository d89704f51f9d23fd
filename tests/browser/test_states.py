"""Every state of the workbench in one notebook, from the golden journals: what it looks like, and for whom it is readable."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.lab import ARTIFACTS, REPOSITORY, WORKBENCH, Lab, Notebook, new_context

pytestmark = pytest.mark.browser

GOLDEN = REPOSITORY / "tests" / "golden"
STATES = ("completed", "paused", "failed", "cancelled", "odd")
# What nobody works on any more was interrupted, and is shown as failed.
SHOWN = {"odd": "failed"}
THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")


def _plant(lab: Lab, state: str, number: int) -> str:
    """Put a golden journal where the server finds it, as a run of its own; return its id."""
    project_id = f"0000000{number}-5b7d-4e8a-9c10-2d4f6a8b0c1e"
    events = [
        json.loads(line) for line in (GOLDEN / f"{state}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    record = lab.projects / ".aiflow" / project_id
    (record / "tmp").mkdir(parents=True)
    seen = 0
    with (record / "journal.jsonl").open("w", encoding="utf-8") as journal:
        for event in events:
            if event["seq"] <= seen or event["event_type"] == "telemetry":
                continue  # a journal holds no repeats, and no types of a later version
            seen = event["seq"] if event["seq"] == seen + 1 else seen + 1
            event |= {"seq": seen, "project_id": project_id}
            journal.write(json.dumps(event, ensure_ascii=False, separators=(",", ":")) + "\n")
    name = f"guess_number_20260101_120000_{UUID(project_id).hex[:8]}"
    status = [event["status"] for event in events if event["event_type"] == "status"][-1]
    manifest = {
        "project_id": project_id, "prompt": "做一个猜数字的小游戏", "engine": "openai", "project_name": name,
        "title": "猜数字", "status": status, "syntax_validated": state == "completed", "file_count": 4,
        "created_at": "2026-01-01T12:00:00.000Z",
    }  # fmt: skip
    (record / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    folder = lab.projects / name
    folder.mkdir()
    (folder / "main.py").write_text("import rules\nprint(rules.right(1, 1))\n", encoding="utf-8")
    (folder / "rules.py").write_text("def right(a, b):\n    return a == b\n", encoding="utf-8")
    return project_id


@pytest.fixture(scope="module")
def gallery(lab: Lab, browser: Browser) -> Iterator[Notebook]:
    ids = [_plant(lab, state, number) for number, state in enumerate(STATES, 1)]
    context = new_context(browser, width=1440, height=1000)
    cells = [
        "from aiflow_widgets import Workbench",
        *(f"Workbench(project_id={found!r})" for found in ids),
        "Workbench()",
    ]
    opened = Notebook(lab, context, cells)
    opened.open()
    # A notebook draws the cells that are in sight; here all are to be looked at.
    for number in range(len(STATES) + 1):
        workbench = _bring(opened, number)
        expected = SHOWN.get(STATES[number], STATES[number]) if number < len(STATES) else "idle"
        expect(workbench).to_have_attribute("data-status", expected, timeout=20_000)
    yield opened
    assert opened.errors == []
    context.close()


def _each(gallery: Notebook) -> Iterator[tuple[str, Locator]]:
    for number, state in enumerate((*STATES, "empty")):
        yield state, _bring(gallery, number)


def _bring(gallery: Notebook, number: int) -> Locator:
    """Scroll to a workbench; JupyterLab may draw its cell anew while we do."""
    gallery.page.evaluate(
        "(number) => jupyterapp.shell.currentWidget.content.scrollToItem(number, 'start')", number + 1
    )
    workbench = gallery.page.locator(f".jp-Cell[data-windowed-list-index='{number + 1}'] {WORKBENCH}")
    expect(workbench).to_be_visible(timeout=20_000)
    return workbench


@pytest.mark.parametrize("theme", THEMES)
def test_each_state_is_readable_for_everybody(gallery: Notebook, axe_source: str, theme: str) -> None:
    page = gallery.page
    gallery.theme(theme)
    # JupyterLab's body is 0 px high, which hides everything from the checker; give it its real height while it looks.
    page.add_style_tag(content="html, body { height: 100vh !important; }")
    page.evaluate(axe_source)
    found = []
    for state, workbench in _each(gallery):
        workbench.screenshot(path=_shot(f"{state}-{theme.split(' ', 1)[1]}"), animations="disabled")
        found += workbench.evaluate(
            """async (element, state) => {
              const { violations } = await axe.run(element, { resultTypes: ['violations'] });
              return violations
                .filter(({ impact }) => impact === 'serious' || impact === 'critical')
                .flatMap(({ id, nodes }) => nodes.map((node) => `${state}: ${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`));
            }""",
            state,
        )
    assert not found, "\n".join(found)


def test_the_checker_sees_what_is_wrong(gallery: Notebook, axe_source: str) -> None:
    page = gallery.page
    page.add_style_tag(content="html, body { height: 100vh !important; }")
    page.evaluate(axe_source)
    seen = _bring(gallery, 0).evaluate(
        """async (element) => {
          const fault = document.createElement('button');
          fault.style.cssText = 'color: #aaa; background: #bbb';
          fault.textContent = 'hard to read';
          const nameless = document.createElement('button');
          element.querySelector(".af-head").append(fault, nameless);
          const { violations } = await axe.run(element, { resultTypes: ['violations', 'incomplete'] });
          fault.remove();
          nameless.remove();
          return violations.map(({ id }) => id);
        }"""
    )
    assert {"color-contrast", "button-name"} <= set(seen)


def test_nothing_is_cut_off_at_400_pixels_and_at_200_percent(gallery: Notebook) -> None:
    page = gallery.page
    gallery.theme("JupyterLab Light")
    style = page.add_style_tag(content=".jp-OutputArea-output { max-width: 402px !important; }")
    for state, workbench in _each(gallery):
        assert workbench.bounding_box()["width"] <= 402  # type: ignore[index]  # it is in sight
        workbench.screenshot(path=_shot(f"{state}-400"), animations="disabled")
        assert _overflowing(workbench) == [], state
    style.evaluate("(element) => element.remove()")
    page.evaluate("() => { document.body.style.zoom = '2'; }")
    for state, workbench in _each(gallery):
        workbench.screenshot(path=_shot(f"{state}-200-percent"), animations="disabled")
        assert _overflowing(workbench) == [], state
    page.evaluate("() => { document.body.style.zoom = ''; }")


def _overflowing(workbench: Locator) -> list[str]:
    """The controls that stick out of the workbench."""
    return workbench.evaluate(
        """(element) => {
          const frame = element.getBoundingClientRect();
          return [...element.querySelectorAll('button, textarea, [role=alert], h3')]
            .filter((part) => part.checkVisibility() && !part.closest('.af-tabs, .cm-editor, .af-ways'))
            .filter((part) => {
              const box = part.getBoundingClientRect();
              return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1);
            })
            .map((part) => part.outerHTML.slice(0, 120));
        }"""
    )


def test_names_and_texts_from_outside_are_shown_as_text(gallery: Notebook) -> None:
    odd = _bring(gallery, STATES.index("odd"))
    hostile = "<img src=x onerror=alert(1)>.py"
    row = odd.get_by_role("treeitem", name=hostile, exact=True)
    expect(row).to_have_attribute("data-path", hostile)
    row.press("_")
    expect(odd.get_by_role("treeitem", name="__proto__", exact=True)).to_be_focused()
    gallery.page.keyboard.press("End")
    expect(odd.get_by_role("treeitem", name="长" * 251 + ".txt", exact=True)).to_be_focused()
    expect(odd.get_by_role("log")).to_contain_text("<script>alert(1)</script>")
    assert odd.locator("img, script").count() == 0


def _shot(name: str) -> Path:
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS / f"state-{name.lower().replace(' ', '-')}.png"
