"""The widget's own messages: the requests of the page and the kernel's answers.

A request is ``{"id", "kind", "body"}``. It is answered under its id by ``{"id", "kind": "reply", "body"}``,
with bytes as a buffer, or by ``{"id", "kind": "error", "error"}``. A stream sends any number of ``{"id",
"kind": "events", "events"}`` before its reply, and a program its messages (``aiflow_widgets.programs``).
``{"id", "kind": "abort"}`` ends a request without an answer.

A call has the answer and the errors that it has over REST; the bodies differ only in what REST puts into
the address.
"""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import AIFlowError, InputError, LimitError
from aiflow.pipeline.flow import Flow
from aiflow.storage.journal import Entry
from aiflow.workspace.calls import CALLS, Asked
from aiflow.workspace.errors import answer_to
from aiflow.workspace.program_sessions import Mode, ProgramSession
from aiflow.workspace.requests import (
    MAX_FILE_BYTES,
    GenerateRequest,
    check_fields,
    parse_project_id,
    read_generate,
)
from aiflow.workspace.service import Workspace
from aiflow.workspace.worker import Worker
from aiflow_widgets.programs import Inbox, program_message, watch

BUNDLE = Path(__file__).with_name("static") / "workbench.js"
# A kernel is one person's.
PERSON = "kernel"
# The page needs no heartbeat: it knows when its kernel has gone.
_NO_HEARTBEAT_S = 86_400.0
# The part of a body that REST puts into the address.
_ADDRESS = frozenset({"project_id"})

Send = Callable[[dict[str, Any], list[bytes]], None]
Answer = tuple[dict[str, Any], list[bytes]]


@cache
def kernel_worker() -> Worker:
    """Return the worker of this process; it is started when it is first needed."""
    return Worker("aiflow-workbench")


def encode_entry(entry: Entry) -> bytes:
    """Return an event as a line of JSON."""
    return entry.data + b"\n"


_workspaces: list[Workspace] = []
_workspaces_lock = threading.Lock()  # a cell and the worker may both need the first one


def kernel_workspace(config: Config) -> Workspace:
    """Return the workspace of this process for a configuration; it is made when it is first needed.

    All workbenches of a kernel share it, so its limits and its queue hold for all of them together. It ends
    with the process: the supervisors then end the programs, and the runs count as interrupted.
    """
    with _workspaces_lock:
        found = next((known for known in _workspaces if known.config == config), None)
        if found is None:
            found = Workspace(config, kernel_worker(), encode_entry)
            _workspaces.append(found)
        return found


@dataclass(frozen=True, slots=True)
class Request:
    """One message of the page that is to be answered."""

    ident: str
    kind: str
    body: dict[str, Any]
    buffers: list[bytes]

    @property
    def project_id(self) -> UUID:
        """The project that it is about. Raises NotFoundError if it names none."""
        return parse_project_id(self.body.get("project_id"))

    @property
    def path(self) -> str:
        """The file that it is about."""
        return str(self.body.get("path"))

    @property
    def fields(self) -> dict[str, Any]:
        """The body as REST has it."""
        return {name: value for name, value in self.body.items() if name not in _ADDRESS}


