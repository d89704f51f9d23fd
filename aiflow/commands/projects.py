"""``aiflow projects``: what there is."""

import json
from datetime import datetime
from typing import Any

import click
from rich import filesize
from rich.console import Console
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, one_line, print_line
from aiflow.config import Config
from aiflow.model.labels import STATUS_LABELS
from aiflow.model.status import RequestStatus
from aiflow.storage.project_store import ProjectStore
from aiflow.workspace.projects import Projects

_MARKS = {
    RequestStatus.PENDING: ("○", "dim"),
    RequestStatus.PROCESSING: ("●", "blue"),
    RequestStatus.RETRYING: ("●", "blue"),
    RequestStatus.PAUSED: ("‖", "yellow"),
    RequestStatus.COMPLETED: ("✓", "green"),
    RequestStatus.FAILED: ("!", "red"),
    RequestStatus.CANCELLED: ("–", "dim"),
}

# The keys of ``--json``, in this order.
_JSON_KEYS = (
    "project_id",
    "project_name",
    "title",
    "prompt",
    "status",
    "created_at",
    "file_count",
    "size_bytes",
)


@click.command(cls=ChineseHelp)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def projects(*, as_json: bool) -> None:
    """列出生成过的项目，新的在前。"""
    config = Config.load()
    found = Projects(ProjectStore(config.projects_dir, config.run), config).summaries()
    if as_json:
        for summary in found:  # the request's status: more words than a page's list needs
            summary["status"] = summary["request_status"]
        rows = [{key: summary[key] for key in _JSON_KEYS} for summary in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    console = Console()
    for summary in found:
        _show(console, summary)
    if not found:
        print_line(console, '还没有项目。试试：aiflow new "帮我写个贪吃蛇"')


def _show(console: Console, summary: dict[str, Any]) -> None:
    mark, style, label = " ", "default", "没有运行记录；文件都在，可以运行"
    if summary["has_record"]:
        status = RequestStatus(summary["request_status"])
        (mark, style), label = _MARKS[status], STATUS_LABELS[status]
    # With the mark, a title fits into 80 columns, the width of a new terminal window.
    title = one_line(summary["title"] or summary["project_name"], 74)
    when = f"{datetime.fromisoformat(summary['created_at']).astimezone():%Y-%m-%d %H:%M}"
    about = f"{when}  {label}  {summary['file_count']} 个文件  {filesize.decimal(summary['size_bytes'])}"
    print_line(console, Text(f"{mark} ", style=style).append(title, style="default"))
    print_line(console, Text(f"  {about}", style="dim"))
    print_line(console, Text(f"  {summary['project_name']}", style="dim"))
