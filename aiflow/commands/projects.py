"""``aiflow projects``, and finding a project by what a person types."""

from pathlib import Path
from uuid import UUID

import click

from aiflow.config import Config
from aiflow.exceptions import NotFoundError
from aiflow.folder import ProjectFolder
from aiflow.store import ProjectStore


@click.command()
def projects() -> None:
    """列出生成过的项目，新的在前。"""
    config = Config.load()
    store = ProjectStore(config.projects_dir, config.run)
    found = [store.manifest(record.project_id) for record in store.records()]
    for manifest in sorted((one for one in found if one), key=lambda one: one.created_at, reverse=True):
        name = manifest.project_name or str(manifest.project_id)
        click.echo(
            f"{manifest.created_at:%Y-%m-%d %H:%M}  {manifest.status:10}  {name}  {manifest.prompt[:40]}"
        )
    for folder in store.orphans():
        click.echo(f"{'':16}  {'':10}  {folder.root.name}")


def find_project(name: str, config: Config) -> ProjectFolder:
    """Return the project that ``name`` means: an id, a folder's name, or a path.

    Raises:
        NotFoundError: when there is none.
    """
    store = ProjectStore(config.projects_dir, config.run)
    try:
        return store.find(UUID(name))
    except ValueError:
        pass  # no id: a name or a path
    root = next((path for path in (config.projects_dir / name, Path(name)) if path.is_dir()), None)
    if root is None:
        raise NotFoundError(f"找不到项目“{name}”。可以用 aiflow projects 看看有哪些。")
    return store.of_root(root.resolve())
