"""``aiflow lessons``: what can be generated without a model."""

import json

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, print_line, printable
from aiflow.config import Config
from aiflow.engines.lesson_library import Lesson, load_lessons
from aiflow.workspace.templates import describe_lesson


@click.command(cls=ChineseHelp)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def lessons(*, as_json: bool) -> None:
    """列出课程库：不用密钥、不用网络就能生成的项目。"""
    found = load_lessons(Config.load().lessons.folders)
    if as_json:
        click.echo(json.dumps([describe_lesson(lesson) for lesson in found], ensure_ascii=False, indent=1))
        return
    console = Console()
    table = Table.grid(padding=(0, 2, 0, 0), pad_edge=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    for lesson in found:
        table.add_row(
            printable(lesson.title), lesson.id, Text(printable(lesson.manifest.summary) + _origin(lesson))
        )
    console.print(table)
    print_line(console, '\n例如：aiflow new "帮我写个贪吃蛇"')
    print_line(console, Text("课程是事先准备好的，不是模型现写的。", style="dim"))


def _origin(lesson: Lesson) -> str:
    manifest = lesson.manifest
    if manifest.kind == "written":
        return ""
    return f"（{manifest.recorded_at} 录自 {printable(manifest.model or '')}）"
