"""The workbench's bundle, for pages that load it by address."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.workspace.entity_tags import matches
from aiflow_server.handlers.base import Handler


class StaticHandler(Handler):
    """``GET`` and ``HEAD aiflow/static/{path}``."""

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Return a file of the bundle."""
        found = await asyncio.to_thread(self.service.bundle.file, path)
        self.set_header("ETag", found.etag)
        self.set_header("X-Content-Type-Options", "nosniff")
        # A page that names the version may keep the file: another version has another address.
        lasting = self.argument("v") is not None
        self.set_header(
            "Cache-Control", "private, max-age=31536000, immutable" if lasting else "private, no-cache"
        )
        if matches(self.request.headers.get("If-None-Match"), found.etag):
            self.set_status(304)
            self.finish()
            return
        self.finish(found.data, set_content_type=found.content_type)

    head = get  # Tornado leaves the bytes out
