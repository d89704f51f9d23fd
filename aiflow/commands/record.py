"""``aiflow record``: a run with a model, kept as a lesson that forty students can play without a key."""

import asyncio
import sys
from pathlib import Path

import click

from aiflow.commands.new import generate
from aiflow.commands.terminal import ChineseHelp
from aiflow.config import Config
from aiflow.engines.lesson_recorder import RecordingEngine
from aiflow.engines.registry import load_engine
from aiflow.model.entities import GeneratedProject
from aiflow.pipeline.flow import Flow
from aiflow.workspace.lookup import find_project

# Titles that name the kind of document, not the program.
_NO_TITLES = frozenset(
    {"", "需求", "需求说明", "需求说明书", "需求文档", "规格说明", "项目需求", "specification"}
)


@click.command(cls=ChineseHelp)
@click.argument("prompt")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="课程文件夹，名字就是课程的编号。"
)
@click.option(
    "--change",
    "changed",
    metavar="PROJECT",
    help="录一次修改：写上做好的项目的编号、名字或路径，存进课程的 changes 里。",
)
@click.option("--engine", help="用哪个引擎来录；不写就用配置里的。")
@click.option("--json", "as_json", is_flag=True, help="每行输出一个事件（JSON）。")
def record(prompt: str, output: Path, changed: str | None, engine: str | None, *, as_json: bool) -> None:
    """录制一次生成，存成一课：一个人有密钥，全班都能回放。"""
    config = Config.load()
    folder = output.resolve()
    recorder = RecordingEngine(load_engine(config, engine), folder, api_key=config.api_key)
    if changed is None:
        flow = Flow(prompt, engine=recorder, config=config)
    else:
        parent = Flow.open(find_project(changed, config).project_id, config=config)
        flow = parent.change(prompt, engine=recorder)
    code = asyncio.run(generate(flow, as_json=as_json))
    if code or flow.project is None:
        # A lesson without its end would stop every replay in the middle.
        recorder.discard()
        click.echo("没有生成完，所以没有录成一课。", err=True)
        sys.exit(code or 1)
    if changed is not None:
        recorder.write_change(sentence=flow.prompt, title="", reason=flow.project.reason)
        click.echo(f"\n录好了：{folder}", err=True)
        return
    keep(recorder, flow, flow.project)
    click.echo(
        f"\n录好了：{folder}\n回放：把“{folder.parent}”写进 config.json 的 lessons.folders，"
        f'然后 aiflow new --engine lessons --template {folder.name} "{prompt}"',
        err=True,
    )


def keep(recorder: RecordingEngine, flow: Flow, project: GeneratedProject) -> None:
    """Make a recording a lesson, described by what the run has written.

    Raises:
        InputError: when it cannot be one.
        StorageError: when the disk refuses.
    """
    spec = flow.spec
    title = spec.title if spec is not None and spec.title.strip().lower() not in _NO_TITLES else flow.prompt
    recorder.write_manifest(
        title=title,
        # A name ends with a date, a time and digits of the id; the type is what stands before the three.
        project_type=project.project_name.rsplit("_", 3)[0],
        prompt=flow.prompt,
        summary=spec.summary if spec is not None else "",
        dependencies=project.dependencies,
        main=project.main_file_path.split("/", 2)[2],
    )
