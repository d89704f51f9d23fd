"""Starts the confined program on Linux and macOS."""

import os
import resource
import signal
import sys
from typing import Final, NamedTuple, NoReturn

from .channel import Channel
from .launch_request import LaunchRequest
from .linux import landlock, namespaces, procfs, seccomp

IN_NAMESPACE: Final = b"n"
_MOST_FDS: Final = 4096
_PROC_FILES: Final = ("self", "cpuinfo", "meminfo", "stat", "loadavg", "uptime", "version", "filesystems")
# Python and SDL open them; no other device is within reach.
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Pipes(NamedTuple):
    """The pipes of a program, (reading end, writing end) each; none is inheritable yet."""

    stdin: tuple[int, int]
    stdout: tuple[int, int]
    stderr: tuple[int, int]
    to_program: tuple[int, int]
    from_program: tuple[int, int]
    status: tuple[int, int]

    @classmethod
    def open(cls) -> "Pipes":
        """Return six new pipes."""
        return cls(*(os.pipe() for _ in cls._fields))

    def close_theirs(self) -> None:
        """Close the program's ends in the supervisor, so that the streams end with the program."""
        for fd in (
            self.stdin[0],
            self.stdout[1],
            self.stderr[1],
            self.to_program[0],
            self.from_program[1],
            self.status[1],
        ):
            os.close(fd)


def spawn(request: LaunchRequest, pipes: Pipes, temp: str, *, forked: bool) -> int | list[str]:
    """Fork the program; to be called before any thread is started.

    Args:
        request: what to run.
        pipes: its streams.
        temp: its folder for what it needs meanwhile.
        forked: the program's process stays the interpreter that it was forked from, and this function returns
            in it too;
            otherwise it becomes an interpreter of its own.

    Returns:
        The pid of the program, or of its namespace's first process; in the program's process the arguments of
        ``program.main``.

    Raises:
        OSError: no process could be made.
    """
    # Without a namespace, a daemon's parent is then the supervisor, which can still find and end it.
    namespaces.adopt_orphans()
    # Read before the fork: in the new user namespace both are 65534.
    identity = os.getuid(), os.getgid()
    pid = namespaces.fork() if request.confine else None
    has_namespace = pid is not None
    if pid is None:
        pid = os.fork()
    if pid == 0:
        try:
            return _in_child(request, pipes, temp, identity if has_namespace else None, forked=forked)
        except BaseException as error:  # noqa: BLE001  # reported on stderr; a child never runs its parent's code
            os.write(2, f"{type(error).__name__}: {error}\n".encode("utf-8", "replace"))
            os._exit(127)
    pipes.close_theirs()
    return pid


def _in_child(
    request: LaunchRequest, pipes: Pipes, temp: str, identity: tuple[int, int] | None, *, forked: bool
) -> list[str]:
    """Become the program.

    Where an identity is given, as a namespace's first process, which forks the program.
    """
    os.dup2(pipes.stderr[1], 2)  # from here on, errors appear in the program's terminal
    os.close(pipes.to_program[1])  # the supervisor's end: while it is open, the supervisor lives
    if identity is None:
        namespaces.die_with_parent()
        return _become_program(request, pipes, temp, ("proc-files",), shm=False, forked=forked)
    os.write(pipes.status[1], IN_NAMESPACE)
    namespaces.keep_identity(*identity)
    proc, shm = namespaces.private_mounts(hide_sockets=request.mode == "desktop")
    namespaces.be_init(pipes.status[1], pipes.to_program[0])
    extra = ("/proc",) if proc else ("proc-files",)
    return _become_program(request, pipes, temp, extra, shm=shm, forked=forked)


