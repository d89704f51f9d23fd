"""Programs that run for a page.

Started here, watched and played over a WebSocket, or over a widget's messages.

A page can lose its connection and come back (a laptop's lid, a proxy that restarts), so a run belongs to no
connection: it has a number of its own, keeps the end of what it printed, and ends when nobody has come back
for some seconds.
"""

import asyncio
import json
import struct
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal
from uuid import UUID, uuid4

from aiflow.config import Config
from aiflow.exceptions import InputError, LimitError, NotFoundError
from aiflow.sandbox.events import Ended, Frame, InputWanted, Output, PlayEvent
from aiflow.sandbox.player import PlayRun, start_player
from aiflow.sandbox.process import ProgramRun, start_program
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace

Mode = Literal["run", "play"]
Send = Callable[[str | bytes], Awaitable[None]]

# A page that is gone this long has gone for good.
ABANDONED_S = 10.0
# What a page that comes back is shown of the past.
_KEPT_CHARS = 200_000
# format (0 JPEG, 1 PNG), width, height, number; then the picture's bytes.
FRAME_HEADER = struct.Struct(">BxHHxxI")
_FORMATS = {"image/jpeg": 0, "image/png": 1}


class Program:
    """One run and the page that watches it.

    Args:
        run: the running program.
        mode: whether its window is shown.
        user: who started it.
    """

    def __init__(self, run: ProgramRun, mode: Mode, user: str) -> None:
        self.id = uuid4().hex
        self.mode = mode
        self.user = user
        self._run = run
        self._past: deque[dict[str, Any]] = deque()
        self._past_chars = 0
        self._picture: bytes | None = None
        self._send: Send | None = None
        self._left = asyncio.Event()
        self._over = asyncio.Event()

    async def serve(self) -> None:
        """Hand events on until the program ends."""
        watcher = asyncio.create_task(self._end_when_abandoned())
        try:
            async for event in self._run.events():
                await self._tell(event)
        finally:
            watcher.cancel()
            self._over.set()
            await self._run.stop()

    async def attach(self, send: Send) -> None:
        """Let a page watch from now on; it is told what was printed so far, and shown the last picture.

        A game that waits draws the same picture again and again, which is never sent twice.
        """
        self._send = send
        self._left.clear()
        for message in list(self._past):
            await send_json(send, message)
        if self._picture is not None:
            await send(self._picture)

    def detach(self, send: Send) -> None:
        """The page is gone; another one may have taken its place already."""
        if self._send == send:
            self._send = None
            self._left.set()

    async def do(self, message: dict[str, Any]) -> None:
        """Do what the page asks: ``stdin``, ``eof``, ``stop``, ``frame``, ``input``.

        Raises:
            InputError: when it is none of these.
        """
        kind = message.get("type")
        if kind == "stdin" and isinstance(message.get("text"), str):
            # The page shows what it sent by itself; one that comes back is told. So it is when the input has
            # ended.
            self._keep({"type": "output", "stream": "stdin", "text": message["text"]})
            await self._run.write(message["text"])
        elif kind == "eof":
            self._keep({"type": "output", "stream": "stdin", "text": ""})
            await self._run.close_stdin()
        elif kind == "stop":
            await self._run.stop()
        elif kind == "frame" and isinstance(self._run, PlayRun):
            await self._run.request_frame()
        elif kind == "input" and isinstance(self._run, PlayRun) and isinstance(message.get("event"), dict):
            await self._run.send_input(message["event"])
        else:
            raise InputError("这个消息不认识。")

    async def over(self) -> None:
        """Return when the program has ended and all was told."""
        await self._over.wait()

    async def stop(self) -> None:
        """End the program."""
        await self._run.stop()

    async def _tell(self, event: PlayEvent) -> None:
        if isinstance(event, Frame):
            header = FRAME_HEADER.pack(
                _FORMATS.get(event.media_type, 0), event.width, event.height, event.seq & 0xFFFFFFFF
            )
            self._picture = header + event.data
            if self._send is not None:
                await self._send(self._picture)
            return
        message = _message(event)
        self._keep(message)
        if self._send is not None:
            await send_json(self._send, message)

    def _keep(self, message: dict[str, Any]) -> None:
        self._past.append(message)
        self._past_chars += len(message.get("text", ""))
        while self._past_chars > _KEPT_CHARS and len(self._past) > 1:
            self._past_chars -= len(self._past.popleft().get("text", ""))

    async def _end_when_abandoned(self) -> None:
        while True:
            await self._left.wait()
            await asyncio.sleep(ABANDONED_S)
            if self._left.is_set():
                await self._run.stop()
                return


class Programs:
    """All programs of this server, or of this kernel.

    Args:
        config: limits.
        store: the projects.
        trace: the log.
        busy: what is raised where too many run.
    """

    def __init__(
        self, config: Config, store: ProjectStore, trace: Trace, *, busy: type[LimitError] = LimitError
    ) -> None:
        self._busy = busy
        self._config = config
        self._store = store
        self._trace = trace
        self._programs: dict[str, Program] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, project_id: UUID, mode: Mode, args: Sequence[str], user: str) -> Program:
        """Start a project's program.

        Raises:
            NotFoundError: when there is no such project, or no program in it.
            LimitError: when this person runs too many already, or all together do.
            RunnerError: when it cannot be started.
        """
        self._check_room(user)
        folder = await asyncio.to_thread(self._store.find, project_id)
        main = await asyncio.to_thread(folder.main_file)
        limits = self._config.runner
        start = start_player if mode == "play" else start_program
        program = Program(await start(folder.root, main, args, limits=limits), mode, user)
        self._programs[program.id] = program
        task = asyncio.create_task(self._serve(program, project_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return program

    def get(self, program_id: str, user: str) -> Program:
        """Return a program that is still known, to its own user.

        Raises:
            NotFoundError: when it has ended long ago, or is somebody else's.
        """
        program = self._programs.get(program_id)
        if program is None or program.user != user:
            raise NotFoundError("这个程序已经结束了，请再运行一次。")
        return program

    async def stop(self) -> None:
        """End all programs: the server goes."""
        await asyncio.gather(*(program.stop() for program in list(self._programs.values())))
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _check_room(self, user: str) -> None:
        running = Counter(program.user for program in self._programs.values())
        server = self._config.server
        if running[user] >= server.max_programs_per_user:
            raise self._busy(
                f"你已经有 {running[user]} 个程序在运行，请先停掉一个。", reason="too_many_programs"
            )
        if running.total() >= server.max_programs:
            raise self._busy("服务器上同时运行的程序太多了，请过一会儿再试。", reason="too_many_programs")

    async def _serve(self, program: Program, project_id: UUID) -> None:
        try:
            with self._trace.timed("program", project_id=str(project_id), mode=program.mode, id=program.id):
                await program.serve()
        finally:
            del self._programs[program.id]


def _message(event: Output | InputWanted | Ended) -> dict[str, Any]:
    if isinstance(event, Output):
        return {"type": "output", "stream": event.stream, "text": event.text}
    if isinstance(event, InputWanted):
        return {"type": "input_wanted"}
    told = event.traceback
    explanation = None
    if told is not None:
        explanation = {
            "error": told.error,
            "original": told.original,
            "meaning": told.meaning,
            "advice": told.advice,
            "path": told.path,
            "line": told.line,
            "code": told.code,
        }
    return {
        "type": "ended",
        "exit_code": event.exit_code,
        "reason": event.reason,
        "message": event.message,
        "traceback": explanation,
    }


async def send_json(send: Send, message: dict[str, Any]) -> None:
    """Send a message as JSON."""
    await send(json.dumps(message, ensure_ascii=False))
