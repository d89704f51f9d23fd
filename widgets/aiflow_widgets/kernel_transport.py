"""The widget's own messages: what the page asks of the kernel, and what it is answered.

A request is ``{"id", "kind", "body"}``. It is answered under its id by ``{"id", "kind": "reply", "body"}``,
with bytes as a buffer, or by ``{"id", "kind": "error", "error"}``. A stream sends any number of ``{"id",
"kind": "events", "events"}`` before its reply, and so does a program with its messages
(``aiflow_widgets.programs``). ``{"id", "kind": "abort"}`` gives a request up: it is then not answered.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from aiflow.exceptions import AIFlowError, InputError
from aiflow.model.phases import phase_table
from aiflow.pipeline.flow import Flow
from aiflow_widgets.errors import as_reply
from aiflow_widgets.local import LocalRuns, parse_id
from aiflow_widgets.programs import Said, program_message, watch
from aiflow_widgets.worker import worker

BUNDLE = Path(__file__).with_name("static") / "workbench.js"

Send = Callable[[dict[str, Any], list[bytes]], None]
Answer = tuple[dict[str, Any], list[bytes]]


@dataclass(frozen=True, slots=True)
class Request:
    """One message of the page that wants an answer."""

    ident: str
    body: dict[str, Any]
    buffers: list[bytes]

    @property
    def project_id(self) -> UUID:
        """The project that it is about. Raises InputError when it names none."""
        return parse_id(self.body.get("project_id"))

    @property
    def path(self) -> str:
        """The file that it is about."""
        return str(self.body.get("path"))


class KernelTransport:
    """Answers the requests of one widget, in the worker's thread.

    Args:
        send: sends a message to the page; may be called from any thread.
        runs: makes what the requests need, when the first one does; it may refuse (a wrong configuration).
        own_flow: the flow that the widget was made for, as long as it has not begun.
    """

    def __init__(
        self, send: Send, runs: Callable[[], LocalRuns], own_flow: Callable[[], Flow | None] = lambda: None
    ) -> None:
        self._send = send
        self._runs = runs
        self._own_flow = own_flow
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._said: dict[str, Said] = {}
        self._kinds: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "bundle": self._bundle,
            "welcome": self._welcome,
            "generate": self._generate,
            "stream": self._stream,
            "projects": self._projects,
            "request": self._request,
            "tree": self._tree,
            "file": self._file,
            "save": self._save,
            "download": self._download,
            "retry": self._retry,
            "cancel": self._cancel,
            "continue": self._continue,
            "delete": self._delete,
            "thumbnail": self._thumbnail,
            "rename": self._rename,
            "compare": self._compare,
            "program": self._program,
        }

    def receive(self, content: Any, buffers: list[bytes]) -> None:
        """Take a message of the page; the answer comes from the worker."""
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            return  # no request of ours: there is no id to answer under
        worker().launch(self._take(content, buffers))

    async def _take(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        ident, kind = content["id"], content.get("kind")
        if kind == "abort":
            task = self._tasks.get(ident)
            if task is not None:
                task.cancel()
            return
        if kind == "say":
            said = self._said.get(ident)
            if said is not None and isinstance(content.get("body"), dict):
                said.put_nowait(content["body"])
            return
        task = asyncio.create_task(self._answer(ident, str(kind), content.get("body"), buffers))
        self._tasks[ident] = task
        task.add_done_callback(lambda _: self._tasks.pop(ident, None))

    async def _answer(self, ident: str, kind: str, body: Any, buffers: list[bytes]) -> None:
        try:
            handler = self._kinds.get(kind, _refuse)
            answer, data = await handler(Request(ident, body if isinstance(body, dict) else {}, buffers))
        except AIFlowError as error:
            self._send({"id": ident, "kind": "error", "error": as_reply(error)}, [])
        except Exception as error:
            hidden = AIFlowError("内核里出了意外的问题，请重启内核再试。")
            self._send({"id": ident, "kind": "error", "error": as_reply(hidden)}, [])
            raise error from None  # asyncio's own handler logs it with its traceback
        else:
            self._send({"id": ident, "kind": "reply", "body": answer}, data)

    async def _bundle(self, _request: Request) -> Answer:
        return {"text": await asyncio.to_thread(BUNDLE.read_text, "utf-8")}, []

    async def _welcome(self, _request: Request) -> Answer:
        return {
            "templates": await asyncio.to_thread(self._runs().templates),
            "phases": phase_table(),
            "capabilities": ["run", "play"],
        }, []

    async def _generate(self, request: Request) -> Answer:
        runs = self._runs()
        if request.body.get("from_project") is not None:
            return {"project_id": str(self._revise(runs, request.body))}, []
        prompt = request.body.get("prompt")
        if not isinstance(prompt, str):
            raise InputError("缺少 prompt：请写一句话，说说你想做什么程序。")
        flow = self._own_flow()
        if flow is None or flow.prompt != prompt:
            flow = Flow(
                prompt,
                template=request.body.get("template"),
                engine=request.body.get("engine"),
                config=runs.config,
                pause_after=request.body.get("pause_after") or (),
            )
        return {"project_id": str(runs.begin(flow))}, []

    @staticmethod
    def _revise(runs: LocalRuns, body: dict[str, Any]) -> UUID:
        return runs.revise(
            parse_id(body["from_project"]),
            str(body.get("from_phase")),
            body.get("artifact"),
            body.get("pause_after") or (),
        )

    async def _stream(self, request: Request) -> Answer:
        found = request.project_id
        after = request.body.get("after")
        lines = self._runs().lines(
            found, after if isinstance(after, int) else 0, follow=bool(request.body.get("follow"))
        )
        async for batch in lines:
            self._send({"id": request.ident, "kind": "events", "events": batch}, [])
        return {}, []

    async def _projects(self, _request: Request) -> Answer:
        return {"projects": await asyncio.to_thread(self._runs().projects)}, []

    async def _request(self, request: Request) -> Answer:
        return await asyncio.to_thread(self._runs().request, request.project_id), []

    async def _tree(self, request: Request) -> Answer:
        return await asyncio.to_thread(self._runs().tree, request.project_id), []

    async def _file(self, request: Request) -> Answer:
        found = request.project_id
        head, data = await asyncio.to_thread(self._runs().read, found, request.path)
        return head, [data]

    async def _save(self, request: Request) -> Answer:
        found, etag = request.project_id, request.body.get("etag")
        data = bytes(request.buffers[0]) if request.buffers else b""
        saved = await asyncio.to_thread(self._runs().write, found, request.path, data, etag)
        return {"etag": saved}, []

    async def _download(self, request: Request) -> Answer:
        name, data = await asyncio.to_thread(self._runs().zip, request.project_id)
        return {"name": name}, [data]

    async def _retry(self, request: Request) -> Answer:
        self._runs().retry(request.project_id)
        return {}, []

    async def _cancel(self, request: Request) -> Answer:
        await self._runs().cancel(request.project_id)
        return {}, []

    async def _continue(self, request: Request) -> Answer:
        self._runs().resume(request.project_id, request.body.get("artifact"))
        return {}, []

    async def _delete(self, request: Request) -> Answer:
        await asyncio.to_thread(self._runs().delete, request.project_id)
        return {}, []

    async def _thumbnail(self, request: Request) -> Answer:
        return {}, [await asyncio.to_thread(self._runs().thumbnail, request.project_id)]

    async def _rename(self, request: Request) -> Answer:
        found, title = request.project_id, request.body.get("title")
        return {"title": await asyncio.to_thread(self._runs().rename, found, title)}, []

    async def _compare(self, request: Request) -> Answer:
        before, after = request.project_id, parse_id(request.body.get("to"))
        return {"files": await asyncio.to_thread(self._runs().compare, before, after)}, []

    async def _program(self, request: Request) -> Answer:
        said: Said = asyncio.Queue()
        self._said[request.ident] = said

        async def deliver(message: str | bytes) -> None:
            self._send(*program_message(request.ident, message))

        try:
            await watch(await self._runs().program(request.body), said, deliver)
        finally:
            del self._said[request.ident]
        return {}, []


async def _refuse(_request: Request) -> Answer:
    raise InputError("内核不认识这个请求：网页和内核的版本可能不一样，请重启内核，再刷新网页。")
