"""What the handlers call: one of each part, made when the start-up checks have passed."""

import hashlib
import importlib.util
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiflow.config import Config
from aiflow.engines.lesson_library import Lesson, load_lessons
from aiflow.exceptions import ConfigError, InputError, NotFoundError
from aiflow.model.phases import phase_table
from aiflow.storage.project_store import ProjectStore
from aiflow.storage.safefs import open_file
from aiflow.util.log import Trace
from aiflow.workspace.environment import Check, check_environment, first_failure
from aiflow.workspace.program_sessions import Programs
from aiflow_server.errors import BusyError
from aiflow_server.feeds import Feeds
from aiflow_server.files import Files
from aiflow_server.orders import Order
from aiflow_server.projects import Projects
from aiflow_server.runs import Runs
from aiflow_server.trees import Trees

_WIDGETS = "aiflow_widgets"


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file of the workbench's bundle."""

    data: bytes
    etag: str
    content_type: str


class Service:
    """The parts.

    Args:
        config: read and checked.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.trace = Trace(config.logs_dir, config.secrets)
        self.store = ProjectStore(config.projects_dir, config.run)
        self.feeds = Feeds(self.store, config)
        self.files = Files(self.store)
        self.trees = Trees(self.store)
        self.projects = Projects(self.store, config)
        self.runs = Runs(config, self.store, self.trace)
        self.programs = Programs(config, self.store, self.trace, busy=BusyError)
        self._bundle_folder = _find_bundle()

    def lessons(self) -> tuple[Lesson, ...]:
        """Return the lessons as they are on disk now; a teacher may be writing one."""
        return load_lessons(self.config.lessons.folders)

    def templates(self) -> list[dict[str, Any]]:
        """Return what ``template`` may name, in the order of the shelf."""
        return [_template(lesson) for lesson in self.lessons()]

    def welcome(self) -> dict[str, Any]:
        """Return what a page asks for first: the lessons, the phase table and the capabilities."""
        return {
            "templates": self.templates(),
            "phases": phase_table(),
            "capabilities": ["run", "play"],
        }

    def check_template(self, order: Order) -> None:
        """Raise unless the order's template is there.

        Raises:
            InputError: when there is no such lesson.
        """
        if order.template is None:
            return
        names = [lesson.id for lesson in self.lessons()]
        if order.template not in names:
            raise InputError(f"没有这个模板，可以选的有：{'、'.join(names)}。", reason="unknown_template")

    def bundle(self, path: str) -> BundleFile:
        """Return a file of the workbench.

        Raises:
            NotFoundError: when there is none, or the workbench is not installed.
            UnsafePathError: for a path that leaves the folder.
        """
        if self._bundle_folder is None:
            raise NotFoundError("没有装工作台（aiflow_widgets）。")
        with open_file(self._bundle_folder, path, own=False) as file:
            data = file.read()
        kind = "text/javascript" if path.endswith((".js", ".mjs")) else mimetypes.guess_type(path)[0]
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        return BundleFile(data, etag, kind or "application/octet-stream")

    async def stop(self) -> None:
        """End the runs and the streams."""
        self.feeds.stop()
        self.trees.stop()
        await self.programs.stop()
        await self.runs.stop()


def make_service() -> Service | str:
    """Return the service, or the sentence of the first start-up check that failed."""
    try:
        config = Config.load(required=True)
    except ConfigError as error:
        return error.message
    failed: Check | None = first_failure(check_environment(config))
    return f"{failed.message}{failed.advice}" if failed is not None else Service(config)


def _find_bundle() -> Path | None:
    """Return the folder of the built bundle, without importing the package that it belongs to."""
    spec = importlib.util.find_spec(_WIDGETS)
    if spec is None or not spec.submodule_search_locations:
        return None
    return (Path(next(iter(spec.submodule_search_locations))) / "static").resolve()


def _template(lesson: Lesson) -> dict[str, Any]:
    told = lesson.manifest
    return {
        "id": lesson.id,
        "title": told.title,
        "title_en": told.title_en,
        "summary": told.summary,
        "kind": told.kind,
        "example": told.example,
        "project_type": told.project_type,
    }
