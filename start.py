#!/usr/bin/env python3
"""AI Code Flow: set up and start with one command.

    python3 start.py                安装并打开 JupyterLab / set up and open JupyterLab
    python3 start.py --no-browser   不打开浏览器 / do not open a browser
    python3 start.py --port 9000    指定端口 / use this port
    python3 start.py test [...]     安装测试工具，运行全部测试 / run all tests; the rest goes to pytest

第一次运行会建立 .venv 并安装需要的软件包；以后几秒就能启动。
The first run makes .venv and installs what is needed; later ones start in seconds.
"""

# Only the standard library, and only syntax that Python 3.6 parses: on an old Python this file must still be
# able to say that the Python is too old.

import argparse
import errno
import os
import signal
import socket
import subprocess
import sys
from typing import Any, Dict, List, Optional, Tuple

from tools.environment import ROOT, VENV, SetupError, check_python, ensure, say, venv_python

NOTEBOOK = "notebooks/00_快速开始.ipynb"
CHECKS = "tools/checks.py"
FIRST_PORT = 8888


def port_is_free(port: int) -> bool:
    """Say whether a server could listen on the port, on each loopback address that JupyterLab may choose."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            probe = socket.socket(family, socket.SOCK_STREAM)
        except OSError:
            continue  # this machine does not have this address family: nothing listens there either
        with probe:
            # Without this, POSIX calls a port taken that was closed a moment ago; on Windows it would mean
            # the reverse.
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL:  # no such address here is no one listening either
                    return False
    return True


def choose_port(wanted: Optional[int]) -> int:
    """Return the wanted port, or the first free one from 8888 on.

    Raises:
        SetupError: the wanted port is taken or none is free.
    """
    start = FIRST_PORT if wanted is None else wanted
    free = next((port for port in range(start, min(start + 100, 65536)) if port_is_free(port)), None)
    if free == start or (free is not None and wanted is None):
        return free
    zh_next = f"请换一个端口，例如：python3 start.py --port {free}" if free else "请换一个端口。"
    en_next = f"use another one, for example: python3 start.py --port {free}" if free else "use another one."
    raise SetupError(f"端口 {start} 已被占用。{zh_next}", f"port {start} is taken; {en_next}")


def run_through(command: List[str], env: Dict[str, str]) -> int:
    """Run a command in the foreground until it ends, passing on Ctrl-C and a request to end.

    Return its exit code.
    """
    process = subprocess.Popen(command, cwd=str(ROOT), env=env)

    def pass_on(_signal: int, _frame: Any) -> None:
        process.terminate()

    signal.signal(signal.SIGTERM, pass_on)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # On a terminal Ctrl-C reaches the child too, and JupyterLab asks whether it is meant: wait for
            # the answer.
            if not sys.stdin.isatty():
                process.terminate()


def environment() -> Dict[str, str]:
    """Return the environment for what is started: UTF-8 everywhere, and the repository's configuration."""
    env = dict(os.environ, PYTHONUTF8="1")
    env.setdefault("AIFLOW_CONFIG", str(ROOT / "config.json"))
    folder = str(venv_python().parent)
    env["PATH"] = folder + os.pathsep + env.get("PATH", "")
    env["VIRTUAL_ENV"] = str(VENV)
    return env


def lab(port: Optional[int], further: List[str]) -> int:
    """Open JupyterLab on the first notebook; return its exit code."""
    chosen = choose_port(port)
    command = [str(venv_python()), "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"]
    command += [f"--ServerApp.port={chosen}", "--ServerApp.port_retries=0"]
    if (ROOT / NOTEBOOK).exists():
        command.append(f"--LabApp.default_url=/lab/tree/{NOTEBOOK}")
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        say(
            "你正以 root 运行；在自己的电脑上请用普通用户。",
            "you are root; on your own computer use a normal user.",
        )
        command.append("--allow-root")
    say(
        f"打开 JupyterLab，端口 {chosen}；按 Ctrl-C 结束。",
        f"opening JupyterLab on port {chosen}; Ctrl-C ends it.",
    )
    return run_through(command + further, environment())


def parse(arguments: List[str]) -> Tuple[argparse.Namespace, List[str]]:
    """Read the command line; what follows ``test`` is pytest's, further options are JupyterLab's."""
    parser = argparse.ArgumentParser(
        prog="start.py",
        usage="python3 start.py [--no-browser] [--port N] [JupyterLab options]\n"
        "       python3 start.py test [pytest args]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--no-browser", action="store_true", help="不打开浏览器 / do not open a browser")
    parser.add_argument("--port", type=int, metavar="N", help="JupyterLab 的端口 / JupyterLab's port")
    options, further = parser.parse_known_args(arguments)
    for word in further:
        if not word.startswith("--"):
            parser.error(f"不认识 / unknown: {word}")
    if options.port is not None and not 1 <= options.port <= 65535:
        parser.error("端口是 1 到 65535 的数 / a port is a number from 1 to 65535")
    return options, further


def main(arguments: List[str]) -> int:
    """Do what the command line says; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that cannot show a character shows "?" instead
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # a request to end is an interruption like Ctrl-C
    try:
        check_python(sys.version_info)
        if arguments[:1] == ["test"]:
            say("AI Code Flow：准备测试环境", "AI Code Flow: preparing the test environment")
            ensure(["test"])
            return run_through([str(venv_python()), str(ROOT / CHECKS), *arguments[1:]], environment())
        options, further = parse(arguments)
        say("AI Code Flow：准备环境", "AI Code Flow: preparing the environment")
        if options.port is not None:
            choose_port(options.port)  # before minutes of installing
        ensure([])
        return lab(options.port, further + (["--no-browser"] if options.no_browser else []))
    except SetupError as error:
        print(f"\n✗ {error.zh}\n  {error.en}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        print("\n✗ 已中断。\n  interrupted.", file=sys.stderr, flush=True)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
