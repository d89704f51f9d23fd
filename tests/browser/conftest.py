"""One JupyterLab and one Chromium for all tests in this folder; a fresh person and notebook for each."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from tests.browser.lab import SHOW, Lab, Notebook, new_context

# The snake lesson in about four seconds: slow enough to look at and to stop, fast enough for a test.
SPEED = 8
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)

Opener = Callable[..., Notebook]


# pytest-jupyter gives every test an event loop and ends servers in it; Playwright has a loop of its own running here.
@pytest.fixture(autouse=True)
def jp_asyncio_loop() -> None:
    return None


@pytest.fixture(autouse=True)
def jp_server_cleanup() -> None:
    return None


@pytest.fixture(scope="package", autouse=True)
def _needs_a_browser() -> None:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium); in CI this is a failure")
    assert CHROMIUM is not None, "CI is set, so the browser tests must run: install Chromium"


@pytest.fixture(scope="package")
def lab(tmp_path_factory: pytest.TempPathFactory, _needs_a_browser: None) -> Iterator[Lab]:
    server = Lab(tmp_path_factory.mktemp("lab") / "home", SPEED)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="package")
def browser(_needs_a_browser: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = new_context(browser)
    yield made
    made.close()


@pytest.fixture
def notebook(lab: Lab, context: BrowserContext) -> Iterator[Opener]:
    """Make a notebook of these cells; by default it shows an empty workbench."""
    opened: list[Notebook] = []

    def make(*code: str) -> Notebook:
        opened.append(Notebook(lab, context, list(code) or [SHOW]))
        return opened[-1]

    yield make
    for made in opened:
        assert made.errors == []


@pytest.fixture(scope="package")
def axe_source() -> str:
    """The accessibility checker, where the workbench's tools are installed."""
    script = Path(__file__).parents[2] / "widgets" / "node_modules" / "axe-core" / "axe.min.js"
    if not script.exists():
        pytest.skip("axe-core is not installed (npm ci in widgets/)")
    return script.read_text(encoding="utf-8")
