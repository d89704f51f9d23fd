"""The server's end of a run: starts a supervisor, yields the run's events, sends input."""

import asyncio
import codecs
import json
import shutil
import sys
import tempfile
import threading
from collections import deque
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self

from aiflow.config import RunnerConfig
from aiflow.exceptions import InputError, RunnerError
from aiflow.languages.base import ErrorExplanation
from aiflow.languages.registry import language_of
from aiflow.sandbox.child import wire
from aiflow.sandbox.child.launch_request import LaunchRequest
from aiflow.sandbox.child.linux import landlock
from aiflow.sandbox.environment import CHILD_DIR, readable_paths, scrubbed_environment
from aiflow.sandbox.events import Ended, EndReason, Figure, Frame, InputWanted, Output, PlayEvent
from aiflow.sandbox.messages import end_message
from aiflow.sandbox.supervisors import SupervisorProcess, start_supervisor

_MAX_TYPED: Final = 64 * 1024
# The traceback is at the end; a program can print a gigabyte before it.
_KEPT_STDERR: Final = 64 * 1024
_MB: Final = 1024 * 1024


class ProgramRun:
    """A program that runs. ``async with`` it, or call ``stop``: leaving ends it.

    Its ``events`` have one reader. It is made by ``start_program``.
    """

    def __init__(self, process: SupervisorProcess, request: LaunchRequest, limits: RunnerConfig) -> None:
        self._process = process
        self._stdin = process.stdin
        self._sender = wire.Sender(process.stdin.fileno())
        self._limits = limits
        self._root = Path(request.root)
        self._main = request.main
        self._loop = asyncio.get_running_loop()
        self._queue: deque[PlayEvent] = deque()
        self._has_events = asyncio.Event()
        self._ended: Ended | None = None
        self._over = asyncio.Event()
        decoder = codecs.getincrementaldecoder("utf-8")
        self._decoders = {kind: decoder("replace") for kind in (wire.STDOUT, wire.STDERR)}
        self._errors = ""
        self._temp: str | None = None
        self._send_json(request._asdict())
        threading.Thread(target=self._read_messages, args=(process.stdout.fileno(),), daemon=True).start()

    @property
    def pid(self) -> int:
        """The supervisor's process; when it is gone, nothing of the run is left."""
        return self._process.pid

    async def events(self) -> AsyncIterator[PlayEvent]:
        """Yield the events of the run, in order; the last one is ``Ended``."""
        while True:
            await self._has_events.wait()
            self._has_events.clear()
            while self._queue:
                event = self._next()
                yield event
                if isinstance(event, Ended):
                    return

    def _next(self) -> PlayEvent:
        """Return the next event; output of one stream that waits together is joined."""
        event = self._queue.popleft()
        if not isinstance(event, Output):
            return event
        parts = [event.text]
        while self._queue and isinstance(self._queue[0], Output) and self._queue[0].stream == event.stream:
            following = self._queue.popleft()
            assert isinstance(following, Output)  # noqa: S101  # for the type checker; the loop's condition has tested it
            parts.append(following.text)
        return Output(event.stream, "".join(parts))

    async def write(self, text: str) -> None:
        """Write text to the program's input; a line ends with a newline. After the end it does nothing.

        Raises:
            InputError: it is longer than 64 KiB.
        """
        data = text.encode("utf-8", "replace")
        if len(data) > _MAX_TYPED:
            raise InputError("一次输入的文字太多了，请分几次输入。")
        self._send(wire.STDIN, data)

    async def close_stdin(self) -> None:
        """Close the program's input: ``input()`` then raises EOFError."""
        self._send_json({"do": "eof"})

    async def stop(self) -> Ended:
        """End the program and every process that it has started, and wait for that. May be called again."""
        self._send_json({"do": "stop"})
        return await self.wait()

    async def wait(self) -> Ended:
        """Wait for the end, without consuming events.

        Raises:
            RunnerError: the supervisor has ended without a result.
        """
        await self._over.wait()
        if self._ended is None:
            raise RunnerError("程序结束时没有留下结果。")
        return self._ended

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _send_json(self, value: Any) -> None:
        self._send(wire.JSON, json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))

    def _send(self, kind: bytes, payload: bytes) -> None:
        if self._over.is_set():
            return
        try:
            self._sender.send(kind, payload)
        except OSError:
            return  # the supervisor has ended: its last message is still to be read and holds the result

    def _read_messages(self, fd: int) -> None:
        """Read the supervisor's messages in a thread: Jupyter's event loop on Windows cannot read pipes."""
        try:
            while message := wire.read_message(fd):
                self._loop.call_soon_threadsafe(self._receive, *message)
        except (wire.WireError, OSError, RuntimeError):  # RuntimeError: the loop is closed
            self._process.kill()
        finally:
            self._stdin.close()
            self._process.stdout.close()
            self._process.wait()
            if self._temp is not None:  # the supervisor removes it, unless it was killed
                shutil.rmtree(self._temp, ignore_errors=True)
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._finish, "failed", None)

    def _receive(self, kind: bytes, payload: bytes) -> None:
        if kind in self._decoders:
            self._add_output(kind, self._decoders[kind].decode(payload))
        elif kind == wire.PICTURE:
            seq, width, height, format_ = wire.FRAME.unpack_from(payload)
            media_type = wire.FRAME_FORMATS[format_ % len(wire.FRAME_FORMATS)]
            self._add_event(Frame(payload[wire.FRAME.size :], media_type, width, height, seq))
        elif kind == wire.FIGURE:
            (number,) = wire.FIGURE_HEAD.unpack_from(payload)
            self._add_event(Figure(payload[wire.FIGURE_HEAD.size :], number))
        else:
            self._receive_json(payload)

    def _receive_json(self, payload: bytes) -> None:
        # The supervisor wrote it: of a program's reports it passes only the known ones.
        message = json.loads(payload)
        if message["type"] == "started":
            self._temp = message["temp"]
        elif message["type"] == "ended":
            self._finish(message["reason"], message["code"])
        elif message["type"] == "failed":
            self._finish("failed", None)
        elif message["what"] == "input":
            self._add_event(InputWanted())
        else:
            self._handle_report(message["what"])

    def _handle_report(self, what: str) -> None:
        """Handle the other reports of a launcher; a program that is not played has none."""

    def _add_output(self, kind: bytes, text: str) -> None:
        if not text:
            return
        stream: Literal["stdout", "stderr"] = "stdout" if kind == wire.STDOUT else "stderr"
        if stream == "stderr":
            self._errors = (self._errors + text)[-_KEPT_STDERR:]
        self._add_event(Output(stream, text))

    def _add_event(self, event: PlayEvent) -> None:
        self._queue.append(event)
        self._has_events.set()

    def _explain(self) -> ErrorExplanation | None:
        language = language_of(self._main)
        return None if language is None else language.explain_error(self._errors, self._root)

    def _finish(self, reason: EndReason, code: int | None) -> None:
        if self._ended is not None:
            return
        for kind, decoder in self._decoders.items():
            self._add_output(kind, decoder.decode(b"", final=True))
        error = self._explain() if reason == "exit" and code else None
        if error is not None and error.limit is not None:
            # The kernel refuses memory and file sizes; the program then raises an error and ends.
            reason = error.limit
        message = end_message(reason, code, self._limits)
        self._ended = Ended(code, reason, message, error)
        self._add_event(self._ended)
        self._over.set()


