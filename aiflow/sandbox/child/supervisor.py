"""The supervisor: starts one program, relays its streams, enforces its limits, ends its whole process tree.

It is a process between the server and the program because neither can be relied on to clean up: the server
may be killed, and the program may be hostile. It ends when its stdin closes, when the server is no longer its
parent, and with the program.
"""

import contextlib
import json
import os
import queue
import shutil
import sys
import threading
import time
from typing import Any, Final, NoReturn, Protocol

from . import process_tree, wire
from .figures import FigureLimit
from .launch_request import LaunchRequest

if sys.platform == "win32":
    from .windows import start
else:
    from .posix_program import start

# Twenty looks a second; what multiplies in between is held by the kernel's own limits.
_TICK_S: Final = 0.05
# Walking a folder of 10,000 entries takes longer than everything else of a tick.
_FOLDER_EVERY: Final = 5  # ticks
# Empty files fill no megabytes, but the inodes of the disk.
_MAX_ENTRIES: Final = 10_000
_STDIN_BACKLOG: Final = 1 << 20
_CHANNEL_BACKLOG: Final = 1000
# A stream that a process out of reach still holds open must not keep the result back for ever.
_DRAIN_S: Final = 5.0


class StartedProgram(Protocol):
    """A started program, on whatever system."""

    stdin: int
    stdout: int
    stderr: int
    to_program: int
    from_program: int

    def wait(self) -> int:
        """Block until the program has ended; return its exit code, negative for a signal."""

    def readable(self, fd: int, timeout_s: float | None) -> bool:
        """Wait until one of its streams can be read, its end included; return whether it can."""

    def kill(self) -> None:
        """End it and every process that it has started."""

    def usage(self) -> process_tree.Usage:
        """Return what its process tree uses now."""


