"""``aiflow lab``: JupyterLab with the workbench."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import click

from aiflow.commands.terminal import ChineseHelp
from aiflow.config import CONFIG_NAME, Config
from aiflow.exceptions import InputError


@click.command(cls=ChineseHelp)
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只显示地址。")
@click.option("--port", type=click.IntRange(1, 65535), help="端口。")
def lab(*, no_browser: bool, port: int | None) -> None:
    """打开 JupyterLab，工作台就在里面。"""
    config = Config.load()
    name = Path(os.environ.get("AIFLOW_CONFIG") or CONFIG_NAME).name
    environment = os.environ | {"AIFLOW_CONFIG": str(config.folder / name), "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "jupyterlab"]
    if no_browser:
        command.append("--no-browser")
    if port:
        _check_port(port)
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    sys.exit(_run_through(command, environment))


def _check_port(port: int) -> None:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        raise InputError(f"端口 {port} 已被占用，请换一个：aiflow lab --port {port % 65535 + 1}") from None


def _run_through(command: list[str], environment: dict[str, str]) -> int:
    """Run JupyterLab to its end; at Ctrl-C it asks whether that is meant, so its answer is waited for."""
    with subprocess.Popen(command, env=environment) as process:  # noqa: S603 - our own interpreter
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                if not sys.stdin.isatty():  # nobody is there to be asked
                    process.terminate()
