"""Measures and ends the program's process tree, by means of /proc (Linux).

Where there is no /proc, the tree is the process group: a program that leaves its group escapes there, and
``aiflow doctor`` reports it.
"""

import contextlib
import os
import signal
import sys
from typing import Final, NamedTuple

from .linux import procfs

_TICKS: Final = os.sysconf("SC_CLK_TCK") if sys.platform != "win32" else 100
_HAS_PROC: Final = sys.platform.startswith("linux")


class Usage(NamedTuple):
    """The resources that a whole process tree uses."""

    processes: int
    memory: int
    cpu_s: float


def descendants(of: int) -> list[int]:
    """Return all living processes below one, parents first."""
    found: list[int] = []
    queue = [of]
    while queue:
        for child in _children(queue.pop()):
            found.append(child)
            queue.append(child)
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    try:
        # Of each thread: a child belongs to the thread that made it, not to the process.
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  # names only, twenty times a second
            text = procfs.read(f"/proc/{pid}/task/{thread}/children")
            children += [int(word) for word in text.split()]
    except (FileNotFoundError, ProcessLookupError):
        pass  # it ended meanwhile: then its children are someone else's, found there
    return children


def usage(root: int) -> Usage:
    """Return what the tree below ``root`` uses now, with the processor time of its dead."""
    if not _HAS_PROC:
        return Usage(0, 0, 0.0)
    pids = descendants(root)
    memory, cpu = 0, 0.0
    for pid in pids:
        try:
            status = procfs.read(f"/proc/{pid}/status")
            times = procfs.read(f"/proc/{pid}/stat").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended between the two reads
        cpu += (
            sum(int(times[i]) for i in (11, 12, 13, 14)) / _TICKS
        )  # own and dead children's, user and system
        for line in status.splitlines():
            if line.startswith(("RssAnon:", "RssShmem:")):
                memory += int(line.split()[1]) * 1024
    return Usage(len(pids), memory, cpu)


def kill(root: int, group: int) -> None:
    """End every process below ``root`` and in the process group, however fast they multiply.

    They are stopped first and then killed, because a stopped process starts no new one. One scan is not
    enough: a process whose parent ends during the scan becomes a child of ``root``, whose children were read
    before. A missed process can only be the child of one that has ended since, so the scan that finds only
    ended processes, all of them known, is the last.
    """
    # The group may be empty (macOS: only the dead are left, which may not be signalled).
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)  # type: ignore[attr-defined, unused-ignore]  # POSIX only
    known: set[int] = set()
    while _HAS_PROC:
        found = set(descendants(root))
        living = [pid for pid in found if not _is_dead(pid)]
        if not living and found <= known:
            return
        known = found
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in living:
                with contextlib.suppress(ProcessLookupError):  # it has ended
                    os.kill(pid, number)


def _is_dead(pid: int) -> bool:
    try:
        state = procfs.read(f"/proc/{pid}/stat").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state in {"Z", "X"}


def folder_size(*roots: str) -> tuple[int, int]:
    """Return the bytes and the entries below some folders; links are not followed."""
    size = entries = 0
    folders = list(roots)
    while folders:
        try:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue  # the program removed it meanwhile
    return size, entries
