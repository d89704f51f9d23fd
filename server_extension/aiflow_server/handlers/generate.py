"""Beginning a run, and what can be done with one."""

import asyncio

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow_server.handlers.base import Handler
from aiflow_server.orders import GENERATE_FIELDS, read_artifact, read_order, read_revision
from aiflow_server.users import user_key


class GenerateHandler(Handler):
    """``POST api/generate``."""

    # A specification that a person edited fits; what a model is asked in one sentence does by far.
    max_body_bytes = 400_000

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Begin a run; 202 with its id."""
        body = self.json_body(GENERATE_FIELDS)
        user = user_key(self.current_user)
        revision = read_revision(body)
        if revision is not None:
            earlier = self.project_id(revision.from_project)
            project_id = await self.service.runs.revise(earlier, revision, user)
        else:
            order = read_order(body)
            await asyncio.to_thread(self.service.check_template, order)
            project_id = await self.service.runs.generate(order, user)
        self.send({"project_id": str(project_id), "status": "generating"}, 202)


class RetryHandler(Handler):
    """``POST api/projects/{id}/retry``."""

    @web.authenticated
    @authorized
    async def post(self, project_id: str) -> None:
        """Try a failed run again."""
        self.json_body(())
        found = self.project_id(project_id)
        await self.service.runs.retry(found, user_key(self.current_user))
        self.send({"project_id": str(found), "status": "generating"}, 202)


class CancelHandler(Handler):
    """``POST api/projects/{id}/cancel``."""

    @web.authenticated
    @authorized
    async def post(self, project_id: str) -> None:
        """End a run."""
        self.json_body(())
        found = self.project_id(project_id)
        await self.service.runs.cancel(found)
        self.send({"project_id": str(found), "status": "failed"}, 202)


class ContinueHandler(Handler):
    """``POST api/projects/{id}/continue``."""

    max_body_bytes = 1_000_000

    @web.authenticated
    @authorized
    async def post(self, project_id: str) -> None:
        """Let a paused run go on, with the artifact as the student edited it."""
        artifact = read_artifact(self.json_body(("artifact",)))
        found = self.project_id(project_id)
        await self.service.runs.go_on(found, artifact, user_key(self.current_user))
        self.send({"project_id": str(found), "status": "generating"}, 202)