def _become_program(
    request: LaunchRequest, pipes: Pipes, temp: str, extra: tuple[str, ...], *, shm: bool, forked: bool
) -> list[str]:
    # A session of its own: no terminal to take over, and one process group to end.
    os.setsid()
    os.chdir(request.root)
    for number, fd in enumerate((pipes.stdin[0], pipes.stdout[1], pipes.stderr[1])):
        os.dup2(fd, number)
    channel = (pipes.to_program[0], pipes.from_program[1])
    _set_limits(request)
    if request.confine:
        _confine(request, temp, extra, shm=shm)
    if not (forked and request.runtime):
        _exec(request, channel)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as in every fresh interpreter
    _close_all_but(0, 1, 2, *channel)
    os.environ.clear()
    os.environ.update(request.environment)
    return request.program(*channel)


def _exec(request: LaunchRequest, channel: tuple[int, int]) -> NoReturn:
    if request.runtime:
        for fd in channel:
            os.set_inheritable(fd, True)  # noqa: FBT003  # the function has no keyword
    else:
        Channel(*channel).report("begun")  # a program that knows nothing of us cannot
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # the defaults of a terminal
    command = request.command_line(*channel)
    os.execve(command[0], command, request.environment)  # noqa: S606  # no shell is wanted


def _close_all_but(*kept: int) -> None:
    """Close every other descriptor, as an exec would."""
    start = 0
    for fd in (*sorted(kept), _MOST_FDS):
        if start < fd:  # an empty range that begins at 0 would be taken for all there are
            os.closerange(start, fd)
        start = fd + 1


def _set_limits(request: LaunchRequest) -> None:
    os.nice(5)  # the server and the page come first
    cpu = max(1, round(request.cpu_budget_s))
    limits = {
        # A core dump would be written into the student's folder, or to the server's crash handler.
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_CPU": (cpu, cpu + 2),
        "RLIMIT_FSIZE": (request.file, request.file),
        "RLIMIT_NOFILE": (request.open_files, request.open_files),
        "RLIMIT_DATA": (request.memory, request.memory),
        # Address space is more than memory: pygame maps libraries, and a thread's stack reserves 8 MB.
        "RLIMIT_AS": (request.memory * 4, request.memory * 4),
        # Threads count here; processes are counted exactly by the supervisor.
        "RLIMIT_NPROC": (_other_processes() + 2 * request.processes + 16,) * 2,
    }
    for name, (soft, hard) in limits.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        ceiling = resource.getrlimit(number)[1]
        if ceiling == resource.RLIM_INFINITY:
            ceiling = hard
        try:
            resource.setrlimit(number, (min(soft, ceiling), min(hard, ceiling)))
        except (OSError, ValueError):  # macOS refuses some of them: `aiflow doctor` reports which hold
            continue
    if sys.platform.startswith("linux"):
        procfs.write("/proc/self/oom_score_adj", "1000")  # when memory ends, this one goes first


def _other_processes() -> int:
    """Return how many processes and threads of the user the kernel's limit counts already."""
    if not sys.platform.startswith("linux"):
        return 200  # the limit is the user's; without /proc there is no cheap count
    total, uid = 0, os.getuid()
    for name in os.listdir("/proc"):  # noqa: PTH208  # names only
        if name.isdigit():
            try:
                if os.stat(f"/proc/{name}").st_uid == uid:  # noqa: PTH116  # hot, and no Path is kept
                    total += len(os.listdir(f"/proc/{name}/task"))  # noqa: PTH208  # names only
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
    return total


def _confine(request: LaunchRequest, temp: str, extra: tuple[str, ...], *, shm: bool) -> None:
    if not sys.platform.startswith("linux"):
        return
    read = [*request.readable, request.child_dir]
    for name in extra:
        read += [f"/proc/{file}" for file in _PROC_FILES] if name == "proc-files" else [name]
    write = [temp, *(["/dev/shm"] if shm else [])]  # noqa: S108  # the namespace's own, empty
    (write if request.writable else read).append(request.root)
    own_screen = request.local_sockets and request.mode == "run"
    version = landlock.restrict(read, write, _DEVICES, abstract_sockets=own_screen)
    if not request.writable and version < landlock.KEEPS_FILES_WHOLE:
        raise PermissionError("this kernel cannot keep the program from writing into its folder")
    # After the mounts, which need them.
    namespaces.drop_capabilities()
    seccomp.restrict(local_sockets=request.local_sockets)
