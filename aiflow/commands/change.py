"""``aiflow change``: a finished project and a sentence in, a new version out, live in the terminal."""

import asyncio
import sys

import click

from aiflow.commands.new import generate
from aiflow.commands.questions import ask_option, asking
from aiflow.commands.terminal import ChineseHelp
from aiflow.config import Config
from aiflow.pipeline.flow import Flow
from aiflow.workspace.lookup import find_project


@click.command(cls=ChineseHelp)
@click.argument("project")
@click.argument("prompt")
@click.option("--engine", help="用哪个引擎：lessons、openai；不写就用原来的。")
@click.option("--pause", is_flag=True, help="需求和方案写好后停下，看一看、改一改再继续（在终端里）。")
@ask_option
@click.option("--json", "as_json", is_flag=True, help="每行输出一个事件（JSON），给别的程序用。")
def change(
    project: str, prompt: str, engine: str | None, *, pause: bool, ask: str | None, as_json: bool
) -> None:
    """用一句话修改做好的项目，得到一个新版本；原来的版本不变。

    PROJECT 是编号、名字或路径。例如：aiflow change snake "让蛇跑得更快"。
    """
    config = Config.load()
    flow = Flow.open(find_project(project, config).project_id, config=config).change(
        prompt,
        engine=engine,
        pause_after=["specify", "plan"] if pause else [],
        ask=asking(ask, config, as_json=as_json),
    )
    sys.exit(asyncio.run(generate(flow, as_json=as_json)))
