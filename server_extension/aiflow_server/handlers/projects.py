"""The projects: list, tree, request, title, thumbnail, comparison, deletion."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.exceptions import InputError
from aiflow.workspace.entity_tags import matches
from aiflow.workspace.requests import check_fields
from aiflow_server.handlers.base import Handler
from aiflow_server.http import SANDBOX_POLICY


class ProjectsHandler(Handler):
    """``GET api/projects``."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Return all projects, newest first."""
        self.send({"projects": await asyncio.to_thread(self.service.projects.summaries)})


class ProjectHandler(Handler):
    """``GET``, ``PATCH`` and ``DELETE api/projects/{id}``."""

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
    async def patch(self, project_id: str) -> None:
        """Give the project another title or label."""
        found = self.project_id(project_id)
        names = check_fields(self.json_body(), ("title", "label"))
        self.send(await asyncio.to_thread(self.service.projects.rename, found, **names))

    @web.authenticated
    @authorized
    async def delete(self, project_id: str) -> None:
        """Delete the project and its record."""
        await self.service.delete(self.project_id(project_id))
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


class CompareHandler(Handler):
    """``GET api/projects/{id}/compare?to={id}``."""

    @web.authenticated
    @authorized
    async def get(self, project_id: str) -> None:
        """Return which files were added, removed and changed from this project to the other one.

        Raises:
            InputError: ``to`` is missing.
        """
        before = self.project_id(project_id)
        other = self.argument("to")
        if other is None:
            raise InputError("缺少 to：请说出要和哪个项目比较。")
        self.send(await asyncio.to_thread(self.service.projects.compare, before, self.project_id(other)))


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
        self.set_header("ETag", found.etag)
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        if matches(self.request.headers.get("If-None-Match"), found.etag):
            self.set_status(304)
            self.finish()
            return
        self.finish(found.data, set_content_type="image/png")

    head = get  # Tornado leaves the bytes out
