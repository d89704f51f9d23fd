"""Two students on the real hub.

Each has a server, projects and a key of his own, and sees nothing of the other's.
"""

import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.hub.hub import PROXY, Hub

MASTER_KEY = "sk-master-which-no-student-may-see"
pytestmark = pytest.mark.browser

# As the workbench does: the base URL from the page and the XSRF token from the cookie with every request.
CALL = """async ([method, path, body]) => {
  const page = JSON.parse(document.getElementById('jupyter-config-data').textContent);
  const xsrf = document.cookie.match(/\\b_xsrf=([^;]*)/)[1];
  const answer = await fetch(path.startsWith('/') ? path : page.baseUrl + path, {
    method, body: body && JSON.stringify(body), redirect: 'manual', headers: {'X-XSRFToken': xsrf},
  });
  return [answer.status || answer.type, await answer.text()];
}"""
EVENTS = """path => new Promise((resolve, reject) => {
  const page = JSON.parse(document.getElementById('jupyter-config-data').textContent);
  const xsrf = document.cookie.match(/\\b_xsrf=([^;]*)/)[1];
  const source = new EventSource(`${page.baseUrl}${path}?_xsrf=${encodeURIComponent(xsrf)}`);
  source.onerror = () => { source.close(); reject(new Error('the stream broke')); };
  source.addEventListener('status', event => {
    const told = JSON.parse(event.data);
    if (['completed', 'failed', 'cancelled'].includes(told.status)) { source.close(); resolve(told); }
  });
})"""


class StandInGateway(BaseHTTPRequestHandler):
    """Makes keys as LiteLLM's proxy does, and notes what it was asked for."""

    asked: list[tuple[str, str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, self.headers["Authorization"], body))
        exists = self.path == "/user/new" and body["user_id"] == "student2"
        answer = {"key": f"sk-of-{body['user_id']}"} if self.path == "/key/generate" else {}
        self.send_response(409 if exists else 200)
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing: pytest's output is for the tests."""


@pytest.fixture(scope="module")
def gateway() -> Iterator[ThreadingHTTPServer]:
    StandInGateway.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), StandInGateway) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, gateway: ThreadingHTTPServer) -> Iterator[Hub]:
    if not PROXY.exists() and not os.environ.get("CI"):
        pytest.skip("the hub's proxy is not installed (npm ci in widgets/); in CI this is a failure")
    further = {
        "AIFLOW_GATEWAY_URL": f"http://127.0.0.1:{gateway.server_port}",
        "AIFLOW_GATEWAY_MASTER_KEY": MASTER_KEY,
        "AIFLOW_GATEWAY_BUDGET": "0.5",
    }
    made = Hub(tmp_path_factory.mktemp("hub"), further)
    try:
        made.wait()
        yield made
    finally:
        made.stop()


def begin_login(browser: Browser, hub: Hub, name: str, password: str) -> Page:
    page = browser.new_context().new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{hub.url}/hub/login")
    page.fill("[name=username]", name)
    page.fill("[name=password]", password)
    page.click("[type=submit]", no_wait_after=True)
    return page


@pytest.fixture(scope="module")
def pages(hub: Hub, browser: Browser) -> Iterator[dict[str, Page]]:
    """Both students, logged in; their servers start at the same time."""
    made = {name: begin_login(browser, hub, name, password) for name, password in hub.students().items()}
    for page in made.values():
        # The page's configuration is in its HTML: there is no need to wait until JupyterLab is drawn.
        page.wait_for_url("**/lab**", wait_until="commit")
        page.wait_for_selector("#jupyter-config-data", state="attached")
    yield made
    for page in made.values():
        page.context.close()


def call(page: Page, method: str, path: str, body: object = None) -> tuple[Any, str]:
    status, text = page.evaluate(CALL, [method, path, body])
    return status, text


@pytest.fixture(scope="module")
def projects(pages: dict[str, Page]) -> dict[str, str]:
    """Each student's project, made in his page."""
    made = {}
    for name, page in pages.items():
        order = {"prompt": f"帮我写个猜数字游戏，{name}", "engine": "lessons"}
        status, text = call(page, "POST", "api/generate", order)
        assert status == 202, text
        made[name] = json.loads(text)["project_id"]
    for name, page in pages.items():
        told = page.evaluate(EVENTS, f"api/stream/{made[name]}")
        assert told["status"] == "completed", told
    return made


