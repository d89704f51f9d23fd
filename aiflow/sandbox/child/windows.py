"""The supervisor's handle of a program on Windows: a job object.

The supervisor puts itself into a job before it starts the program, so everything that the program starts is
in it from the first instant and cannot leave; when the supervisor's handle of the job closes, by whatever
way, Windows ends all of it.

Source: https://learn.microsoft.com/windows/win32/procthread/job-objects, winnt.h.
"""

import ctypes
import msvcrt
import os
import subprocess
import sys
import time
from ctypes import wintypes
from typing import Final

from . import process_tree
from .launch_request import LaunchRequest

assert sys.platform == "win32"  # noqa: S101  # for the type checker: what follows exists there only

_BASIC_ACCOUNTING, _PROCESS_LIST, _EXTENDED_LIMITS = 1, 3, 9
_ACTIVE_PROCESSES, _PROCESS_MEMORY, _JOB_MEMORY = 0x8, 0x100, 0x200
_DIE_ON_UNHANDLED, _KILL_ON_CLOSE = 0x400, 0x2000
_PROCESS_TERMINATE: Final = 1
_OURS: Final = 2  # the supervisor, and the launcher that a virtual environment's python.exe is
_MEMORY_OF_OURS: Final = 64 << 20
_PEEK_S: Final = 0.004
_MAX_IDS: Final = 4096


class _BasicLimits(ctypes.Structure):
    _fields_ = [  # ctypes' own form
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", wintypes.DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", wintypes.DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", wintypes.DWORD),
        ("SchedulingClass", wintypes.DWORD),
    ]


