"""Tests which confinement this system supports, and prints the result as JSON.

A process of its own.
"""

import json
import os
import sys
from collections.abc import Callable

if sys.platform != "win32":
    from .linux import landlock, namespaces, seccomp


def main(_args: list[str]) -> None:
    """Print the result."""
    found: dict[str, int] = {}
    if sys.platform != "win32":
        found["landlock"] = landlock.abi()
        found["seccomp"] = int(seccomp.available())
        found["subreaper"] = int(namespaces.adopt_orphans())
        found["namespace"] = _in_child(lambda: _in_child(lambda: 1), namespaces.fork)
        identity = os.getuid(), os.getgid()
        mounts = _in_child(lambda: _mounts(*identity), namespaces.fork)
        found["proc"], found["shm"] = mounts & 1, mounts >> 1 & 1
        found["root"] = int(os.getuid() == 0)
    sys.stdout.write(json.dumps(found))


def _mounts(uid: int, gid: int) -> int:
    namespaces.keep_identity(uid, gid)
    proc, shm = namespaces.private_mounts()
    return int(proc) | int(shm) << 1


def _in_child(attempt: Callable[[], int], fork: Callable[[], int | None] = os.fork) -> int:
    """Return the result of a test that changes its process irrevocably.

    0 where it fails, or nothing can be forked.
    """
    pid = fork()
    if pid == 0:
        code = 0
        try:
            code = attempt()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) if pid else 0
