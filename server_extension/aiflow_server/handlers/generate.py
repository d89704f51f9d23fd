"""Starting a run, and moving one on."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.workspace.requests import (
    MAX_REQUEST_BYTES,
    check_fields,
    read_artifact,
    read_change,
    read_generate,
)
from aiflow_server.handlers.base import Handler
from aiflow_server.users import user_key


class GenerateHandler(Handler):
    """``POST api/generate``."""

    max_body_bytes = MAX_REQUEST_BYTES

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Start a run; 202 with its id."""
        request = read_generate(self.json_body())
        project_id = await self.service.runs.generate(request, user_key(self.current_user))
        self.send({"project_id": str(project_id), "status": "generating"}, 202)


class ChangeHandler(Handler):
    """``POST api/projects/{id}/change``."""

    max_body_bytes = MAX_REQUEST_BYTES

    @web.authenticated
    @authorized
    async def post(self, project_id: str) -> None:
        """Change a finished project; 202 with the id of the new version."""
        request = read_change(self.project_id(project_id), self.json_body())
        found = await self.service.runs.generate(request, user_key(self.current_user))
        self.send({"project_id": str(found), "status": "generating"}, 202)


class RetryHandler(Handler):
    """``POST api/projects/{id}/retry``."""

    @web.authenticated
    @authorized
    async def post(self, project_id: str) -> None:
        """Run a failed run again."""
        check_fields(self.json_body(), ())
        found = self.project_id(project_id)
        await self.service.runs.retry(found, user_key(self.current_user))
        self.send({"project_id": str(found), "status": "generating"}, 202)


class CancelHandler(Handler):
    """``POST api/projects/{id}/cancel``."""

    @web.authenticated
    @authorized
    async def post(self, project_id: str) -> None:
        """End a run."""
        check_fields(self.json_body(), ())
        found = self.project_id(project_id)
        await self.service.runs.cancel(found)
        self.send({"project_id": str(found), "status": "failed"}, 202)


class ContinueHandler(Handler):
    """``POST api/projects/{id}/continue``."""

    max_body_bytes = 1_000_000

    @web.authenticated
    @authorized
    async def post(self, project_id: str) -> None:
        """Continue a paused run, with the artifact as it was edited."""
        artifact = read_artifact(check_fields(self.json_body(), ("artifact",)))
        found = self.project_id(project_id)
        await self.service.runs.resume(found, artifact, user_key(self.current_user))
        self.send({"project_id": str(found), "status": "generating"}, 202)