class Supervisor:
    """One run, from the request to the last message."""

    def __init__(
        self,
        request: LaunchRequest,
        program: StartedProgram,
        server: wire.Sender,
        commands: int,
        temp: str,
        owner: int | None = None,
    ) -> None:
        self._request = request
        self._owner = owner
        self._program = program
        self._server = server
        self._commands = commands
        self._temp = temp
        self._inbox: queue.Queue[tuple[str, int]] = queue.Queue()
        self._stdin_queue: queue.Queue[bytes | None] = queue.Queue()
        self._to_launcher: queue.Queue[dict[str, Any]] = queue.Queue(_CHANNEL_BACKLOG)
        self._stdin_writer: threading.Thread | None = None
        self._backlog = 0
        self._output = 0
        self._credit = 0
        self._figures = FigureLimit()
        self._lock = threading.Lock()
        # Both streams and a request for input share one order; each reader alone would break it.
        self._relaying = threading.Lock()

    def run(self) -> None:
        """Run the program to its end and report to the server how it ended."""
        readers = [
            threading.Thread(target=self._read_stream, args=(self._program.stdout, wire.STDOUT), daemon=True),
            threading.Thread(target=self._read_stream, args=(self._program.stderr, wire.STDERR), daemon=True),
            threading.Thread(target=self._read_channel, daemon=True),
        ]
        writers = [
            threading.Thread(target=self._read_commands, daemon=True),
            threading.Thread(target=self._write_channel, daemon=True),
            threading.Thread(target=self._wait_for_program, daemon=True),
        ]
        for thread in (*readers, *writers):
            thread.start()
        reason, code = self._wait_for_end()
        # Before the streams are drained: a daemon would keep them open.
        self._program.kill()
        if code is None:
            code = self._end_code()
        for thread in readers:
            thread.join(_DRAIN_S)
        shutil.rmtree(self._temp, ignore_errors=True)
        self._report({"type": "ended", "reason": reason, "code": code})

    def _wait_for_end(self) -> tuple[str, int | None]:
        """Block until the program ends or must be ended; return why, and its exit code where there is one."""
        deadline = time.monotonic() + self._request.wall_timeout_s
        self._parent, tick, last = os.getppid(), 0, process_tree.Usage(0, 0, 0.0)
        while True:
            with contextlib.suppress(queue.Empty):
                reason, code = self._inbox.get(timeout=_TICK_S)
                return (self._reason_of_exit(code, last), code) if reason == "exit" else (reason, None)
            tick += 1
            last = self._program.usage()
            reason = self._broken_limit(last, tick) or ""
            if time.monotonic() > deadline:
                reason = "wall_timeout"
            if self._is_orphan():
                reason = "stopped"
            if reason:
                return reason, None

    def _is_orphan(self) -> bool:
        """Return whether the server is gone; a process forked from it may still hold its end of the pipe."""
        if self._owner is None:
            return os.getppid() != self._parent
        return self._program.readable(self._owner, 0)

    def _broken_limit(self, used: process_tree.Usage, tick: int) -> str | None:
        request = self._request
        if used.processes > request.processes:
            return "processes"
        if used.memory > request.memory:
            return "memory"
        if used.cpu_s > request.cpu_budget_s:
            return "cpu"
        if tick % _FOLDER_EVERY == 0:
            size, entries = process_tree.folder_size(request.root, self._temp)
            if size > request.folder or entries > _MAX_ENTRIES:
                return "disk"
        return None

    def _reason_of_exit(self, code: int, last: process_tree.Usage) -> str:
        # SIGXCPU, or the SIGKILL that follows it: the last measurement is then almost the whole budget.
        budget = self._request.cpu_budget_s
        if code == -24 or (code == -9 and last.cpu_s > max(budget - 1, budget / 2)):
            return "cpu"
        if code == -25:  # SIGXFSZ: the program had it end the process
            return "file"
        return "killed" if code == -9 else "exit"

    def _end_code(self) -> int:
        with contextlib.suppress(queue.Empty):  # unreapable: in uninterruptible sleep, but killed
            while True:
                reason, code = self._inbox.get(timeout=_DRAIN_S)
                if reason == "exit":
                    return code
        return -9

    def _wait_for_program(self) -> None:
        self._inbox.put(("exit", self._program.wait()))

    def _read_stream(self, fd: int, kind: bytes) -> None:
        """Relay one of the program's streams to its end."""
        open_ = True
        while open_:
            self._program.readable(fd, None)
            with self._relaying:
                if kind == wire.STDERR and self._program.readable(self._program.stdout, 0):
                    self._relay(self._program.stdout, wire.STDOUT)  # printed before: see ``streams``
                # The stream may have been relayed meanwhile, before a request for input.
                if self._program.readable(fd, 0):
                    open_ = self._relay(fd, kind)

    def _relay(self, fd: int, kind: bytes) -> bool:
        """Relay what a stream holds; return False at its end.

        What is beyond the limit is read and dropped: it must not block.
        """
        data = os.read(fd, 1 << 16)
        allowed = self._use_quota(len(data))
        if allowed > 0:
            self._send(kind, data[:allowed])
        if allowed < len(data):
            self._inbox.put(("output", 0))
        return bool(data)

    def _relay_all(self) -> None:
        """Relay everything that was printed before a request for input."""
        streams = ((self._program.stdout, wire.STDOUT), (self._program.stderr, wire.STDERR))
        with self._relaying:
            for fd, kind in streams:
                while self._program.readable(fd, 0) and self._relay(fd, kind):
                    continue

    def _use_quota(self, wanted: int) -> int:
        with self._lock:
            allowed = max(0, min(wanted, self._request.output - self._output))
            self._output += wanted
        return allowed

    def _read_channel(self) -> None:
        """Relay the launcher's reports.

        The program can write here too: only the known passes, in its measure.
        """
        try:
            while message := wire.read_message(self._program.from_program):
                kind, payload = message
                if kind == wire.PICTURE and len(payload) > wire.FRAME.size:
                    with self._lock:
                        granted = self._credit > 0
                        self._credit -= granted
                    if granted:
                        self._send(kind, payload)
                elif kind == wire.FIGURE and self._figures.admits(payload):
                    self._relay_all()  # it comes after the lines that were printed before it
                    self._send(kind, payload)
                elif kind == wire.JSON and (what := _known_word(payload)) and self._use_quota(8):
                    self._relay_all()
                    self._report({"type": "said", "what": what})
        except wire.WireError:
            while os.read(self._program.from_program, 1 << 16):
                continue

    def _read_commands(self) -> None:
        """Execute the server's commands until it closes its end."""
        try:
            while message := wire.read_message(self._commands):
                kind, payload = message
                if kind == wire.STDIN:
                    self._accept_stdin(payload)
                else:
                    self._execute(json.loads(payload))
        finally:
            self._inbox.put(("stopped", 0))

    def _execute(self, request: dict[str, Any]) -> None:
        match request["do"]:
            case "stop":
                self._inbox.put(("stopped", 0))
            case "eof":
                self._queue_stdin(None)
            case "credit":
                with self._lock:
                    # A page that asks a thousand times gets no thousand pictures at once.
                    self._credit = min(self._credit + 1, 4)
                self._forward(request)
            case _:
                self._forward(request)

    def _forward(self, request: dict[str, Any]) -> None:
        with contextlib.suppress(queue.Full):  # a program that does not read loses messages
            self._to_launcher.put_nowait(request)

    def _write_channel(self) -> None:
        """Write the launcher's messages, in a thread of its own: a program that does not read blocks it."""
        sender = wire.Sender(self._program.to_program)
        with contextlib.suppress(OSError):  # it has closed its channel (EINVAL on Windows)
            while True:
                sender.send_json(self._to_launcher.get())

    def _accept_stdin(self, data: bytes) -> None:
        with self._lock:
            if self._backlog + len(data) > _STDIN_BACKLOG:
                return  # a program that never reads gets no more
            self._backlog += len(data)
        self._queue_stdin(data)

    def _queue_stdin(self, data: bytes | None) -> None:
        """Pass input to the stdin writer.

        That thread is started with the first input, which few programs need.
        """
        if self._stdin_writer is None:
            self._stdin_writer = threading.Thread(target=self._write_stdin, daemon=True)
            self._stdin_writer.start()
        self._stdin_queue.put(data)

    def _write_stdin(self) -> None:
        """Write the input, in a thread of its own: a program that does not read blocks it."""
        with contextlib.suppress(OSError):  # it has closed its stdin (EINVAL on Windows)
            while (data := self._stdin_queue.get()) is not None:
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._program.stdin, rest) :]
                with self._lock:
                    self._backlog -= len(data)
        os.close(self._program.stdin)

    def _send(self, kind: bytes, payload: bytes) -> None:
        try:
            self._server.send(kind, payload)
        except OSError:  # the server is gone
            self._inbox.put(("stopped", 0))

    def _report(self, value: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # the server is gone
            self._server.send_json(value)


def _known_word(payload: bytes) -> str | None:
    """Return a launcher's report where it is a known one: the program can write to the channel as well."""
    # Before it is parsed: nested JSON costs time and stack.
    if len(payload) > 100:
        return None
    try:
        said = json.loads(payload)
    except ValueError:  # of which a wrong encoding is one
        return None
    what = said.get("type") if isinstance(said, dict) else None
    return what if what in ("begun", "input", "window") else None


def main(_args: list[str]) -> None:
    """Run a supervisor with an interpreter of its own, whose request comes from stdin."""
    commands, answers = wire.binary_fd(os.dup(0)), wire.binary_fd(os.dup(1))
    with open(os.devnull, "r+b") as null:  # noqa: PTH123  # a descriptor is wanted
        os.dup2(null.fileno(), 0, inheritable=False)
        os.dup2(null.fileno(), 1, inheritable=False)
    supervise(commands, answers)


def supervise(commands: int, answers: int, owner: int | None = None) -> list[str] | None:
    """Read a launch request and run the program to its end, with which this process ends too.

    Args:
        commands: the descriptor from which the server speaks.
        answers: the one on which it listens.
        owner: the server's pidfd, in a process that was forked from a fork server; the program's process is
            then
            forked as well.

    Returns:
        In the program's process, the arguments of ``program.main``; None where the server went without an
        request.
    """
    # The request comes by the pipe, not by the command line, which every user of the machine can read.
    first = wire.read_message(commands)
    if first is None:
        return None
    request = LaunchRequest.from_json(json.loads(first[1]))
    server = wire.Sender(answers)
    temp = os.path.join(request.temp_root, f"aiflow-run-{os.urandom(8).hex()}")  # noqa: PTH118  # pathlib is not loaded
    program = _start(request, server, temp, forked=owner is not None)
    if isinstance(program, list):
        return program
    try:
        Supervisor(request, program, server, commands, temp, owner).run()
    finally:
        shutil.rmtree(temp, ignore_errors=True)
        os._exit(0)  # without waiting for threads whose streams are never closed


def _start(
    request: LaunchRequest, server: wire.Sender, temp: str, *, forked: bool
) -> StartedProgram | list[str]:
    try:
        os.mkdir(temp, 0o700)  # noqa: PTH102  # pathlib is not loaded; it fails where the folder exists already
    except OSError as error:
        _give_up(server, error)
    try:
        program = start(request, temp, forked=forked)
    except OSError as error:
        shutil.rmtree(temp, ignore_errors=True)
        _give_up(server, error)
    if not isinstance(program, list):
        server.send_json({"type": "started", "temp": temp})
    return program


def _give_up(server: wire.Sender, error: OSError) -> NoReturn:
    server.send_json({"type": "failed", "error": f"{type(error).__name__}: {error}"})
    os._exit(0)
