"""Landlock: the program reaches only the files that are listed, no TCP, no process outside.

Linux, no root needed.

A binding of the three system calls by ctypes. The libraries that exist were looked at: ``landlock`` and
``py-landlock`` are alphas of one author that know files only, ``sandboxkit`` is months old, ``sandlock``
brings 13 MB of native code and refuses kernels before 6.7, where a classroom's machines have 5.15 or 6.1. The
kernel's interface is fixed for good, and a page long.

Source: https://docs.kernel.org/userspace-api/landlock.html, include/uapi/linux/landlock.h.
"""

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from typing import Final

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG: Final = 1
_RULE_PATH_BENEATH: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_FILE_RIGHTS: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_ALL_BY_ABI: Final = {
    1: (1 << 13) - 1,
    2: (1 << 14) - 1,
    3: (1 << 15) - 1,
    4: (1 << 15) - 1,
    5: (1 << 16) - 1,
}
_TCP: Final = 0b11  # bind, connect: since 4
_ABSTRACT_SOCKETS, _SIGNALS = 0b01, 0b10  # since 6

KEEPS_FILES_WHOLE: Final = 3  # the version since which a file that may only be read cannot be emptied either

READ: Final = _EXECUTE | _READ_FILE | _READ_DIR
DEVICE: Final = _READ_FILE | _WRITE_FILE


def abi() -> int:
    """Return the kernel's version of Landlock, 0 where it has none."""
    if not sys.platform.startswith("linux"):
        return 0
    version: int = ctypes.CDLL(None).syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    return max(version, 0)


def restrict(
    read: Iterable[str], write: Iterable[str], devices: Iterable[str], *, abstract_sockets: bool = False
) -> int:
    """Confine the calling process and its future children irrevocably.

    Args:
        read: files and folders to be read and executed.
        write: folders in which everything is allowed.
        devices: files to be read and written, not created.
        abstract_sockets: whether sockets without a file stay within reach, as a screen's is: X's library asks
            there
            first, and takes a refusal for the end.

    Returns:
        The version that holds from now on, 0 where the kernel has none.

    Raises:
        OSError: the kernel has it and refused.
    """
    version = abi()
    if not version:
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    everything = _ALL_BY_ABI[min(version, 5)]
    scopes = _SIGNALS if abstract_sockets else _SIGNALS | _ABSTRACT_SOCKETS
    attributes = struct.pack("=QQQ", everything, _TCP if version >= 4 else 0, scopes if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _checked(libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(size), 0))
    try:
        for paths, rights in ((read, READ), (write, everything), (devices, DEVICE)):
            for path in paths:
                _allow(libc, ruleset, path, rights & everything)
        _checked(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        _checked(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)
    return version


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    """Add a rule for a path; one that does not exist needs none."""
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)  # type: ignore[attr-defined, unused-ignore]  # Linux only
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            rights &= _FILE_RIGHTS
        _checked(libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, fd), 0))
    finally:
        os.close(fd)


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
