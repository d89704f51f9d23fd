"""``aiflow import``: a program from elsewhere becomes a project."""

from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, print_line, printable
from aiflow.config import Config
from aiflow.storage.project_store import ProjectStore
from aiflow.util.log import Trace
from aiflow.workspace.importing.project import Imports

_SHOWN = 20


@click.command("import", cls=ChineseHelp)
@click.argument("path", type=click.Path(path_type=Path))
def import_command(path: Path) -> None:
    """导入一个现成的程序：文件夹、zip、.py 或 .ipynb。原来的文件不会改动，也不会运行。"""
    config = Config.load()
    store = ProjectStore(config.projects_dir, config.run)
    result = Imports(config, store, Trace(config.logs_dir, config.secrets)).add_path(path)
    imported = result.imported
    folder = store.find(result.project_id)
    console = Console()
    print_line(console, Text(f"导入好了：{len(imported.files)} 个文件。", style="green"))
    for note in imported.notes:
        print_line(console, printable(f"  {note}"))
    for one in imported.left_out[:_SHOWN]:
        print_line(
            console, Text(f"  没有导入 {printable(one.path)}：{printable(one.reason)}", style="yellow")
        )
    if len(imported.left_out) > _SHOWN:
        print_line(console, Text(f"  还有 {len(imported.left_out) - _SHOWN} 个没有导入。", style="yellow"))
    print_line(console, Text("  在这里  ", style="dim").append(str(folder.root), style="default"))
    command = f"aiflow run {folder.root.name}"
    print_line(console, Text("  运行它  ", style="dim").append(command, style="default"))
