"""Authentication and its refusals; start-up checks; metrics and the trace."""

import asyncio
import json
import re

import pytest
from aiflow_server.handlers import ROUTES
from tornado import web

from tests.patience import PATIENCE_S
from tests.server.test_openapi import METHODS

PROJECT = "3f2a9c1e-0000-4000-8000-000000000000"


def endpoints():
    """Every route with every method that its handler answers: a new endpoint cannot be forgotten here."""
    for pattern, handler in ROUTES:
        path = pattern.replace("(?P<project_id>[^/]+)", PROJECT).replace("(?P<path>.+)", "main.py")
        path = re.sub(r"\(\?:api/\(\?:.*", "api/projects/x/y/z", path)
        for method in METHODS:
            # Methods of base classes count: an endpoint may inherit all of them.
            if getattr(handler, method) is not getattr(web.RequestHandler, method):
                yield method.upper(), path


async def test_nobody_comes_in_without_the_token(api, refusal):
    for method, path in endpoints():
        for headers in ({}, {"Authorization": "token wrong"}):
            answer = await api.raw(method, path, headers=headers)
            assert answer.code == 403, (method, path)
            if method != "HEAD":
                refusal(answer, 403, "forbidden")


UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


async def test_a_socket_is_refused_to_strangers_and_to_pages_of_others(api, refusal, catalogue):
    path = f"api/projects/{catalogue.project().project_id}/program?mode=run"
    refusal(await api.raw("GET", path, headers=UPGRADE), 403, "forbidden")
    cookie = await login(api)
    # A page from elsewhere, with the cookies that the browser sends along.
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        answer = await api.raw("GET", path, headers={**UPGRADE, "Cookie": cookie, "Origin": origin})
        assert answer.code == 403, origin


async def test_a_refusal_that_ends_the_connection_says_so(api, jp_http_port, jp_base_url):
    """A proxy that keeps connections (the hub's does) would send its next request into a closed one."""
    for method in ("GET", "DELETE"):
        reader, writer = await asyncio.open_connection("127.0.0.1", jp_http_port)
        ask = f"{method} {jp_base_url}api/projects/{PROJECT} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        writer.write(ask)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(re.search(r"content-length: (\d+)", head)[1])
        await reader.readexactly(length)
        if "connection: close" in head:
            assert await reader.read() == b""
        else:
            writer.write(ask)
            assert (await reader.readline()).startswith(b"HTTP/1.1 403")
        writer.close()
        await writer.wait_closed()


async def test_cookies_need_the_xsrf_token(api, refusal, jp_serverapp):
    """Logged in by cookie, as a page is.

    Reading works, changing needs the token that only our pages can read.
    """
    cookie = await login(api)
    xsrf = re.search(r"_xsrf=([^;]+)", cookie)[1]
    assert (await api.raw("GET", "api/projects", headers={"Cookie": cookie, "X-XSRFToken": xsrf})).code == 200
    for method, path in endpoints():
        if method in {"GET", "HEAD"}:
            continue
        refusal(await api.raw(method, path, headers={"Cookie": cookie}), 403, "forbidden")
        refusal(await api.raw(method, path, headers={"Cookie": cookie, "X-XSRFToken": "x"}), 403, "forbidden")
        with_token = await api.raw(method, path, headers={"Cookie": cookie, "X-XSRFToken": xsrf})
        # Without a body, the check is one of the engine that is chosen already.
        allowed = {200} if path == "api/engine/check" else {400, 404}
        assert with_token.code in allowed, (method, path, with_token.body)
    query = f"api/stream/{PROJECT}?_xsrf={xsrf}"
    assert (await api.raw("GET", query, headers={"Cookie": cookie})).code == 404


async def login(api):
    """Log in as a browser does; return its cookies."""
    token = api.headers["Authorization"].removeprefix("token ")
    cookies = []
    for path in ("login", f"login?token={token}"):
        page = await api.raw("GET", path, headers={})
        cookies += [value.split(";")[0] for value in page.headers.get_list("Set-Cookie")]
    return "; ".join(cookies)


class TestAuthorisation:
    @pytest.fixture
    def jp_server_config(self, jp_server_config):
        from jupyter_server.auth import Authorizer  # noqa: PLC0415 - needed where the server is configured

        class ReadOnly(Authorizer):
            def is_authorized(self, handler, user, action, resource):
                return not (resource == "aiflow" and action == "write")

        return {"ServerApp": {**jp_server_config["ServerApp"], "authorizer_class": ReadOnly}}

    async def test_writing_is_refused_where_it_is_not_allowed(self, api, refusal):
        for method, path in endpoints():
            answer = await api.raw(method, path, headers=api.headers)
            if method in {"GET", "HEAD"}:
                assert answer.code != 403, (method, path)
            else:
                refusal(answer, 403, "forbidden")


class TestNobodyIsAllowed:
    @pytest.fixture
    def jp_server_config(self, home):
        from jupyter_server.auth import Authorizer  # noqa: PLC0415 - needed where the server is configured

        class Nobody(Authorizer):
            def is_authorized(self, handler, user, action, resource):
                return resource != "aiflow"

        return {"ServerApp": {"jpserver_extensions": {"aiflow_server": True}, "authorizer_class": Nobody}}

    async def test_every_endpoint_is_refused(self, api, refusal):
        for method, path in endpoints():
            answer = await api.raw(method, path, headers=api.headers)
            assert answer.code == 403, (method, path)
            if method != "HEAD":
                refusal(answer, 403, "forbidden")

    async def test_a_socket_is_refused_too(self, api, refusal, catalogue):
        path = f"api/projects/{catalogue.project().project_id}/program?mode=run"
        refusal(await api.raw("GET", path, headers={**api.headers, **UPGRADE}), 403, "forbidden")