class _ExtendedLimits(ctypes.Structure):
    _fields_ = [  # ctypes' own form
        ("BasicLimitInformation", _BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    ]


class _Accounting(ctypes.Structure):
    _fields_ = [  # ctypes' own form
        ("TotalUserTime", ctypes.c_int64),
        ("TotalKernelTime", ctypes.c_int64),
        ("ThisPeriodTotalUserTime", ctypes.c_int64),
        ("ThisPeriodTotalKernelTime", ctypes.c_int64),
        ("TotalPageFaultCount", wintypes.DWORD),
        ("TotalProcesses", wintypes.DWORD),
        ("ActiveProcesses", wintypes.DWORD),
        ("TotalTerminatedProcesses", wintypes.DWORD),
    ]


class _ProcessList(ctypes.Structure):
    _fields_ = [  # ctypes' own form
        ("NumberOfAssignedProcesses", wintypes.DWORD),
        ("NumberOfProcessIdsInList", wintypes.DWORD),
        ("ProcessIdList", ctypes.c_size_t * _MAX_IDS),
    ]


def _kernel32() -> ctypes.WinDLL:
    library = ctypes.WinDLL("kernel32", use_last_error=True)
    handle, dword, pointer = wintypes.HANDLE, wintypes.DWORD, ctypes.c_void_p
    signatures = {
        "CreateJobObjectW": (handle, (pointer, wintypes.LPCWSTR)),
        "SetInformationJobObject": (wintypes.BOOL, (handle, ctypes.c_int, pointer, dword)),
        "QueryInformationJobObject": (wintypes.BOOL, (handle, ctypes.c_int, pointer, dword, pointer)),
        "AssignProcessToJobObject": (wintypes.BOOL, (handle, handle)),
        "GetCurrentProcess": (handle, ()),
        "OpenProcess": (handle, (dword, wintypes.BOOL, dword)),
        "TerminateProcess": (wintypes.BOOL, (handle, wintypes.UINT)),
        "CloseHandle": (wintypes.BOOL, (handle,)),
        "PeekNamedPipe": (wintypes.BOOL, (handle, pointer, dword, pointer, pointer, pointer)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


class _Job:
    """The job object of the supervisor and its descendants."""

    def __init__(self, request: LaunchRequest) -> None:
        self._api = _kernel32()
        self._handle = self._api.CreateJobObjectW(None, None)
        limits = _ExtendedLimits()
        basic = limits.BasicLimitInformation
        basic.LimitFlags = (
            _ACTIVE_PROCESSES | _PROCESS_MEMORY | _JOB_MEMORY | _DIE_ON_UNHANDLED | _KILL_ON_CLOSE
        )
        basic.ActiveProcessLimit = request.processes + _OURS
        limits.ProcessMemoryLimit = request.memory
        limits.JobMemoryLimit = request.memory + _MEMORY_OF_OURS
        size = ctypes.sizeof(limits)
        if (
            not self._handle
            or not self._api.SetInformationJobObject(
                self._handle, _EXTENDED_LIMITS, ctypes.byref(limits), size
            )
            or not self._api.AssignProcessToJobObject(self._handle, self._api.GetCurrentProcess())
        ):
            raise ctypes.WinError(ctypes.get_last_error())

    def _query(self, kind: int, into: ctypes.Structure) -> None:
        if not self._api.QueryInformationJobObject(
            self._handle, kind, ctypes.byref(into), ctypes.sizeof(into), None
        ):
            raise ctypes.WinError(ctypes.get_last_error())

    def usage(self) -> process_tree.Usage:
        """Return what the job uses, without memory: the kernel limits that by a MemoryError."""
        told = _Accounting()
        self._query(_BASIC_ACCOUNTING, told)
        return process_tree.Usage(
            max(0, told.ActiveProcesses - _OURS), 0, (told.TotalUserTime + told.TotalKernelTime) / 10_000_000
        )

    def kill_others(self) -> None:
        """End every process but the supervisor; the job's limit keeps them from multiplying meanwhile."""
        while True:
            told = _ProcessList()
            self._query(_PROCESS_LIST, told)
            others = [
                pid for pid in told.ProcessIdList[: told.NumberOfProcessIdsInList] if pid != os.getpid()
            ]
            if not others:
                return
            for pid in others:
                process = self._api.OpenProcess(_PROCESS_TERMINATE, False, pid)  # noqa: FBT003  # the C signature
                if process:
                    self._api.TerminateProcess(process, 1)
                    self._api.CloseHandle(process)
            time.sleep(_PEEK_S)

    def has_data(self, fd: int) -> bool:
        """Return whether a pipe can be read, its end included."""
        waiting = wintypes.DWORD()
        handle = msvcrt.get_osfhandle(fd)
        told = self._api.PeekNamedPipe(handle, None, 0, None, ctypes.byref(waiting), None)
        return not told or waiting.value > 0


class WindowsProgram:
    """A program in the supervisor's job."""

    def __init__(self, request: LaunchRequest) -> None:
        self._job = _Job(request)
        stdin, stdout, stderr, to_program, from_program = (os.pipe() for _ in range(5))
        theirs = [msvcrt.get_osfhandle(fd) for fd in (to_program[0], from_program[1])]
        for handle in theirs:
            os.set_handle_inheritable(handle, True)  # noqa: FBT003  # the function has no keyword
        startup = subprocess.STARTUPINFO(lpAttributeList={"handle_list": theirs})
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and arguments
            request.command_line(*theirs),
            stdin=stdin[0],
            stdout=stdout[1],
            stderr=stderr[1],
            cwd=request.root,
            env=request.environment,
            startupinfo=startup,
            creationflags=subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS,
        )
        for fd in (stdin[0], stdout[1], stderr[1], to_program[0], from_program[1]):
            os.close(fd)
        self.stdin, self.stdout, self.stderr = stdin[1], stdout[0], stderr[0]
        self.to_program, self.from_program = to_program[1], from_program[0]

    def wait(self) -> int:
        """Block until the program has ended; return its exit code."""
        return self._process.wait()

    def readable(self, fd: int, timeout_s: float | None) -> bool:
        """Wait until one of its streams can be read, its end included; return whether it can."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._job.has_data(fd):
            if deadline is not None and time.monotonic() >= deadline:
                return False
            time.sleep(_PEEK_S)  # a pipe without a name can be waited for in no other way
        return True

    def kill(self) -> None:
        """End it and every process that it has started."""
        self._job.kill_others()

    def usage(self) -> process_tree.Usage:
        """Return what its process tree uses now."""
        return self._job.usage()


def start(request: LaunchRequest, temp: str, *, forked: bool) -> WindowsProgram:
    """Start the program.

    Args:
        request: what to run.
        temp: its folder for what it needs meanwhile.
        forked: never here, where no process can be forked.

    Raises:
        OSError: the system refused.
    """
    if forked:
        raise OSError("no fork on Windows")
    for name in ("HOME", "USERPROFILE", "TEMP", "TMP", "APPDATA", "LOCALAPPDATA"):
        request.environment[name] = temp
    return WindowsProgram(request)
