"""One JupyterLab and one Chromium for all tests in this folder; a fresh person and notebook for each."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.lab import SHOW, Lab, Notebook, new_context
from tests.chromium import CHROMIUM, browser, jp_asyncio_loop, jp_server_cleanup

__all__ = ["CHROMIUM", "browser", "jp_asyncio_loop", "jp_server_cleanup"]

# The snake lesson in about four seconds: slow enough to look at and to stop, fast enough for a test.
SPEED = 8
Opener = Callable[..., Notebook]


@pytest.fixture(scope="package")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:  # no browser, no server
    server = Lab(tmp_path_factory.mktemp("lab") / "home", SPEED)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


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
