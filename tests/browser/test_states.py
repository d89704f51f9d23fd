"""Every state of the workbench in one notebook, from the golden journals.

What it looks like, and for whom it is readable.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser import visual
from tests.browser.gallery import JOURNALS, LOOKS, Gallery, write_odd
from tests.browser.lab import ARTIFACTS, Lab, faults

pytestmark = pytest.mark.browser

THEMES = ("JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast")
COMPARED = THEMES[:2]
OPENING = (*JOURNALS, "empty")
# Not compared with a picture: what other tests have left in the list of projects, and the same things in
# other words.
UNCOMPARED = {"odd", "drawer", "english"}


@pytest.fixture(scope="module")
def waiting(lab: Lab, browser: Browser) -> Iterator[Gallery]:
    """The notebook while no workbench in it has been answered; the tests of that come first in this file."""
    with ExitStack() as stack:
        made = Gallery(lab, browser, stack)
        yield made
        assert made.notebook.errors == []


@pytest.fixture(scope="module")
def gallery(waiting: Gallery) -> Gallery:
    waiting.answer()
    return waiting


@pytest.fixture(scope="module")
def stills() -> dict[tuple[str, str], bytes]:
    """The pictures to compare, by theme and look: the tour that checks for readers takes them as well."""
    return {}


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_shown_before_the_first_answer(waiting: Gallery, axe_source: str, theme: str) -> None:
    waiting.notebook.theme(theme)
    waiting.page.evaluate(axe_source)
    workbench = waiting.loading()
    picture = visual.still(workbench)
    _shot("loading", theme).write_bytes(picture)
    assert faults(workbench) == []
    if theme in COMPARED:
        found = visual.await_match(_name("loading", theme), lambda: visual.still(workbench), picture)
        assert found is None


@pytest.mark.parametrize("theme", THEMES)
def test_each_state_is_readable_for_everybody(
    gallery: Gallery, axe_source: str, stills: dict[tuple[str, str], bytes], theme: str
) -> None:
    gallery.notebook.theme(theme)
    gallery.page.evaluate(axe_source)
    found = []
    for look in LOOKS:
        # In high contrast the colours are others, the elements are the same: what opens by itself shows them.
        if theme not in COMPARED and look.name not in OPENING:
            continue
        with gallery.look(look) as workbench:
            stills[theme, look.name] = visual.still(workbench)
            _shot(look.name, theme).write_bytes(stills[theme, look.name])
            found += [f"{look.name}: {fault}" for fault in faults(workbench)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("theme", COMPARED)
def test_each_state_looks_as_it_did(
    gallery: Gallery, stills: dict[tuple[str, str], bytes], theme: str
) -> None:
    gallery.notebook.theme(theme)
    found = []
    for look in LOOKS:
        if look.name in UNCOMPARED:
            continue
        name, first = _name(look.name, theme), stills.get((theme, look.name))
        if first is not None and visual.compare(name, first) is None:
            continue
        with gallery.look(look) as workbench:
            found.append(visual.await_match(name, partial(visual.still, workbench)))
    assert not any(found), "\n".join(filter(None, found))


HARMLESS = {
    "a shift by two pixels": ".af-workbench > * { translate: 2px 2px; }",
    "letters a little apart": ".af-workbench { letter-spacing: 0.05px; }",
    "bolder letters": ".af-workbench { -webkit-text-stroke: 0.15px; }",
    "lines a pixel higher": ".af-body { translate: 0 -1px; } .af-foot { translate: 0 1px; }",
}
FAULTS = {
    "the panel of thinking and text is missing": ".af-side { visibility: hidden; }",
    "the tree is missing": ".af-tree { visibility: hidden; }",
    "the phases are missing": ".af-phases { visibility: hidden; }",
    "the phases take no place": ".af-phases { display: none !important; }",
    "a button is missing": ".af-foot-actions > button:last-of-type { visibility: hidden; }",
    "a text is missing": ".af-funnel { visibility: hidden; }",
    "another colour of what is pressed": ".af-host { --af-accent: #178a52 !important; }",
    "another background": ".af-host { --af-bg: #e4e4e4 !important; }",
}


@pytest.fixture(scope="module")
def faultless(gallery: Gallery) -> visual.Map:
    gallery.notebook.theme(THEMES[0])
    return visual.Map.of(visual.still(gallery.bring("lesson")))


@pytest.mark.parametrize("name", [*HARMLESS, *FAULTS])
def test_the_pictures_bear_another_machine_and_no_fault(
    gallery: Gallery, faultless: visual.Map, name: str
) -> None:
    picture = visual.still(gallery.bring("lesson"), {**HARMLESS, **FAULTS}[name])
    differing = len(visual.Map.of(picture).differences(faultless))
    assert (differing > visual.WINDOWS_ALLOWED) == (name in FAULTS), differing


def test_the_pictures_tell_the_themes_apart_and_say_where(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(visual.UPDATE, raising=False)
    gallery.notebook.theme(THEMES[1])
    dark = visual.still(gallery.bring("lesson"))
    said = visual.compare("lesson-light", dark)
    assert said is not None
    assert "differs-lesson-light.png" in said
    (ARTIFACTS / "differs-lesson-light.png").unlink()
    assert (
        visual.compare("no-such-look", dark)
        == f"no-such-look: there is no picture to compare with; {visual.UPDATE}=1 makes it"
    )


def test_the_checker_sees_what_is_wrong(gallery: Gallery, axe_source: str) -> None:
    page = gallery.page
    page.evaluate(axe_source)
    seen = gallery.bring("completed").evaluate(
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


def test_nothing_is_cut_off_at_400_pixels_and_at_200_percent(gallery: Gallery) -> None:
    page = gallery.page
    gallery.notebook.theme(THEMES[0])
    gallery.hold_still(on=False)
    for name, zoom, width in (("400", 1, "402px"), ("200-percent", 2, "none")):
        style = page.add_style_tag(content=f".jp-OutputArea-output {{ max-width: {width} !important; }}")
        with visual.sized(page, zoom=zoom):
            for state in OPENING:
                workbench = gallery.bring(state)
                box = workbench.bounding_box()
                assert box is not None
                assert box["width"] <= (402 if width == "402px" else page.viewport_size["width"]), box  # type: ignore[index]  # it has one
                workbench.screenshot(path=_shot(state, name), animations="disabled")
                assert _overflowing(workbench) == [], (name, state)
        style.evaluate("(element) => element.remove()")
    gallery.hold_still(on=True)


def _overflowing(workbench: Locator) -> list[str]:
    """The controls that stick out of the workbench."""
    return workbench.evaluate(
        """(element) => {
          const frame = element.getBoundingClientRect();
          return [...element.querySelectorAll('button, textarea, [role=alert], h3')]
            .filter((part) => part.checkVisibility())
            .filter((part) => !part.closest('.af-tabs, .cm-editor, .af-ways, .af-ideas'))
            .filter((part) => {
              const box = part.getBoundingClientRect();
              return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1);
            })
            .map((part) => part.outerHTML.slice(0, 120));
        }"""
    )


@pytest.mark.parametrize("look", ["editor", "viewer"])
def test_the_keyboard_alone_goes_through_a_file_and_out_of_it(gallery: Gallery, look: str) -> None:
    (shown,) = [one for one in LOOKS if one.name == look]
    with gallery.look(shown) as workbench:
        text, keyboard = workbench.locator(".cm-content"), gallery.page.keyboard
        workbench.get_by_role("tab", selected=True).focus()
        keyboard.press("Tab")
        expect(text).to_be_focused()
        keyboard.press("Control+End")
        gallery.page.wait_for_function(
            "(text) => text.closest('.cm-scroller').scrollTop > 400", arg=text.element_handle()
        )
        if look == "editor":
            # There it indents; how to get out says the editor itself.
            expect(text).to_have_accessible_description(re.compile("先按 Esc 再按 Tab"))
            keyboard.press("Escape")
            expect(text).to_be_focused()
        keyboard.press("Tab")
        expect(text).not_to_be_focused()
        expect(workbench.locator(":focus")).to_have_count(1)
        expect(workbench.get_by_text("有没保存的修改")).to_have_count(0)


def test_names_and_texts_from_outside_are_shown_as_text(gallery: Gallery, lab: Lab) -> None:
    odd = gallery.bring("odd")
    hostile, script = "<img src=x onerror=alert(1)>.py", "<script>alert(1)</script>"
    row = odd.get_by_role("treeitem", name=hostile, exact=True)
    expect(row).to_have_attribute("data-path", hostile)
    row.press("_")
    expect(odd.get_by_role("treeitem", name="__proto__", exact=True)).to_be_focused()
    gallery.page.keyboard.press("End")
    expect(odd.get_by_role("treeitem", name="长" * 251 + ".txt", exact=True)).to_be_focused()
    # The log has what the model says, the editor what it wrote.
    expect(odd.get_by_role("log").get_by_role("paragraph").filter(has_text=script)).to_be_visible()
    write_odd(lab, "__proto__", f"{script}\n")
    odd.get_by_role("treeitem", name="__proto__", exact=True).click()
    expect(odd.get_by_role("textbox", name="__proto__ 的内容")).to_contain_text(script)
    assert odd.locator("img, script").count() == 0


def _name(look: str, theme: str) -> str:
    return f"{look}-{theme.removeprefix('JupyterLab ').lower().replace(' ', '-')}"


def _shot(look: str, theme: str) -> Path:
    ARTIFACTS.mkdir(exist_ok=True)
    return ARTIFACTS / f"state-{_name(look, theme)}.png"
