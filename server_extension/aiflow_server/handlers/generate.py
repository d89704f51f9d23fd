"""Starting a run."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from aiflow.workspace.requests import MAX_REQUEST_BYTES, read_generate
from aiflow_server.handlers.base import Handler


class GenerateHandler(Handler):
    """``POST api/generate``."""

    max_body_bytes = MAX_REQUEST_BYTES

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Start a run; 202 with its id."""
        request = read_generate(self.json_body())
        project_id = await self.service.runs.generate(request, self.person)
        self.send({"project_id": str(project_id), "status": "generating"}, 202)
