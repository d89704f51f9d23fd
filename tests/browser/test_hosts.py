"""The workbench in real hosts that know nothing of our server.

The kernel alone does it all, over the widget's messages.
"""

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.hosts import Host, Marimo, Voila
from tests.browser.lab import REPOSITORY, WORKBENCH, ask, button, faults, new_page, phase, reaches, shot
from tests.browser.programs import terminal
from tests.browser.vscode import MANAGER, VSCode, VSCodeStrict

pytestmark = pytest.mark.browser

GUESS = "做一个猜数字的小游戏"
SPEED = 30
BUNDLE = REPOSITORY / "widgets" / "aiflow_widgets" / "static" / "workbench.js"


@pytest.fixture(
    scope="module",
    params=[Marimo, Voila, VSCode, VSCodeStrict],
    ids=["marimo", "voila", "VS Code", "VS Code, strict frame"],
)
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    if issubclass(request.param, VSCode) and not MANAGER.exists() and not os.environ.get("CI"):
        pytest.skip("VS Code's widget manager is not installed (npm ci in widgets/); in CI this is a failure")
    server: Host = request.param(tmp_path_factory.mktemp("host"), SPEED)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def page(host: Host, browser: Browser) -> Iterator[Page]:
    """One for all tests with a host: its own scripts are megabytes. The person's system is dark."""
    with new_page(browser, color_scheme="dark") as made:
        host.open(made)
        yield made


@pytest.fixture
def workbench(host: Host, page: Page) -> Locator:
    return _ready(host, page)


def _ready(host: Host, page: Page) -> Locator:
    found = host.workbench(page)
    expect(found).to_have_attribute("data-status", re.compile("^(?!loading)"))
    return found


def test_a_sentence_becomes_a_project_that_a_page_loaded_anew_shows(
    workbench: Locator, host: Host, axe_source: str
) -> None:
    expect(workbench).to_have_attribute("data-transport", "kernel")
    # The page's colours, whatever the system's are; and it has our stylesheet, also inside of a shadow tree.
    expect(workbench).to_have_css("background-color", host.background)
    expect(workbench).to_have_css("border-radius", "14px")
    ask(workbench, GUESS)
    reaches(workbench, "completed")
    for name in ("specify", "plan", "implement"):
        expect(phase(workbench, name, "completed")).to_be_visible()
    expect(workbench.get_by_role("treeitem")).to_have_count(5)
    workbench.get_by_role("treeitem", name="main.py", exact=True).click()
    workbench.locator(".cm-content").click()
    workbench.page.keyboard.press("Control+Home")
    expect(workbench.locator(".cm-content")).to_contain_text("猜数字：和玩家对话")
    workbench.page.keyboard.insert_text("# 我改过\n")
    workbench.page.keyboard.press("Control+s")
    expect(workbench.get_by_text("已保存")).to_be_visible()
    _load(axe_source, workbench)
    assert faults(workbench) == []
    (written,) = host.folder.glob("projects/*/main.py")
    assert written.read_text(encoding="utf-8").startswith("# 我改过\n")
    with workbench.page.expect_download() as download:
        button(workbench, "下载").click()
    assert download.value.suggested_filename.startswith("猜数字_")
    button(workbench, "运行").click()
    printed = terminal(workbench)
    expect(printed).to_contain_text("请猜一个 1 到 100 的整数")
    answer = workbench.get_by_role("textbox", name="输入")
    answer.fill("q")
    answer.press("Enter")
    expect(workbench.get_by_text("程序正常结束了，退出码 0。")).to_be_visible()

    shot(workbench, f"host-{type(host).__name__.lower()}")
    assert faults(workbench) == []

    # The notebook is run anew, in a kernel of its own.
    workbench.page.reload()
    _ready(host, workbench.page)
    if not host.remembers:
        reaches(workbench, "idle")
        return
    reaches(workbench, "completed")
    expect(workbench.locator(".af-open")).to_contain_text(GUESS)
    expect(workbench.locator(".cm-content")).to_contain_text("# 我改过")


def _load(axe_source: str, workbench: Locator) -> None:
    """The checker comes into the frame that the workbench is in."""
    frame = workbench.element_handle().owner_frame()
    assert frame is not None
    frame.evaluate(axe_source)


def test_the_language_changes_a_run_waits_and_is_stopped(workbench: Locator) -> None:
    button(workbench, "English").click()
    expect(workbench).to_have_attribute("lang", "en")
    workbench.get_by_label("Pause after each step").check()
    fresh = button(workbench, "Start a new program")
    if fresh.is_visible():  # The page has found the program of the test before again, where it can.
        fresh.click()
    workbench.get_by_role("textbox", name="What program would you like?").fill(GUESS)
    workbench.get_by_role("button", name="Start", exact=True).click()
    reaches(workbench, "paused")
    button(workbench, "Continue").click()
    expect(phase(workbench, "plan", "completed")).to_be_visible()
    reaches(workbench, "paused")
    button(workbench, "Stop").click()
    reaches(workbench, "cancelled")
    button(workbench, "中文").click()
    expect(workbench).to_have_attribute("lang", "zh-CN")


# As ipywidgets' own styles do in every page that shows a widget: JupyterLab's names, with light colours.
IPYWIDGETS = ":root { --jp-layout-color1: rgb(254, 254, 254); --jp-ui-font-color1: rgb(1, 1, 1) }"
VSCODE = "--vscode-editor-background: {}; --vscode-editor-foreground: {}"
DARK, LIGHT = "rgb(20, 23, 26)", "rgb(255, 255, 255)"


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Iterator[Page]:
    with new_page(browser, color_scheme="dark") as made:
        yield made


