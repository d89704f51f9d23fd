"""The supervisor's handle of a program on Linux and macOS."""

import os
import select
from typing import TYPE_CHECKING

from . import process_tree
from .launch_request import LaunchRequest
from .posix_launch import IN_NAMESPACE, Pipes, spawn

if TYPE_CHECKING:
    from .x11.xserver import XServer


class PosixProgram:
    """A program in its own session and, where the system allows it, its own PID namespace."""

    def __init__(self, pid: int, pipes: Pipes, display: "XServer | None") -> None:
        self._display = display
        self._pid = pid
        self._status = pipes.status[0]
        self.stdin = pipes.stdin[1]
        self.stdout = pipes.stdout[0]
        self.stderr = pipes.stderr[0]
        self.to_program = pipes.to_program[1]
        self.from_program = pipes.from_program[0]

    def wait(self) -> int:
        """Block until the program has ended; reap every other child that ends meanwhile."""
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid == self._pid:
                break
        # The program is not our child inside a namespace: its first process has reported the status.
        report = os.read(self._status, 32)
        if report.startswith(IN_NAMESPACE):
            status = int(report[1:] or b"9")  # an empty report: the whole namespace was killed
        return os.waitstatus_to_exitcode(status)

    def readable(self, fd: int, timeout_s: float | None) -> bool:
        """Wait until one of its streams can be read, its end included; return whether it can."""
        return bool(select.select([fd], [], [], timeout_s)[0])

    def kill(self) -> None:
        """End the process tree.

        All that descends from us, and with a namespace's first process all that is in it.
        """
        process_tree.kill(os.getpid(), self._pid)
        if self._display is not None:
            self._display.remove()

    def usage(self) -> process_tree.Usage:
        """Return what the tree uses now, without the namespace's first process, which is ours."""
        used = process_tree.usage(os.getpid())
        return process_tree.Usage(max(1, used.processes - 1), used.memory, used.cpu_s)


def start(request: LaunchRequest, temp: str, *, forked: bool) -> PosixProgram | list[str]:
    """Start the program.

    Args:
        request: what to run.
        temp: its folder for what it needs meanwhile.
        forked: the program's process goes on in this interpreter, see ``spawn``.

    Returns:
        The program; in its own process the arguments of ``program.main``.

    Raises:
        OSError: the system refused.
    """
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR"):
        request.environment[name] = temp
    display = None
    if request.mode == "desktop":
        from .x11.xserver import XServer  # noqa: PLC0415  # only who opens windows of X has one

        display = XServer(temp)
        request.environment.update(DISPLAY=display.display, XAUTHORITY=display.authority)
    pipes = Pipes.open()
    spawned = spawn(request, pipes, temp, forked=forked)
    return spawned if isinstance(spawned, list) else PosixProgram(spawned, pipes, display)
