"""Finding a project by what a person types."""

from pathlib import Path
from uuid import UUID

from aiflow.config import Config
from aiflow.exceptions import NotFoundError
from aiflow.storage.project_folder import ProjectFolder
from aiflow.storage.project_store import ProjectStore


def find_project(name: str, config: Config) -> ProjectFolder:
    """Return the project that ``name`` means: an id, a folder's name (or how one begins or ends), or a path.

    Raises:
        NotFoundError: when there is none, or when several begin or end like that.
    """
    store = ProjectStore(config.projects_dir, config.run)
    try:
        # The id first: it is exact, while a folder's name may begin with the same digits.
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


def project_names(config: Config) -> list[str]:
    """Return the names of the folders that projects have, in their order."""
    return sorted(path.name for path in config.projects_dir.glob("*_*") if path.is_dir())


def _only(name: str, config: Config) -> str:
    """Return the one project whose name begins or ends with ``name``."""
    # A student types the beginning (snake) or the end (the id's first digits) of a folder's name.
    matches = [one for one in project_names(config) if name and (one.startswith(name) or one.endswith(name))]
    shown = " ".join("".join(char if char.isprintable() else "�" for char in name).split())[:60]
    if not matches:
        raise NotFoundError(f"找不到项目“{shown}”。可以用 aiflow projects 看看有哪些。")
    # Never the newest by guess: the command that follows may delete the project.
    if len(matches) > 1:
        raise NotFoundError(f"“{shown}”可以是 {len(matches)} 个项目，请写完整：{'、'.join(matches[-3:])}。")
    return matches[0]
