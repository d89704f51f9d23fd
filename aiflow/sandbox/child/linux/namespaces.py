"""A PID namespace of the program's own, where the system lets an unprivileged user make one (Linux).

Its first process is ours: when that ends, the kernel ends every other process in it at once, daemons
included, and from inside nothing outside can be seen or signalled.

Source: man 7 user_namespaces, man 7 pid_namespaces, man 2 clone (clone3), man 2 mount.
"""

import ctypes
import os
import select
import signal
import sys
from typing import Final

from . import procfs

_NEW_NS, _NEW_USER, _NEW_PID = 0x00020000, 0x10000000, 0x20000000
_REC, _PRIVATE, _NOSUID, _NODEV, _NOEXEC = 0x4000, 0x40000, 2, 4, 8
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_CLONE3: Final = 435  # the same on every processor; Linux 5.3
_SHM_OPTIONS: Final = b"size=64m,nr_inodes=1000"


def fork() -> int | None:
    """Fork like ``os.fork``, with the child as the first process of a new PID namespace.

    And user namespace.

    To be called while there are no threads. It goes past the C library, which keeps a thread's number of its
    own: the child may do little more than fork again, with ``os.fork``, which puts that right. A process that
    would enter a namespace by itself (``unshare``) cannot start threads any more, and the supervisor has to.

    Returns:
        0 in the child, its pid in the caller; None where the system does not let us, and nothing was forked.
    """
    if not sys.platform.startswith("linux"):
        return None
    # struct clone_args, as of its first version: flags, three addresses, the signal of its end, a stack's
    # two, an address.
    arguments = (ctypes.c_uint64 * 8)(_NEW_USER | _NEW_PID, 0, 0, 0, signal.SIGCHLD, 0, 0, 0)
    # With the interpreter's lock held: no other thread takes it while the process is copied.
    pid: int = ctypes.PyDLL(None).syscall(_CLONE3, ctypes.byref(arguments), ctypes.sizeof(arguments))
    return pid if pid >= 0 else None


def keep_identity(uid: int, gid: int) -> None:
    """Map the user and group of the calling process, the first of its namespace, to themselves.

    Raises:
        OSError: the system refuses.
    """
    procfs.write("/proc/self/setgroups", "deny")
    procfs.write("/proc/self/uid_map", f"{uid} {uid} 1")
    procfs.write("/proc/self/gid_map", f"{gid} {gid} 1")


def adopt_orphans() -> bool:
    """Make orphaned descendants children of this process instead of init's.

    False where the system has no such thing.
    """
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def die_with_parent() -> None:
    """Have the kernel kill the calling process when its parent ends (Linux)."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def private_mounts(*, hide_sockets: bool = False) -> tuple[bool, bool]:
    """Mount a /proc of this namespace and an empty /dev/shm, for this process and its children.

    Args:
        hide_sockets: whether /run, where services have their sockets, is empty too.

    Returns:
        Which of the two holds; a container may mask /proc, which the kernel then does not let us mount.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_NEW_NS) or libc.mount(b"none", b"/", None, _REC | _PRIVATE, None):
        return False, False
    flags = _NOSUID | _NODEV | _NOEXEC
    proc = libc.mount(b"proc", b"/proc", b"proc", flags, None) == 0
    shm = libc.mount(b"tmpfs", b"/dev/shm", b"tmpfs", flags, _SHM_OPTIONS) == 0
    if hide_sockets:
        libc.mount(b"tmpfs", b"/run", b"tmpfs", flags, b"size=4k")
    return proc, shm


def be_init(status_fd: int, parent_pipe: int) -> None:
    """Run as the namespace's first process.

    Forks the program, reaps the dead, and reports how the program ended.

    It returns in the program's process only.

    Args:
        status_fd: where the program's wait status goes, as a decimal.
        parent_pipe: the reading end of a pipe that the supervisor holds open.

    Raises:
        OSError: no process could be made.
    """
    die_with_parent()
    signal.signal(
        signal.SIGINT, signal.SIG_DFL
    )  # the kernel keeps unhandled signals from a namespace's first process
    poller = select.poll()
    poller.register(parent_pipe, 0)
    if poller.poll(0):  # the supervisor went before the kernel knew that we go with it
        os._exit(1)
    program = os.fork()
    if program == 0:
        return
    os.closerange(0, status_fd)
    os.closerange(status_fd + 1, 4096)
    while True:
        pid, status = os.wait()
        if pid == program:
            os.write(status_fd, str(status).encode("ascii"))
            os._exit(0)


def drop_capabilities() -> None:
    """Drop every capability of the calling process, and the ability to gain one.

    Root in a container, or in a namespace.
    """
    libc = ctypes.CDLL(None)
    for capability in range(64):
        if libc.prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP: fails past the last one
            break
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    libc.capset(header, (ctypes.c_uint32 * 6)())
