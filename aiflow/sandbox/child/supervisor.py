"""The supervisor: starts one program, carries what it says and hears, holds its limits, ends its whole tree.

It lives between the server and the program because neither can be relied on to clean up: the server may be
killed, and the program may be hostile. It ends when its stdin closes, when the server is no longer its
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

from . import tree, wire
from .order import Order

if sys.platform == "win32":
    from .windows import start
else:
    from .posix_program import start

_TICK_S: Final = 0.05
_FOLDER_EVERY: Final = 5  # ticks
_MAX_ENTRIES: Final = 10_000
_STDIN_BACKLOG: Final = 1 << 20
_TOLD_BACKLOG: Final = 1000
_DRAIN_S: Final = 5.0


class Program(Protocol):
    """A started program, on whatever system."""

    stdin: int
    stdout: int
    stderr: int
    to_program: int
    from_program: int

    def wait(self) -> int:
        """Blocks until the program has ended; its exit code, negative for a signal."""

    def readable(self, fd: int, timeout_s: float | None) -> bool:
        """Whether one of its streams has something to read, its end included; waits for it."""

    def kill(self) -> None:
        """Ends it and all that it has started."""

    def usage(self) -> tree.Usage:
        """What its tree uses now."""


class Supervisor:
    """One run, from the order to the last message."""

    def __init__(
        self,
        order: Order,
        program: Program,
        server: wire.Sender,
        commands: int,
        temp: str,
        owner: int | None = None,
    ) -> None:
        self._order = order
        self._owner = owner
        self._program = program
        self._server = server
        self._commands = commands
        self._temp = temp
        self._inbox: queue.Queue[tuple[str, int]] = queue.Queue()
        self._typed: queue.Queue[bytes | None] = queue.Queue()
        self._told: queue.Queue[dict[str, Any]] = queue.Queue(_TOLD_BACKLOG)
        self._typist: threading.Thread | None = None
        self._backlog = 0
        self._output = 0
        self._credit = 0
        self._lock = threading.Lock()
        self._carrying = threading.Lock()

    def run(self) -> None:
        """Carries the program to its end and tells the server how it came."""
        pumps = [
            threading.Thread(target=self._pump, args=(self._program.stdout, wire.STDOUT), daemon=True),
            threading.Thread(target=self._pump, args=(self._program.stderr, wire.STDERR), daemon=True),
            threading.Thread(target=self._pump_channel, daemon=True),
        ]
        others = [
            threading.Thread(target=self._obey, daemon=True),
            threading.Thread(target=self._tell_program, daemon=True),
            threading.Thread(target=self._await_end, daemon=True),
        ]
        for thread in (*pumps, *others):
            thread.start()
        reason, code = self._watch()
        self._program.kill()
        if code is None:
            code = self._end_code()
        for thread in pumps:
            thread.join(_DRAIN_S)
        shutil.rmtree(self._temp, ignore_errors=True)
        self._tell({"type": "ended", "reason": reason, "code": code})

    def _watch(self) -> tuple[str, int | None]:
        """Blocks until the program ends or has to; why, and its exit code where it has ended already."""
        deadline = time.monotonic() + self._order.wall_timeout_s
        self._parent, tick, last = os.getppid(), 0, tree.Usage(0, 0, 0.0)
        while True:
            with contextlib.suppress(queue.Empty):
                reason, code = self._inbox.get(timeout=_TICK_S)
                return (self._why(code, last), code) if reason == "exit" else (reason, None)
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
        """Whether the server is gone: somebody may hold its end of the pipe still, who was forked from it."""
        if self._owner is None:
            return os.getppid() != self._parent
        return self._program.readable(self._owner, 0)

    def _broken_limit(self, used: tree.Usage, tick: int) -> str | None:
        order = self._order
        if used.processes > order.processes:
            return "processes"
        if used.memory > order.memory:
            return "memory"
        if used.cpu_s > order.cpu_budget_s:
            return "cpu"
        if tick % _FOLDER_EVERY == 0:
            size, entries = tree.folder_size(order.root, self._temp)
            if size > order.folder or entries > _MAX_ENTRIES:
                return "disk"
        return None

    def _why(self, code: int, last: tree.Usage) -> str:
        if code == -24 or (
            code == -9 and last.cpu_s > self._order.cpu_budget_s - 1
        ):  # SIGXCPU; SIGKILL past it
            return "cpu"
        if code == -25:  # SIGXFSZ: the program had it end the process
            return "file"
        return "killed" if code == -9 else "exit"

    def _end_code(self) -> int:
        with contextlib.suppress(
            queue.Empty
        ):  # it cannot be buried: it hangs in the kernel, but it is killed
            while True:
                reason, code = self._inbox.get(timeout=_DRAIN_S)
                if reason == "exit":
                    return code
        return -9

    def _await_end(self) -> None:
        self._inbox.put(("exit", self._program.wait()))

    def _pump(self, fd: int, kind: bytes) -> None:
        """Carries one of the program's streams to its end."""
        open_ = True
        while open_:
            self._program.readable(fd, None)
            with self._carrying:
                if kind == wire.STDERR and self._program.readable(self._program.stdout, 0):
                    self._carry(self._program.stdout, wire.STDOUT)  # printed before: see ``streams``
                # What was there may have been carried meanwhile, before a request for input.
                if self._program.readable(fd, 0):
                    open_ = self._carry(fd, kind)

    def _carry(self, fd: int, kind: bytes) -> bool:
        """Carries what there is; False at the end.

        What is beyond the limit is read and dropped: it must not block.
        """
        data = os.read(fd, 1 << 16)
        room = self._take_room(len(data))
        if room > 0:
            self._send(kind, data[:room])
        if room < len(data):
            self._inbox.put(("output", 0))
        return bool(data)

    def _carry_all(self) -> None:
        """Everything that was printed before a request for input goes before it."""
        streams = ((self._program.stdout, wire.STDOUT), (self._program.stderr, wire.STDERR))
        with self._carrying:
            for fd, kind in streams:
                while self._program.readable(fd, 0) and self._carry(fd, kind):
                    continue

    def _take_room(self, wanted: int) -> int:
        with self._lock:
            room = max(0, min(wanted, self._order.output - self._output))
            self._output += wanted
        return room

    def _pump_channel(self) -> None:
        """Carries what the launcher says.

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
                elif kind == wire.JSON and (what := _known(payload)) and self._take_room(8):
                    self._carry_all()
                    self._tell({"type": "said", "what": what})
        except wire.WireError:
            while os.read(self._program.from_program, 1 << 16):
                continue

    def _obey(self) -> None:
        """Does what the server says until it says nothing any more."""
        try:
            while message := wire.read_message(self._commands):
                kind, payload = message
                if kind == wire.STDIN:
                    self._enqueue(payload)
                else:
                    self._obey_order(json.loads(payload))
        finally:
            self._inbox.put(("stopped", 0))

    def _obey_order(self, order: dict[str, Any]) -> None:
        match order["do"]:
            case "stop":
                self._inbox.put(("stopped", 0))
            case "eof":
                self._type_later(None)
            case "credit":
                with self._lock:
                    self._credit = min(self._credit + 1, 4)
                self._forward(order)
            case _:
                self._forward(order)

    def _forward(self, order: dict[str, Any]) -> None:
        with contextlib.suppress(queue.Full):  # a program that does not listen misses what it is told
            self._told.put_nowait(order)

    def _tell_program(self) -> None:
        """Writes what the launcher is told.

        Apart from the commands, because a program that does not listen blocks it.
        """
        sender = wire.Sender(self._program.to_program)
        with contextlib.suppress(OSError):  # it closed its channel: its loss (Windows says EINVAL)
            while True:
                sender.send_json(self._told.get())

    def _enqueue(self, data: bytes) -> None:
        with self._lock:
            if self._backlog + len(data) > _STDIN_BACKLOG:
                return  # a program that never reads gets no more
            self._backlog += len(data)
        self._type_later(data)

    def _type_later(self, data: bytes | None) -> None:
        """Hands over to the thread that types.

        There is none before something is typed, which few programs need.
        """
        if self._typist is None:
            self._typist = threading.Thread(target=self._type, daemon=True)
            self._typist.start()
        self._typed.put(data)

    def _type(self) -> None:
        """Writes what was typed; apart from the commands, because a program that does not read blocks it."""
        with contextlib.suppress(OSError):  # it closed its stdin: its loss (Windows says EINVAL)
            while (data := self._typed.get()) is not None:
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

    def _tell(self, value: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):  # nobody is left to hear it
            self._server.send_json(value)


def _known(payload: bytes) -> str | None:
    """The word that a launcher says, if it is one of its words: the program can write here as well."""
    if len(payload) > 100:
        return None
    try:
        said = json.loads(payload)
    except ValueError:  # of which a wrong encoding is one
        return None
    what = said.get("type") if isinstance(said, dict) else None
    return what if what in ("begun", "input", "window") else None


def main(_args: list[str]) -> None:
    """The supervisor's process where each has an interpreter of its own: its order comes from stdin."""
    commands, answers = wire.binary_fd(os.dup(0)), wire.binary_fd(os.dup(1))
    with open(os.devnull, "r+b") as null:  # noqa: PTH123  # a descriptor is wanted
        os.dup2(null.fileno(), 0, inheritable=False)
        os.dup2(null.fileno(), 1, inheritable=False)
    supervise(commands, answers)


