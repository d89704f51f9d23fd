"""The two ways in which a page asks: REST at a live server, and a widget's messages to a kernel.

Both have ``ask(kind, **body)`` with the kinds and bodies of the messages, and return an ``Answer``.
"""

import asyncio
import json
import queue
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, unquote
from uuid import uuid4

from aiflow_widgets.kernel_transport import KernelTransport, encode_entry, kernel_worker
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from aiflow import Config
from aiflow.workspace.service import Workspace
from tests.server.conftest import Api, parse_events

WAIT_S = 20

Opener = Callable[[], Any]  # returns a context manager that yields a transport


@dataclass
class Answer:
    """An answer in the form that both transports share.

    Attributes:
        status: 200 for every success, else the error's.
        body: the JSON.
        data: the bytes of a file, a zip or a picture.
        events: those of a stream.
    """

    status: int
    body: dict[str, Any] = field(default_factory=dict)
    data: bytes = b""
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refusal(self) -> tuple[int, str]:
        """The status and the reason of an error, which has a message and says whether to retry."""
        assert {"message", "reason", "retryable"} <= set(self.body), self
        return self.status, self.body["reason"]


class Transport(Protocol):
    """The part of a transport that the conformance suite uses."""

    async def ask(self, kind: str, data: bytes = b"", **body: Any) -> Answer:
        """Ask; ``data`` is the file of ``save``."""

    async def close(self) -> None:
        """End everything that was started."""


class Messages:
    """A widget's messages."""

    def __init__(self, config: Config) -> None:
        self._workspace = Workspace(config, kernel_worker(), encode_entry)
        self._queues: dict[str, queue.Queue[tuple[dict[str, Any], list[bytes]]]] = {}
        self._kernel = KernelTransport(self._receive, lambda: self._workspace)

    def _receive(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self._queues[content["id"]].put((content, buffers))

    async def ask(self, kind: str, data: bytes = b"", **body: Any) -> Answer:
        """Send a message; return the answer. A program is stopped when it has started."""
        ident = uuid4().hex
        messages = self._queues[ident] = queue.Queue()
        buffers = [data] if kind in {"save", "import"} else []
        self._kernel.receive({"id": ident, "kind": kind, "body": body}, buffers)
        events: list[dict[str, Any]] = []
        while True:
            content, buffers = await asyncio.to_thread(messages.get, timeout=WAIT_S)
            if content["kind"] == "events":
                events += [json.loads(event) for event in content["events"]]
            elif content["kind"] == "error":
                return Answer(content["error"].pop("status"), content["error"], events=events)
            elif content["kind"] == "program":
                return Answer(200, json.loads(content["text"]))
            else:
                return Answer(200, content["body"], b"".join(buffers), events)

    async def close(self) -> None:
        """End the runs and programs of the kernel."""
        await asyncio.wrap_future(kernel_worker().submit(self._workspace.stop()))


_NESTED = {kind: f"tests/{kind}" for kind in ("decide", "repair", "mutants")}
_POSTS = {
    *("apply", "undo", "restore", "change", "copy", "retry", "cancel", "continue", "answers", "tests"),
    *_NESTED,
}


_ENGINE_CALLS = {
    "engines": ("GET", "api/engines"),
    "engine": ("PUT", "api/engine"),
    "check_engine": ("POST", "api/engine/check"),
}


class Rest:
    """REST at a live server."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def ask(self, kind: str, data: bytes = b"", **body: Any) -> Answer:
        """Send the request that stands for a message; return the answer."""
        project = f"api/projects/{quote(str(body.pop('project_id', '')), safe='')}"
        if kind == "program":
            return await self._program(project, body)
        method, path, headers = "GET", "", {}
        content: Any = None
        if kind in {"welcome", "projects"}:
            path = "api/templates" if kind == "welcome" else "api/projects"
        elif kind in _ENGINE_CALLS:
            method, path = _ENGINE_CALLS[kind]
            content = body if method != "GET" else None
        elif kind == "generate":
            method, path, content = "POST", "api/generate", body
        elif kind == "stream":
            name = project.removeprefix("api/projects/")
            path = f"api/stream/{name}?last_event_id={body['after']}&follow={str(body['follow']).lower()}"
        elif kind in _POSTS:
            method, path, content = "POST", f"{project}/{_NESTED.get(kind, kind)}", body
        elif kind in {"tree", "delete"}:
            method, path = {"tree": "GET", "delete": "DELETE"}[kind], project
            path += f"?family={str(body['family']).lower()}" if "family" in body else ""
        elif kind == "rename":
            method, path, content = "PATCH", project, body
        elif kind in {"file", "save", "remove"}:
            path = f"{project}/files/{quote(body['path'])}"
            method = {"file": "GET", "save": "PUT", "remove": "DELETE"}[kind]
            content = data if kind == "save" else None
            headers = {"If-Match": body["etag"]} if body.get("etag") else {}
        elif kind == "import":
            method, path, content = "POST", f"api/import?name={quote(body['names'][0])}", data
        elif kind in {"compare", "questions"}:
            name = "to" if kind == "compare" else "gate"
            path = f"{project}/{kind}" + (f"?{name}={body[name]}" if body.get(name) is not None else "")
        else:
            path = f"{project}/{kind}"
        return self._answer(kind, await self._api.ask(method, path, body=content, headers=headers))

    def _answer(self, kind: str, response: Any) -> Answer:
        status = 200 if response.code < 300 else response.code
        if status != 200:
            return Answer(status, json.loads(response.body))
        headers = response.headers
        if kind == "stream":
            return Answer(200, events=parse_events(response.body) if response.code == 200 else [])
        if kind == "file":
            body = {"content_type": headers["Content-Type"], "etag": headers["ETag"]}
            return Answer(200, body, response.body)
        if kind == "thumbnail":
            return Answer(200, {"etag": headers["ETag"]}, response.body)
        if kind == "download":
            name = unquote(headers["Content-Disposition"].rsplit("UTF-8''", 1)[1])
            return Answer(200, {"name": name}, response.body)
        return Answer(200, json.loads(response.body) if response.body else {})

    async def _program(self, project: str, body: dict[str, Any]) -> Answer:
        query = "&".join([f"mode={body.get('mode')}", *(f"arg={quote(arg)}" for arg in body.get("args", []))])
        url = f"{self._api.base}{project}/program?{query}".replace("http:", "ws:")
        try:
            socket = await websocket_connect(HTTPRequest(url, headers=self._api.headers))
        except HTTPClientError as error:
            return Answer(error.code, json.loads(error.response.body if error.response else b"{}"))
        message = await socket.read_message()
        assert isinstance(message, str)
        return Answer(200, json.loads(message))

    async def close(self) -> None:
        """The server's own fixture ends it."""
