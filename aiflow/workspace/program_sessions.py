"""Programs that run for a page: watched and played over a WebSocket, or over a widget's messages.

A page can lose its connection and come back (a laptop's lid, a proxy that restarts), so a run belongs to no
connection: it has an id of its own, keeps the end of what it printed, and is stopped when no page has watched
it for some seconds.
"""

import asyncio
import json
import math
import struct
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict
from typing import Any, Literal
from uuid import UUID, uuid4

from aiflow.config import Config
from aiflow.exceptions import InputError, NotFoundError
from aiflow.sandbox.events import Ended, Figure, Frame, InputWanted, Output, PlayEvent
from aiflow.sandbox.player import PlayRun, start_player
from aiflow.sandbox.process import ProgramRun, start_program
from aiflow.storage.last_error import keep_error
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace
from aiflow.workspace.errors import BusyError

Mode = Literal["run", "play"]
Send = Callable[[str | bytes], Awaitable[None]]
Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

# A program without a page for this long is stopped; so is one that no page ever watched.
ABANDONED_S = 10.0
# How much of its output a page that comes back is shown.
_KEPT_CHARS = 200_000
# A program's last files are noticed this much later.
_JUST_ENDED_S = 1.0
# format (0 JPEG, 1 PNG, 2 a figure's PNG), width, height, number; then the picture's bytes.
FRAME_HEADER = struct.Struct(">BxHHxxI")
_FORMATS = {"image/jpeg": 0, "image/png": 1}
_FIGURE_FORMAT = 2


class _Delivery:
    """Sends messages to one page, in their order and one after the other.

    A session that is replayed to a page goes on printing: what comes meanwhile waits here behind the replay.
    """

    def __init__(self, send: Send, messages: Iterable[str | bytes]) -> None:
        self.send = send
        # The queue has no limit: the program's events are read for the kept past as well, whatever the page
        # does.
        self._queue: asyncio.Queue[str | bytes] = asyncio.Queue()
        for message in messages:
            self._queue.put_nowait(message)
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while True:
            await self.send(await self._queue.get())
            self._queue.task_done()

    def put(self, message: str | bytes) -> None:
        """Send a message after those that wait."""
        self._queue.put_nowait(message)

    async def finish(self) -> None:
        """Wait until everything is sent, or the delivery is closed.

        Raises:
            Exception: sending failed with it.
        """
        # After a failed send nobody empties the queue, and `join` alone would wait forever.
        empty = asyncio.create_task(self._queue.join())
        await asyncio.wait({empty, self._task}, return_when=asyncio.FIRST_COMPLETED)
        empty.cancel()
        if self._task.done() and not self._task.cancelled():
            self._task.result()

    def close(self) -> None:
        """Send nothing more."""
        self._task.cancel()