class KernelTransport:
    """Answers the requests of one widget, in the worker's thread.

    Args:
        send: sends a message to the page; may be called from any thread.
        workspace: returns the workspace when the first request needs it; raises ConfigError if the
            configuration is wrong.
        own_flow: returns the flow that the widget was made for, as long as it has not begun.
    """

    def __init__(
        self,
        send: Send,
        workspace: Callable[[], Workspace],
        own_flow: Callable[[], Flow | None] = lambda: None,
    ) -> None:
        self._send = send
        self._workspace = workspace
        self._own_flow = own_flow
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._inboxes: dict[str, Inbox] = {}
        self._kinds: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "bundle": self._bundle,
            "generate": self._generate,
            "stream": self._stream,
            "tree": self._tree,
            "file": self._file,
            "save": self._save,
            "download": self._download,
            "import": self._import,
            "thumbnail": self._thumbnail,
            "program": self._program,
        }

    def receive(self, content: Any, buffers: list[bytes]) -> None:
        """Process a message of the page; the worker sends the answer."""
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            return  # not a request of ours: there is no id to answer under
        # Not in the kernel's own loop: it is busy while a cell runs, and the page would stand still.
        kernel_worker().launch(self._dispatch(content, buffers))

    async def _dispatch(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        ident, kind, body = content["id"], str(content.get("kind")), content.get("body")
        if kind == "abort":
            task = self._tasks.get(ident)
            if task is not None:
                task.cancel()
        elif kind == "say":
            inbox = self._inboxes.get(ident)
            if inbox is not None and isinstance(body, dict):
                inbox.put_nowait(body)
        else:
            request = Request(ident, kind, body if isinstance(body, dict) else {}, buffers)
            task = asyncio.create_task(self._answer(request))
            self._tasks[ident] = task
            task.add_done_callback(lambda _: self._tasks.pop(ident, None))

    async def _answer(self, request: Request) -> None:
        try:
            answer, data = await self._kinds.get(request.kind, self._call)(request)
        except Exception as error:
            # Always an answer: a page that gets none waits for ever.
            self._send({"id": request.ident, "kind": "error", "error": answer_to(error)}, [])
            if not isinstance(error, AIFlowError):
                raise  # asyncio's own handler logs it with its traceback
        else:
            self._send({"id": request.ident, "kind": "reply", "body": answer}, data)

    async def _call(self, request: Request) -> Answer:
        call = CALLS.get(request.kind)
        if call is None:
            raise InputError("内核不认识这个请求：网页和内核的版本可能不一样，请重启内核，再刷新网页。")
        asked = Asked(self._workspace(), request.fields, PERSON, request.body.get("project_id"))
        return await call(asked), []

    async def _bundle(self, _request: Request) -> Answer:
        return {"text": await asyncio.to_thread(BUNDLE.read_text, "utf-8")}, []

    async def _generate(self, request: Request) -> Answer:
        runs = self._workspace().runs
        asked = read_generate(request.fields)
        flow = self._own_flow()
        if flow is not None and isinstance(asked, GenerateRequest) and asked.prompt == flow.prompt:
            return _generating(await runs.begin(flow, PERSON)), []
        return _generating(await runs.generate(asked, PERSON)), []

    async def _stream(self, request: Request) -> Answer:
        feeds, found = self._workspace().feeds, request.project_id
        after = request.body.get("after", 0)
        if not isinstance(after, int) or after < 0:
            raise InputError("after 应该是收到的最后一个事件的编号（不小于 0 的整数）。")
        follow = bool(request.body.get("follow"))
        await self._workspace().trees.refresh(found)
        if not await feeds.has_more(found, after):
            return {}, []
        feed = await feeds.open(found)
        try:
            lines = feed.follow(
                after, heartbeat_s=_NO_HEARTBEAT_S, follow=follow, subscription=feed.subscribe()
            )
            async for data in lines:
                events = data.decode().split("\n")[:-1]
                self._send({"id": request.ident, "kind": "events", "events": events}, [])
        finally:
            feeds.leave(feed)
        return {}, []

    async def _tree(self, request: Request) -> Answer:
        tree = await self._workspace().trees.get(request.project_id)
        return json.loads(tree.data), []

    async def _file(self, request: Request) -> Answer:
        opened = await asyncio.to_thread(self._workspace().files.open, request.project_id, request.path)
        with opened.file as file:
            data = await asyncio.to_thread(file.read)
        return {"content_type": opened.content_type, "etag": opened.etag}, [data]

    async def _save(self, request: Request) -> Answer:
        data = bytes(request.buffers[0]) if request.buffers else b""
        if len(data) > MAX_FILE_BYTES:
            raise LimitError(
                f"发来的内容太大了，最多 {MAX_FILE_BYTES // 1000} KB。", reason="too_large", retryable=False
            )
        saved = await asyncio.to_thread(
            self._workspace().files.save,
            request.project_id,
            request.path,
            data,
            if_match=request.body.get("etag"),
        )
        if saved.version is not None:
            return {"project_id": str(saved.version)}, []
        return {"path": saved.path, "size_bytes": saved.size, "etag": saved.etag}, []

    async def _download(self, request: Request) -> Answer:
        found = await asyncio.to_thread(self._workspace().download, request.project_id)
        return {"name": found.name}, [await asyncio.to_thread(b"".join, found.pieces)]

    async def _import(self, request: Request) -> Answer:
        names = check_fields(request.fields, ("names",)).get("names")
        if not isinstance(names, list) or len(names) != len(request.buffers):
            raise InputError("names 应该是列表，和发来的文件一样多。")
        files = [(str(name), bytes(data)) for name, data in zip(names, request.buffers, strict=True)]
        return (await self._workspace().imports.add(files, PERSON)).as_json(), []

    async def _thumbnail(self, request: Request) -> Answer:
        found = await asyncio.to_thread(self._workspace().projects.thumbnail, request.project_id)
        return {"etag": found.etag}, [found.data]

    async def _program(self, request: Request) -> Answer:
        inbox: Inbox = asyncio.Queue()
        self._inboxes[request.ident] = inbox

        async def deliver(message: str | bytes) -> None:
            self._send(*program_message(request.ident, message))

        try:
            await watch(await self._start_program(request.body), inbox, deliver)
        finally:
            del self._inboxes[request.ident]
        return {}, []

    async def _start_program(self, body: dict[str, Any]) -> ProgramSession:
        programs = self._workspace().programs
        session = body.get("session")
        if session is not None:
            return programs.get(str(session), PERSON)
        mode, args = body.get("mode"), body.get("args")
        if mode not in {"run", "play"} or not isinstance(args, list):
            raise InputError("mode 只能是 run 或 play，args 应该是一个列表。")
        project_id = parse_project_id(body.get("project_id"))
        return await programs.start(project_id, cast("Mode", mode), [str(arg) for arg in args], PERSON)


def _generating(project_id: UUID) -> dict[str, Any]:
    return {"project_id": str(project_id), "status": "generating"}
