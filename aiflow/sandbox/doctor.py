"""Describes how this machine can confine and end a program, for ``aiflow doctor``."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

from aiflow.sandbox.child.launch_request import BOOT
from aiflow.sandbox.environment import CHILD_DIR


@dataclass(frozen=True, slots=True)
class Measure:
    """One protection.

    Attributes:
        name: a stable word.
        holds: whether it is in force on this machine.
        what: Chinese: what it protects from, and by which means here.
        missing: Chinese: what is open without it and how to get it; empty where it holds.
    """

    name: str
    holds: bool
    what: str
    missing: str


def describe_confinement() -> list[Measure]:
    """Test every protection on this machine, in a process of its own (about 0.2 s)."""
    if sys.platform == "win32":
        return _windows()
    found = _probe()
    if not sys.platform.startswith("linux"):
        return [_environment(), *_portable()]
    return [_environment(), *_linux(found), _display()]


def _probe() -> dict[str, int]:
    command = [sys.executable, "-I", "-S", "-X", "utf8", "-c", BOOT.format(module="probe"), str(CHILD_DIR)]
    done = subprocess.run(command, capture_output=True, timeout=20, check=False)  # noqa: S603  # our own interpreter
    found: dict[str, int] = json.loads(done.stdout or b"{}")
    return found


def _measure(name: str, what: str, missing: str = "", *, holds: bool = True) -> Measure:
    return Measure(name, holds, what, "" if holds else missing)


def _environment() -> Measure:
    return _measure("environment", "程序看不到服务器的环境变量：密钥、令牌和 Jupyter 的变量都不传给它。")


def _linux(found: dict[str, int]) -> list[Measure]:
    landlock, namespace = found.get("landlock", 0), bool(found.get("namespace"))
    return [
        _measure(
            "files",
            f"只能写项目文件夹和自己的临时文件夹，只能读 Python、系统库和字体（Landlock 第 {landlock} 版）。",
            "程序可以读写当前用户的所有文件。需要 Linux 5.13 以上并启用 Landlock。",
            holds=landlock > 0,
        ),
        _measure(
            "network",
            "不能使用网络，也不能连接本机的其他服务（seccomp）。",
            "程序可以使用网络"
            + ("（TCP 除外，由 Landlock 拦住）。" if landlock >= 4 else "。")
            + "需要支持 seccomp 的 x86_64 或 aarch64 内核。",
            holds=bool(found.get("seccomp")),
        ),
        _measure(
            "processes",
            "看不到、也结束不了别的程序（" + ("独立的进程空间）。" if namespace else "Landlock）。"),
            (
                "程序可以结束当前用户的其他程序，包括服务器。需要允许普通用户建立命名空间，"
                "或者 Linux 6.12 以上的 Landlock。"
            ),
            holds=namespace or landlock >= 6,
        ),
        _measure(
            "tree",
            "停止、超时或服务器退出时，程序启动的所有进程由内核一起结束（独立的进程空间）。",
            "由监护进程逐个找到并结束（脱离的后台进程也会被收回）；监护进程自己被强行结束时，"
            "后台进程可能留下。"
            "需要允许普通用户建立命名空间。",
            holds=namespace,
        ),
        _measure(
            "limits",
            "限制处理器时间、内存、文件大小、打开的文件数（rlimit）；监护进程另外统计整个进程树和文件夹的用量。",
        ),
        _measure(
            "process_count",
            "进程和线程的数量由内核限制，监护进程另外清点。",
            (
                "服务器以 root 运行，内核的限制对它不起作用，只由监护进程每 0.05 秒清点一次。"
                "请用普通用户运行服务器。"
            ),
            holds=not found.get("root"),
        ),
        _measure(
            "shared_memory",
            "有自己的 /proc 和 /dev/shm（独立的挂载空间）。",
            "看不到 /proc 中的大部分内容，也不能使用 multiprocessing 的锁和队列。",
            holds=bool(found.get("proc") and found.get("shm")),
        ),
    ]


def _display() -> Measure:
    needs = {"xvfb": shutil.which("Xvfb"), "python3-tk": find_spec("_tkinter")}
    packages = [name for name, found in needs.items() if found is None]
    return _measure(
        "virtual_display",
        "tkinter 和 turtle 程序可以在网页里试玩（Xvfb）。",
        "tkinter 和 turtle 程序不能在网页里试玩。Debian、Ubuntu 上用 apt install "
        + " ".join(packages)
        + " 安装（Python 不是系统自带的，就要用带 tkinter 的 Python）。",
        holds=not packages,
    )


def _portable() -> list[Measure]:
    return [
        _measure("limits", "限制处理器时间、文件大小、打开的文件数和进程数（rlimit）。"),
        _measure(
            "tree",
            "停止、超时或服务器退出时，结束程序的整个进程组。",
            "自己离开进程组的后台进程可能留下；这个系统没有收回它们的办法。",
            holds=False,
        ),
        _measure(
            "files",
            "只能写项目文件夹。",
            "这个系统没有不需要管理员权限的办法：程序可以读写当前用户的文件，也可以使用网络。"
            "不要运行来历不明的程序。",
            holds=False,
        ),
    ]


def _windows() -> list[Measure]:
    return [
        _environment(),
        _measure("tree", "停止、超时或服务器退出时，所有进程一起结束（作业对象）。"),
        _measure("limits", "限制处理器时间、内存和进程数（作业对象）；监护进程另外统计文件夹的大小。"),
        _measure(
            "files",
            "只能写项目文件夹。",
            "Windows 上没有启用：程序可以读写当前用户的文件，也可以使用网络。不要运行来历不明的程序。",
            holds=False,
        ),
    ]
