"""``aiflow versions`` and ``aiflow compare``: the versions of a program, and what differs between two."""

import json

import click
from rich.console import Console
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, print_line, printable
from aiflow.config import Config
from aiflow.model.notebook_html import change_facts
from aiflow.pipeline.flow import Flow
from aiflow.storage.comparison import compare_folders
from aiflow.workspace.lookup import find_project

_STYLES = {"+": "green", "-": "red"}


@click.command(cls=ChineseHelp)
@click.argument("project")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def versions(project: str, *, as_json: bool) -> None:
    """列出一个项目的所有版本，旧的在前。PROJECT 是编号、名字或路径。"""
    config = Config.load()
    flow = Flow.open(find_project(project, config).project_id, config=config)
    found = flow.versions
    if as_json:
        rows = [version.model_dump(mode="json") for version in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    console = Console()
    for version in found:
        mark = "●" if version.project_id == flow.project_id else " "
        print_line(console, f"{mark} {version.version}  {printable(version.title)}")
        print_line(console, Text(f"     {found.facts(version)}", style="dim"))
        print_line(console, Text(f"     {version.project_id}", style="dim"))


@click.command(cls=ChineseHelp)
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def compare(old: str, new: str, *, as_json: bool) -> None:
    """比较两个版本的文件：从 OLD 到 NEW 改了什么。两个都可以写编号、名字或路径。"""
    config = Config.load()
    found = compare_folders(find_project(old, config), find_project(new, config))
    if as_json:
        click.echo(json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=1))
        return
    console = Console()
    for file in found.files:
        print_line(console, Text(f"{printable(file.path)}  {change_facts(file)}", style="bold"))
        for hunk in file.hunks:
            print_line(console, Text(f"@@ {hunk.old_start} → {hunk.new_start}", style="cyan"))
            for line in hunk.lines:
                print_line(console, Text(printable(line), style=_STYLES.get(line[:1], "")))
    if not found.files:
        print_line(console, "两个版本的文件一样。")
