"""Starts supervisors: by the fork server (Linux), or each with an interpreter of its own."""

import asyncio
import atexit
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import IO, Final

from aiflow.exceptions import RunnerError
from aiflow.languages.registry import all_languages
from aiflow.sandbox.child.launch_request import BOOT, LaunchRequest, interpreter
from aiflow.sandbox.environment import CHILD_DIR, scrubbed_environment
from aiflow.util.process_local import per_process

_REPLY: Final = 4  # bytes: a pid, see child/forkserver.py, which is not imported here with all that it loads
# A machine with forty starts at once answers late; one that hangs must not hang the server.
_REPLY_S: Final = 30.0
_END_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class SupervisorProcess:
    """A supervisor that waits for its launch request.

    Attributes:
        pid: its process.
        stdin: receives the server's messages, unbuffered.
        stdout: yields the supervisor's messages, unbuffered.
        kill: ends it at once, and with it the kernel ends the program.
        wait: blocks until it has ended; to be called once.
    """

    pid: int
    stdin: IO[bytes]
    stdout: IO[bytes]
    kill: Callable[[], None]
    wait: Callable[[], object]


async def start_supervisor(request: LaunchRequest) -> SupervisorProcess:
    """Start a supervisor.

    Args:
        request: the launch request, for the environment that the supervisor itself needs.

    Raises:
        RunnerError: the system refused.
    """
    start = _forks().fork if _can_fork() else partial(_spawn, request.environment)
    try:
        return await asyncio.wrap_future(_starting().submit(start))
    except OSError as error:
        raise RunnerError(
            f"程序没能启动：系统不能再启动新的进程（{type(error).__name__}）。", retryable=True
        ) from error


def _can_fork() -> bool:
    """Return whether this system has pidfds (Linux 5.3), to wait for processes that are no children."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def _spawn(environment: dict[str, str]) -> SupervisorProcess:
    """Start it in a session of its own: Ctrl-C in a terminal reaches the server only, which stops the run."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    boot = BOOT.format(module="supervisor")
    process = subprocess.Popen(  # noqa: S603  # our own interpreter and arguments
        [sys.executable, "-I", "-S", "-X", "utf8", "-c", boot, str(CHILD_DIR)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        env=environment,
        start_new_session=sys.platform != "win32",
        creationflags=flags,
    )
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError("no pipes, though they were asked for")
    return SupervisorProcess(process.pid, process.stdin, process.stdout, process.kill, process.wait)


class ForkServers:
    """The fork server of this process, which is started when the first program is run."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: _ForkServer | None = None

    def fork(self) -> SupervisorProcess:
        """Fork a supervisor.

        Raises:
            OSError: the system refused.
        """
        with self._lock:
            if self._server is not None:
                with suppress(ConnectionError):
                    return self._server.fork()
                self._end()  # it had been killed
            self._server = _ForkServer()
            try:
                return self._server.fork()
            except ConnectionError:
                self._end()
                raise

    def close(self) -> None:
        """End the fork server; the processes that it has forked go on."""
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None


class _ForkServer:
    """A fork server and our end of its socket."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(_REPLY_S)
        runtimes = [
            start
            for start in (language.program_start() for language in all_languages())
            if start.runtime is not None
        ]
        command = interpreter(sys.executable, "forkserver", str(CHILD_DIR))
        environment = scrubbed_environment(window=False)
        for start in runtimes:  # an interpreter reads some of its variables only when it begins
            environment |= dict(start.environment)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and arguments
                [*command, *(str(start.runtime) for start in runtimes)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd="/",
                start_new_session=True,
            )

    def fork(self) -> SupervisorProcess:
        """Send the fork server one end of two pipes, which become a supervisor's stdin and stdout.

        Raises:
            ConnectionError: the fork server is gone.
            OSError: the system refused.
        """
        commands, to_supervisor = os.pipe()
        from_supervisor, answers = os.pipe()
        try:
            pid = self._ask(commands, answers)
            pidfd = os.pidfd_open(pid)  # it lives: it waits for its request
        except OSError:
            os.close(to_supervisor)
            os.close(from_supervisor)
            raise
        finally:
            os.close(commands)
            os.close(answers)
        return _forked(pid, pidfd, to_supervisor, from_supervisor)

    def _ask(self, commands: int, answers: int) -> int:
        try:
            socket.send_fds(self._socket, [b"f"], [commands, answers])
            reply = self._socket.recv(_REPLY)
        except TimeoutError as error:
            raise ConnectionAbortedError("the fork server does not answer") from error
        if not reply:
            raise ConnectionResetError("the fork server has ended")
        pid = int.from_bytes(reply, sys.byteorder, signed=True)
        if pid < 0:
            raise OSError(-pid, os.strerror(-pid))
        return pid

    def close(self) -> None:
        """Close the socket, with which the fork server ends."""
        self._socket.close()
        try:
            self._process.wait(_END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _forked(pid: int, pidfd: int, to_supervisor: int, from_supervisor: int) -> SupervisorProcess:
    def kill() -> None:
        with suppress(ProcessLookupError):  # it has ended
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)

    def wait() -> None:
        poller = select.poll()
        poller.register(pidfd, select.POLLIN)
        poller.poll()
        os.close(pidfd)

    stdin, stdout = open(to_supervisor, "wb", 0), open(from_supervisor, "rb", 0)  # noqa: SIM115  # descriptors; the run closes them
    return SupervisorProcess(pid, stdin, stdout, kill, wait)


@per_process
def _forks() -> ForkServers:
    servers = ForkServers()
    atexit.register(servers.close)
    return servers


@per_process
def _starting() -> ThreadPoolExecutor:
    """Return the executor that starts supervisors one after the other.

    Starts that wait would otherwise use up the threads of the loop's default executor.
    """
    return ThreadPoolExecutor(1, "aiflow-starting")
