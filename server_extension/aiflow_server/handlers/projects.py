"""The projects: list, tree, request, deletion."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow_server.handlers.base import Handler
from aiflow_server.http import matches


class ProjectsHandler(Handler):
    """``GET api/projects``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return all projects, newest first."""
        self.send({"projects": await asyncio.to_thread(self.service.projects.summaries)})


class ProjectHandler(Handler):
    """``GET`` and ``DELETE api/projects/{id}``."""

    @web.authenticated
    @authorized
    async def get(self, project_id: str) -> None:
        """Return the tree as it is on disk."""
        tree = await self.service.trees.get(self.project_id(project_id))
        self.set_header("ETag", tree.etag)
        self.set_header("Cache-Control", "private, no-cache")
        if matches(self.request.headers.get("If-None-Match"), tree.etag):
            self.set_status(304)
            self.finish()
            return
        self.send(tree.data)

    @web.authenticated
    @authorized
    async def delete(self, project_id: str) -> None:
        """Delete the project and its record."""
        await self.service.runs.delete(self.project_id(project_id))
        self.set_status(204)
        self.finish()


class RequestHandler(Handler):
    """``GET api/projects/{id}/request``."""

    @web.authenticated
    @authorized
    async def get(self, project_id: str) -> None:
        """Return the request with its phases, specification, plan and project."""
        found = self.project_id(project_id)
        self.send(await asyncio.to_thread(self.service.projects.request, found))
