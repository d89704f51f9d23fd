"""A live Jupyter server with the extension on its own folder, and a client that checks its schema."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from tests.patience import PATIENCE_S
from tests.server.projects import Catalogue

OPENAPI_PATH = Path(__file__).parents[2] / "server_extension" / "aiflow_server" / "openapi.json"
OPENAPI = json.loads(OPENAPI_PATH.read_text(encoding="utf-8"))


def operation_of(method: str, path: str) -> dict[str, Any] | None:
    """The description's operation for a path below the base URL."""
    for template, item in OPENAPI["paths"].items():
        pattern = re.escape(template).replace(r"\{path\}", ".+").replace(r"\{project_id\}", "[^/]+")
        if re.fullmatch(pattern, path):
            return item.get(method.lower())
    return None


def check_body(response: HTTPResponse, described: dict[str, Any]) -> None:
    if "$ref" in described:
        described = OPENAPI["components"]["responses"][described["$ref"].rsplit("/", 1)[-1]]
    content = described.get("content", {}).get("application/json")
    if content is not None:
        schema = {**content["schema"], "components": OPENAPI["components"]}
        jsonschema.validate(json.loads(response.body), schema)


class Api:
    """Asks the live server; every answer must be one that openapi.json documents."""

    def __init__(self, base: str, headers: dict[str, str]) -> None:
        self.base = base
        self.headers = headers
        self.client = AsyncHTTPClient()

    def url(self, path: str) -> str:
        return self.base + path.lstrip("/")

    async def raw(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> HTTPResponse:
        data = json.dumps(body) if isinstance(body, dict | list) else body
        if data is None and method in {"POST", "PUT", "PATCH"}:
            data = b""
        return await self.client.fetch(
            self.url(path),
            method=method,
            body=data,
            headers=self.headers if headers is None else headers,
            raise_error=False,
            follow_redirects=False,
            allow_nonstandard_methods=True,
            request_timeout=PATIENCE_S,
            **options,
        )

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> HTTPResponse:
        """Ask, and hold the answer to the description."""
        response = await self.raw(
            method, path, body=body, headers={**self.headers, **(headers or {})}, **options
        )
        operation = operation_of(method, "/" + path.lstrip("/").split("?")[0])
        if operation is not None:
            described = operation["responses"].get(str(response.code))
            assert described is not None, f"{method} {path}: {response.code} is not documented"
            if method != "HEAD":
                check_body(response, described)
        return response

    async def get(self, path: str, **options: Any) -> HTTPResponse:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> HTTPResponse:
        return await self.ask("POST", path, body=body, **options)

    async def json(self, path: str) -> Any:
        response = await self.get(path)
        assert response.code == 200, response.body
        return json.loads(response.body)

    async def generate(self, prompt: str = "帮我写个猜数字游戏", **fields: Any) -> str:
        response = await self.post("api/generate", {"prompt": prompt, **fields})
        assert response.code == 202, response.body
        return str(json.loads(response.body)["project_id"])

    async def events(self, project_id: str, after: int = 0, *, follow: bool = True) -> list[dict[str, Any]]:
        query = f"?last_event_id={after}&follow={str(follow).lower()}"
        response = await self.get(f"api/stream/{project_id}{query}")
        assert response.code == 200, response.body
        return parse_events(response.body)

    def file(self, project_id: object, path: str) -> str:
        return f"api/projects/{project_id}/files/{quote(path)}"


def parse_events(data: bytes) -> list[dict[str, Any]]:
    """The events of a stream; id, event and data must agree."""
    events = []
    for block in data.decode().split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":")
        )
        if "data" in fields:
            event = json.loads(fields["data"])
            assert fields["id"] == str(event["seq"])
            assert fields["event"] == event["event_type"]
            events.append(event)
    return events


@pytest.fixture
def config_values() -> dict[str, Any]:
    """The content of config.json; a test module may override it."""
    return {
        "lessons": {"speed": 0},
        "run": {"durability": "none"},
        "tests": {"enabled": False},
        "gates": {"smoke_run": False},
    }


@pytest.fixture
def home(tmp_path: Path, config_values: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which config.json, projects and logs are."""
    folder = tmp_path / "课堂"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(config_values), encoding="utf-8")
    monkeypatch.setenv("AIFLOW_CONFIG", str(folder / "config.json"))
    for name in ("ENGINE", "BASE_URL", "API_KEY", "MODEL", "PROJECTS_DIR"):
        monkeypatch.delenv(f"AIFLOW_{name}", raising=False)
    return folder


@pytest.fixture
def jp_server_config(home: Path) -> dict[str, Any]:
    return {"ServerApp": {"jpserver_extensions": {"aiflow_server": True}}}


@pytest.fixture
def catalogue(home: Path) -> Catalogue:
    """Makes projects on disk, without a run."""
    return Catalogue(home / "projects")


@pytest.fixture
def api(
    jp_serverapp: Any,
    jp_http_port: int,
    jp_base_url: str,
    jp_auth_header: dict[str, str],
    http_server_client: Any,
) -> Api:
    return Api(f"http://127.0.0.1:{jp_http_port}{jp_base_url}", dict(jp_auth_header))


@pytest.fixture
def refusal() -> Callable[[HTTPResponse, int, str], dict[str, Any]]:
    """Check that an answer is the error that it should be.

    Its status, its reason, its shape, Chinese, and no more.
    """

    def check(response: HTTPResponse, status: int, reason: str) -> dict[str, Any]:
        assert response.code == status, (response.code, response.body)
        body: dict[str, Any] = json.loads(response.body)
        assert set(body) == {"message", "reason", "retryable"}
        assert body["reason"] == reason
        assert re.search("[\u4e00-\u9fff]", body["message"])
        assert "Traceback" not in body["message"]
        assert response.headers["Content-Type"].startswith("application/json")
        return body

    return check
