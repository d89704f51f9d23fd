"""The parts of a project that have an entity tag: its tree and its thumbnail."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow_server.handlers.base import Handler
from aiflow_server.http import SANDBOX_POLICY


class TreeHandler(Handler):
    """``GET api/projects/{id}``."""

    @web.authenticated
    @authorized
    async def get(self, project_id: str) -> None:
        """Return the tree as it is on disk."""
        tree = await self.service.trees.get(self.project_id(project_id))
        self.send_tagged(tree.data, tree.etag, "application/json")


class ThumbnailHandler(Handler):
    """``GET`` and ``HEAD api/projects/{id}/thumbnail``."""

    @property
    def content_security_policy(self) -> str:
        """The policy of the answer: a browser may only show it."""
        return SANDBOX_POLICY

    @web.authenticated
    @authorized
    async def get(self, project_id: str) -> None:
        """Return the first picture of the program's window."""
        found = await asyncio.to_thread(self.service.projects.thumbnail, self.project_id(project_id))
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_tagged(found.data, found.etag, "image/png")

    head = get  # Tornado leaves the bytes out