def test_each_sees_only_his_own(pages: dict[str, Page], projects: dict[str, str]) -> None:
    for name, page in pages.items():
        listed = json.loads(call(page, "GET", "api/projects")[1])["projects"]
        assert [one["project_id"] for one in listed] == [projects[name]]
        assert "main.py" in call(page, "GET", f"api/projects/{projects[name]}")[1]


def test_nobody_reaches_the_others(pages: dict[str, Page], projects: dict[str, str], hub: Hub) -> None:
    for name, other in (("student1", "student2"), ("student2", "student1")):
        page = pages[name]
        # By the other's id at one's own server: there is no such project.
        assert call(page, "GET", f"api/projects/{projects[other]}/files/main.py")[0] == 404
        # At the other's server, with one's own cookies and token.
        for method, path, body in (
            ("GET", "api/projects", None),
            ("GET", f"api/projects/{projects[other]}/download", None),
            ("POST", "api/generate", {"prompt": "帮我写个猜数字游戏"}),
            ("DELETE", f"api/projects/{projects[other]}", None),
        ):
            status, text = call(page, method, f"/user/{other}/{path}", body)
            assert status in {403, 404, "opaqueredirect"}, (method, path, status, text)
            assert projects[other] not in text
    kept = json.loads(call(pages["student2"], "GET", "api/projects")[1])["projects"]
    assert [one["project_id"] for one in kept] == [projects["student2"]]


def test_a_request_without_the_token_changes_nothing(
    pages: dict[str, Page], projects: dict[str, str]
) -> None:
    page = pages["student1"]
    told = page.evaluate(
        """async path => {
          const page = JSON.parse(document.getElementById('jupyter-config-data').textContent);
          return (await fetch(page.baseUrl + path, {method: 'DELETE', redirect: 'manual'})).status;
        }""",
        f"api/projects/{projects['student1']}",
    )
    assert told == 403
    assert call(page, "GET", f"api/projects/{projects['student1']}")[0] == 200


def test_no_student_holds_the_masters_key(pages: dict[str, Page], projects: dict[str, str], hub: Hub) -> None:
    asked = StandInGateway.asked
    assert {authorization for _, authorization, _ in asked} == {f"Bearer {MASTER_KEY}"}
    budgets = [(path, body["user_id"], body.get("max_budget")) for path, _, body in asked]
    assert ("/user/new", "student1", 0.5) in budgets
    assert ("/user/update", "student2", 0.5) in budgets  # he was known already: his budget is said anew
    assert ("/key/generate", "student1", None) in budgets
    assert MASTER_KEY not in hub.read_log()
    for file in hub.state.rglob("*"):
        if file.is_file():
            assert MASTER_KEY.encode() not in file.read_bytes(), file
    if Path("/proc/self/environ").exists():  # elsewhere the system tells nobody
        keys = {name: keys_in_servers(hub, name) for name in pages}
        assert keys == {name: {f"sk-of-{name}"} for name in pages}


def keys_in_servers(hub: Hub, name: str) -> set[str]:
    """The model keys in the environments of a student's processes, where the system tells of them."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            entries = place.read_bytes().split(b"\0")
        except OSError:
            continue  # somebody else's, or gone
        told = dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)
        if told.get(b"JUPYTERHUB_USER") == name.encode() and told.get(b"AIFLOW_CONFIG", b"").startswith(
            str(hub.state).encode()
        ):
            assert MASTER_KEY.encode() not in b"".join(entries)
            found.add(told[b"AIFLOW_API_KEY"].decode())
    return found


def test_a_wrong_password_and_a_stranger_are_refused(hub: Hub, browser: Browser) -> None:
    for name, password in (("student1", "wrong-password"), ("nobody", ""), ("../student1", "x")):
        page = begin_login(browser, hub, name, password)
        page.wait_for_selector(".login_error")
        assert page.url.startswith(f"{hub.url}/hub/login")
        page.context.close()
    assert sorted(path.name for path in (hub.state / "home").iterdir()) == ["student1", "student2"]


def test_a_home_is_for_its_student_alone(hub: Hub, projects: dict[str, str]) -> None:
    for name in projects:
        home = hub.state / "home" / name
        assert (home.stat().st_mode & 0o077) == 0
        assert len(list((home / "projects").glob("*_*"))) == 1
