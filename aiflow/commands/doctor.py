"""``aiflow doctor``: what is set up, what is not, and what to do about it."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict

import click
from rich.console import Console
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, print_line, printable
from aiflow.config import Config
from aiflow.engines.personal.choice import DecidedBy, apply_choice, decided_by
from aiflow.engines.registry import load_engine
from aiflow.exceptions import AIFlowError, ConfigError
from aiflow.sandbox.doctor import describe_confinement
from aiflow.workspace.environment import Check, check_environment

EXTENSION = "aiflow_server"
_EXTENSION_TIMEOUT_S = 60
_DECIDED_BY: Mapping[DecidedBy, str] = {
    "environment": "由环境变量决定",
    "person": "你在“模型”里或用 aiflow connect 选的",
    "config": "由配置决定；可以用 aiflow connect 换",
}
# The answer of `jupyter server extension list`, without its import of every extension, which takes seconds.
_ASK_JUPYTER = """
import importlib.util, json, pathlib, sys
from jupyter_core.paths import jupyter_config_path
name, enabled = sys.argv[1], False
for folder in map(pathlib.Path, reversed(jupyter_config_path())):
    files = sorted((folder / "jupyter_server_config.d").glob("*.json"))
    files.append(folder / "jupyter_server_config.json")
    for file in filter(pathlib.Path.is_file, files):
        app = json.loads(file.read_text(encoding="utf-8")).get("ServerApp", {})
        enabled = app.get("jpserver_extensions", {}).get(name, enabled)
print(bool(enabled) and importlib.util.find_spec(name) is not None)
"""


@click.command(cls=ChineseHelp)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def doctor(*, as_json: bool) -> None:
    """检查环境：虚拟环境、配置、引擎、文件夹、扩展、程序的隔离。"""
    checks = _checks()
    if as_json:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=1))
    else:
        console = Console()
        for check in checks:
            _show(console, check.message, check.advice, "✓" if check.ok else "✗")
        print_line(console, Text("\n运行生成的程序时，这台机器能做到的隔离：", style="dim"))
        for measure in describe_confinement():
            _show(console, measure.what, measure.missing, "✓" if measure.holds else "–")
    sys.exit(0 if all(check.ok for check in checks) else 1)


def _show(console: Console, message: str, advice: str, mark: str) -> None:
    style = {"✓": "green", "✗": "red"}.get(mark, "yellow")
    print_line(console, Text(f"{mark} ", style=style).append(printable(message), style="default"))
    if mark != "✓" and advice:
        print_line(console, Text(f"  → {printable(advice)}"))


def _checks() -> list[Check]:
    try:
        config = Config.load()
    # The other checks need the configuration: each would fail for the same reason.
    except ConfigError as error:
        advice = "改好配置文件再试一次；也可以运行 aiflow init --force 重新写一个。"
        return [Check("config", ok=False, message=error.message, advice=advice), _extension_check()]
    return [*check_environment(config), _engine_check(config), _extension_check()]


def _engine_check(loaded: Config) -> Check:
    config, why = apply_choice(loaded), _DECIDED_BY[decided_by(loaded)]
    try:
        said = asyncio.run(load_engine(config).check())
    except AIFlowError as error:
        message = f"引擎 {config.engine} 用不了（{why}）。"
        return Check("engine", ok=False, message=message, advice=error.message)
    return Check("engine", ok=True, message=f"引擎 {config.engine} 可以用（{why}）：{said}")


def _extension_check() -> Check:
    # In a process of its own: the pipeline does not depend on Jupyter, and whether it can be imported is the
    # question.
    command = [sys.executable, "-X", "utf8", "-c", _ASK_JUPYTER, EXTENSION]
    try:
        found = subprocess.run(  # noqa: S603 - our own interpreter
            command, capture_output=True, check=False, timeout=_EXTENSION_TIMEOUT_S
        )
        is_enabled = found.stdout.strip() == b"True"
    except subprocess.TimeoutExpired:
        is_enabled = False
    return Check(
        "extension",
        ok=is_enabled,
        message="Jupyter 扩展已启用。" if is_enabled else "Jupyter 扩展没有启用。",
        advice="" if is_enabled else f"运行：jupyter server extension enable {EXTENSION} --sys-prefix",
    )
