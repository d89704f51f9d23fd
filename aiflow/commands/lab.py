"""``aiflow lab``: JupyterLab with the workbench."""

import os
import subprocess
import sys
from pathlib import Path

import click

from aiflow.config import CONFIG_NAME, Config


@click.command()
@click.option("--no-browser", is_flag=True, help="不打开浏览器，只显示地址。")
@click.option("--port", type=click.IntRange(1, 65535), help="端口。")
def lab(*, no_browser: bool, port: int | None) -> None:
    """打开 JupyterLab，工作台就在里面。"""
    config = Config.load()
    environment = os.environ | {
        "AIFLOW_CONFIG": str(config.folder / Path(os.environ.get("AIFLOW_CONFIG", CONFIG_NAME)).name)
    }
    command = [sys.executable, "-m", "jupyterlab"]
    if no_browser:
        command.append("--no-browser")
    if port:
        command += [f"--port={port}", "--ServerApp.port_retries=0"]
    try:
        sys.exit(subprocess.run(command, env=environment, check=False).returncode)  # noqa: S603 - our own interpreter
    except KeyboardInterrupt:
        sys.exit(0)
