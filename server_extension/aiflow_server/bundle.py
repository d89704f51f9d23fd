"""The built bundle of the workbench, read without importing the package that it belongs to."""

import importlib.util
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from aiflow.exceptions import NotFoundError
from aiflow.model.paths import SafePath
from aiflow.storage.safefs import open_file
from aiflow.workspace.entity_tags import etag_of

_WIDGETS = "aiflow_widgets"


@dataclass(frozen=True, slots=True)
class BundleFile:
    """A file of the bundle."""

    data: bytes
    etag: str
    content_type: str


class Bundle:
    """The folder of the bundle, if the package is installed."""

    def __init__(self) -> None:
        self._folder = _find_folder()

    def file(self, path: str) -> BundleFile:
        """Return a file.

        Raises:
            NotFoundError: if there is no such file, or the workbench is not installed.
            UnsafePathError: if the path leaves the folder.
        """
        if self._folder is None:
            raise NotFoundError("没有装工作台（aiflow_widgets）。")
        with open_file(self._folder, SafePath(path), own=False) as file:
            data = file.read()
        kind = "text/javascript" if path.endswith((".js", ".mjs")) else mimetypes.guess_type(path)[0]
        return BundleFile(data, etag_of(data), kind or "application/octet-stream")


def _find_folder() -> Path | None:
    spec = importlib.util.find_spec(_WIDGETS)
    if spec is None or not spec.submodule_search_locations:
        return None
    return (Path(next(iter(spec.submodule_search_locations))) / "static").resolve()
