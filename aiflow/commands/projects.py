"""``aiflow projects``, and finding a project by what a person types."""

import json
from pathlib import Path
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
from aiflow.storage.run_folder import Manifest
from aiflow.util.timestamps import format_time

_MARKS = {
    RequestStatus.PENDING: ("○", "dim"),
    RequestStatus.PROCESSING: ("●", "blue"),
    RequestStatus.RETRYING: ("●", "blue"),
    RequestStatus.PAUSED: ("‖", "yellow"),
    RequestStatus.COMPLETED: ("✓", "green"),
    RequestStatus.FAILED: ("!", "red"),
    RequestStatus.CANCELLED: ("–", "dim"),
}


@click.command(cls=ChineseHelp)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON，给别的程序用。")
def projects(*, as_json: bool) -> None:
    """列出生成过的项目，新的在前。"""
    config = Config.load()
    store = ProjectStore(config.projects_dir, config.run)
    found = [store.manifest(record.project_id) for record in store.records()]
    manifests = sorted((one for one in found if one), key=lambda one: one.created_at, reverse=True)
    orphans = sorted(store.orphans(), key=lambda folder: folder.root.name)
    if as_json:
        rows = [_row(manifest, store) for manifest in manifests] + [_orphan_row(folder) for folder in orphans]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    console = Console()
    for manifest in manifests:
        _show(console, manifest, store.record(manifest.project_id).given_title())
    for folder in orphans:
        print_line(console, Text(f"  {folder.root.name}"))
        print_line(console, Text("    没有运行记录；文件都在，可以运行", style="dim"))
    if not manifests and not orphans:
        print_line(console, '还没有项目。试试：aiflow new "帮我写个贪吃蛇"')


def _show(console: Console, manifest: Manifest, title: str | None) -> None:
    mark, style = _MARKS[manifest.status]
    when = f"{manifest.created_at.astimezone():%Y-%m-%d %H:%M}"
    print_line(
        console, Text(f"{mark} ", style=style).append(one_line(title or manifest.prompt, 74), style="default")
    )
    about = f"{when}  {STATUS_LABELS[manifest.status]}  {manifest.file_count} 个文件"
    if manifest.size_bytes is not None:
        about += f"  {filesize.decimal(manifest.size_bytes)}"
    print_line(console, Text(f"  {about}", style="dim"))
    print_line(console, Text(f"  {manifest.project_name or manifest.project_id}", style="dim"))


def _row(manifest: Manifest, store: ProjectStore) -> dict[str, object]:
    return {
        "project_id": str(manifest.project_id),
        "project_name": manifest.project_name,
        "title": store.record(manifest.project_id).given_title() or manifest.title,
        "prompt": manifest.prompt,
        "status": manifest.status.value,
        "created_at": format_time(manifest.created_at),
        "file_count": manifest.file_count,
        "size_bytes": manifest.size_bytes,
    }


def _orphan_row(folder: ProjectFolder) -> dict[str, object]:
    sizes = folder.sizes()
    return {
        "project_id": str(folder.project_id),
        "project_name": folder.root.name,
        "title": None,
        "prompt": None,
        "status": None,
        "created_at": None,
        "file_count": len(sizes),
        "size_bytes": sum(sizes.values()),
    }


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
    is_name = bool(name) and name not in {".", ".."} and not set(name) & set("/\\:")
    if is_name and (config.projects_dir / name).is_dir():
        return store.of_root((config.projects_dir / name).resolve())
    if name and Path(name).is_dir():
        return store.of_root(Path(name).resolve())
    return store.of_root((config.projects_dir / _only(name, config)).resolve())


def _only(name: str, config: Config) -> str:
    """Return the one project whose name begins or ends with ``name``."""
    names = sorted(path.name for path in config.projects_dir.glob("*_*") if path.is_dir())
    matches = [one for one in names if name and (one.startswith(name) or one.endswith(name))]
    shown = one_line(name, 60)
    if not matches:
        raise NotFoundError(f"找不到项目“{shown}”。可以用 aiflow projects 看看有哪些。")
    if len(matches) > 1:
        raise NotFoundError(f"“{shown}”可以是 {len(matches)} 个项目，请写完整：{'、'.join(matches[-3:])}。")
    return matches[0]
