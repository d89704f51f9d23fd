"""A generated page, picture or script reaches neither the server's token nor its API, in a browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from aiflow.storage.project_folder import ProjectFolder
from tests.browser.lab import BASE_URL, TOKEN, Lab
from tests.server.projects import Catalogue

pytestmark = pytest.mark.browser

# A script that tries to reach more than it may; each step reports itself in a request that the test sees.
THEFT = """
  const tell = what => { new Image().src = 'BASE/api/projects?stolen=' + encodeURIComponent(what); };
  tell('script-ran:' + document.cookie);
  fetch('BASE/api/contents').then(answer => answer.json()).then(found => tell('api:' + found.type));
  const token = text => tell('token:' + /"token": ?"([^"]*)"/.exec(text));
  fetch('BASE/lab').then(answer => answer.text()).then(token);
""".replace("BASE", BASE_URL)
SVG = "http://www.w3.org/2000/svg"
FILES = {
    "main.py": "print(1)\n",
    "page.html": f"<!doctype html><title>游戏</title><script>{THEFT}</script><img src=x onerror='{THEFT}'>",
    "page.htm": f"<script>{THEFT}</script>",
    "page.xhtml": (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><body><script>{THEFT.replace("&", "&amp;")}</script>'
        f"</body></html>"
    ),
    "page.svg": (
        f'<svg xmlns="{SVG}" onload="{THEFT.replace(chr(34), "&quot;")}"><script>{THEFT}</script></svg>'
    ),
    "page.xml": f'<svg xmlns="{SVG}"><script>{THEFT}</script></svg>',
    "page.md": f"<script>{THEFT}</script>",
    "page.json": f"<script>{THEFT}</script>",
    "page.py": f"<html><script>{THEFT}</script></html>",
    "page.unknown": f"<!doctype html><script>{THEFT}</script>",
    "noending": f"<!doctype html><script>{THEFT}</script>",
    "script.js": THEFT,
    "worker.js": f"{THEFT} self.addEventListener('fetch', () => 0);",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("served") / "home", 0)
    try:
        lab.wait()
        yield lab
    finally:
        lab.stop()


@pytest.fixture(scope="module")
def project(server: Lab) -> ProjectFolder:
    return Catalogue(server.projects).project(FILES)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(accept_downloads=True)
    # A page of the server's origin without the policy that its API's own answers have.
    made.route("**/api/host", lambda route: route.fulfill(content_type="text/html", body="<p>host</p>"))
    yield made
    made.close()


@pytest.fixture
def stolen(context: BrowserContext) -> list[str]:
    """The requests that a script made to the outside."""
    found: list[str] = []
    context.on("request", lambda request: found.append(request.url) if "stolen=" in request.url else None)
    return found


@pytest.fixture
def page(context: BrowserContext, server: Lab) -> Page:
    """A page of the server, logged in by its cookie."""
    opened = context.new_page()
    opened.goto(f"{server.url}/api/status?token={TOKEN}")
    return opened


def address(server: Lab, project: ProjectFolder, name: str) -> str:
    return f"{server.url}/api/projects/{project.project_id}/files/{name}"


def visit(page: Page, url: str) -> None:
    """Go there as a click does; what is not for looking at becomes a download."""
    try:
        page.goto(url, wait_until="load")
    except Error as error:
        if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
            raise


def test_a_page_does_not_run(page: Page, server: Lab, project: ProjectFolder, stolen: list[str]) -> None:
    for name in FILES:
        visit(page, address(server, project, name))
    finish_requests(page, server)
    assert stolen == []


def test_nor_where_a_browser_would_show_it(
    page: Page, server: Lab, project: ProjectFolder, stolen: list[str]
) -> None:
    """The second wall: without the header that makes it a download, the sandbox still holds."""
    kinds = {"svg": "image/svg+xml", "xhtml": "application/xhtml+xml"}

    def as_a_page(route: Any) -> None:
        answer = route.fetch()
        kept = {name: value for name, value in answer.headers.items() if name != "content-disposition"}
        kept["content-type"] = kinds.get(route.request.url.rsplit(".", 1)[-1], "text/html")
        route.fulfill(response=answer, headers=kept)

    page.route("**/files/page.*", as_a_page)
    for name in ("page.html", "page.svg", "page.xhtml", "page.unknown"):
        visit(page, address(server, project, name))
    finish_requests(page, server)
    assert stolen == []


def test_nor_inside_of_one_of_our_pages(
    page: Page, server: Lab, project: ProjectFolder, stolen: list[str]
) -> None:
    """A page of the server that embeds them in every way that there is.

    Frame, object, picture, script, worker.
    """
    page.goto(f"{server.url}/api/host")
    told = page.evaluate(
        """async base => {
          const load = (tag, set) => new Promise(done => {
            const made = Object.assign(document.createElement(tag), set);
            made.onload = made.onerror = done;
            document.documentElement.append(made);
            setTimeout(done, 800);
          });
          await Promise.all([
            ...['page.html', 'page.svg', 'page.xhtml', 'page.md'].flatMap(name => [
              load('iframe', {src: base + name}), load('object', {data: base + name}),
              load('embed', {src: base + name}),
            ]),
            load('img', {src: base + 'page.svg'}),
            load('script', {src: base + 'script.js'}), load('script', {src: base + 'page.py'}),
            load('script', {src: base + 'script.js', type: 'module'}),
          ]);
          const worker = await navigator.serviceWorker.register(base + 'worker.js')
            .then(() => 'taken', () => 'refused');
          const other = await new Promise(done => {
            const made = new Worker(base + 'worker.js');
            made.onerror = () => done('refused');
            setTimeout(() => done('taken'), 800);
          });
          return [worker, other];
        }""",
        address(server, project, ""),
    )
    finish_requests(page, server)
    assert told == ["refused", "refused"]
    assert stolen == []


def test_the_theft_is_one(page: Page, server: Lab, stolen: list[str]) -> None:
    """The control: as a page of the server's own it would get everything."""
    page.route(
        "**/api/control", lambda route: route.fulfill(content_type="text/html", body=FILES["page.html"])
    )
    with page.expect_request(lambda request: "stolen=api%3Adirectory" in request.url):
        page.goto(f"{server.url}/api/control")
    assert any("script-ran" in url for url in stolen)


def finish_requests(page: Page, server: Lab) -> None:
    """Wait until what a script would have asked for has been asked for.

    A later request of the same browser is over.
    """
    last = page.context.new_page()
    last.goto(f"{server.url}/api/host")
    last.evaluate("async () => { for (let n = 0; n < 5; n++) await (await fetch('/api/status')).text(); }")
    last.close()
