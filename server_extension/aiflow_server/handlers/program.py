"""A program in the page: a WebSocket through which it is watched, typed to and played.

``GET api/projects/{id}/program?mode=run|play[&arg=…][&session=…][&tell=1]`` with an upgrade. From the server:
JSON messages ``started`` ``output`` ``input_wanted`` ``ended`` ``error``, and pictures as binary messages (12
bytes of header, see ``aiflow.workspace.program_sessions.FRAME_HEADER``, then a JPEG or a PNG). From the page:
``stdin`` ``eof`` ``stop`` ``frame`` (one more picture, please) ``input`` (what the player did). ``session``
names a program that goes on from an earlier connection. A browser's script cannot read why an upgrade was
refused: with ``tell`` the refusal comes as an ``error`` message instead.
"""

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from jupyter_server.utils import ensure_async
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from aiflow.exceptions import AIFlowError, InputError
from aiflow.workspace.errors import body_of, status_of
from aiflow.workspace.requests import parse_project_id
from aiflow_server.handlers.base import AUTH_RESOURCE, allowed_methods, user_key
from aiflow_server.startup import Startup

if TYPE_CHECKING:  # importing it brings the pipeline with it, which waits for the first request
    from aiflow.workspace.program_sessions import Mode, ProgramSession

MAX_MESSAGE_BYTES = 1_000_000


class ProgramHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """``GET api/projects/{id}/program``."""

    auth_resource = AUTH_RESOURCE
    max_message_size = MAX_MESSAGE_BYTES
    _program: "ProgramSession | None" = None
    _refusal: AIFlowError | None = None

    @property
    def ping_timeout(self) -> int:
        """Tornado wants an answer to one ping before it sends the next.

        Jupyter's own default is three times that.
        """
        return int(self.ping_interval)

    def initialize(self, startup: Startup) -> None:
        """Receive the options that the extension passes to every handler."""
        self.startup = startup

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Write a refusal as all our endpoints do, not as Jupyter's page for people."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", allowed_methods(self))
        info = kwargs.get("exc_info")
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(body_of(status_code, info[1] if info else None), ensure_ascii=False).encode())

    async def get(self, project_id: str) -> None:
        """Check the request, start or find the program, and upgrade the connection.

        Raises:
            InputError: the request is no WebSocket's; it is answered here.
        """
        await self._check_access()
        try:
            service = await self.startup.service()
            if not self._is_upgrade:
                raise InputError("这个地址要用 WebSocket 打开。")
            self._program = await self._find(service.programs, project_id, user_key(self.current_user))
        except AIFlowError as error:
            if self.get_query_argument("tell", None) is None or not self._is_upgrade:
                self.set_status(status_of(error))
                self.set_header("Content-Type", "application/json")
                self.finish(json.dumps(body_of(status_of(error), error), ensure_ascii=False).encode())
                return
            self._refusal = error
        await super().get(project_id)

    async def _check_access(self) -> None:
        """Refuse a person without access, and another site's page, before a program is started for it."""
        user = self.current_user
        if user is None or not await ensure_async(
            self.authorizer.is_authorized(self, user, "execute", AUTH_RESOURCE)
        ):
            raise web.HTTPError(403)
        # Tornado checks the origin as well, but only while it upgrades the connection.
        origin = self.request.headers.get("Origin", self.request.headers.get("Sec-Websocket-Origin"))
        if origin is not None and not self.check_origin(origin):
            raise web.HTTPError(403)

    @property
    def _is_upgrade(self) -> bool:
        return bool(self.request.headers.get("Upgrade", "").lower() == "websocket")

    async def _find(self, programs: Any, project_id: str, user: str) -> "ProgramSession":
        session = self.get_query_argument("session", None)
        if session is not None:
            return cast("ProgramSession", programs.get(session, user))
        mode = self.get_query_argument("mode", "run")
        if mode not in {"run", "play"}:
            raise InputError("mode 只能是 run 或 play。")
        args = self.get_query_arguments("arg")
        started = await programs.start(parse_project_id(project_id), cast("Mode", mode), args, user)
        return cast("ProgramSession", started)

    async def open(self, *args: str, **kwargs: str) -> None:
        """Send the program's session and its output so far."""
        super().open(*args, **kwargs)
        self.set_nodelay(True)
        if self._refusal is not None:
            await self._send_error(self._refusal)
            self.close()
        if self._program is not None:
            await self._send_json(
                {"type": "started", "session": self._program.id, "mode": self._program.mode}
            )
            self._program.attach(self.deliver)

    async def deliver(self, message: str | bytes) -> None:
        """Send a message; a closed connection ends the page's watch."""
        try:
            await self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            self.on_close()

    async def _send_json(self, message: dict[str, Any]) -> None:
        await self.deliver(json.dumps(message, ensure_ascii=False))

    async def _send_error(self, error: AIFlowError) -> None:
        await self._send_json({"type": "error", **body_of(status_of(error), error)})

    async def on_message(self, message: str | bytes) -> None:
        """Obey a message of the page."""
        if self._program is None:
            return
        try:
            await self._program.handle(_parse(message))
        except AIFlowError as error:
            await self._send_error(error)

    def on_close(self) -> None:
        """The page is gone; the program waits some seconds for it to come back."""
        if self._program is not None:
            self._program.detach(self.deliver)


def _parse(message: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(message)
    except (ValueError, RecursionError):
        raise InputError("发来的内容不是正确的 JSON。", reason="invalid_json") from None
    if not isinstance(found, dict):
        raise InputError("发来的 JSON 应该是一个对象。")
    return found