async def test_errors_of_the_framework_have_our_shape(api, refusal):
    answer = await api.raw("PATCH", "api/generate", headers=api.headers)
    refusal(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    refusal(await api.raw("GET", "api/generate", headers=api.headers), 405, "method_not_allowed")
    refusal(await api.raw("DELETE", "api/projects", headers=api.headers), 405, "method_not_allowed")
    for path in (
        "api/projects/",
        "api/projects/x/unknown",
        "api/stream",
        "api/templates/x",
        "api/generate/",
        "aiflow",
    ):
        refusal(await api.get(path), 404, "not_found")
    refusal(await api.get("api/projects/%ff"), 400, "invalid_input")


async def test_jupyters_own_interface_is_untouched(api):
    assert "version" in json.loads((await api.raw("GET", "api", headers=api.headers)).body)
    assert (await api.raw("GET", "api/contents", headers=api.headers)).code == 200
    assert (await api.raw("GET", "api/status", headers=api.headers)).code == 200


class TestBrokenConfiguration:
    @pytest.fixture
    def config_values(self):
        return {"engine": 7}

    async def test_every_endpoint_says_why_and_the_server_lives(self, api, refusal, home, monkeypatch):
        for method, path in endpoints():
            answer = await api.raw(method, path, headers=api.headers)
            assert answer.code == 503, (method, path)
            if method != "HEAD":
                body = refusal(answer, 503, "not_ready")
                assert "engine" in body["message"]
        assert (await api.raw("GET", "api/contents", headers=api.headers)).code == 200
        # Put right, it works without a new start.
        monkeypatch.setattr("aiflow_server.startup.RECHECK_S", 0)
        (home / "config.json").write_text('{"engine": "lessons"}', encoding="utf-8")
        assert (await api.get("api/projects")).code == 200


class TestFolderThatCannotBeWritten:
    async def test_says_which(self, api, home, refusal):
        (home / "projects").write_text("a file", encoding="utf-8")
        body = refusal(await api.get("api/projects"), 503, "not_ready")
        assert "projects_dir" in body["message"]
        assert str(home) not in body["message"]


class TestKey:
    async def test_is_nowhere(self, api, home, monkeypatch):
        secret = "sk-geheim-0123456789"
        monkeypatch.setenv("AIFLOW_API_KEY", secret)
        project_id = await api.generate()
        await api.events(project_id)
        for path in ("", "/request", "/files/main.py", "/download"):
            answer = await api.get(f"api/projects/{project_id}{path}")
            assert secret.encode() not in answer.body
        await api.post("api/generate", {"prompt": secret, "template": secret})
        for file in home.rglob("*"):
            if file.is_file() and "logs" in file.parts:
                assert secret.encode() not in file.read_bytes(), file


async def test_metrics_and_trace(api, home):
    project_id = await api.generate()
    await api.events(project_id)
    await api.get(f"api/projects/{project_id}?token=should-not-be-logged")
    async with asyncio.timeout(PATIENCE_S):  # the run is counted after its last event
        while True:
            metrics = (await api.raw("GET", "metrics", headers=api.headers)).body.decode()
            if re.search(r'aiflow_runs_total\{status="completed"\} [1-9]', metrics):
                break
    assert "aiflow_event_delay_seconds_bucket" in metrics
    assert 'aiflow_phase_duration_seconds_count{phase="implement"}' in metrics
    text = (home / "logs" / "system_trace.jsonl").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in text.splitlines()]
    (stream,) = [line for line in lines if line["kind"] == "request" and line["route"] == "stream"]
    assert {"id", "method", "status", "duration_ms", "bytes", "project_id"} <= set(stream)
    assert stream["project_id"] == project_id
    assert stream["bytes"] > 1000
    assert "should-not-be-logged" not in text
    assert {line["phase"] for line in lines if line["kind"] == "phase"} == {"specify", "plan", "implement"}


class TestStatic:
    async def test_bundle(self, api, refusal, tmp_path, monkeypatch):
        package = tmp_path / "site" / "aiflow_widgets"
        (package / "static").mkdir(parents=True)
        (package / "__init__.py").write_text("raise RuntimeError('must not be imported')", encoding="utf-8")
        (package / "static" / "workbench.js").write_text("export default 1", encoding="utf-8")
        (package / "static" / "workbench.css").write_text("a{}", encoding="utf-8")
        monkeypatch.setattr("aiflow_server.handlers.static._WIDGETS", "aiflow_widgets")
        monkeypatch.setattr(
            "importlib.util.find_spec",
            lambda name: FoundPackage(package) if name == "aiflow_widgets" else None,
        )
        script = await api.get("aiflow/static/workbench.js?v=abc")
        assert script.headers["Content-Type"] == "text/javascript"
        assert "immutable" in script.headers["Cache-Control"]
        style = await api.get("aiflow/static/workbench.css")
        assert style.headers["Content-Type"] == "text/css"
        assert "no-cache" in style.headers["Cache-Control"]
        same = await api.get("aiflow/static/workbench.js", headers={"If-None-Match": script.headers["ETag"]})
        assert same.code == 304
        head = await api.ask("HEAD", "aiflow/static/workbench.js")
        assert (head.code, head.body) == (200, b"")
        refusal(await api.get("aiflow/static/no.js"), 404, "not_found")
        refusal(await api.get("aiflow/static/..%2f__init__.py"), 400, "unsafe_path")


class FoundPackage:
    def __init__(self, folder):
        self.submodule_search_locations = [str(folder)]
