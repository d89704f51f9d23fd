"""``aiflow projects``, and finding a project by what a person types."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from rich import filesize
from rich.console import Console
from rich.text import Text

from aiflow.commands.terminal import ChineseHelp, one_line, print_line
from aiflow.config import Config
from aiflow.exceptions import NotFoundError
from aiflow.model.labels import STATUS_LABELS
from aiflow.model.status import RequestStatus
from aiflow.storage.project_folder import ProjectFolder
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
    title = one_line(summary["title"] or summary["project_name"], 74)
    when = f"{datetime.fromisoformat(summary['created_at']).astimezone():%Y-%m-%d %H:%M}"
    about = f"{when}  {label}  {summary['file_count']} 个文件  {filesize.decimal(summary['size_bytes'])}"
    print_line(console, Text(f"{mark} ", style=style).append(title, style="default"))
    print_line(console, Text(f"  {about}", style="dim"))
    print_line(console, Text(f"  {summary['project_name']}", style="dim"))


def find_project(name: str, config: Config) -> ProjectFolder:
    """Return the project that ``name`` means: an id, a folder's name (or how one begins or ends), or a path.

    Raises:
        NotFoundError: when there is none, or when several begin or end like that.
    """
    store = ProjectStore(config.projects_dir, config.run)
    try:
        return store.find(UUID(name))
    except ValueError:
        pass  # no id: a name or a path
    # A colon too: on Windows `C:x` joined to a folder leaves it.
    is_name = bool(name) and name not in {".", ".."} and not set(name) & set("/\\:")
    if is_name and (config.projects_dir / name).is_dir():
        return store.of_root((config.projects_dir / name).resolve())
    if name and Path(name).is_dir():
        return store.of_root(Path(name).resolve())
    return store.of_root((config.projects_dir / _only(name, config)).resolve())


def _only(name: str, config: Config) -> str:
    """Return the one project whose name begins or ends with ``name``."""
    # A student types the beginning (snake) or the end (the id's first digits) of a folder's name.
    names = sorted(path.name for path in config.projects_dir.glob("*_*") if path.is_dir())
    matches = [one for one in names if name and (one.startswith(name) or one.endswith(name))]
    shown = one_line(name, 60)
    if not matches:
        raise NotFoundError(f"找不到项目“{shown}”。可以用 aiflow projects 看看有哪些。")
    if len(matches) > 1:
        raise NotFoundError(f"“{shown}”可以是 {len(matches)} 个项目，请写完整：{'、'.join(matches[-3:])}。")
    return matches[0]
