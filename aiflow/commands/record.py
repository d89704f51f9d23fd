"""``aiflow record``: a run with a model, kept as a lesson that forty students can play without a key."""

import asyncio
import sys
from pathlib import Path

import click

from aiflow.commands.new import generate
from aiflow.config import Config
from aiflow.engines.recording import RecordingEngine
from aiflow.engines.registry import load_engine
from aiflow.flow import Flow


@click.command()
@click.argument("prompt")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="课程文件夹，名字就是课程的编号。"
)
@click.option("--engine", help="用哪个引擎来录；不写就用配置里的。")
@click.option("--json", "as_json", is_flag=True, help="每行输出一个事件（JSON）。")
def record(prompt: str, output: Path, engine: str | None, *, as_json: bool) -> None:
    """录制一次生成，存成一课：一个人有密钥，全班都能回放。"""
    config = Config.load()
    recorder = RecordingEngine(load_engine(config, engine), output.resolve(), api_key=config.api_key)
    flow = Flow(prompt, engine=recorder, config=config)
    code = asyncio.run(generate(flow, as_json=as_json))
    if code == 0:
        click.echo(
            f"录好了。把文件夹“{output.name}”放进 config.json 的 lessons.folders 里，就能回放。", err=True
        )
    sys.exit(code)