def supervise(commands: int, answers: int, owner: int | None = None) -> list[str] | None:
    """Reads an order and carries the run to its end, which is this process's end too.

    Args:
        commands: the descriptor from which the server speaks.
        answers: the one on which it listens.
        owner: the server's pidfd, in a process that was forked from a fork server; the program's process is
            then
            forked as well.

    Returns:
        In the program's process, the arguments of ``program.main``; None where the server went without an
        order.
    """
    first = wire.read_message(commands)
    if first is None:
        return None
    order = Order.from_json(json.loads(first[1]))
    server = wire.Sender(answers)
    temp = os.path.join(order.temp_root, f"aiflow-run-{os.urandom(8).hex()}")  # noqa: PTH118  # pathlib is not loaded
    program = _start(order, server, temp, forked=owner is not None)
    if isinstance(program, list):
        return program
    try:
        Supervisor(order, program, server, commands, temp, owner).run()
    finally:
        shutil.rmtree(temp, ignore_errors=True)
        os._exit(0)  # threads that wait for a stream that nobody closes do not keep us


def _start(order: Order, server: wire.Sender, temp: str, *, forked: bool) -> Program | list[str]:
    try:
        os.mkdir(temp, 0o700)  # noqa: PTH102  # pathlib is not loaded; it fails where somebody has it already
    except OSError as error:
        _give_up(server, error)
    try:
        program = start(order, temp, forked=forked)
    except OSError as error:
        shutil.rmtree(temp, ignore_errors=True)
        _give_up(server, error)
    if not isinstance(program, list):
        server.send_json({"type": "started", "temp": temp})
    return program


def _give_up(server: wire.Sender, error: OSError) -> NoReturn:
    server.send_json({"type": "failed", "error": f"{type(error).__name__}: {error}"})
    os._exit(0)
