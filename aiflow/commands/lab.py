"""``aiflow lab``: JupyterLab with the workbench."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from aiflow.commands.terminal import ChineseHelp
from aiflow.config import CONFIG_NAME, Config, find_config
from aiflow.exceptions import InputError


@click.command(cls=ChineseHelp)
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只显示地址。")
@click.option("--port", type=click.IntRange(1, 65535), help="端口。")
def lab(*, no_browser: bool, port: int | None) -> None:
    """打开 JupyterLab，工作台就在里面。"""
    command = [sys.executable, "-m", "jupyterlab"]
    if no_browser:
        command.append("--no-browser")
    if port:
        _check_port(port)
        # Jupyter would take the next free port silently, and the address that the teacher wrote down would
        # be wrong.
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    with _config_file() as file:
        # The kernels inherit both: Windows' code page would otherwise decide how a cell reads a file.
        environment = os.environ | {"AIFLOW_CONFIG": str(file), "PYTHONUTF8": "1"}
        code = _run_through(command, environment)
    sys.exit(code)


@contextmanager
def _config_file() -> Iterator[Path]:
    """The configuration of the server and of its kernels; the defaults for this folder where there is none.

    A server requires a file. Without one, a temporary file holds the defaults for as long as JupyterLab runs,
    so that a folder in which somebody only tries the command is left without a config.json.
    """
    Config.load()  # a mistake in it is reported here, not in the log of a server
    found = os.environ.get("AIFLOW_CONFIG") or find_config()
    if found is not None:
        yield Path(found).resolve()
        return
    # Absolute: a relative folder would lie beside the temporary file, and be deleted with it.
    values = {"projects_dir": str(Path("projects").resolve()), "logs_dir": str(Path("logs").resolve())}
    with TemporaryDirectory(prefix="aiflow-") as folder:
        file = Path(folder, CONFIG_NAME)
        file.write_text(json.dumps(values), encoding="utf-8")
        yield file


def _check_port(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        raise InputError(f"端口 {port} 已被占用，请换一个：aiflow lab --port {port % 65535 + 1}") from None


def _run_through(command: list[str], environment: dict[str, str]) -> int:
    """Run JupyterLab to its end; at Ctrl-C it asks whether that is meant, so its answer is waited for."""
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 - our own interpreter
        # A service manager ends this command by its id, and must not leave JupyterLab behind.
        # Windows ends a process without a signal; the console's window ends both.
        signal.signal(signal.SIGTERM, lambda *_: process.terminate())
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                if not sys.stdin.isatty():  # nobody is there to be asked
                    process.terminate()
