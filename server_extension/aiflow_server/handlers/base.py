"""The base of all handlers: access, the limit of a body, the shape of an error, and the log."""

import asyncio
import json
import time
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

from jupyter_server.base.handlers import APIHandler
from tornado import web

from aiflow.exceptions import AIFlowError, InputError, LimitError
from aiflow.workspace.entity_tags import matches
from aiflow.workspace.errors import BusyError, body_of, status_of
from aiflow.workspace.requests import parse_project_id
from aiflow_server.startup import Service, Startup

T = TypeVar("T")

AUTH_RESOURCE = "aiflow"
# A body over its limit is read to its end and discarded, so that the client can read the refusal; of a huge
# one the connection is closed.
_DISCARD_BYTES = 32_000_000


@web.stream_request_body
class Handler(APIHandler):
    """Base of our handlers.

    Methods carry ``@web.authenticated`` and ``@authorized``; ``prepare`` refuses as well.
    """

    auth_resource = AUTH_RESOURCE
    max_body_bytes: ClassVar[int] = 65_536
    service: Service

    def initialize(self, startup: Startup) -> None:
        """Receive the options that the extension passes to every handler."""
        self.startup = startup
        self.request_id = uuid4().hex[:12]
        self.began = time.perf_counter()
        self.sent_bytes = 0
        self.received = bytearray()
        self.received_bytes = 0
        self.is_admitted = False
        self._given_up: asyncio.Task[Any] | None = None

    async def prepare(self) -> None:  # type: ignore[override]  # as Jupyter's own APIHandler does
        """Refuse a person without access and a body that is far too large; wait for the service.

        Raises:
            HTTPError: the person has no access.
        """
        await super().prepare()
        if self._finished or self.request.method == "OPTIONS":
            return
        if not self.current_user:
            raise web.HTTPError(403)
        declared = self.request.headers.get("Content-Length", "0")
        if declared.isdigit() and int(declared) > _DISCARD_BYTES:
            raise self._too_large()
        self.service = await self.startup.service()
        self.is_admitted = True

    def compute_etag(self) -> str | None:
        """Return None: a handler sets the entity tag of a file itself; other answers have none."""
        return None

    def data_received(self, chunk: bytes) -> None:
        """Keep the body up to its limit."""
        self.received_bytes += len(chunk)
        if self.received_bytes <= self.max_body_bytes:
            self.received += chunk
        elif self.received_bytes > _DISCARD_BYTES and self.request.connection is not None:
            self.request.connection.stream.close()  # type: ignore[attr-defined]  # HTTP1Connection has one

    def _too_large(self) -> LimitError:
        size = self.max_body_bytes
        shown = f"{size // 1000} KB" if size <= 1_000_000 else f"{size // 1_000_000} MB"
        return LimitError(f"发来的内容太大了，最多 {shown}。", reason="too_large", retryable=False)

    def body(self) -> bytes:
        """Return the whole body.

        Raises:
            LimitError: if it is over the limit of this endpoint.
        """
        if self.received_bytes > self.max_body_bytes:
            raise self._too_large()
        return bytes(self.received)

    def json_body(self) -> dict[str, Any]:
        """Return the body as a JSON object; an empty body is an empty object.

        Raises:
            InputError: if it is not one.
            LimitError: if it is too large.
        """
        data = self.body()
        if not data.strip():
            return {}
        try:
            found = json.loads(data.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise InputError("发来的内容不是正确的 JSON（UTF-8）。", reason="invalid_json") from None
        if not isinstance(found, dict):
            raise InputError("发来的 JSON 应该是一个对象，写在 { } 里。")
        return found

    @property
    def person(self) -> str:
        """The name of the person by which limits and fairness go."""
        return user_key(self.current_user)

    def project_id(self, text: str) -> UUID:
        """Return the id in an address.

        Raises:
            NotFoundError: if it is not one: there is no such project.
        """
        return parse_project_id(text)

    def argument(self, name: str) -> str | None:
        """Return a value of the query."""
        return self.get_query_argument(name, None)

    def send(self, value: Any, status: int = 200) -> None:
        """Answer with JSON."""
        self.set_status(status)
        data = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        self.finish(data)

    def send_nothing(self) -> None:
        """Answer that it is done (204)."""
        self.set_status(204)
        self.finish()

    def send_tagged(
        self, data: bytes, etag: str, content_type: str, cache: str = "private, no-cache"
    ) -> None:
        """Answer with bytes that the client may have already; then only say so (304)."""
        self.set_header("ETag", etag)
        self.set_header("Cache-Control", cache)
        self.set_header("X-Content-Type-Options", "nosniff")
        if matches(self.request.headers.get("If-None-Match"), etag):
            self.set_status(304)
            self.finish()
        else:
            self.finish(data, set_content_type=content_type)

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer with an error; one of ours has its own status."""
        error = _error_in(kwargs)
        if isinstance(error, AIFlowError):
            status_code = status_of(error)
        super().send_error(status_code, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write the JSON of an error.

        A sentence, a reason, whether to retry. Nothing of the machine is in it.
        """
        error = _error_in(kwargs)
        if isinstance(error, BusyError):
            self.set_header("Retry-After", "5")
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", allowed_methods(self))
        if not self.is_admitted:
            # Tornado closes a connection whose request is answered before its body was read. A proxy (the
            # hub's) that does not know this would use it again, find it closed, and answer 503 for the next
            # request.
            self.set_header("Connection", "close")
        self.finish(json.dumps(body_of(status_code, error), ensure_ascii=False).encode())

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Log an unexpected error; an error of ours is an answer and is not logged."""
        if not isinstance(value, AIFlowError):
            super().log_exception(typ, value, tb)

    def write(self, chunk: str | bytes | dict[Any, Any]) -> None:
        """Add to the answer, and count the bytes."""
        if isinstance(chunk, str):
            chunk = chunk.encode()
        if isinstance(chunk, bytes):
            self.sent_bytes += len(chunk)
        super().write(chunk)

    async def until_closed(self, work: Coroutine[Any, Any, T]) -> T:
        """Await what only the client waits for: it is cancelled when the connection closes."""
        self._given_up = task = asyncio.create_task(work)
        return await task

    def on_connection_close(self) -> None:
        """Cancel what nobody waits for any more."""
        super().on_connection_close()
        if self._given_up is not None:
            self._given_up.cancel()

    def on_finish(self) -> None:
        """Log the request: its route, never its query or its body."""
        super().on_finish()
        service = getattr(self, "service", None)
        if service is not None:
            service.trace.write(
                "request",
                id=self.request_id,
                method=self.request.method,
                route=type(self).__name__.removesuffix("Handler").lower(),
                project_id=self.path_kwargs.get("project_id"),
                status=self.get_status(),
                duration_ms=round((time.perf_counter() - self.began) * 1000, 1),
                bytes=self.sent_bytes,
            )


def allowed_methods(handler: web.RequestHandler) -> str:
    """Return the ``Allow`` header of a 405 (RFC 9110, section 15.5.6)."""
    found = (
        name
        for name in handler.SUPPORTED_METHODS
        if getattr(type(handler), name.lower(), None) is not getattr(web.RequestHandler, name.lower())
    )
    return ", ".join(found)


def user_key(user: Any) -> str:
    """Return the name that limits and fairness go by.

    A server that knows no users (a token for everybody, as on one's own machine) makes up a new name for
    every request that carries the token; all of these are one person.
    """
    username = getattr(user, "username", "")
    made_up = str(getattr(user, "name", "") or "").startswith("Anonymous ")
    return "" if made_up else str(username)


def _error_in(kwargs: dict[str, Any]) -> BaseException | None:
    info = kwargs.get("exc_info")
    return info[1] if info else None