class ProgramSession:
    """One run and the page that watches it.

    Args:
        run: the running program.
        mode: whether its window is shown.
        user: the id of the user who started it.
        clock: returns seconds that only grow.
        sleep: waits for seconds of that clock.

    Attributes:
        error_text: the error that ended the program, empty for none; None while it runs.
    """

    def __init__(
        self,
        run: ProgramRun,
        mode: Mode,
        user: str,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.id = uuid4().hex
        self.mode = mode
        self.user = user
        self._run = run
        self._clock = clock
        self._sleep = sleep
        self._past: deque[dict[str, Any]] = deque()
        # By number. The sandbox lets few pass; a page that comes back gets them after the text.
        self._figures: dict[int, bytes] = {}
        self._past_chars = 0
        self._picture: bytes | None = None
        self._page: _Delivery | None = None
        self._unwatched = asyncio.Event()
        self._unwatched.set()
        # A page that starts a program may be closed before it attaches, so the time without a page counts at
        # once.
        self._unwatched_since = clock()
        self._ended = asyncio.Event()
        self.error_text: str | None = None

    async def serve(self) -> None:
        """Pass the program's events to the page until it ends and everything is sent."""
        watcher = asyncio.create_task(self._stop_when_abandoned())
        try:
            async for event in self._run.events():
                self._publish(event)
            # The last output and the end must reach the page before the connection is closed.
            if self._page is not None:
                await self._page.finish()
        finally:
            watcher.cancel()
            # Set even if the page is gone or the program failed: `wait` would otherwise never return.
            self._ended.set()
            await self._run.stop()

    def attach(self, send: Send) -> None:
        """Send what was printed so far to a page, the last picture, and then everything that follows.

        A game that waits draws the same picture again and again, which is never sent twice: hence the last
        one. A page that was attached before gets nothing more.
        """
        # Two pages that type into one program would see each other's echo in no order.
        if self._page is not None:
            self._page.close()
        past: list[str | bytes] = [_encode(message) for message in self._past]
        past += self._figures.values()
        if self._picture is not None:
            past.append(self._picture)
        self._page = _Delivery(send, past)
        self._unwatched.clear()

    def detach(self, send: Send) -> None:
        """End what ``attach`` began, unless another page has taken the place already."""
        # The old connection often reports its end only after the page has come back over a new one.
        if self._page is not None and self._page.send == send:
            self._page.close()
            self._page = None
            self._unwatched_since = self._clock()
            self._unwatched.set()

    async def handle(self, message: dict[str, Any]) -> None:
        """Do what the page asks for: ``stdin``, ``eof``, ``stop``, ``frame`` or ``input``.

        Raises:
            InputError: it is none of these.
        """
        kind = message.get("type")
        if kind == "stdin" and isinstance(message.get("text"), str):
            # The page shows by itself what it sent; a page that comes back gets it with the output.
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

    async def wait(self) -> None:
        """Wait until the program has ended and everything is sent."""
        await self._ended.wait()

    async def stop(self) -> None:
        """End the program."""
        await self._run.stop()

    def _publish(self, event: PlayEvent) -> None:
        if isinstance(event, Frame):
            header = FRAME_HEADER.pack(
                _FORMATS.get(event.media_type, 0), event.width, event.height, event.seq & 0xFFFFFFFF
            )
            self._picture = header + event.data
            if self._page is not None:
                self._page.put(self._picture)
            return
        if isinstance(event, Figure):
            number = event.number & 0xFFFFFFFF
            self._figures[number] = FRAME_HEADER.pack(_FIGURE_FORMAT, 0, 0, number) + event.data
            if self._page is not None:
                self._page.put(self._figures[number])
            return
        if isinstance(event, Ended):
            self.error_text = event.error_text
        message = _message(event)
        self._keep(message)
        if self._page is not None:
            self._page.put(_encode(message))

    def _keep(self, message: dict[str, Any]) -> None:
        self._past.append(message)
        self._past_chars += len(message.get("text", ""))
        while self._past_chars > _KEPT_CHARS and len(self._past) > 1:
            self._past_chars -= len(self._past.popleft().get("text", ""))

    async def _stop_when_abandoned(self) -> None:
        while True:
            await self._unwatched.wait()
            # A page may have come back and gone again since the last look: the last absence counts.
            left = self._unwatched_since + ABANDONED_S - self._clock()
            if left <= 0:
                await self._run.stop()
                return
            await self._sleep(left)


class ProgramSessions:
    """All programs of this server, or of this kernel.

    Args:
        config: limits.
        store: the projects.
        trace: the log.
    """

    def __init__(self, config: Config, store: ProjectStore, trace: Trace) -> None:
        self._config = config
        self._store = store
        self._trace = trace
        self._sessions: dict[str, ProgramSession] = {}
        self._running: Counter[str] = Counter()  # by user; those that are being started count
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_active: dict[UUID, float] = {}

    def is_active(self, project_id: UUID) -> bool:
        """Return whether a program of the project runs, or has ended a moment ago."""
        return self._last_active.get(project_id, 0.0) > time.monotonic() - _JUST_ENDED_S

    async def start(self, project_id: UUID, mode: Mode, args: Sequence[str], user: str) -> ProgramSession:
        """Start a project's program.

        Raises:
            NotFoundError: there is no such project, or no program in it.
            BusyError: this user, or all users together, run too many already.
            RunnerError: it cannot be started.
        """
        # Checked and counted without an await between: two requests at once must not share the last free
        # place.
        self._check_limits(user)
        self._running[user] += 1
        try:
            session = ProgramSession(await self._launch(project_id, mode, args), mode, user)
        except BaseException:
            self._running[user] -= 1
            raise
        self._sessions[session.id] = session
        task = asyncio.create_task(self._serve(session, project_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return session

    async def _launch(self, project_id: UUID, mode: Mode, args: Sequence[str]) -> ProgramRun:
        folder = await asyncio.to_thread(self._store.find, project_id)
        main = await asyncio.to_thread(folder.main_file)
        start = start_player if mode == "play" else start_program
        return await start(folder.root, main, args, limits=self._config.runner)

    def get(self, session_id: str, user: str) -> ProgramSession:
        """Return a session to the user who started it.

        Raises:
            NotFoundError: it has ended, or belongs to another user.
        """
        session = self._sessions.get(session_id)
        if session is None or session.user != user:
            # The answer is the same for another user's session, so it does not reveal which ids exist.
            raise NotFoundError("这个程序已经结束了，请再运行一次。")
        return session

    async def stop(self) -> None:
        """End all programs: the server stops."""
        # A copy: each session removes itself from the table when it ends.
        await asyncio.gather(*(session.stop() for session in list(self._sessions.values())))
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _check_limits(self, user: str) -> None:
        server = self._config.server
        if self._running[user] >= server.max_programs_per_user:
            raise BusyError(
                f"你已经有 {self._running[user]} 个程序在运行，请先停掉一个。", reason="too_many_programs"
            )
        if self._running.total() >= server.max_programs:
            raise BusyError("服务器上同时运行的程序太多了，请过一会儿再试。", reason="too_many_programs")

    async def _serve(self, session: ProgramSession, project_id: UUID) -> None:
        # A running program is active however long it runs, so no time stamp has to be renewed.
        self._last_active[project_id] = math.inf
        try:
            with self._trace.timed("program", project_id=str(project_id), mode=session.mode, id=session.id):
                await session.serve()
            if session.error_text is not None:
                record = self._store.record(project_id)
                await asyncio.to_thread(keep_error, record, session.error_text)
        finally:
            del self._sessions[session.id]
            self._last_active[project_id] = time.monotonic()
            self._running[session.user] -= 1
            self._running += Counter()  # drops users without a program


def _message(event: Output | InputWanted | Ended) -> dict[str, Any]:
    if isinstance(event, Output):
        return {"type": "output", "stream": event.stream, "text": event.text}
    if isinstance(event, InputWanted):
        return {"type": "input_wanted"}
    ended = asdict(event)
    if event.traceback is not None:  # without what only the sandbox and the smoke test need
        del ended["traceback"]["limit"], ended["traceback"]["is_harmless"]
    return {"type": "ended", **ended}


def _encode(message: dict[str, Any]) -> str:
    # Chinese output would take twice the bytes as escapes.
    return json.dumps(message, ensure_ascii=False)


async def send_json(send: Send, message: dict[str, Any]) -> None:
    """Send a message as JSON."""
    await send(_encode(message))
