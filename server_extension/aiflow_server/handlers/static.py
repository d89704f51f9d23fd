"""The workbench's bundle, for pages that load it by address; read without importing its package."""

import asyncio
import importlib.util
import mimetypes
from pathlib import Path

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.exceptions import NotFoundError
from aiflow.model.paths import SafePath
from aiflow.storage.safefs import open_file
from aiflow.workspace.entity_tags import etag_of
from aiflow_server.handlers.base import Handler

_WIDGETS = "aiflow_widgets"


class StaticHandler(Handler):
    """``GET`` and ``HEAD aiflow/static/{path}``."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Return a file of the bundle."""
        data = await asyncio.to_thread(_read, path)
        kind = "text/javascript" if path.endswith((".js", ".mjs")) else mimetypes.guess_type(path)[0]
        # A page that names the version may keep the file: another version has another address.
        lasting = self.argument("v") is not None
        cached = "private, max-age=31536000, immutable" if lasting else "private, no-cache"
        self.send_tagged(data, etag_of(data), kind or "application/octet-stream", cached)

    head = get  # Tornado leaves the bytes out


def _read(path: str) -> bytes:
    spec = importlib.util.find_spec(_WIDGETS)
    if spec is None or not spec.submodule_search_locations:
        raise NotFoundError("没有装工作台（aiflow_widgets）。")
    folder = (Path(next(iter(spec.submodule_search_locations))) / "static").resolve()
    # An installer may have linked the file from its cache, so a second name of it is no attack here.
    with open_file(folder, SafePath(path), own=False) as file:
        return file.read()