def can_be_read_only() -> bool:
    """Return whether this system can keep a program from writing into the folder that it runs in.

    Linux 6.2, Landlock.
    """
    return landlock.abi() >= landlock.KEEPS_FILES_WHOLE


def make_launch_request(
    root: Path,
    main: str,
    args: Sequence[str],
    limits: RunnerConfig,
    *,
    confine: bool,
    mode: str,
    window: bool = False,
    writable: bool = True,
) -> LaunchRequest:
    """Return the request to a supervisor.

    Raises:
        RunnerError: there is no such file in the project, or the folder cannot be kept as it is.
    """
    if not writable and not (confine and can_be_read_only()):
        raise RunnerError("这个系统不能阻止程序写项目文件夹。", reason="not_protected")
    # The check below and Landlock's rules must mean the same folder, also where a link leads to it.
    root = root.resolve()
    language = language_of(main)
    is_there = (root / main).resolve().is_relative_to(root) and (root / main).is_file()
    if language is None or not is_there:
        raise RunnerError(f"项目里没有可以运行的文件「{main}」。", reason="no_main_file")
    start = language.program_start()
    environment = scrubbed_environment(window=window) | dict(start.environment)
    if mode == "desktop":
        del environment["MPLBACKEND"]  # it has a display of its own
    return LaunchRequest(
        root=str(root),
        main=main,
        python=sys.executable,
        child_dir=str(CHILD_DIR),
        runtime=str(start.runtime or ""),
        command=list(start.command),
        environment=environment,
        readable=readable_paths(start.readable, window=window),
        temp_root=tempfile.gettempdir(),
        args=list(args),
        mode=mode,
        confine=confine,
        writable=writable,
        local_sockets=window or mode == "desktop",
        wall_timeout_s=limits.wall_timeout_s,
        cpu_budget_s=limits.cpu_budget_s,
        memory=limits.memory_mb * _MB,
        processes=limits.processes,
        output=int(limits.output_mb * _MB),
        file=int(limits.file_mb * _MB),
        folder=int(limits.folder_mb * _MB),
        open_files=limits.open_files,
    )


async def start_program(
    root: Path,
    main: str,
    args: Sequence[str] = (),
    *,
    limits: RunnerConfig | None = None,
    confine: bool = True,
    window: bool = False,
) -> ProgramRun:
    """Run a project's main file in a process of its own.

    Args:
        root: the project's folder, also the program's working folder.
        main: the file to run, relative to it.
        args: the program's own arguments.
        limits: what it may use.
        confine: whether it is confined as far as the system allows; off only for one's own programs.
        window: it may open a window on this machine's screen.

    Raises:
        RunnerError: there is no such file, or no process could be started.
    """
    limits = limits or RunnerConfig()
    request = make_launch_request(root, main, args, limits, confine=confine, mode="run", window=window)
    return ProgramRun(await start_supervisor(request), request, limits)
