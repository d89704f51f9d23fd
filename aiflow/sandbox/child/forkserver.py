"""The fork server: an interpreter with all modules of a run loaded, which forks itself for each run (Linux).

Starting an interpreter for the supervisor and another for the program, with all that they import, costs a
fifth of a second of processor time; a class that tries forty programs at once feels it. Forked, both are
there in a hundredth.

It sees no launch request and no data of a run: it passes the two ends of the server's pipes to a child. The
programs therefore share only this interpreter as it was before it had run anything.
"""

import errno
import gc
import os
import select
import signal
import socket
import struct

from . import program, supervisor

REPLY = struct.Struct("=i")  # the supervisor's pid, or the negative number of the system's error


def main(runtimes: list[str]) -> None:
    """Serve on the socket that is stdin until the server closes it; in a program's process, run the program.

    Args:
        runtimes: the folders of the languages' runtimes, which are loaded once for all programs.
    """
    for runtime in runtimes:
        program.preload(runtime)
    arguments = _serve()
    if arguments is not None:
        # Nothing of ours is left on the stack: the program ends as the interpreter ends, with all that goes
        # with it.
        program.main(arguments)


def _serve() -> list[str] | None:
    """Fork a process for each request until the server closes its end.

    Returns:
        In a program's process, the arguments of ``program.main``.
    """
    # A pidfd, because a pid can be given to another process when the server has ended.
    owner = os.pidfd_open(os.getppid())
    server = socket.socket(fileno=os.dup(0))
    with open(os.devnull, "rb") as null:  # noqa: PTH123  # a descriptor is wanted
        os.dup2(null.fileno(), 0, inheritable=False)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nothing waits for them; the kernel reaps them
    gc.freeze()  # the loaded modules are never collected: their pages stay shared
    poller = select.poll()
    for fd in (owner, server.fileno()):
        poller.register(fd, select.POLLIN)
    while True:
        # A process forked from the server may hold its end of the socket: the server's own end counts too.
        is_over = owner in dict(poller.poll())
        asked, ends, _, _ = (b"", [], 0, None) if is_over else socket.recv_fds(server, 1, 2)
        if not asked:
            return None
        commands, answers = ends
        try:
            pid = os.fork()
        except OSError as error:
            pid = -(error.errno or errno.EAGAIN)
        if pid == 0:
            server.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            return supervisor.supervise(commands, answers, owner)
        os.close(commands)
        os.close(answers)
        server.sendall(REPLY.pack(pid))