@pytest.mark.parametrize(
    ("html", "body", "background", "scheme"),
    [
        ("", f'class="vscode-dark" style="{VSCODE.format("#1e1e1e", "#d4d4d4")}"', "rgb(30, 30, 30)", "dark"),
        ("", f'class="vscode-light" style="{VSCODE.format("#fdf6e3", "#333")}"', "rgb(253, 246, 227)",
         "light"),
        ("", 'class="vscode-high-contrast"', DARK, "dark"),
        ("", 'class="vscode-high-contrast vscode-high-contrast-light"', LIGHT, "light"),
        ('theme="dark"', "", DARK, "dark"),
        ("", "", LIGHT, "normal"),
        ('style="color-scheme: dark"', "", DARK, "dark"),
        ("", 'data-jp-theme-light="true"', "rgb(254, 254, 254)", "light"),
    ],
    ids=[
        "VS Code, dark", "VS Code, light", "VS Code, high contrast", "VS Code, light high contrast",
        "Colab, dark", "Colab, light", "marimo, dark", "JupyterLab, light",
    ],
)  # fmt: skip
def test_the_colours_are_the_hosts(blank: Page, html: str, body: str, background: str, scheme: str) -> None:
    """Each host says in its own words which theme it has; the system's is dark, and says nothing here."""
    blank.set_content(
        f"<html {html}><head><style>{IPYWIDGETS}</style></head><body {body}><div></div></body></html>"
    )
    shown = _mounted(blank)
    expect(shown).to_have_css("background-color", background)
    expect(shown).to_have_css("color-scheme", scheme)


def _mounted(page: Page) -> Locator:
    """The workbench as it is where nobody answers it."""
    page.evaluate(
        """async (text) => {
          const { mount } = await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
          const model = { get: () => '', set() {}, save_changes() {}, on() {}, off() {}, send() {} };
          mount({ model, el: document.querySelector('div') });
        }""",
        BUNDLE.read_text(encoding="utf-8"),
    )
    return page.locator(WORKBENCH)


# Backgrounds and texts of themes that VS Code comes with, and of some that many people have.
THEMES = {
    "Light Modern": ("light", "#ffffff", "#3b3b3b"),
    "Quiet Light": ("light", "#f5f5f5", "#333333"),
    "Solarized Light": ("light", "#fdf6e3", "#657b83"),
    "Dark Modern": ("dark", "#1f1f1f", "#cccccc"),
    "Solarized Dark": ("dark", "#002b36", "#839496"),
    "Monokai": ("dark", "#272822", "#f8f8f2"),
    "Kimbie Dark": ("dark", "#221a0f", "#d3af86"),
    "Nord": ("dark", "#2e3440", "#d8dee9"),
}
TEXTS = {
    "--af-bg": ("ink", "ink2", "ink3", "accent", "ok", "warn", "bad"),
    "--af-bg2": ("ink", "ink2", "ink3", "bad"),
    "--af-accent-soft": ("ink", "ink2", "ink3", "accent"),
    "--af-ok-soft": ("ink", "ok"),
    "--af-warn-soft": ("ink", "ink2", "warn"),
    "--af-bad-soft": ("ink", "ink2", "ink3", "bad"),
    "--af-accent": ("on-accent",),
}
# WCAG 2.2, "contrast ratio" and "relative luminance". A colour that is mixed is written `color(srgb R G B)`,
# from 0 to 1.
TOO_PALE = """(element, texts) => {
  const probe = element.appendChild(document.createElement('i'));
  const light = (name) => {
    probe.style.color = `var(${name})`;
    const said = getComputedStyle(probe).color;
    const parts = said.match(/[\\d.]+/g).map((part) => part / (said.startsWith('rgb') ? 255 : 1));
    const [r, g, b] = parts.map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const found = Object.entries(texts).flatMap(([ground, names]) => names.map((name) => {
    const [one, other] = [light(ground), light(`--af-${name}`)];
    return [`${name} on ${ground}`, Math.max(one, other) / Math.min(one, other)];
  }));
  probe.remove();
  return found.filter(([, ratio]) => !(ratio >= 4.5)).map(([what, ratio]) => `${what}: ${ratio.toFixed(2)}`);
}"""


@pytest.mark.parametrize("name", THEMES)
def test_every_text_is_readable_in_the_hosts_theme(blank: Page, name: str) -> None:
    kind, background, text = THEMES[name]
    blank.set_content(
        f'<body class="vscode-{kind}" style="{VSCODE.format(background, text)}"><div></div></body>'
    )
    assert _mounted(blank).evaluate(TOO_PALE, TEXTS) == []


def test_code_has_the_hosts_font(blank: Page) -> None:
    for body, font in (
        ("--vscode-editor-font-family: Hack", "Hack"),
        ("--monospace-font: Fira Mono", "Fira Mono"),
    ):
        blank.set_content(f'<body style="{body}"><div></div></body>')
        said = _mounted(blank).evaluate("(one) => getComputedStyle(one).getPropertyValue('--af-mono')")
        assert said.startswith(f"{font}, ")
        assert said.index("DejaVu Sans Mono") < said.index("CJK")
