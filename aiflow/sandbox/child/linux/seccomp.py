"""A seccomp filter: no sockets, no way to look into or mount over what is outside (Linux, no root needed).

Written as the few BPF instructions that it is: ``pyseccomp`` needs the C library libseccomp beside it, which
a student's machine need not have, and a filter of one list of numbers has no use for a compiler. The numbers
are those of the two architectures that classrooms have; elsewhere there is no filter, and ``aiflow doctor``
reports it.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html, arch/x86/entry/syscalls/syscall_64.tbl,
include/uapi/asm-generic/unistd.h.
"""

import ctypes
import errno
import os
import struct
import sys
from typing import Final, NamedTuple

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_LOAD, _JUMP_EQ, _JUMP_SET, _JUMP_GE, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_NUMBER, _ARCH, _ARG0 = 0, 4, 16  # offsets in struct seccomp_data
_AF_UNIX: Final = 1
_NEW_NAMESPACES: Final = 0x7E020000  # CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}
_X32: Final = 0x40000000


class _Machine(NamedTuple):
    audit_arch: int
    socket: int
    clone: int
    clone3: int
    denied: tuple[int, ...]


# ptrace, process_vm_readv/writev, unshare, setns, mount, umount2, pivot_root, chroot, bpf, perf_event_open,
# keyctl, add_key, request_key, userfaultfd, open_by_handle_at, init_module, finit_module, delete_module,
# kexec_load, reboot, swapon, swapoff; then what both share: io_uring (three: it opens sockets past this
# filter), open_tree, move_mount, fsopen, pidfd_getfd, mount_setattr.
_SHARED: Final = (425, 426, 427, 428, 429, 430, 438, 442)
_MACHINES: Final = {
    "x86_64": _Machine(0xC000003E, 41, 56, 435, (
        101, 310, 311, 272, 308, 165, 166, 155, 161, 321, 298, 250, 248, 249, 323, 304, 175, 313, 176, 246,
        169, 167, 168,
    )),
    "aarch64": _Machine(0xC00000B7, 198, 220, 435, (
        117, 270, 271, 97, 268, 40, 39, 41, 51, 280, 241, 219, 217, 218, 282, 265, 105, 273, 106, 104, 142,
        224, 225,
    )),
}  # fmt: skip


def available() -> bool:
    """Return whether this kernel and architecture support the filter."""
    if not sys.platform.startswith("linux") or os.uname().machine not in _MACHINES:
        return False
    # Asking for a filter with no program: EFAULT: the kernel knows filters; EINVAL: it does not.
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, None, 0, 0)
    return ctypes.get_errno() == errno.EFAULT


def restrict(*, local_sockets: bool) -> bool:
    """Install the filter on the calling process and its future children irrevocably.

    Args:
        local_sockets: whether AF_UNIX stays open (a window needs it to reach its display).

    Returns:
        Whether the filter holds.

    Raises:
        OSError: the kernel knows filters and refused this one.
    """
    if not available():
        return False
    program = _program(_MACHINES[os.uname().machine], local_sockets=local_sockets)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        _PR_SET_SECCOMP, _MODE_FILTER, header, 0, 0
    ):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return True


def _program(machine: _Machine, *, local_sockets: bool) -> bytes:
    """Return the filter's instructions: (code, jump if true, jump if false, operand); jumps are relative."""
    refuse = _ERRNO | errno.EACCES
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_EQ, 1, 0, machine.audit_arch),
        (_RETURN, 0, 0, refuse),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_GE, 0, 1, _X32),  # the x32 numbers would pass by the list
        (_RETURN, 0, 0, refuse),
        (_JUMP_EQ, 0, 1, machine.clone3),  # its flags are behind a pointer: without it, libc uses clone
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
        (_JUMP_EQ, 0, 4, machine.clone),
        (_LOAD, 0, 0, _ARG0),
        (_JUMP_SET, 0, 1, _NEW_NAMESPACES),
        (_RETURN, 0, 0, refuse),
        (_RETURN, 0, 0, _ALLOW),
        (_JUMP_EQ, 0, 4, machine.socket),
        (_LOAD, 0, 0, _ARG0),
        (_JUMP_EQ, 0, 1, _AF_UNIX if local_sockets else 0xFFFF),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, refuse),
    ]
    for number in (*machine.denied, *_SHARED):
        steps += [(_JUMP_EQ, 0, 1, number), (_RETURN, 0, 0, refuse)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
